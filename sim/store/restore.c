/* Rows become accounts, people, messages and records again. */
#include "restore.h"

#include <stdio.h>
#include <string.h>

#include "countries.h"
#include "mem.h"
#include "row_words.h"
#include "sids.h"

static const int64_t year_9999_ms = INT64_C(253402300800000);

void restore_begin(struct sim *sim)
{
    accounts_release(&sim->accounts);
    messages_clear(&sim->messages);
    journal_clear(&sim->journal);
    sim->messages.last_number = sim->messages.dropped = 0;
    /* Whoever listens to events must not miss the next ones. */
    sim->restored_events = sim->journal.last_n;
    sim->journal.last_n = sim->journal.dropped = 0;
    sim->generation++;
}

bool restore_end(struct sim *sim, struct fail *why)
{
    journal_skip_to(&sim->journal, sim->restored_events);
    return sim->accounts.count > 0 || fail_set(why, "the table account is empty");
}

struct account *restore_owner(struct sim *sim, struct row_reader *reader)
{
    unsigned tenant = (unsigned)row_get_int(reader, 1, UINT32_MAX);
    struct account *account = reader->fine ? accounts_at(&sim->accounts, tenant) : NULL;
    if (account == NULL && reader->fine)
        row_refuse(reader);
    return account;
}

int64_t restore_past_ms(const struct journal_stamp *now, int64_t wall_ms)
{
    int64_t ago = now->wall_ms - wall_ms;
    return now->mono_ms - (ago > 0 ? ago : 0);
}

/* A deadline that is at most `longest` ahead when it is made; 0 = none. */
static int64_t ahead_ms(const struct journal_stamp *now, int64_t wall_ms, int64_t longest_ms)
{
    int64_t left = wall_ms - now->wall_ms;
    if (wall_ms == 0)
        return 0;
    return now->mono_ms + (left < longest_ms ? left : longest_ms);
}

static int64_t get_date(struct row_reader *reader)
{
    return row_get_int(reader, -year_9999_ms, year_9999_ms);
}

static void restore_simulator(struct sim *sim, struct row_reader *in)
{
    row_get_int(in, 1, 1);
    sim->accounts.last_tenant = (unsigned)row_get_int(in, 1, UINT32_MAX);
    sim->messages.last_number = (uint64_t)row_get_int(in, 0, INT64_MAX / 2);
    sim->messages.dropped = (uint64_t)row_get_int(in, 0, INT64_MAX / 2);
    uint64_t last_event = (uint64_t)row_get_int(in, 0, INT64_MAX / 2);
    if (sim->restored_events < last_event)
        sim->restored_events = last_event;
    sim->journal.dropped = (uint64_t)row_get_int(in, 0, INT64_MAX / 2);
    sim->starts = (uint64_t)row_get_int(in, 0, INT64_MAX / 2);
}

static void get_countries(struct row_reader *in, struct account *account)
{
    struct text rest = row_get_text(in), country;
    account->countries_listed = rest.at != NULL;
    while (rest.len > 0 && text_split(&rest, ',', &country)) {
        char code[3] = "";
        if (country.len == 2)
            memcpy(code, country.at, 2);
        if (!country_known(code) || account->country_count == ACCOUNT_COUNTRIES_MAX) {
            row_refuse(in);
            return;
        }
        memcpy(account->countries[account->country_count++], code, sizeof code);
    }
}

static void get_sid(struct row_reader *in, const char *prefix, char out[SID_BYTES])
{
    row_get_z(in, out, SID_BYTES);
    if (in->fine && !sid_is(text_of(out), prefix))
        row_refuse(in);
}

static void restore_account(struct sim *sim, struct row_reader *in)
{
    struct account *account = mem_new(sizeof *account);
    account->tenant = (unsigned)row_get_int(in, 1, UINT32_MAX);
    get_sid(in, "AC", account->sid);
    row_get_z(in, account->token, sizeof account->token);
    row_get_z(in, account->friendly_name, sizeof account->friendly_name);
    account->plan = account_plan((enum account_plan_id)row_get_name(in, word_of_plan, PLAN_COUNT));
    account->status = (enum account_status)row_get_name(in, word_of_account_status, ACCOUNT_STATUS_WORDS);
    row_get_z(in, account->balance, sizeof account->balance);
    row_get_z(in, account->home, sizeof account->home);
    get_countries(in, account);
    row_get_z(in, account->whatsapp, sizeof account->whatsapp);
    account->created_wall_ms = get_date(in);
    account->sent_day_wall_ms = get_date(in);
    account->sent_today = row_get_int(in, 0, INT64_MAX / 2);
    account->last_fault_number = (int)row_get_int(in, 0, INT32_MAX - 1);
    account->adopted = row_get_int(in, 0, 1) == 1;
    if (in->fine && accounts_restore(&sim->accounts, account)) {
        if (sim->accounts.last_tenant < account->tenant)
            sim->accounts.last_tenant = account->tenant;
        return;
    }
    if (in->fine)
        row_refuse(in);
    mem_free(account);
}

static void restore_api_key(struct sim *sim, struct row_reader *in)
{
    struct api_key key = {0};
    struct account *account = restore_owner(sim, in);
    get_sid(in, "SK", key.sid);
    row_get_z(in, key.secret, sizeof key.secret);
    if (in->fine && account->key_count < ACCOUNT_KEYS_MAX)
        account->keys[account->key_count++] = key;
    else if (in->fine)
        row_refuse(in);
}

