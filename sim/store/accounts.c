/* Making and finding accounts. */
#include "accounts.h"

#include <stdio.h>
#include <string.h>

#include "callback_urls.h"
#include "clock.h"
#include "countries.h"
#include "digest.h"
#include "fail.h"
#include "mem.h"
#include "sids.h"

/* The sandbox's shared WhatsApp sender (reference/twilio-messaging.md 6.3): what trial accounts send from. */
static const char sandbox_sender[] = "+14155238886";
/* The sender of the first account: the one number that also works with test credentials (section 7). */
static const char default_number[] = "+15005550006";

void accounts_init(struct accounts *accounts)
{
    *accounts = (struct accounts){0};
}

void accounts_release(struct accounts *accounts)
{
    for (size_t i = 0; i < accounts->count; i++) {
        account_release(accounts->items[i]);
        mem_free(accounts->items[i]);
    }
    mem_free(accounts->items);
    accounts_init(accounts);
}

static void put(char *to, size_t room, struct text given, const char *otherwise)
{
    snprintf(to, room, "%.*s", TEXT_ARGS(given.len > 0 ? given : text_of(otherwise)));
}

static bool set_countries(struct account *account, const struct account_setup *setup, struct fail *why)
{
    account->countries_listed = setup->countries_listed;
    struct text rest = setup->countries, country;
    while (setup->countries_listed && setup->countries.len > 0 && text_split(&rest, ',', &country)) {
        char code[3] = "";
        if (country.len != 2 || account->country_count == ACCOUNT_COUNTRIES_MAX)
            return fail_set(why, "countries: '%.*s' is no ISO country code", TEXT_ARGS(country));
        memcpy(code, country.at, 2);
        if (!country_known(code))
            return fail_set(why, "countries: '%s' is no ISO country code", code);
        memcpy(account->countries[account->country_count++], code, 3);
    }
    return true;
}

static bool set_sid(struct accounts *accounts, struct account *account, struct ids *ids, struct text sid,
                    struct fail *why)
{
    if (sid.len == 0) {
        ids_sid(ids, "AC", account->sid);
        return true;
    }
    if (!sid_is(sid, "AC"))
        return fail_set(why, "account SID '%.*s' is not AC and 32 hex digits", TEXT_ARGS(sid));
    if (accounts_find(accounts, sid) != NULL)
        return fail_set(why, "account %.*s exists already", TEXT_ARGS(sid));
    put(account->sid, sizeof account->sid, sid, "");
    return true;
}

/* A sender that no other account has: the default one for the first, then made-up numbers of the same
 * country. */
static void set_number(struct accounts *accounts, struct account *account, struct ids *ids,
                       struct text wanted, struct text sms_url)
{
    char e164[E164_BYTES];
    snprintf(e164, sizeof e164, "%.*s", TEXT_ARGS(wanted.len > 0 ? wanted : text_of(default_number)));
    for (unsigned i = 0; wanted.len == 0 && accounts_find_number(accounts, text_of(e164)) != NULL; i++)
        if (!number_invented("US", LINE_MOBILE, i, e164))
            return;
    struct owned_number *number = account_add_number(account, ids, e164, true);
    if (number != NULL)
        put(number->sms_url, sizeof number->sms_url, sms_url, "");
}

/* "Basic base64(SID:token)" */
static char *basic_of(const struct account *account)
{
    char pair[SID_BYTES + TOKEN_BYTES];
    struct text_buf out;
    snprintf(pair, sizeof pair, "%s:%s", account->sid, account->token);
    char *encoded = digest_base64_encode(text_of(pair));
    text_buf_init(&out, 512);
    text_putf(&out, "Basic %s", encoded);
    mem_free(encoded);
    return text_buf_take(&out);
}

static bool is_phone_number(struct text e164)
{
    struct text digits = text_from(e164, 1);
    return text_starts(e164, "+") && text_all_digits(digits) && digits.len >= 7 && digits.len <= 15;
}

