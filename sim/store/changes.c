/* What was noted, and the rows that are made of it. */
#include "changes.h"

#include <stdio.h>

#include "clock.h"
#include "mem.h"
#include "row_words.h"
#include "sim.h"

enum { UNSAVED_COUNTS = 1, UNSAVED_ALL = 2 };

struct changed_person {
    unsigned tenant;
    char e164[E164_BYTES];
};

/* One moment on both clocks: deadlines are kept by the wall clock, the other one is new in each process. */
struct taking {
    struct text_buf *out;
    struct journal_stamp now;
};

void changes_release(struct changes *changes)
{
    text_buf_release(&changes->rows);
    mem_free(changes->messages);
    mem_free(changes->people);
}

void changes_message(struct changes *changes, uint64_t number)
{
    if (!changes->on)
        return;
    changes->touched = true;
    if (changes->message_count > 0 && changes->messages[changes->message_count - 1] == number)
        return; /* nearly always: a message changes several times in one request */
    if (changes->message_count == changes->message_room) {
        changes->message_room = changes->message_room == 0 ? 64 : changes->message_room * 2;
        changes->messages = mem_resize(changes->messages, changes->message_room * sizeof *changes->messages);
    }
    changes->messages[changes->message_count++] = number;
}

static void mark(struct changes *changes, struct account *account, unsigned what)
{
    if (!changes->on)
        return;
    changes->touched = changes->accounts = true;
    account->unsaved |= what;
}

void changes_account(struct changes *changes, struct account *account)
{
    mark(changes, account, UNSAVED_ALL);
    changes->simulator = true;
}

void changes_counts(struct changes *changes, struct account *account)
{
    mark(changes, account, UNSAVED_COUNTS);
}

void changes_person(struct changes *changes, const struct account *account, const char *e164)
{
    if (!changes->on)
        return;
    changes->touched = true;
    changes->people = mem_resize(changes->people, (changes->person_count + 1) * sizeof *changes->people);
    struct changed_person *person = &changes->people[changes->person_count++];
    person->tenant = account->tenant;
    snprintf(person->e164, sizeof person->e164, "%s", e164);
}

void changes_row(struct changes *changes, const struct row *row)
{
    if (!changes->on)
        return;
    changes->touched = true;
    changes->rows.max_bytes = SIZE_MAX / 2;
    row_write(row, &changes->rows);
}

void changes_drop(struct changes *changes)
{
    text_buf_clear(&changes->rows);
    changes->message_count = changes->person_count = 0;
    changes->touched = false;
}

void changes_reset(struct changes *changes)
{
    struct row clear = row_of(TABLE_SIMULATOR, ROW_CLEAR);
    changes_drop(changes);
    changes->simulator = true;
    changes_row(changes, &clear);
}

void changes_begin(struct sim *sim, bool all)
{
    struct changes *changes = &sim->changes;
    changes->on = true;
    changes->simulator = true;
    changes->journal_saved = all ? (struct journal_place){0} : journal_end(&sim->journal);
    changes->journal_oldest = journal_oldest(&sim->journal);
    changes->messages_oldest = messages_oldest(&sim->messages);
    for (size_t i = 0; all && i < sim->accounts.count; i++)
        changes_account(changes, sim->accounts.items[i]);
    for (uint64_t n = messages_oldest(&sim->messages); all && n <= sim->messages.last_number; n++)
        changes_message(changes, n);
}

bool changes_end(struct sim *sim)
{
    struct changes *changes = &sim->changes;
    bool touched = changes->touched || changes->journal_saved.n != sim->journal.last_n;
    changes->touched = false;
    if (touched)
        changes->ticket++;
    return touched;
}

/* ---- rows */

static int64_t wall_of(const struct taking *taking, int64_t mono_ms)
{
    return mono_ms == 0 ? 0 : taking->now.wall_ms + mono_ms - taking->now.mono_ms;
}

static void put_account(const struct taking *taking, const struct account *account)
{
    char countries[ACCOUNT_COUNTRIES_MAX * 3 + 1] = "";
    struct row row = row_of(TABLE_ACCOUNT, ROW_PUT);
    for (size_t i = 0; i < account->country_count; i++)
        snprintf(countries + (i == 0 ? 0 : i * 3 - 1), 4, "%s%s", i == 0 ? "" : ",", account->countries[i]);
    row_int(&row, account->tenant);
    row_text(&row, sid_text(account->sid));
    row_z(&row, account->token);
    row_z(&row, account->friendly_name);
    row_z(&row, account->plan->name);
    row_z(&row, word_of_account_status((int)account->status));
    row_z(&row, account->balance);
    row_z(&row, account->home);
    row_z(&row, account->countries_listed ? countries : NULL);
    row_z(&row, account->whatsapp);
    row_int(&row, account->created_wall_ms);
    row_int(&row, account->sent_day_wall_ms);
    row_int(&row, account->sent_today);
    row_int(&row, account->last_fault_number);
    row_int(&row, account->adopted);
    row_write(&row, taking->out);
}

