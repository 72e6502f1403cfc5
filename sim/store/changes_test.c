/* What is noted becomes rows once, and only when somebody writes them down. */
#include "changes.h"

#include <stdio.h>

#include "mem.h"
#include "sim.h"
#include "test_support.h"

struct taken {
    struct text_buf bytes;
    uint64_t ticket;
};

static struct sim *simulator(void)
{
    struct fail why = {0};
    struct sim *sim = sim_new(&(struct sim_settings){.seed = 7}, &why);
    assert_non_null(sim);
    return sim;
}

static void take(struct sim *sim, struct taken *ret)
{
    text_buf_init(&ret->bytes, 1 << 20);
    sim_lock(sim);
    ret->ticket = changes_take(sim, &ret->bytes);
    sim_unlock(sim);
}

/* How many rows of that kind were taken; frees nothing. */
static int count(const struct taken *taken, enum store_table table, enum row_op op)
{
    int found = 0;
    struct row row;
    for (struct text rest = text_buf_view(&taken->bytes); row_read(&rest, &row);)
        found += row.table == table && row.op == op;
    return found;
}

static struct message *add_message(struct sim *sim)
{
    struct message fields = {.tenant = 1, .state = MESSAGE_QUEUED, .segments = 1};
    snprintf(fields.sid, sizeof fields.sid, "SM%032x", (unsigned)sim->messages.last_number + 1);
    struct text texts[MESSAGE_TEXT_COUNT] = {
        [MESSAGE_TO] = TEXT("+243810000001"), [MESSAGE_BODY] = TEXT("x")};
    struct message *message = messages_add(&sim->messages, &fields, texts);
    changes_message(&sim->changes, message->number);
    return message;
}

static void nothing_is_noted_while_nobody_writes_it_down(void **state)
{
    (void)state;
    struct sim *sim = simulator();
    sim_lock(sim);
    add_message(sim);
    changes_account(&sim->changes, sim_account(sim));
    changes_person(&sim->changes, sim_account(sim), "+243810000001");
    sim_unlock(sim);
    assert_int_equal(sim->changes.message_count, 0);
    assert_int_equal(sim->changes.person_count, 0);
    assert_int_equal(sim->changes.ticket, 0);
    sim_free(sim);
}

static void what_is_there_already_is_noted_at_the_beginning(void **state)
{
    (void)state;
    struct taken taken;
    struct sim *sim = simulator();
    add_message(sim);
    add_message(sim);
    journal_add(&sim->journal, JOURNAL_REPLY, journal_now(), 0, (struct text[]){TEXT("RQ1"), TEXT("sent")},
                (int64_t[]){0});
    changes_begin(sim, true);
    take(sim, &taken);
    assert_int_equal(count(&taken, TABLE_ACCOUNT, ROW_PUT), 1);
    assert_int_equal(count(&taken, TABLE_NUMBER, ROW_PUT), 1);
    assert_int_equal(count(&taken, TABLE_MESSAGE, ROW_PUT), 2);
    assert_int_equal(count(&taken, TABLE_JOURNAL, ROW_PUT), 1);
    assert_int_equal(count(&taken, TABLE_SIMULATOR, ROW_PUT), 1);
    text_buf_release(&taken.bytes);
    sim_free(sim);
}

static void a_message_that_changes_often_is_one_row_with_its_last_state(void **state)
{
    (void)state;
    struct taken taken;
    struct row row;
    struct sim *sim = simulator();
    changes_begin(sim, false);
    sim_lock(sim);
    struct message *message = add_message(sim);
    message->state = MESSAGE_DELIVERED;
    changes_message(&sim->changes, message->number);
    sim_unlock(sim);
    assert_int_equal(sim->changes.ticket, 1);
    take(sim, &taken);
    assert_int_equal(taken.ticket, 1);
    assert_int_equal(count(&taken, TABLE_MESSAGE, ROW_PUT), 1);
    struct text rest = text_buf_view(&taken.bytes);
    while (row_read(&rest, &row) && row.table != TABLE_MESSAGE)
        continue;
    assert_text(row.values[5].text, "delivered");
    text_buf_release(&taken.bytes);
    take(sim, &taken);
    assert_int_equal(taken.bytes.len, 0);
    assert_int_equal(taken.ticket, 1);
    sim_free(sim);
}

static void tell(void *context)
{
    ++*(int *)context;
}

