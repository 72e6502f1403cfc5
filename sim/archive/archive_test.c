/* Groups, what becomes of tickets, and the way back after a disk that was full. */
#include "archive.h"

#include <pthread.h>

#include "clock.h"
#include "log.h"
#include "mem.h"
#include "restore.h"
#include "test_archive.h"

enum { GUARD_US = 30 * 1000 * 1000 };

/* A simulator with a store; whoever waits for tickets. */
struct keeper {
    struct place place;
    struct sim *sim;
    struct archive *archive;
    pthread_mutex_t lock;
    pthread_cond_t news;
    uint64_t decided;
};

static bool put_back(void *context, const struct row *row, const struct journal_stamp *now, struct fail *why)
{
    struct keeper *keeper = context;
    return restore_row(keeper->sim, row, now, why);
}

static void decided(void *context, uint64_t ticket)
{
    struct keeper *keeper = context;
    pthread_mutex_lock(&keeper->lock);
    keeper->decided = ticket;
    pthread_cond_broadcast(&keeper->news);
    pthread_mutex_unlock(&keeper->lock);
}

static void start(struct keeper *keeper)
{
    struct fail why = {0};
    struct archive_config config = {.restore = put_back, .decided = decided, .context = keeper};
    keeper->sim = config.sim = sim_new(&(struct sim_settings){.seed = 7}, &why);
    keeper->archive = archive_open(keeper->place.file, &why);
    if (keeper->archive == NULL || !archive_load(keeper->archive, &config, &why) ||
        !archive_start(keeper->archive, &why))
        fail_msg("%s", why.text);
}

static void stop(struct keeper *keeper)
{
    archive_close(keeper->archive);
    sim_free(keeper->sim);
}

static void begin(struct keeper *keeper)
{
    *keeper = (struct keeper){.lock = PTHREAD_MUTEX_INITIALIZER};
    log_set_level(LOG_ERROR);
    clock_cond_init(&keeper->news);
    place_open(&keeper->place);
    start(keeper);
}

static void end(struct keeper *keeper)
{
    stop(keeper);
    place_close(&keeper->place);
    pthread_cond_destroy(&keeper->news);
}

static void add_message(struct keeper *keeper, size_t body_bytes)
{
    struct sim *sim = keeper->sim;
    char *body = mem_new(body_bytes + 1);
    memset(body, 'x', body_bytes);
    sim_lock(sim);
    struct message fields = {.tenant = 1, .state = MESSAGE_QUEUED, .segments = 1};
    ids_sid(&sim->ids, "SM", fields.sid);
    struct text texts[MESSAGE_TEXT_COUNT] = {[MESSAGE_BODY] = text_of(body)};
    changes_message(&sim->changes, messages_add(&sim->messages, &fields, texts)->number);
    sim_unlock(sim);
    mem_free(body);
}

static void wait_for(struct keeper *keeper, uint64_t ticket)
{
    int64_t guard_us = clock_real_mono_us() + GUARD_US;
    pthread_mutex_lock(&keeper->lock);
    while (keeper->decided < ticket)
        if (!clock_cond_wait_real(&keeper->news, &keeper->lock, guard_us))
            fail_msg("ticket %llu is not decided", (unsigned long long)ticket);
    pthread_mutex_unlock(&keeper->lock);
}

/* One request that adds a message; true when it is in the file. */
static bool request(struct keeper *keeper, size_t body_bytes)
{
    struct archive_pass pass;
    struct fail why = {0};
    if (!archive_enter(keeper->archive, &pass, &why))
        return false;
    add_message(keeper, body_bytes);
    archive_leave(keeper->archive, &pass);
    if (pass.ticket != 0)
        wait_for(keeper, pass.ticket);
    return !archive_lost(keeper->archive, &pass);
}

