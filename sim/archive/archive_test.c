/* What was kept is there afterwards: over an end, a kill and a disk that was full. */
#include "archive.h"

#include <sys/wait.h>

#include "log.h"
#include "mem.h"
#include "restore.h"
#include "test_archive.h"

/* More than fits into the redo log. */
enum { LARGE_BYTES = 3 * 1024 * 1024 };

/* A simulator with a store. */
struct keeper {
    struct place place;
    struct sim *sim;
    struct archive *archive;
};

static bool put_back(void *context, const struct row *row, const struct journal_stamp *now, struct fail *why)
{
    struct keeper *keeper = context;
    return restore_row(keeper->sim, row, now, why);
}

static bool try_start(struct keeper *keeper, struct fail *why)
{
    struct fail none = {0};
    struct archive_config config = {.restore = put_back, .context = keeper};
    keeper->sim = config.sim = sim_new(&(struct sim_settings){.seed = 7}, &none);
    keeper->archive = archive_open(keeper->place.file, why);
    return keeper->archive != NULL && archive_load(keeper->archive, &config, why) &&
           archive_start(keeper->archive, why);
}

static void start(struct keeper *keeper)
{
    struct fail why = {0};
    if (!try_start(keeper, &why))
        fail_msg("%s", why.text);
}

static void stop(struct keeper *keeper)
{
    archive_close(keeper->archive);
    sim_free(keeper->sim);
}

static void begin(struct keeper *keeper)
{
    *keeper = (struct keeper){0};
    log_set_level(LOG_ERROR);
    place_open(&keeper->place);
    start(keeper);
}

static void end(struct keeper *keeper)
{
    stop(keeper);
    place_close(&keeper->place);
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

/* One request that adds a message; true when it is kept. */
static bool request(struct keeper *keeper, size_t body_bytes)
{
    struct fail why = {0};
    if (!archive_enter(keeper->archive, &why))
        return false;
    add_message(keeper, body_bytes);
    return archive_keep(keeper->archive, &why);
}

/* Another process takes the store, and is killed behind its last request. */
static void be_killed(struct keeper *keeper, int requests, size_t body_bytes)
{
    int status;
    pid_t pid = fork();
    if (pid == 0) {
        start(keeper);
        while (requests > 0 && request(keeper, body_bytes))
            requests--;
        raise(requests == 0 ? SIGKILL : SIGUSR1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(WTERMSIG(status), SIGKILL);
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

static void a_kill_loses_nothing_that_was_kept(void **state)
{
    (void)state;
    struct keeper keeper;
    begin(&keeper);
    stop(&keeper);
    for (int round = 1; round <= 5; round++) {
        be_killed(&keeper, 200, 100);
        be_killed(&keeper, 1, LARGE_BYTES);
        start(&keeper);
        assert_int_equal(messages_kept(&keeper.sim->messages), round * 201);
        const struct message *last = messages_at(&keeper.sim->messages, (uint64_t)round * 201);
        assert_int_equal(message_text(last, MESSAGE_BODY).len, LARGE_BYTES);
        stop(&keeper);
    }
    start(&keeper);
    end(&keeper);
}

static char *redo_path(const struct keeper *keeper)
{
    static char path[96];
    snprintf(path, sizeof path, "%s-redo", keeper->place.file);
    return path;
}

static void what_a_kill_left_in_the_log_is_asked_for(void **state)
{
    (void)state;
    struct keeper keeper;
    struct fail gone = {0}, other = {0};
    char aside[96];
    begin(&keeper);
    assert_int_equal(access(redo_path(&keeper), F_OK), 0);
    stop(&keeper);
    assert_int_equal(access(redo_path(&keeper), F_OK), -1); /* all is in the file */
    be_killed(&keeper, 50, 100);
    snprintf(aside, sizeof aside, "%s/aside", keeper.place.folder);
    assert_int_equal(rename(redo_path(&keeper), aside), 0);
    assert_false(try_start(&keeper, &gone));
    assert_non_null(strstr(gone.text, "store.db-redo is not there: the last changes of"));
    stop(&keeper);
    FILE *file = fopen(redo_path(&keeper), "we");
    fputs("something else", file);
    fclose(file);
    assert_false(try_start(&keeper, &other));
    assert_non_null(strstr(other.text, "store.db-redo is damaged"));
    stop(&keeper);
    assert_int_equal(rename(aside, redo_path(&keeper)), 0);
    start(&keeper);
    assert_int_equal(messages_kept(&keeper.sim->messages), 50);
    stop(&keeper);
    be_killed(&keeper, 50, 100);
    assert_int_equal(truncate(redo_path(&keeper), 0), 0); /* to go on without */
    start(&keeper);
    assert_true(messages_kept(&keeper.sim->messages) >= 50);
    end(&keeper);
}

/* Also where the database could not be asked. */
static void a_request_that_changed_nothing_waits_for_nothing(void **state)
{
    (void)state;
    struct keeper keeper;
    struct fail why = {0};
    begin(&keeper);
    assert_true(request(&keeper, 100));
    assert_true(archive_enter(keeper.archive, &why));
    limit_files(1);
    assert_true(archive_keep(keeper.archive, &why));
    limit_files((size_t)RLIM_INFINITY);
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

/* The limit stops the log as well: nothing can be kept any more. */
static void a_full_disk_is_told_and_loses_nothing(void **state)
{
    (void)state;
    struct keeper keeper;
    struct fail why = {0};
    begin(&keeper);
    log_set_level(LOG_ERROR + 1);
    assert_true(request(&keeper, 100));
    limit_files(256 * 1024);
    assert_false(request(&keeper, 400000)); /* done, and not kept */
    assert_false(request(&keeper, 10));     /* refused at the door */
    assert_int_equal(messages_kept(&keeper.sim->messages), 2);
    assert_false(archive_enter(keeper.archive, &why));
    assert_non_null(strstr(why.text, "cannot be written"));
    limit_files((size_t)RLIM_INFINITY);
    assert_true(request(&keeper, 200));
    stop(&keeper);
    start(&keeper);
    assert_int_equal(messages_kept(&keeper.sim->messages), 3);
    assert_int_equal(message_text(messages_at(&keeper.sim->messages, 2), MESSAGE_BODY).len, 400000);
    assert_int_equal(message_text(messages_at(&keeper.sim->messages, 3), MESSAGE_BODY).len, 200);
    end(&keeper);
}

/* Nobody asked for anything since there is room. */
static void an_end_tries_once_more_to_write_what_did_not_fit(void **state)
{
    (void)state;
    struct keeper keeper;
    begin(&keeper);
    log_set_level(LOG_ERROR + 1);
    limit_files(256 * 1024);
    assert_false(request(&keeper, 400000));
    limit_files((size_t)RLIM_INFINITY);
    stop(&keeper);
    char log[96];
    snprintf(log, sizeof log, "%s-redo", keeper.place.file);
    assert_int_equal(access(log, F_OK), -1);
    start(&keeper);
    assert_int_equal(messages_kept(&keeper.sim->messages), 1);
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
        cmocka_unit_test(a_kill_loses_nothing_that_was_kept),
        cmocka_unit_test(what_a_kill_left_in_the_log_is_asked_for),
        cmocka_unit_test(a_request_that_changed_nothing_waits_for_nothing),
        cmocka_unit_test(the_last_changes_are_written_at_the_end),
        cmocka_unit_test(a_full_disk_is_told_and_loses_nothing),
        cmocka_unit_test(an_end_tries_once_more_to_write_what_did_not_fit),
        cmocka_unit_test(a_second_one_in_the_same_process_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
