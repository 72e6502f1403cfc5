/* Courses and callbacks under way as rows of a store that survives, and back. A step is written
 * "delivered:0:2000" (state, code, milliseconds after the creation), an ordered callback
 * "delivered:good:500". */
#include <stdio.h>
#include <string.h>

#include "bounds.h"
#include "mem.h"
#include "restore.h"
#include "schedule_parts.h"

enum { SIGNATURES = 4, LIST_MAX_BYTES = 4096 };

static const char *const ordered_signatures[] = {
    [FAULT_SIGNED_WELL] = "good", [FAULT_SIGNED_WRONG] = "wrong", [FAULT_NOT_SIGNED] = "missing"};

static const char *signature_word(int signature)
{
    return callback_signature_name((enum callback_signature)signature);
}

/* ---- to rows */

void note_journey(struct sim *sim, const struct journey *journey)
{
    struct text_buf steps, ordered;
    struct row row = row_of(TABLE_PROGRESS, ROW_PUT);
    if (!sim->changes.on)
        return;
    text_buf_init(&steps, LIST_MAX_BYTES);
    text_buf_init(&ordered, LIST_MAX_BYTES);
    for (size_t i = 0; i < journey->count; i++)
        text_putf(&steps, "%s%s:%d:%lld", i == 0 ? "" : ",", message_state_name(journey->steps[i].state),
                  journey->steps[i].code, (long long)journey->steps[i].after_ms);
    for (size_t i = 0; i < journey->ordered_count; i++)
        text_putf(&ordered, "%s%s:%s:%lld", i == 0 ? "" : ",",
                  message_state_name((enum message_state)journey->ordered[i].state),
                  ordered_signatures[journey->ordered[i].signature], (long long)journey->ordered[i].after_ms);
    row_z(&row, journey->sid);
    row_int(&row, journey->began_wall_ms);
    row_int(&row, (int64_t)journey->at);
    row_int(&row, journey->calls_back);
    row_int(&row, (int64_t)journey->ordered_at);
    row_z(&row, text_buf_z(&steps));
    row_z(&row, text_buf_z(&ordered));
    changes_row(&sim->changes, &row);
    text_buf_release(&steps);
    text_buf_release(&ordered);
}

static void note_over(struct sim *sim, enum store_table table, const char *key)
{
    struct row row = row_of(table, ROW_REMOVE);
    row_z(&row, key);
    changes_row(&sim->changes, &row);
}

void note_journey_over(struct sim *sim, const struct journey *journey)
{
    note_over(sim, TABLE_PROGRESS, journey->sid);
}

void note_errand(struct sim *sim, const struct errand *errand)
{
    struct row row = row_of(TABLE_CALLBACK, ROW_PUT);
    row_z(&row, errand->id);
    row_int(&row, errand->tenant);
    row_z(&row, errand->sid);
    row_z(&row, errand->status);
    row_z(&row, callback_signature_name(errand->signature));
    row_int(&row, errand->forged);
    row_z(&row, errand->url);
    row_z(&row, errand->body);
    changes_row(&sim->changes, &row);
}

void note_errand_over(struct sim *sim, const struct errand *errand)
{
    note_over(sim, TABLE_CALLBACK, errand->id);
}

/* ---- and back */

/* The three parts of an item. */
static bool split_item(struct text item, struct text *ret_state, struct text *ret_middle,
                       int64_t *ret_after_ms)
{
    struct text rest = item;
    return text_split(&rest, ':', ret_state) && text_split(&rest, ':', ret_middle) &&
           text_to_int(rest, 0, DURATION_MAX_MS, ret_after_ms);
}

static bool get_step(struct text item, struct progress_step *ret)
{
    struct text state, code;
    int64_t number = 0;
    if (!split_item(item, &state, &code, &ret->after_ms) || !text_to_int(code, 0, 99999, &number))
        return false;
    ret->code = (int)number;
    return message_state_from_name(state, &ret->state);
}

static bool get_order(struct text item, struct fault_callback *ret)
{
    struct text state, signature;
    enum message_state known;
    if (!split_item(item, &state, &signature, &ret->after_ms) || !message_state_from_name(state, &known))
        return false;
    ret->state = (int)known;
    for (int i = 0; i < 3; i++) {
        if (text_is(signature, ordered_signatures[i])) {
            ret->signature = i;
            return true;
        }
    }
    return false;
}

static void get_steps(struct row_reader *in, struct journey *journey)
{
    struct text rest = row_get_text(in), item;
    while (in->fine && rest.len > 0 && text_split(&rest, ',', &item))
        if (journey->count == PROGRESS_STEPS_MAX || !get_step(item, &journey->steps[journey->count++]))
            row_refuse(in);
    if (in->fine && (journey->count == 0 || journey->at > journey->count))
        row_refuse(in);
}

static void get_orders(struct row_reader *in, struct journey *journey)
{
    struct text rest = row_get_text(in), item;
    while (in->fine && rest.len > 0 && text_split(&rest, ',', &item))
        if (journey->ordered_count == FAULT_CALLBACKS_MAX ||
            !get_order(item, &journey->ordered[journey->ordered_count++]))
            row_refuse(in);
    if (in->fine && journey->ordered_at > journey->ordered_count)
        row_refuse(in);
}

static bool restore_journey(struct schedule *schedule, const struct row *row, const struct journal_stamp *now,
                            struct fail *why)
{
    struct journey journey = {0};
    struct row_reader in = row_reader(row, why);
    row_get_z(&in, journey.sid, sizeof journey.sid);
    journey.began_wall_ms = row_get_int(&in, 0, INT64_MAX / 2);
    journey.began_mono_ms = restore_past_ms(now, journey.began_wall_ms);
    journey.at = (size_t)row_get_int(&in, 0, PROGRESS_STEPS_MAX);
    journey.calls_back = row_get_flag(&in);
    journey.ordered_at = (size_t)row_get_int(&in, 0, FAULT_CALLBACKS_MAX);
    get_steps(&in, &journey);
    get_orders(&in, &journey);
    if (in.fine) /* the timer looks what is due, and when the next is */
        schedule_resume(schedule, &journey, now->mono_ms);
    return in.fine;
}

static bool restore_errand(struct schedule *schedule, const struct row *row, struct fail *why)
{
    struct row_reader in = row_reader(row, why);
    struct errand *errand = mem_new(sizeof *errand);
    struct fail unsent = {0};
    row_get_z(&in, errand->id, sizeof errand->id);
    unsigned tenant = (unsigned)row_get_int(&in, 0, UINT32_MAX);
    row_get_z(&in, errand->sid, sizeof errand->sid);
    row_get_z(&in, errand->status, sizeof errand->status);
    errand->signature = (enum callback_signature)row_get_name(&in, signature_word, SIGNATURES);
    errand->forged = row_get_flag(&in);
    errand->url = text_copy(row_get_text(&in));
    errand->body = text_copy(row_get_text(&in));
    struct account *account = accounts_at(&schedule->sim->accounts, tenant);
    if (in.fine && account != NULL)
        schedule_send(schedule, errand, account, &unsent); /* what came of it stands in the journal */
    else
        errand_free(errand);
    return in.fine;
}

bool schedule_restore(struct schedule *schedule, const struct row *row, const struct journal_stamp *now,
                      struct fail *why)
{
    if (row->table == TABLE_PROGRESS)
        return restore_journey(schedule, row, now, why);
    return restore_errand(schedule, row, why);
}
