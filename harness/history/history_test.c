/* What a history promises: order, waiting, files that survive a kill, the simulator's events in our words,
 * bounds. */
#include "test_support.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "clock.h"
#include "history.h"
#include "json.h"
#include "mem.h"

static const struct history_time start = {.mono_ms = 5000, .wall_ms = 1686936570000, .real_us = 900000};

static struct history_time after(int64_t ms)
{
    return (struct history_time){
        .mono_ms = start.mono_ms + ms, .wall_ms = start.wall_ms + ms, .real_us = start.real_us + ms * 1000};
}

static const char *scratch_path(void)
{
    static char path[64];
    snprintf(path, sizeof path, "/tmp/history_test.%d.ndjson", (int)getpid());
    return path;
}

static char *file_text(const char *path)
{
    static char text[8192];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    ssize_t len = read(fd, text, sizeof text - 1);
    close(fd);
    text[len < 0 ? 0 : len] = '\0';
    return text;
}

static void write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (int)strlen(text));
    close(fd);
}

static void a_line_is_in_the_file_as_soon_as_it_is_noted(void **state)
{
    (void)state;
    struct fail why = {0};
    struct history *history = history_open(scratch_path(), start, &why);
    assert_non_null(history);
    assert_int_equal(history_add_at(history, HISTORY_PHASE, json_pack("{s:s}", "name", "steps"), after(0)),
                     1);
    assert_int_equal(history_add_at(history, HISTORY_LOG,
                                    json_pack("{s:s,s:i}", "text", "h\xC3\xA9", "cause", 1), after(1500)),
                     2);
    assert_string_equal(
        file_text(scratch_path()),
        "{\"v\":1,\"n\":1,\"kind\":\"phase\",\"t_ms\":0,\"wall\":\"2023-06-16T17:29:30.000Z\","
        "\"real_us\":0,\"name\":\"steps\"}\n"
        "{\"n\":2,\"kind\":\"log\",\"t_ms\":1500,\"wall\":\"2023-06-16T17:29:31.500Z\","
        "\"real_us\":1500000,\"text\":\"h\xC3\xA9\",\"cause\":1}\n");
    assert_true(history_sound(history, &why));
    history_free(history);
    unlink(scratch_path());
}

static void a_file_read_back_has_the_same_lines(void **state)
{
    (void)state;
    struct fail why = {0};
    struct history *history = history_open(scratch_path(), start, &why);
    history_add_at(history, HISTORY_LOG, json_pack("{s:o}", "text", json_of_text(TEXT("a\0b"))), after(3));
    history_add_at(history, HISTORY_END, json_pack("{s:s}", "outcome", "passed"), after(4));
    history_free(history);
    history = history_read(scratch_path(), &why);
    assert_non_null(history);
    assert_int_equal(history_count(history), 2);
    assert_int_equal(history_text(history_line(history, 0), "text").len, 3);
    assert_int_equal(history_line(history, 1)->kind, HISTORY_END);
    assert_int_equal(history_line(history, 1)->t_ms, 4);
    assert_int_equal(history_line(history, 1)->real_us, 4000);
    assert_true(history_sound(history, &why));
    history_free(history);
    unlink(scratch_path());
}

#define FIRST "{\"v\":1,\"n\":1,\"kind\":\"phase\",\"t_ms\":0,\"wall\":\"\",\"real_us\":0}\n"

static void a_torn_last_line_is_left_out_and_said(void **state)
{
    (void)state;
    struct fail why = {0};
    write_file(scratch_path(), FIRST "{\"n\":2,\"kind\":\"lo");
    struct history *history = history_read(scratch_path(), &why);
    assert_non_null(history);
    assert_int_equal(history_count(history), 1);
    assert_false(history_sound(history, &why));
    assert_string_equal(why.text, "the last line is torn: the run was killed");
    history_free(history);
    unlink(scratch_path());
}

static void a_file_that_is_no_history_is_refused_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int line;
        const char *why;
    } rows[] = {
        {"", 0, "no history: it is empty"},
        {"{\"v\":2,\"n\":1,\"kind\":\"phase\",\"t_ms\":0,\"real_us\":0}\n", 1,
         "no history of version 1: its first line has no \"v\":1"},
        {"[]\n", 1, "a line of a history is a JSON object"},
        {FIRST "{\"n\":2,\"kind\":\"party\",\"t_ms\":0,\"real_us\":0}\n", 2, "unknown kind \"party\""},
        {FIRST "{\"n\":3,\"kind\":\"log\",\"t_ms\":0,\"real_us\":0}\n", 2, "its number is not 2"},
        {FIRST "{\"n\":2,\"kind\":\"log\",\"t_ms\":\"0\",\"real_us\":0}\n", 2,
         "t_ms and real_us are whole numbers"},
        {FIRST "{\"n\":2,\"kind\":\"log\"\n" FIRST, 2, "no JSON: '}' expected near end of file"},
        {"{\"v\":1,", 1, "no JSON: string or '}' expected near end of file"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fail why = {0};
        write_file(scratch_path(), rows[i].text);
        assert_null(history_read(scratch_path(), &why));
        assert_string_equal(why.text, rows[i].why);
        assert_string_equal(why.source, scratch_path());
        assert_int_equal(why.line, rows[i].line);
    }
    unlink(scratch_path());
}