static void the_next_simulator_has_what_was_written(void **state)
{
    (void)state;
    struct keeper keeper;
    char sid[SID_BYTES], first[SID_BYTES];
    begin(&keeper);
    assert_true(archive_is_new(keeper.archive));
    for (int i = 0; i < 20; i++)
        assert_true(request(&keeper, 100));
    memcpy(sid, sim_account(keeper.sim)->sid, sizeof sid);
    memcpy(first, messages_at(&keeper.sim->messages, 1)->sid, sizeof first);
    stop(&keeper);
    start(&keeper);
    assert_false(archive_is_new(keeper.archive));
    assert_string_equal(sim_account(keeper.sim)->sid, sid);
    assert_int_equal(messages_kept(&keeper.sim->messages), 20);
    assert_true(request(&keeper, 100));
    /* The same seed, and other SIDs. */
    assert_string_equal(messages_at(&keeper.sim->messages, 1)->sid, first);
    assert_string_not_equal(messages_at(&keeper.sim->messages, 21)->sid, first);
    end(&keeper);
}

static void a_request_that_changed_nothing_waits_for_nothing(void **state)
{
    (void)state;
    struct keeper keeper;
    struct archive_pass pass;
    struct fail why = {0};
    begin(&keeper);
    assert_true(request(&keeper, 100));
    assert_true(archive_enter(keeper.archive, &pass, &why));
    archive_leave(keeper.archive, &pass);
    assert_int_equal(pass.ticket, 0);
    assert_false(archive_lost(keeper.archive, &pass));
    end(&keeper);
}

/* What is written when it closes needs no ticket. */
static void the_last_changes_are_written_at_the_end(void **state)
{
    (void)state;
    struct keeper keeper;
    begin(&keeper);
    for (int i = 0; i < 5; i++)
        add_message(&keeper, 10);
    stop(&keeper);
    start(&keeper);
    assert_int_equal(messages_kept(&keeper.sim->messages), 5);
    end(&keeper);
}

static void a_full_disk_loses_what_was_not_written_and_nothing_else(void **state)
{
    (void)state;
    struct keeper keeper;
    struct archive_pass entered_before;
    struct fail why = {0};
    begin(&keeper);
    log_set_level(LOG_ERROR + 1);
    assert_true(request(&keeper, 100));
    assert_true(archive_enter(keeper.archive, &entered_before, &why));
    limit_files(256 * 1024);
    assert_false(request(&keeper, 400000));
    assert_false(request(&keeper, 10)); /* refused at the door */
    assert_false(archive_enter(keeper.archive, &(struct archive_pass){0}, &why));
    assert_non_null(strstr(why.text, "cannot be written"));
    limit_files((size_t)RLIM_INFINITY);
    assert_true(request(&keeper, 200));
    assert_int_equal(messages_kept(&keeper.sim->messages), 2);
    assert_int_equal(message_text(messages_at(&keeper.sim->messages, 2), MESSAGE_BODY).len, 200);
    archive_leave(keeper.archive, &entered_before); /* what it changed is gone, whatever its ticket says */
    assert_true(archive_lost(keeper.archive, &entered_before));
    stop(&keeper);
    start(&keeper);
    assert_int_equal(messages_kept(&keeper.sim->messages), 2);
    end(&keeper);
}

static void a_second_one_in_the_same_process_is_refused(void **state)
{
    (void)state;
    struct keeper keeper;
    struct fail why = {0};
    begin(&keeper);
    assert_null(archive_open(keeper.place.file, &why));
    assert_non_null(strstr(why.text, "is in use by another simulator"));
    assert_true(request(&keeper, 100));
    end(&keeper);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_next_simulator_has_what_was_written),
        cmocka_unit_test(a_request_that_changed_nothing_waits_for_nothing),
        cmocka_unit_test(the_last_changes_are_written_at_the_end),
        cmocka_unit_test(a_full_disk_loses_what_was_not_written_and_nothing_else),
        cmocka_unit_test(a_second_one_in_the_same_process_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