static void put_fault(const struct taking *taking, const struct account *account,
                      const struct planned_fault *fault)
{
    struct row row = row_of(TABLE_FAULT, ROW_PUT);
    row_int(&row, account->tenant);
    row_int(&row, fault->number);
    row_z(&row, fault->id);
    row_z(&row, fault->source);
    row_int(&row, wall_of(taking, fault->rule.armed_mono_ms));
    row_int(&row, fault->rule.matched);
    row_int(&row, fault->rule.hits);
    row_int(&row, !fault->rule.off);
    row_write(&row, taking->out);
}

static void put_counts(const struct taking *taking, const struct account *account)
{
    put_account(taking, account);
    for (size_t i = 0; i < account->fault_count; i++)
        put_fault(taking, account, account->faults[i]);
}

static void put_person(const struct taking *taking, const struct account *account,
                       const struct person *person)
{
    struct row row = row_of(TABLE_PERSON, ROW_PUT);
    row_int(&row, account->tenant);
    row_z(&row, person->e164);
    row_z(&row, person->name);
    row_z(&row, number_line_name(person->line));
    row_int(&row, person->verified);
    row_int(&row, person->reachable);
    row_int(&row, person->opted_out);
    row_z(&row, word_of_whatsapp((int)person->whatsapp));
    row_int(&row, wall_of(taking, person->window_until_mono_ms));
    row_int(&row, wall_of(taking, person->joined_until_mono_ms));
    row_write(&row, taking->out);
}

static void put_caller_id(const struct taking *taking, const struct account *account,
                          const struct caller_id *caller_id)
{
    struct row row = row_of(TABLE_CALLER_ID, ROW_PUT);
    row_int(&row, account->tenant);
    row_z(&row, caller_id->e164);
    row_z(&row, caller_id->sid);
    row_z(&row, caller_id->friendly_name);
    row_int(&row, caller_id->created_wall_ms);
    row_write(&row, taking->out);
}

static void put_opt_out(const struct taking *taking, const struct account *account,
                        const struct opt_out *opt_out)
{
    struct row row = row_of(TABLE_OPT_OUT, ROW_PUT);
    row_int(&row, account->tenant);
    row_z(&row, opt_out->handset);
    row_z(&row, opt_out->sender);
    row_write(&row, taking->out);
}

/* Removes the rows of a table that have this tenant, and this second column unless it is NULL. */
static void remove_rows(const struct taking *taking, enum store_table table, unsigned tenant,
                        const char *second)
{
    struct row row = row_of(table, ROW_REMOVE);
    row_int(&row, tenant);
    if (second != NULL)
        row_z(&row, second);
    row_write(&row, taking->out);
}

static void put_credentials(const struct taking *taking, const struct account *account)
{
    for (size_t i = 0; i < account->key_count; i++) {
        struct row row = row_of(TABLE_API_KEY, ROW_PUT);
        row_int(&row, account->tenant);
        row_z(&row, account->keys[i].sid);
        row_z(&row, account->keys[i].secret);
        row_write(&row, taking->out);
    }
    for (size_t i = 0; i < account->number_count; i++) {
        struct row row = row_of(TABLE_NUMBER, ROW_PUT);
        row_int(&row, account->tenant);
        row_z(&row, account->numbers[i].sid);
        row_z(&row, account->numbers[i].e164);
        row_int(&row, account->numbers[i].sms);
        row_z(&row, account->numbers[i].sms_url);
        row_write(&row, taking->out);
    }
}

static void put_all_of(const struct taking *taking, const struct account *account)
{
    static const enum store_table parts[] = {TABLE_API_KEY,   TABLE_NUMBER,  TABLE_PERSON,
                                             TABLE_CALLER_ID, TABLE_OPT_OUT, TABLE_FAULT};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        remove_rows(taking, parts[i], account->tenant, NULL);
    put_counts(taking, account);
    put_credentials(taking, account);
    for (size_t i = 0; i < account->person_count; i++)
        put_person(taking, account, &account->people[i]);
    for (size_t i = 0; i < account->caller_id_count; i++)
        put_caller_id(taking, account, &account->caller_ids[i]);
    for (size_t i = 0; i < account->opt_out_count; i++)
        put_opt_out(taking, account, &account->opt_outs[i]);
}

static void take_accounts(struct sim *sim, const struct taking *taking)
{
    for (size_t i = 0; i < sim->accounts.count && sim->changes.accounts; i++) {
        struct account *account = sim->accounts.items[i];
        if (account->unsaved & UNSAVED_ALL)
            put_all_of(taking, account);
        else if (account->unsaved & UNSAVED_COUNTS)
            put_counts(taking, account);
        account->unsaved = 0;
    }
    sim->changes.accounts = false;
}