static void a_path_that_cannot_be_used_is_an_error(void **state)
{
    (void)state;
    struct fail why = {0};
    assert_null(history_open("/nowhere/at/all.ndjson", start, &why));
    assert_string_equal(why.text, "cannot be written: No such file or directory");
    why = (struct fail){0};
    assert_null(history_read("/nowhere/at/all.ndjson", &why));
    assert_string_equal(why.text, "cannot be read: No such file or directory");
    why = (struct fail){0};
    assert_null(history_read("/tmp", &why));
    assert_string_equal(why.text, "no history: it is no file of at most 64 MiB");
}

static void an_event_of_the_simulator_gets_our_numbers_and_times(void **state)
{
    (void)state;
    struct fail why = {0};
    struct history *history = history_open(NULL, start, &why);
    history_add_at(history, HISTORY_PHASE, NULL, after(0));
    assert_true(history_relay(history,
                              json_pack("{s:i,s:s,s:I,s:I,s:I,s:s,s:I}", "n", 70, "kind", "call", "wall_ms",
                                        (json_int_t)1686936571000, "mono_ms", (json_int_t)6000, "real_us",
                                        (json_int_t)1900000, "id", "RQ1", "start_ms", (json_int_t)5900),
                              &why));
    assert_true(history_relay(history,
                              json_pack("{s:i,s:s,s:I,s:I,s:I,s:s,s:i}", "n", 71, "kind", "message",
                                        "wall_ms", (json_int_t)1686936571000, "mono_ms", (json_int_t)6000,
                                        "real_us", (json_int_t)1900001, "sid", "SM1", "cause", 70),
                              &why));
    const struct history_line *call = history_line(history, 1), *message = history_line(history, 2);
    assert_int_equal(call->kind, HISTORY_CALL);
    assert_int_equal(call->t_ms, 1000);
    assert_int_equal(call->real_us, 1000000);
    assert_int_equal(history_int(call, "start_ms", 0), 900);
    assert_int_equal(history_int(call, "sim_n", 0), 70);
    assert_int_equal(history_int(message, "cause", 0), 2);
    assert_null(json_object_get(message->fields, "mono_ms"));
    history_free(history);
}

static void what_is_no_event_is_refused(void **state)
{
    (void)state;
    static const char *const events[] = {
        "{}", "[]", "{\"kind\":\"call\"}",
        "{\"kind\":\"party\",\"n\":1,\"wall_ms\":1,\"mono_ms\":1,\"real_us\":1}",
        "{\"kind\":\"call\",\"n\":\"1\",\"wall_ms\":1,\"mono_ms\":1,\"real_us\":1}"};
    struct history *history = history_open(NULL, start, NULL);
    for (size_t i = 0; i < COUNT_OF(events); i++) {
        struct fail why = {0};
        assert_false(history_relay(history, json_loads(events[i], 0, NULL), &why));
        assert_true(why.set);
    }
    assert_int_equal(history_count(history), 0);
    history_free(history);
}

static void lines_noted_late_stand_where_they_happened(void **state)
{
    (void)state;
    struct history *history = history_open(NULL, start, NULL);
    history_add_at(history, HISTORY_ANSWER, NULL, after(30));
    history_add_at(history, HISTORY_CALL, NULL, after(20));
    history_add_at(history, HISTORY_REPLY, NULL, after(20));
    size_t count;
    const struct history_line **lines = history_in_order(history, &count);
    assert_int_equal(count, 3);
    assert_int_equal(lines[0]->kind, HISTORY_CALL);
    assert_int_equal(lines[1]->kind, HISTORY_REPLY);
    assert_int_equal(lines[2]->kind, HISTORY_ANSWER);
    mem_free(lines);
    history_free(history);
}

static void *note_hundred(void *context)
{
    for (int i = 0; i < 100; i++)
        history_add(context, HISTORY_LOG, json_pack("{s:i}", "i", i));
    return NULL;
}