/* What would otherwise be cut to its room, or stand in every answer as the nonsense it is. */
static bool judge_setup(const struct account_setup *setup, struct fail *why)
{
    const struct {
        const char *key;
        struct text value;
    } numbers[] = {{"number", setup->number}, {"whatsapp", setup->whatsapp}},
      names[] = {{"token", setup->token}, {"friendly_name", setup->friendly_name}};
    double amount;
    for (size_t i = 0; i < 2; i++)
        if (numbers[i].value.len > 0 && !is_phone_number(numbers[i].value))
            return fail_set(why, "%s: '%.*s' is not + and 7 to 15 digits", numbers[i].key,
                            TEXT_ARGS(numbers[i].value));
    for (size_t i = 0; i < 2; i++)
        if (names[i].value.len >= NAME_BYTES)
            return fail_set(why, "%s: more than %d characters", names[i].key, NAME_BYTES - 1);
    bool posts = setup->sms_url.len > 0;
    if (posts && (setup->sms_url.len >= SMS_URL_BYTES || !callback_url_sound(setup->sms_url, true)))
        return fail_set(why, "sms_url: '%.*s' is no http or https URL of less than %d characters",
                        TEXT_ARGS(setup->sms_url), SMS_URL_BYTES);
    if (setup->balance.len > 20 || (setup->balance.len > 0 && !text_to_number(setup->balance, &amount)))
        return fail_set(why, "balance: '%.*s' is not an amount such as 15.50", TEXT_ARGS(setup->balance));
    char home[3] = "";
    if (setup->home.len == 2)
        memcpy(home, setup->home.at, 2);
    return setup->home.len == 0 || country_known(home) ||
           fail_set(why, "home: '%.*s' is no ISO country code", TEXT_ARGS(setup->home));
}

/* What a plan gives who says nothing of it. */
static const char *plan_balance(const struct account_plan *plan)
{
    return plan->balance != NULL ? plan->balance : "20.00";
}

static const char *plan_whatsapp(const struct account *account)
{
    bool is_trial = strcmp(account->plan->account_type, "Trial") == 0;
    return is_trial ? sandbox_sender : account->number_count > 0 ? account->numbers[0].e164 : "";
}

static bool fill(struct accounts *accounts, struct account *account, struct ids *ids,
                 const struct account_setup *setup, struct fail *why)
{
    account->plan = setup->plan != NULL ? setup->plan : account_plan(PLAN_PAID);
    account->status = setup->status;
    if (!judge_setup(setup, why) || !set_sid(accounts, account, ids, setup->sid, why) ||
        !set_countries(account, setup, why))
        return false;
    char token[33];
    put(account->token, sizeof account->token, setup->token, ids_token(ids, token));
    account->basic = basic_of(account);
    put(account->friendly_name, sizeof account->friendly_name, setup->friendly_name,
        "My first Twilio account");
    put(account->balance, sizeof account->balance, setup->balance, plan_balance(account->plan));
    put(account->home, sizeof account->home, setup->home, "CD");
    set_number(accounts, account, ids, setup->number, setup->sms_url);
    put(account->whatsapp, sizeof account->whatsapp, setup->whatsapp, plan_whatsapp(account));
    return true;
}

static void append(struct accounts *accounts, struct account *account)
{
    accounts->items = mem_resize(accounts->items, (accounts->count + 1) * sizeof(struct account *));
    accounts->items[accounts->count++] = account;
}

static void change_plan(struct account *account, const struct account_plan *plan)
{
    bool own_balance = strcmp(account->balance, plan_balance(account->plan)) != 0;
    bool own_whatsapp = strcmp(account->whatsapp, plan_whatsapp(account)) != 0;
    account->plan = plan;
    if (!own_balance)
        put(account->balance, sizeof account->balance, TEXT_NONE, plan_balance(plan));
    if (!own_whatsapp)
        put(account->whatsapp, sizeof account->whatsapp, TEXT_NONE, plan_whatsapp(account));
}

