/* What people write in setups, as structs. */
#include "setup_json.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "countries.h"
#include "nearest.h"

static const char *const status_names[] = {"active", "suspended", "closed"};

static bool read_status(struct text name, enum account_status *ret, struct fail *why)
{
    for (int i = 0; i < 3; i++) {
        if (text_is(name, status_names[i])) {
            *ret = (enum account_status)i;
            return true;
        }
    }
    return fail_set(why, "status: '%.*s' is not one of active, suspended, closed", TEXT_ARGS(name));
}

static bool read_plan(struct text name, const struct account_plan **ret, struct fail *why)
{
    *ret = account_plan_find(name);
    if (*ret == NULL)
        return fail_set(why, "plan: '%.*s' is not one of paid, test, trial-legacy", TEXT_ARGS(name));
    if ((*ret)->id == PLAN_TRIAL_UNITS)
        return fail_set(why, "plan: trial-units is not in this version");
    return true;
}

static bool read_countries(const json_t *list, struct setup_room *room, struct account_setup *ret,
                           struct fail *why)
{
    size_t i;
    json_t *item;
    if (!json_is_array(list))
        return fail_set(why, "countries: a list of ISO country codes is wanted");
    ret->countries_listed = true;
    json_array_foreach(list, i, item)
    {
        if (!json_is_string(item))
            return fail_set(why, "countries: item %zu is no text", i);
        if (json_string_length(item) != 2) /* a comma would make two of it */
            return fail_set(why, "countries: '%s' is no ISO country code", json_string_value(item));
        if (i > 0)
            text_put_char(&room->countries, ',');
        text_put_z(&room->countries, json_string_value(item));
    }
    ret->countries = text_buf_view(&room->countries);
    return true;
}

static const char *const account_keys[] = {
    "sid",     "token", "friendly_name", "balance",   "home",       "number", "whatsapp",
    "sms_url", "plan",  "status",        "countries", "sent-today", NULL};

/* The slot of a text that needs no reading. */
static bool is_text_key(const char *key, struct account_setup *setup, struct text **ret)
{
    struct {
        const char *key;
        struct text *slot;
    } rows[] = {
        {"sid", &setup->sid},           {"token", &setup->token},    {"friendly_name", &setup->friendly_name},
        {"balance", &setup->balance},   {"home", &setup->home},      {"number", &setup->number},
        {"whatsapp", &setup->whatsapp}, {"sms_url", &setup->sms_url}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(key, rows[i].key) == 0) {
            *ret = rows[i].slot;
            return true;
        }
    }
    return false;
}

static bool read_account_key(const char *key, const json_t *value, struct setup_room *room,
                             struct account_setup *ret, struct fail *why)
{
    struct text text = json_is_string(value) ? text_of(json_string_value(value)) : TEXT_NONE, *slot;
    if (!nearest_knows_key(key, account_keys, NULL, why))
        return false;
    if (strcmp(key, "countries") == 0)
        return read_countries(value, room, ret, why);
    if (strcmp(key, "sent-today") == 0) {
        ret->sent_today = json_integer_value(value);
        return (json_is_integer(value) && ret->sent_today >= 0) ||
               fail_set(why, "sent-today: a whole number is wanted");
    }
    if (text.at == NULL)
        return fail_set(why, "%s: a text is wanted", key);
    if (strcmp(key, "plan") == 0)
        return read_plan(text, &ret->plan, why);
    if (strcmp(key, "status") == 0)
        return read_status(text, &ret->status, why);
    REQUIRE(is_text_key(key, ret, &slot));
    *slot = text;
    return true;
}

bool setup_json_account(const json_t *json, struct setup_room *room, struct account_setup *ret,
                        struct fail *why)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)json, key,
                        value) if (!read_account_key(key, value, room, ret, why)) return false;
    return true;
}

json_t *setup_json_of_account(const struct account *account)
{
    const char *number = account->number_count > 0 ? account->numbers[0].e164 : "";
    const char *token = account->adopted ? NULL : account->token;
    return json_pack("{s:s, s:s?, s:s, s:s, s:s, s:s, s:s, s:s, s:I}", "account_sid", account->sid,
                     "auth_token", token, "number", number, "whatsapp", account->whatsapp, "plan",
                     account->plan->name, "status", status_names[account->status], "home", account->home,
                     "balance", account->balance, "sent_today", (json_int_t)account->sent_today);
}