static void restore_number(struct sim *sim, struct row_reader *in)
{
    struct owned_number number = {0};
    struct account *account = restore_owner(sim, in);
    get_sid(in, "PN", number.sid);
    row_get_z(in, number.e164, sizeof number.e164);
    number.sms = row_get_flag(in);
    row_get_z(in, number.sms_url, sizeof number.sms_url);
    if (in->fine && account->number_count < ACCOUNT_NUMBERS_MAX)
        account->numbers[account->number_count++] = number;
    else if (in->fine)
        row_refuse(in);
}

static void restore_person(struct sim *sim, struct row_reader *in, const struct journal_stamp *now)
{
    struct person person = {0};
    struct account *account = restore_owner(sim, in);
    row_get_z(in, person.e164, sizeof person.e164);
    row_get_z(in, person.name, sizeof person.name);
    person.line = (enum number_line)row_get_name(in, word_of_line, LINE_COUNT);
    person.verified = row_get_flag(in);
    person.reachable = row_get_flag(in);
    person.opted_out = row_get_flag(in);
    person.whatsapp = (enum whatsapp_state)row_get_name(in, word_of_whatsapp, WHATSAPP_WORDS);
    person.window_until_mono_ms = ahead_ms(now, get_date(in), WHATSAPP_WINDOW_MS);
    person.joined_until_mono_ms = ahead_ms(now, get_date(in), WHATSAPP_SANDBOX_MS);
    if (!in->fine)
        return;
    account->people = mem_resize(account->people, (account->person_count + 1) * sizeof person);
    account->people[account->person_count++] = person;
}

static void restore_caller_id(struct sim *sim, struct row_reader *in)
{
    struct caller_id caller_id = {0};
    struct account *account = restore_owner(sim, in);
    row_get_z(in, caller_id.e164, sizeof caller_id.e164);
    get_sid(in, "PN", caller_id.sid);
    row_get_z(in, caller_id.friendly_name, sizeof caller_id.friendly_name);
    caller_id.created_wall_ms = get_date(in);
    if (!in->fine)
        return;
    account->caller_ids = mem_resize(account->caller_ids, (account->caller_id_count + 1) * sizeof caller_id);
    account->caller_ids[account->caller_id_count++] = caller_id;
}

static void restore_opt_out(struct sim *sim, struct row_reader *in)
{
    char handset[E164_BYTES], sender[E164_BYTES];
    struct account *account = restore_owner(sim, in);
    row_get_z(in, handset, sizeof handset);
    row_get_z(in, sender, sizeof sender);
    if (in->fine)
        account_set_opt_out(account, text_of(handset), text_of(sender), true);
}

static void restore_message(struct sim *sim, struct row_reader *in, const struct journal_stamp *now)
{
    struct text texts[MESSAGE_TEXT_COUNT];
    struct message message = {.number = (uint64_t)row_get_int(in, 1, INT64_MAX / 2)};
    message.tenant = (unsigned)row_get_int(in, 1, UINT32_MAX);
    row_get_z(in, message.sid, sizeof message.sid);
    message.channel = (uint8_t)row_get_name(in, word_of_channel, CHANNEL_COUNT);
    message.direction = (uint8_t)row_get_name(in, word_of_direction, DIRECTION_WORDS);
    message.state = (uint8_t)row_get_name(in, word_of_state, MESSAGE_STATE_COUNT);
    message.media_count = (uint8_t)row_get_int(in, 0, UINT8_MAX);
    message.redacted = row_get_flag(in);
    message.deleted = row_get_flag(in);
    message.segments = (uint16_t)row_get_int(in, 0, UINT16_MAX);
    message.error_code = (int32_t)row_get_int(in, 0, INT32_MAX);
    message.fault_number = (int32_t)row_get_int(in, 0, INT32_MAX);
    message.created_wall_ms = get_date(in);
    message.updated_wall_ms = get_date(in);
    message.sent_wall_ms = get_date(in);
    message.created_mono_ms = restore_past_ms(now, message.created_wall_ms);
    for (size_t i = 0; i < MESSAGE_TEXT_COUNT; i++)
        texts[i] = row_get_text(in);
    bool sound = strlen(message.sid) == SID_BYTES - 1;
    if (in->fine && !(sound && messages_restore(&sim->messages, &message, texts)))
        row_refuse(in);
}

static void restore_records(struct sim *sim, struct row_reader *in)
{
    struct journal_pack pack = {.last_n = (uint64_t)row_get_int(in, 1, INT64_MAX / 2)};
    pack.first_n = (uint64_t)row_get_int(in, (int64_t)sim->journal.last_n + 1, (int64_t)pack.last_n);
    pack.bytes = row_get_text(in);
    if (in->fine && !journal_put_pack(&sim->journal, &pack))
        row_refuse(in);
}

bool restore_row(struct sim *sim, const struct row *row, const struct journal_stamp *now, struct fail *why)
{
    struct row_reader in = row_reader(row, why);
    switch (row->table) {
    case TABLE_SIMULATOR:
        restore_simulator(sim, &in);
        break;
    case TABLE_ACCOUNT:
        restore_account(sim, &in);
        break;
    case TABLE_API_KEY:
        restore_api_key(sim, &in);
        break;
    case TABLE_NUMBER:
        restore_number(sim, &in);
        break;
    case TABLE_PERSON:
        restore_person(sim, &in, now);
        break;
    case TABLE_CALLER_ID:
        restore_caller_id(sim, &in);
        break;
    case TABLE_OPT_OUT:
        restore_opt_out(sim, &in);
        break;
    case TABLE_MESSAGE:
        restore_message(sim, &in, now);
        break;
    case TABLE_JOURNAL:
        restore_records(sim, &in);
        break;
    case TABLE_FAULT:
    case TABLE_PROGRESS:
    case TABLE_CALLBACK:
    case TABLE_COUNT:
        break;
    }
    return in.fine;
}