static void take_person(struct sim *sim, const struct taking *taking, const struct changed_person *changed)
{
    struct account *account = accounts_at(&sim->accounts, changed->tenant);
    if (account == NULL)
        return;
    struct text number = text_of(changed->e164);
    const struct person *person = account_person(account, number);
    const struct caller_id *caller_id = account_caller_id(account, number);
    remove_rows(taking, TABLE_OPT_OUT, account->tenant, changed->e164);
    for (size_t i = 0; i < account->opt_out_count; i++)
        if (text_is(number, account->opt_outs[i].handset))
            put_opt_out(taking, account, &account->opt_outs[i]);
    if (person == NULL)
        remove_rows(taking, TABLE_PERSON, account->tenant, changed->e164);
    else
        put_person(taking, account, person);
    if (caller_id == NULL)
        remove_rows(taking, TABLE_CALLER_ID, account->tenant, changed->e164);
    else
        put_caller_id(taking, account, caller_id);
}

static void take_message(const struct taking *taking, const struct message *message)
{
    struct row row = row_of(TABLE_MESSAGE, ROW_PUT);
    row_int(&row, (int64_t)message->number);
    row_int(&row, message->tenant);
    row_text(&row, sid_text(message->sid));
    row_z(&row, channel_name((enum channel)message->channel));
    row_z(&row, word_of_direction(message->direction));
    row_z(&row, message_state_name((enum message_state)message->state));
    row_int(&row, message->media_count);
    row_int(&row, message->redacted);
    row_int(&row, message->deleted);
    row_int(&row, message->segments);
    row_int(&row, message->error_code);
    row_int(&row, message->fault_number);
    row_int(&row, message->created_wall_ms);
    row_int(&row, message->updated_wall_ms);
    row_int(&row, message->sent_wall_ms);
    for (size_t i = 0; i < MESSAGE_TEXT_COUNT; i++)
        row_text(&row, message->deleted ? TEXT_NONE : message_text(message, (enum message_text)i));
    row_write(&row, taking->out);
}

/* What the maximum pushed out goes from the file as well. */
static void forget_below(const struct taking *taking, enum store_table table, uint64_t oldest,
                         uint64_t *saved)
{
    struct row row = row_of(table, ROW_REMOVE_BELOW);
    if (oldest <= *saved)
        return;
    *saved = oldest;
    row_int(&row, (int64_t)oldest);
    row_write(&row, taking->out);
}

static void take_records(const struct journal *journal, const struct taking *taking,
                         struct journal_place *saved)
{
    struct journal_pack pack;
    while (journal_next_pack(journal, saved, &pack)) {
        struct row row = row_of(TABLE_JOURNAL, ROW_PUT);
        row_int(&row, (int64_t)pack.last_n);
        row_int(&row, (int64_t)pack.first_n);
        row_text(&row, pack.bytes);
        row_write(&row, taking->out);
    }
}

static void take_simulator(const struct sim *sim, const struct taking *taking)
{
    struct row row = row_of(TABLE_SIMULATOR, ROW_PUT);
    row_int(&row, 1);
    row_int(&row, sim->accounts.last_tenant);
    row_int(&row, (int64_t)sim->messages.last_number);
    row_int(&row, (int64_t)sim->messages.dropped);
    row_int(&row, (int64_t)sim->journal.last_n);
    row_int(&row, (int64_t)sim->journal.dropped);
    row_int(&row, (int64_t)sim->starts);
    row_write(&row, taking->out);
}

uint64_t changes_take(struct sim *sim, struct text_buf *out)
{
    struct changes *changes = &sim->changes;
    const struct taking taking = {out, journal_now()};
    uint64_t oldest_message = changes->messages_oldest, oldest_event = changes->journal_oldest;
    text_put(out, text_buf_view(&changes->rows));
    take_accounts(sim, &taking);
    for (size_t i = 0; i < changes->person_count; i++)
        take_person(sim, &taking, &changes->people[i]);
    for (size_t i = 0; i < changes->message_count; i++) {
        const struct message *message = messages_place(&sim->messages, changes->messages[i]);
        if (message != NULL)
            take_message(&taking, message);
    }
    forget_below(&taking, TABLE_MESSAGE, messages_oldest(&sim->messages), &changes->messages_oldest);
    take_records(&sim->journal, &taking, &changes->journal_saved);
    forget_below(&taking, TABLE_JOURNAL, journal_oldest(&sim->journal), &changes->journal_oldest);
    bool dropped = oldest_message != changes->messages_oldest || oldest_event != changes->journal_oldest;
    if (changes->simulator || dropped)
        take_simulator(sim, &taking);
    changes->simulator = false;
    changes_drop(changes);
    return changes->ticket;
}