bool account_change(struct account *account, const struct account_setup *setup, struct fail *why)
{
    if (!judge_setup(setup, why))
        return false;
    if (setup->plan != NULL)
        change_plan(account, setup->plan);
    account->status = setup->status;
    if (setup->sent_today != account->sent_today) /* as of now */
        account->sent_day_wall_ms = clock_day_start(clock_wall_ms());
    account->sent_today = setup->sent_today;
    if (setup->balance.len > 0)
        put(account->balance, sizeof account->balance, setup->balance, "");
    if (setup->home.len > 0)
        put(account->home, sizeof account->home, setup->home, "");
    if (!setup->countries_listed)
        return true;
    account->country_count = 0;
    return set_countries(account, setup, why);
}

struct account *accounts_add(struct accounts *accounts, struct ids *ids, const struct account_setup *setup,
                             int64_t wall_ms, struct fail *why)
{
    if (accounts->count == ACCOUNTS_MAX) {
        fail_set(why, "there are %d accounts already", ACCOUNTS_MAX);
        return NULL;
    }
    struct account *account = mem_new(sizeof *account);
    account->created_wall_ms = wall_ms;
    if (!fill(accounts, account, ids, setup, why)) {
        account_release(account);
        mem_free(account);
        return NULL;
    }
    account->tenant = ++accounts->last_tenant;
    account->sent_day_wall_ms = clock_day_start(wall_ms);
    account->sent_today = setup->sent_today;
    append(accounts, account);
    return account;
}

bool accounts_restore(struct accounts *accounts, struct account *account)
{
    if (accounts->count == ACCOUNTS_MAX || accounts_find(accounts, sid_text(account->sid)) != NULL)
        return false;
    account->basic = basic_of(account);
    append(accounts, account);
    return true;
}

struct account *accounts_adopt(struct accounts *accounts, struct ids *ids, const struct account_setup *like,
                               struct text sid, struct text token, int64_t wall_ms)
{
    struct fail why = {0};
    struct account *account = accounts->items[0];
    if (!sid_is(sid, "AC") || token.len == 0 || token.len >= TOKEN_BYTES || memchr(token.at, 0, token.len))
        return NULL;
    if (account->adopted) {
        struct account_setup setup = *like;
        setup.sid = sid;
        setup.token = token;
        setup.number = setup.whatsapp = TEXT_NONE; /* the first account's */
        account = accounts_add(accounts, ids, &setup, wall_ms, &why);
    } else {
        put(account->sid, sizeof account->sid, sid, "");
        put(account->token, sizeof account->token, token, "");
        mem_free(account->basic);
        account->basic = basic_of(account);
    }
    if (account != NULL)
        account->adopted = true;
    return account;
}

struct account *accounts_find(const struct accounts *accounts, struct text sid)
{
    for (size_t i = 0; i < accounts->count; i++)
        if (text_is(sid, accounts->items[i]->sid))
            return accounts->items[i];
    return NULL;
}

struct account *accounts_at(const struct accounts *accounts, unsigned tenant)
{
    for (size_t i = 0; i < accounts->count; i++)
        if (accounts->items[i]->tenant == tenant)
            return accounts->items[i];
    return NULL;
}

struct account *accounts_find_key(const struct accounts *accounts, struct text key_sid,
                                  const struct api_key **ret_key)
{
    for (size_t i = 0; i < accounts->count; i++) {
        struct account *account = accounts->items[i];
        for (size_t k = 0; k < account->key_count; k++) {
            if (text_is(key_sid, account->keys[k].sid)) {
                *ret_key = &account->keys[k];
                return account;
            }
        }
    }
    return NULL;
}

struct account *accounts_find_number(const struct accounts *accounts, struct text e164)
{
    for (size_t i = 0; i < accounts->count; i++)
        if (account_number(accounts->items[i], e164) != NULL)
            return accounts->items[i];
    return NULL;
}