static void a_waiter_sees_every_line_that_others_note(void **state)
{
    (void)state;
    struct history *history = history_open(NULL, history_now(), NULL);
    pthread_t threads[4];
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, note_hundred, history), 0);
    size_t seen = 0;
    while (seen < 400 && history_wait(history, seen, clock_mono_ms() + 10000))
        seen = history_count(history);
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(seen, 400);
    for (size_t i = 0; i < seen; i++)
        assert_int_equal(history_line(history, i)->n, (int)i + 1);
    assert_false(history_wait(history, 400, clock_mono_ms() + 1));
    history_free(history);
}

enum { ROUNDS = 50 };

struct player {
    struct history *history;
    size_t first; /* the line after which this one adds its own, and then every second */
    int64_t until_mono_ms;
};

static void *answer_each_line(void *context)
{
    const struct player *player = context;
    for (size_t seen = player->first; seen < 2 * ROUNDS; seen += 2) {
        while (history_count(player->history) <= seen)
            if (!history_wait(player->history, seen, player->until_mono_ms))
                return NULL;
        history_add(player->history, HISTORY_LOG, NULL);
    }
    return NULL;
}

static void a_waiter_wakes_at_the_line_and_not_at_its_deadline(void **state)
{
    (void)state;
    struct history *history = history_open(NULL, start, NULL);
    struct player players[] = {{history, 0, clock_mono_ms() + 5000}, {history, 1, clock_mono_ms() + 5000}};
    pthread_t threads[2];
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, answer_each_line, &players[i]), 0);
    history_add(history, HISTORY_LOG, NULL);
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(history_count(history), 2 * ROUNDS + 1);
    history_free(history);
}

static void a_backend_that_logs_without_end_does_not_push_the_rest_out(void **state)
{
    (void)state;
    struct history *history = history_open(NULL, start, NULL);
    char *megabyte = mem_new((1 << 20) + 1);
    memset(megabyte, 'x', 1 << 20);
    for (int i = 0; i < 50; i++)
        history_add_at(history, HISTORY_LOG, json_pack("{s:s}", "text", megabyte), after(i));
    assert_int_equal(history_count(history), 47);
    assert_int_equal(history_dropped(history), 3);
    assert_int_not_equal(
        history_add_at(history, HISTORY_ANSWER, json_pack("{s:s}", "body", megabyte), after(60)), 0);
    for (int i = 0; i < 20; i++)
        history_add_at(history, HISTORY_ANSWER, json_pack("{s:s}", "body", megabyte), after(61));
    assert_int_equal(history_add_at(history, HISTORY_ANSWER, json_pack("{s:s}", "body", megabyte), after(62)),
                     0);
    struct fail why = {0};
    assert_false(history_sound(history, &why));
    assert_string_equal(why.text, "the history is full: 3 log lines and 6 other lines were dropped");
    mem_free(megabyte);
    history_free(history);
}

static void a_full_disk_is_said_and_the_lines_stay_in_memory(void **state)
{
    (void)state;
    if (access("/dev/full", W_OK) != 0)
        skip();
    struct fail why = {0};
    struct history *history = history_open("/dev/full", start, &why);
    assert_non_null(history);
    history_add_at(history, HISTORY_PHASE, NULL, after(0));
    assert_int_equal(history_count(history), 1);
    assert_false(history_sound(history, &why));
    assert_string_equal(why.text, "the history stops early: No space left on device");
    history_free(history);
}

static void every_kind_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (int kind = 0; kind < HISTORY_KINDS; kind++)
        assert_int_equal(history_kind_of(text_of(history_kind_name((enum history_kind)kind))), kind);
    assert_int_equal(history_kind_of(TEXT("Run")), HISTORY_KINDS);
    assert_int_equal(history_kind_of(TEXT_NONE), HISTORY_KINDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_in_the_file_as_soon_as_it_is_noted),
        cmocka_unit_test(a_file_read_back_has_the_same_lines),
        cmocka_unit_test(a_torn_last_line_is_left_out_and_said),
        cmocka_unit_test(a_file_that_is_no_history_is_refused_with_its_line),
        cmocka_unit_test(a_path_that_cannot_be_used_is_an_error),
        cmocka_unit_test(an_event_of_the_simulator_gets_our_numbers_and_times),
        cmocka_unit_test(what_is_no_event_is_refused),
        cmocka_unit_test(lines_noted_late_stand_where_they_happened),
        cmocka_unit_test(a_waiter_sees_every_line_that_others_note),
        cmocka_unit_test(a_waiter_wakes_at_the_line_and_not_at_its_deadline),
        cmocka_unit_test(a_backend_that_logs_without_end_does_not_push_the_rest_out),
        cmocka_unit_test(a_full_disk_is_said_and_the_lines_stay_in_memory),
        cmocka_unit_test(every_kind_has_a_name_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