static void whoever_writes_is_told_once_a_holding_that_changed_something(void **state)
{
    (void)state;
    int told = 0;
    struct taken taken;
    struct sim *sim = simulator();
    changes_begin(sim, false);
    sim->changes.noted = tell;
    sim->changes.noted_context = &told;
    sim_lock(sim);
    sim_unlock(sim);
    assert_int_equal(told, 0);
    sim_lock(sim);
    add_message(sim);
    add_message(sim);
    sim_unlock(sim);
    assert_int_equal(told, 1);
    take(sim, &taken);
    assert_int_equal(told, 1);
    text_buf_release(&taken.bytes);
    sim_free(sim);
}

static void a_person_goes_from_the_file_as_from_memory(void **state)
{
    (void)state;
    struct taken taken;
    struct person person = {.e164 = "+243810000001", .verified = true, .reachable = true};
    struct sim *sim = simulator();
    changes_begin(sim, false);
    struct person *stored = account_set_person(sim_account(sim), &sim->ids, &person, 0);
    changes_person(&sim->changes, sim_account(sim), person.e164);
    take(sim, &taken);
    assert_int_equal(count(&taken, TABLE_PERSON, ROW_PUT), 1);
    assert_int_equal(count(&taken, TABLE_CALLER_ID, ROW_PUT), 1);
    text_buf_release(&taken.bytes);
    account_remove_person(sim_account(sim), stored);
    changes_person(&sim->changes, sim_account(sim), person.e164);
    take(sim, &taken);
    assert_int_equal(count(&taken, TABLE_PERSON, ROW_PUT), 0);
    assert_int_equal(count(&taken, TABLE_PERSON, ROW_REMOVE), 1);
    assert_int_equal(count(&taken, TABLE_CALLER_ID, ROW_REMOVE), 1);
    text_buf_release(&taken.bytes);
    sim_free(sim);
}

/* Three messages fit: with the fourth the first goes. */
static void what_the_maximum_pushes_out_goes_from_the_file(void **state)
{
    (void)state;
    struct taken taken;
    struct row row;
    struct sim *sim = simulator();
    sim->messages.max_count = 3;
    changes_begin(sim, true);
    for (int i = 0; i < 3; i++)
        add_message(sim);
    take(sim, &taken);
    assert_int_equal(count(&taken, TABLE_MESSAGE, ROW_REMOVE_BELOW), 0);
    text_buf_release(&taken.bytes);
    add_message(sim);
    take(sim, &taken);
    struct text rest = text_buf_view(&taken.bytes);
    while (row_read(&rest, &row) && row.op != ROW_REMOVE_BELOW)
        continue;
    assert_int_equal(row.table, TABLE_MESSAGE);
    assert_int_equal(row.values[0].number, 2);
    assert_int_equal(count(&taken, TABLE_SIMULATOR, ROW_PUT), 1);
    text_buf_release(&taken.bytes);
    sim_free(sim);
}

static void a_reset_clears_the_file_and_drops_what_was_noted(void **state)
{
    (void)state;
    struct taken taken;
    struct row row;
    struct fail why = {0};
    struct sim *sim = simulator();
    changes_begin(sim, false);
    add_message(sim);
    assert_true(sim_reset(sim, &(struct account_setup){0}, &why));
    take(sim, &taken);
    struct text rest = text_buf_view(&taken.bytes);
    assert_true(row_read(&rest, &row));
    assert_int_equal(row.op, ROW_CLEAR);
    assert_int_equal(count(&taken, TABLE_MESSAGE, ROW_PUT), 0);
    assert_int_equal(count(&taken, TABLE_ACCOUNT, ROW_PUT), 1);
    assert_int_equal(count(&taken, TABLE_SIMULATOR, ROW_PUT), 1);
    text_buf_release(&taken.bytes);
    sim_free(sim);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_noted_while_nobody_writes_it_down),
        cmocka_unit_test(what_is_there_already_is_noted_at_the_beginning),
        cmocka_unit_test(a_message_that_changes_often_is_one_row_with_its_last_state),
        cmocka_unit_test(whoever_writes_is_told_once_a_holding_that_changed_something),
        cmocka_unit_test(a_person_goes_from_the_file_as_from_memory),
        cmocka_unit_test(what_the_maximum_pushes_out_goes_from_the_file),
        cmocka_unit_test(a_reset_clears_the_file_and_drops_what_was_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
