/* What belongs to one account. Lists are short (a handful of numbers, tens of people), so they are searched
 * linearly; people alone may be many in a load test, which is why they are looked up by number from the end.
 */
#include "account.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "fail.h"
#include "mem.h"

static void put(char *to, size_t room, struct text from)
{
    snprintf(to, room, "%.*s", TEXT_ARGS(from));
}

void person_open_window(struct person *person, int64_t now_mono_ms)
{
    person->window_until_mono_ms = now_mono_ms + WHATSAPP_WINDOW_MS;
}

void person_join_sandbox(struct person *person, int64_t now_mono_ms)
{
    person->whatsapp = WHATSAPP_JOINED;
    person->joined_until_mono_ms = now_mono_ms + WHATSAPP_SANDBOX_MS;
    person_open_window(person, now_mono_ms);
}

bool person_window_is_open(const struct person *person, int64_t now_mono_ms)
{
    return person->whatsapp == WHATSAPP_OPEN || now_mono_ms < person->window_until_mono_ms;
}

bool person_has_joined(const struct person *person, int64_t now_mono_ms)
{
    return person->whatsapp == WHATSAPP_OUTSIDE_WINDOW ||
           (person->whatsapp == WHATSAPP_JOINED && now_mono_ms < person->joined_until_mono_ms);
}

void account_release(struct account *account)
{
    account_clear_faults(account);
    mem_free(account->faults);
    mem_free(account->basic);
    mem_free(account->caller_ids);
    mem_free(account->people);
    mem_free(account->opt_outs);
}

struct person *account_person(struct account *account, struct text e164)
{
    for (size_t i = account->person_count; i-- > 0;)
        if (text_is(e164, account->people[i].e164))
            return &account->people[i];
    return NULL;
}

struct person *account_person_named(struct account *account, struct text name)
{
    for (size_t i = 0; i < account->person_count; i++)
        if (text_is(name, account->people[i].name))
            return &account->people[i];
    return NULL;
}

struct person *account_set_person(struct account *account, struct ids *ids, const struct person *person,
                                  int64_t wall_ms)
{
    struct text number = text_of(person->e164);
    struct person *slot = account_person(account, number);
    if (slot == NULL) {
        account->people = mem_resize(account->people, (account->person_count + 1) * sizeof *account->people);
        slot = &account->people[account->person_count++];
    }
    *slot = *person;
    struct caller_id *caller_id = account_caller_id(account, number);
    if (person->verified && caller_id == NULL)
        account_add_caller_id(account, ids, person->e164, person->name[0] ? person->name : person->e164,
                              wall_ms);
    if (!person->verified && caller_id != NULL)
        account_remove_caller_id(account, text_of(caller_id->sid));
    return slot;
}

void account_remove_person(struct account *account, struct person *person)
{
    size_t at = (size_t)(person - account->people);
    REQUIRE(at < account->person_count);
    struct caller_id *caller_id = account_caller_id(account, text_of(person->e164));
    if (caller_id != NULL)
        account_remove_caller_id(account, text_of(caller_id->sid));
    account->person_count--;
    memmove(person, person + 1, (account->person_count - at) * sizeof *person);
}

struct owned_number *account_number(struct account *account, struct text e164)
{
    for (size_t i = 0; i < account->number_count; i++)
        if (text_is(e164, account->numbers[i].e164))
            return &account->numbers[i];
    return NULL;
}

struct owned_number *account_add_number(struct account *account, struct ids *ids, const char *e164, bool sms)
{
    if (account->number_count == ACCOUNT_NUMBERS_MAX)
        return NULL;
    struct owned_number *number = &account->numbers[account->number_count++];
    *number = (struct owned_number){.sms = sms};
    ids_sid(ids, "PN", number->sid);
    put(number->e164, sizeof number->e164, text_of(e164));
    return number;
}

struct caller_id *account_caller_id(struct account *account, struct text e164)
{
    for (size_t i = 0; i < account->caller_id_count; i++)
        if (text_is(e164, account->caller_ids[i].e164))
            return &account->caller_ids[i];
    return NULL;
}

struct caller_id *account_add_caller_id(struct account *account, struct ids *ids, const char *e164,
                                        const char *name, int64_t wall_ms)
{
    account->caller_ids =
        mem_resize(account->caller_ids, (account->caller_id_count + 1) * sizeof *account->caller_ids);
    struct caller_id *added = &account->caller_ids[account->caller_id_count++];
    *added = (struct caller_id){.created_wall_ms = wall_ms};
    ids_sid(ids, "PN", added->sid);
    put(added->e164, sizeof added->e164, text_of(e164));
    put(added->friendly_name, sizeof added->friendly_name, text_of(name));
    return added;
}