static bool read_line(struct text name, enum number_line *ret, struct fail *why)
{
    for (int line = 0; line < LINE_COUNT; line++) {
        if (text_is(name, number_line_name((enum number_line)line))) {
            *ret = (enum number_line)line;
            return true;
        }
    }
    return fail_set(why, "line: '%.*s' is not one of mobile, landline, voip, premium, unknown",
                    TEXT_ARGS(name));
}

static bool read_whatsapp(const json_t *value, enum whatsapp_state *ret, struct fail *why)
{
    static const struct {
        const char *name;
        enum whatsapp_state state;
    } words[] = {{"joined", WHATSAPP_JOINED},
                 {"outside-window", WHATSAPP_OUTSIDE_WINDOW},
                 {"blocked", WHATSAPP_BLOCKED}};
    if (json_is_boolean(value)) {
        *ret = json_is_true(value) ? WHATSAPP_OPEN : WHATSAPP_NONE;
        return true;
    }
    for (size_t i = 0; json_is_string(value) && i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(json_string_value(value), words[i].name) == 0) {
            *ret = words[i].state;
            return true;
        }
    }
    return fail_set(why, "whatsapp: true, false, joined, outside-window or blocked is wanted");
}

/* A number that nobody of the account has yet. */
static bool invent(const struct account *account, const char *country, enum number_line line,
                   char out[E164_BYTES], struct fail *why)
{
    enum number_line wanted = line == LINE_LANDLINE ? LINE_LANDLINE : LINE_MOBILE;
    for (unsigned index = 1; number_invented(country, wanted, index, out); index++) {
        bool taken = false;
        for (size_t i = 0; i < account->person_count && !taken; i++)
            taken = strcmp(account->people[i].e164, out) == 0;
        if (!taken)
            return true;
    }
    return fail_set(why, "no invented %s number is left in %s; give a number", number_line_name(wanted),
                    country);
}

struct person_reading {
    struct person *person;
    struct text number; /* TEXT_NONE: one is to be invented */
    char country[3];
    struct fail *why;
};

static bool read_number_key(struct person_reading *reading, struct text text)
{
    reading->number = text;
    return true;
}

static bool read_country_key(struct person_reading *reading, struct text text)
{
    snprintf(reading->country, 3, "%.*s", TEXT_ARGS(text));
    return (text.len == 2 && country_known(reading->country)) ||
           fail_set(reading->why, "country: '%.*s' is no ISO country code", TEXT_ARGS(text));
}

static bool read_name_key(struct person_reading *reading, struct text text)
{
    struct person *person = reading->person;
    snprintf(person->name, sizeof person->name, "%.*s", TEXT_ARGS(text));
    return text.len < NAME_BYTES || fail_set(reading->why, "name: more than %d characters", NAME_BYTES - 1);
}

static bool read_line_key(struct person_reading *reading, struct text text)
{
    return read_line(text, &reading->person->line, reading->why);
}

/* A key is a text, true or false, or (whatsapp) either. */
static const struct {
    const char *key;
    bool (*read_text)(struct person_reading *reading, struct text text);
    size_t flag_at; /* in struct person, where there is no read_text */
} person_keys[] = {
    {"name", read_name_key, 0},
    {"number", read_number_key, 0},
    {"country", read_country_key, 0},
    {"line", read_line_key, 0},
    {"verified", NULL, offsetof(struct person, verified)},
    {"reachable", NULL, offsetof(struct person, reachable)},
    {"opted-out", NULL, offsetof(struct person, opted_out)},
    {"whatsapp", NULL, 0},
};

enum { PERSON_KEY_COUNT = sizeof person_keys / sizeof person_keys[0] };