bool account_remove_caller_id(struct account *account, struct text sid)
{
    for (size_t i = 0; i < account->caller_id_count; i++) {
        if (!text_is(sid, account->caller_ids[i].sid))
            continue;
        struct person *person = account_person(account, text_of(account->caller_ids[i].e164));
        if (person != NULL)
            person->verified = false;
        account->caller_id_count--;
        memmove(&account->caller_ids[i], &account->caller_ids[i + 1],
                (account->caller_id_count - i) * sizeof *account->caller_ids);
        return true;
    }
    return false;
}

static size_t find_opt_out(const struct account *account, struct text handset, struct text sender)
{
    size_t i = 0;
    while (i < account->opt_out_count &&
           !(text_is(handset, account->opt_outs[i].handset) && text_is(sender, account->opt_outs[i].sender)))
        i++;
    return i;
}

bool account_has_opt_out(const struct account *account, struct text handset, struct text sender)
{
    return find_opt_out(account, handset, sender) < account->opt_out_count;
}

void account_set_opt_out(struct account *account, struct text handset, struct text sender, bool out)
{
    size_t at = find_opt_out(account, handset, sender);
    bool is_out = at < account->opt_out_count;
    if (is_out && !out)
        account->opt_outs[at] = account->opt_outs[--account->opt_out_count];
    if (is_out || !out)
        return;
    account->opt_outs =
        mem_resize(account->opt_outs, (account->opt_out_count + 1) * sizeof *account->opt_outs);
    struct opt_out *added = &account->opt_outs[account->opt_out_count++];
    put(added->handset, sizeof added->handset, handset);
    put(added->sender, sizeof added->sender, sender);
}

bool account_may_send_to(const struct account *account, const char *country)
{
    if (!account->countries_listed)
        return !account->plan->home_country_only || strcmp(country, account->home) == 0;
    for (size_t i = 0; i < account->country_count; i++)
        if (strcmp(account->countries[i], country) == 0)
            return true;
    return false;
}

int64_t account_sent_today(struct account *account, int64_t wall_ms)
{
    int64_t day = clock_day_start(wall_ms);
    if (account->sent_day_wall_ms != day) {
        account->sent_day_wall_ms = day;
        account->sent_today = 0;
    }
    return account->sent_today;
}

void account_count_sent(struct account *account, int64_t wall_ms)
{
    account->sent_today = account_sent_today(account, wall_ms) + 1;
}

void planned_fault_free(struct planned_fault *fault)
{
    if (fault == NULL)
        return;
    for (size_t i = 0; i < sizeof fault->texts / sizeof fault->texts[0]; i++)
        mem_free(fault->texts[i]);
    mem_free(fault->source);
    mem_free(fault);
}

bool account_add_fault(struct account *account, struct planned_fault *fault)
{
    if (account->fault_count == ACCOUNT_FAULTS_MAX)
        return false;
    fault->number = ++account->last_fault_number;
    account->faults = mem_resize(account->faults, (account->fault_count + 1) * sizeof *account->faults);
    account->faults[account->fault_count++] = fault;
    return true;
}

/* Where it stands; fault_count when it is nowhere. */
static size_t fault_place(const struct account *account, struct text name)
{
    int64_t number = 0; /* nobody's */
    size_t i = 0;
    text_to_int(name, 1, INT32_MAX, &number);
    while (i < account->fault_count && account->faults[i]->number != number &&
           !text_is(name, account->faults[i]->id))
        i++;
    return i;
}

struct planned_fault *account_fault(const struct account *account, struct text name)
{
    size_t i = fault_place(account, name);
    return i < account->fault_count ? account->faults[i] : NULL;
}

bool account_remove_fault(struct account *account, struct text name)
{
    size_t i = fault_place(account, name);
    if (i == account->fault_count)
        return false;
    planned_fault_free(account->faults[i]);
    account->fault_count--;
    memmove(&account->faults[i], &account->faults[i + 1],
            (account->fault_count - i) * sizeof *account->faults);
    return true;
}

void account_clear_faults(struct account *account)
{
    for (size_t i = 0; i < account->fault_count; i++)
        planned_fault_free(account->faults[i]);
    account->fault_count = 0;
}