static bool read_person_key(struct person_reading *reading, const char *key, const json_t *value)
{
    const char *known[PERSON_KEY_COUNT + 1] = {NULL};
    size_t row = 0;
    for (size_t i = 0; i < PERSON_KEY_COUNT; i++)
        known[i] = person_keys[i].key;
    if (!nearest_knows_key(key, known, NULL, reading->why))
        return false;
    while (strcmp(known[row], key) != 0)
        row++;
    if (strcmp(key, "whatsapp") == 0)
        return read_whatsapp(value, &reading->person->whatsapp, reading->why);
    if (person_keys[row].read_text != NULL)
        return json_is_string(value) ? person_keys[row].read_text(reading, text_of(json_string_value(value)))
                                     : fail_set(reading->why, "%s: a text is wanted", key);
    *(bool *)((char *)reading->person + person_keys[row].flag_at) = json_is_true(value);
    return json_is_boolean(value) || fail_set(reading->why, "%s: true or false is wanted", key);
}

bool setup_json_person(const json_t *json, const struct account *account, struct person *ret,
                       struct fail *why)
{
    struct person_reading reading = {.person = ret, .number = TEXT_NONE, .why = why};
    const char *key;
    json_t *value;
    *ret = (struct person){.line = LINE_UNKNOWN, .reachable = true, .whatsapp = WHATSAPP_OPEN};
    snprintf(reading.country, sizeof reading.country, "%s", account->home);
    json_object_foreach((json_t *)(uintptr_t)json, key,
                        value) if (!read_person_key(&reading, key, value)) return false;
    struct text number = reading.number;
    if (number.at == NULL)
        return invent(account, reading.country, ret->line, ret->e164, why);
    if (number.len < 4 || number.len >= sizeof ret->e164 || number.at[0] != '+' ||
        !text_all_digits(text_from(number, 1)))
        return fail_set(why, "number: '%.*s' is not + and up to 15 digits", TEXT_ARGS(number));
    snprintf(ret->e164, sizeof ret->e164, "%.*s", TEXT_ARGS(number));
    return true;
}

static bool keeps_number(const json_t *json, const struct person *known)
{
    struct text country = json_text(json, "country");
    struct number number;
    number_judge(text_of(known->e164), &number);
    return json_object_get(json, "number") == NULL &&
           (country.at == NULL || text_is(country, number.country));
}

static void note(struct changes *changes, const struct account *account, const char *e164)
{
    if (changes != NULL)
        changes_person(changes, account, e164);
}

static void forget(struct account *account, struct changes *changes, struct person *person)
{
    char e164[E164_BYTES];
    memcpy(e164, person->e164, sizeof e164);
    account_remove_person(account, person);
    note(changes, account, e164);
}

struct person *setup_json_put_person(struct account *account, struct ids *ids, struct changes *changes,
                                     const json_t *json, struct fail *why)
{
    struct person person;
    struct text name = json_text(json, "name");
    if (!setup_json_person(json, account, &person, why))
        return NULL;
    struct person *known = name.len == 0 ? NULL : account_person_named(account, name);
    if (known != NULL && keeps_number(json, known))
        memcpy(person.e164, known->e164, sizeof person.e164);
    else if (known != NULL)
        forget(account, changes, known);
    if (person.whatsapp == WHATSAPP_JOINED)
        person_join_sandbox(&person, clock_mono_ms());
    note(changes, account, person.e164);
    return account_set_person(account, ids, &person, clock_wall_ms());
}

static json_t *whatsapp_json(enum whatsapp_state state)
{
    static const char *const words[] = {[WHATSAPP_JOINED] = "joined",
                                        [WHATSAPP_OUTSIDE_WINDOW] = "outside-window",
                                        [WHATSAPP_BLOCKED] = "blocked"};
    return state <= WHATSAPP_OPEN ? json_boolean(state == WHATSAPP_OPEN) : json_string(words[state]);
}

json_t *setup_json_of_person(const struct person *person)
{
    struct number number;
    number_judge(text_of(person->e164), &number);
    struct text national = number_national(&number);
    enum number_line line = person->line != LINE_UNKNOWN ? person->line : number.line;
    json_t *json =
        json_pack("{s:s, s:s, s:s, s:s, s:b, s:b, s:b}", "name", person->name, "number", person->e164,
                  "country", number.country, "line", number_line_name(line), "verified", person->verified,
                  "reachable", person->reachable, "opted-out", person->opted_out);
    json_set(json, "national", json_of_text(national.at == NULL ? TEXT("") : national));
    json_set(json, "whatsapp", whatsapp_json(person->whatsapp));
    return json;
}
