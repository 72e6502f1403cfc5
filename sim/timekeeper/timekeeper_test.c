/* The owner end to end: threads and child processes that wait on the page and talk to each other. */
#include "timekeeper.h"

#include <pthread.h>
#include <stdio.h>

#include "clock_member.h"
#include "test_children.h"

static struct timekeeper *tk;
static struct fail why;
static char path[64];

/* 2026-01-01T00:00:00.300Z */
#define WALL_MS INT64_C(1767225600300)

static int64_t in_real_s(int s)
{
    return clock_real_mono_us() + s * INT64_C(1000000);
}

static struct timekeeper_jump last_jump;
static char last_process[32];

static void note_jump(void *context, const struct timekeeper_jump *jump)
{
    (void)context;
    last_jump = *jump;
    snprintf(last_process, sizeof last_process, "%s", jump->process);
}

static void begin(bool by_hand)
{
    why = (struct fail){0};
    snprintf(path, sizeof path, "/tmp/timekeeper-test-%d", (int)getpid());
    struct timekeeper_options options = {.path = path,
                                         .wall_ms = WALL_MS,
                                         .party = "test",
                                         .by_hand = by_hand,
                                         .root = getpid(),
                                         .jumped = note_jump};
    tk = timekeeper_new(&options, &why);
    if (tk == NULL)
        fail_msg("%s", why.text);
}

/* The step's wait: until then nothing happens to it. */
static void wait_until(int64_t mono_ms)
{
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t cond;
    clock_cond_init(&cond);
    pthread_mutex_lock(&mutex);
    while (clock_cond_wait(&cond, &mutex, mono_ms))
        ;
    pthread_mutex_unlock(&mutex);
}

static void settle(void)
{
    if (!timekeeper_settle(tk, in_real_s(30), &why))
        fail_msg("%s", why.text);
}

static void advance_ms(int64_t ms)
{
    if (!timekeeper_advance(tk, clock_mono_ms() + ms, in_real_s(30), &why))
        fail_msg("%s", why.text);
}

/* ---- what children do and note */

enum { NOTES = 512 };

struct shared {
    _Atomic size_t count;
    struct {
        char who;
        int64_t mono_ms;
    } notes[NOTES];
};

static struct shared *shared;
static int64_t zero_ms; /* virtual, when the test began */

static void note(char who)
{
    int64_t now_ms = clock_mono_ms();
    size_t at = shared->count++;
    if (at < NOTES) {
        shared->notes[at].who = who;
        shared->notes[at].mono_ms = now_ms;
    }
}

/* "2000 a, 2000 b" */
static const char *notes(struct text_buf *out)
{
    text_buf_clear(out);
    for (size_t i = 0; i < shared->count && i < NOTES; i++)
        text_putf(out, "%s%lld %c", i == 0 ? "" : ", ", (long long)(shared->notes[i].mono_ms - zero_ms),
                  shared->notes[i].who);
    return text_buf_z(out);
}

struct sleeper {
    char who;
    int64_t first_ms, every_ms;
    int times;
    char clock[96]; /* "PATH:PARTY" */
};

static void join(const char *clock)
{
    if (!clock_join(clock, &why))
        _exit(1);
}

static void run_sleeper(void *context)
{
    const struct sleeper *sleeper = context;
    join(sleeper->clock);
    for (int i = 0; i < sleeper->times; i++) {
        wait_until(zero_ms + sleeper->first_ms + i * sleeper->every_ms);
        note(sleeper->who);
    }
    pause();
}

static struct test_child start_sleeper(struct sleeper *sleeper, const char *party, enum clock_role role)
{
    char *clock = timekeeper_add_party(tk, party, role);
    snprintf(sleeper->clock, sizeof sleeper->clock, "%s", clock);
    free(clock);
    return test_child_start(run_sleeper, sleeper);
}

static void stand(void)
{
    timekeeper_stand(tk, 1000000000);
    zero_ms = clock_mono_ms();
    shared = test_shared(sizeof *shared);
}

static void expect_notes(const char *expected)
{
    struct text_buf out;
    text_buf_init(&out, 16384);
    assert_string_equal(notes(&out), expected);
    text_buf_release(&out);
}

/* ---- time by itself */

static void time_stands_from_a_whole_second_on(void **state)
{
    (void)state;
    begin(false);
    stand();
    assert_true(clock_wall_ms() >= INT64_C(1767225601000));
    assert_int_equal(clock_wall_ms() % 1000, 0);
    assert_int_equal(clock_mono_ms() % 1000, 0);
    timekeeper_free(tk);
}

static void a_wait_of_ours_takes_no_real_time(void **state)
{
    (void)state;
    begin(false);
    stand();
    wait_until(zero_ms + 3600000);
    assert_int_equal(clock_mono_ms(), zero_ms + 3600000);
    assert_int_equal(timekeeper_jump_count(tk), 1);
    assert_int_equal(last_jump.to_mono_ms - last_jump.from_mono_ms, 3600000);
    assert_string_equal(last_jump.party, "test");
    timekeeper_free(tk);
}

static void an_advance_ends_at_its_moment(void **state)
{
    (void)state;
    begin(true);
    stand();
    advance_ms(660000);
    assert_int_equal(clock_mono_ms(), zero_ms + 660000);
    timekeeper_free(tk);
}

static void time_moves_to_a_wall_moment_at_once(void **state)
{
    (void)state;
    begin(false);
    stand();
    timekeeper_move_to_wall(tk, INT64_C(1767312000000)); /* midnight */
    assert_int_equal(clock_wall_ms(), INT64_C(1767312000000));
    assert_int_equal(clock_mono_ms() % 86400000, 0);
    timekeeper_move_to_wall(tk, INT64_C(1767225600000));
    assert_int_equal(clock_wall_ms(), INT64_C(1767312000000));
    timekeeper_free(tk);
}

static void time_runs_again_from_where_it_stood(void **state)
{
    (void)state;
    begin(false);
    stand();
    advance_ms(5000);
    timekeeper_run(tk);
    wait_until(zero_ms + 5030);
    int64_t now_ms = clock_mono_ms();
    assert_true(now_ms >= zero_ms + 5030 && now_ms < zero_ms + 3600000);
    assert_false(timekeeper_advance(tk, now_ms + 10, in_real_s(30), &why));
    assert_string_equal(why.text, "time runs by itself, it cannot be advanced");
    timekeeper_stand(tk, 1);
    advance_ms(10);
    timekeeper_free(tk);
}

static void a_party_has_a_wall_clock_of_its_own(void **state)
{
    (void)state;
    begin(false);
    stand();
    timekeeper_move_to_wall(tk, INT64_C(1767312000000));
    zero_ms = clock_mono_ms();
    assert_true(timekeeper_set_skew(tk, "test", -7200000));
    assert_int_equal(clock_wall_ms(), INT64_C(1767304800000));
    assert_int_equal(clock_mono_ms(), zero_ms);
    assert_false(timekeeper_set_skew(tk, "nobody", 1));
    timekeeper_free(tk);
}

/* ---- a stack of processes */

static void an_advance_walks_the_deadlines_on_the_way(void **state)
{
    (void)state;
    begin(false);
    stand();
    struct sleeper a = {'a', 1000, 2000, 3, ""};
    struct test_child child = start_sleeper(&a, "backend", CLOCK_ROLE_BACKEND);
    settle();
    assert_int_equal(clock_mono_ms(), zero_ms);
    advance_ms(4000);
    expect_notes("1000 a, 3000 a");
    assert_int_equal(clock_mono_ms(), zero_ms + 4000);
    assert_int_equal(timekeeper_jump_count(tk), 3);
    wait_until(zero_ms + 5000);
    expect_notes("1000 a, 3000 a, 5000 a");
    test_child_end(&child);
    timekeeper_free(tk);
}

/* The party of b is older, so b goes first, whoever began to wait first. */
static void what_happens_at_one_instant_happens_in_one_order(void **state)
{
    (void)state;
    begin(false);
    stand();
    struct sleeper a = {'a', 1000, 1000, 40, ""}, b = {'b', 1000, 1000, 40, ""}, c = {'c', 500, 500, 80, ""};
    free(timekeeper_add_party(tk, "second", CLOCK_ROLE_BACKEND));
    struct test_child first = start_sleeper(&a, "third", CLOCK_ROLE_SIMULATOR);
    struct test_child second = start_sleeper(&b, "second", CLOCK_ROLE_BACKEND);
    struct test_child third = start_sleeper(&c, "fourth", CLOCK_ROLE_BACKEND);
    settle();
    advance_ms(40000);
    assert_int_equal(shared->count, 160);
    for (size_t i = 0; i < 160; i++) {
        assert_int_equal(shared->notes[i].who, "cbac"[i % 4]);
        assert_int_equal(shared->notes[i].mono_ms,
                         zero_ms + (int64_t)(i / 4) * 1000 + (i % 4 == 0 ? 500 : 1000));
    }
    test_child_end(&first);
    test_child_end(&second);
    test_child_end(&third);
    timekeeper_free(tk);
}

static void a_store_that_owes_nothing_is_passed_over(void **state)
{
    (void)state;
    begin(false);
    stand();
    struct sleeper cron = {'s', 100, 100, 1, ""};
    struct test_child store = start_sleeper(&cron, "store", CLOCK_ROLE_STORE);
    settle();
    advance_ms(600000);
    expect_notes("600000 s");
    assert_int_equal(timekeeper_jump_count(tk), 1);
    test_child_end(&store);
    timekeeper_free(tk);
}

static void a_process_that_dies_in_a_wait_is_forgotten(void **state)
{
    (void)state;
    begin(false);
    stand();
    struct sleeper a = {'a', 1000, 1, 1, ""}, b = {'b', 2000, 1, 1, ""};
    struct test_child dies = start_sleeper(&a, "backend", CLOCK_ROLE_BACKEND);
    struct test_child lives = start_sleeper(&b, "backend", CLOCK_ROLE_BACKEND);
    settle();
    kill(dies.pid, SIGKILL); /* a zombie until the end of the test */
    test_await_state(dies.pid, 0, 'Z');
    wait_until(zero_ms + 3000);
    expect_notes("2000 b");
    assert_int_equal(timekeeper_jump_count(tk), 2);
    const struct clock_page *page = timekeeper_page(tk);
    for (uint32_t i = 0; i < page->slots_used; i++)
        assert_int_not_equal(page->slots[i].pid, dies.pid);
    test_child_end(&dies);
    test_child_end(&lives);
    timekeeper_free(tk);
}

static void a_stopped_process_does_not_hold_time_up(void **state)
{
    (void)state;
    begin(false);
    stand();
    struct sleeper a = {'a', 1000, 1, 1, ""};
    struct test_child child = start_sleeper(&a, "backend", CLOCK_ROLE_BACKEND);
    settle();
    kill(child.pid, SIGSTOP);
    test_await_state(child.pid, 0, 'T');
    advance_ms(5000);
    expect_notes("");
    kill(child.pid, SIGCONT);
    settle();
    expect_notes("5000 a");
    test_child_end(&child);
    timekeeper_free(tk);
}

/* ---- what cannot go on */

static void nothing_can_happen_is_told_at_once(void **state)
{
    (void)state;
    struct text_buf told;
    text_buf_init(&told, 65536);
    begin(false);
    stand();
    struct sleeper a = {'a', 1000, 1, 1, ""};
    struct test_child child = start_sleeper(&a, "backend", CLOCK_ROLE_BACKEND);
    settle();
    assert_false(timekeeper_stuck(tk, &told));
    wait_until(zero_ms + 8000);
    assert_int_equal(clock_mono_ms(), zero_ms + 8000);
    assert_true(timekeeper_stuck(tk, &told));
    assert_true(text_starts(text_buf_view(&told), "nothing can happen any more: nobody waits for a time\n"));
    assert_true(text_contains(text_buf_view(&told), TEXT("a signal")));
    assert_true(text_contains(text_buf_view(&told), TEXT("+7.000 s")));
    assert_false(timekeeper_stuck(tk, NULL));
    test_child_end(&child);
    timekeeper_free(tk);
    text_buf_release(&told);
}

static void run_spinner(void *context)
{
    (void)context;
    for (volatile unsigned i = 0;; i++)
        ;
}

static void want_of_patience_ends_a_wait_and_names_the_spinner(void **state)
{
    (void)state;
    struct text_buf told;
    char expected[96];
    text_buf_init(&told, 65536);
    begin(false);
    stand();
    struct test_child spinner = test_child_start(run_spinner, NULL);
    timekeeper_set_patience(tk, clock_real_mono_us() + 50000);
    wait_until(zero_ms + 8000);
    assert_int_equal(clock_mono_ms(), zero_ms + 8000);
    assert_true(timekeeper_stuck(tk, &told));
    assert_true(text_starts(text_buf_view(&told), "never at rest: "));
    snprintf(expected, sizeof expected, "(%d) thread %d runs", (int)spinner.pid, (int)spinner.pid);
    int64_t guard_us = in_real_s(30);
    do { /* another one may run at the moment, too */
        why = (struct fail){0};
        assert_false(timekeeper_settle(tk, clock_real_mono_us() + 20000, &why));
    } while (strstr(why.text, expected) == NULL && clock_real_mono_us() < guard_us);
    assert_non_null(strstr(why.text, expected));
    test_child_end(&spinner);
    timekeeper_set_patience(tk, CLOCK_NEVER);
    wait_until(zero_ms + 9000);
    assert_int_equal(clock_mono_ms(), zero_ms + 9000);
    timekeeper_free(tk);
    text_buf_release(&told);
}

static void an_advance_gives_up_at_its_guard(void **state)
{
    (void)state;
    begin(false);
    stand();
    struct test_child spinner = test_child_start(run_spinner, NULL);
    test_await_state(spinner.pid, 0, 'R');
    assert_false(timekeeper_advance(tk, zero_ms + 5000, clock_real_mono_us() + 30000, &why));
    assert_int_equal(clock_mono_ms(), zero_ms);
    assert_non_null(strstr(why.text, "never at rest: "));
    test_child_end(&spinner);
    timekeeper_free(tk);
}

static void find_owner(void *context, pid_t tid)
{
    struct proc_stat stat;
    if (proc_read_stat(getpid(), tid, &stat) && strcmp(stat.name, "timekeeper") == 0)
        *(pid_t *)context = tid;
}

static void run_echo(void *context)
{
    const int *ends = context;
    char byte;
    while (read(ends[0], &byte, 1) == 1 && write(ends[1], &byte, 1) == 1)
        ;
}

static uint64_t switches_of(pid_t tid)
{
    char text[PROC_TEXT_BYTES];
    uint64_t switches = 0;
    assert_true(proc_read(getpid(), tid, "schedstat", text) && proc_schedstat_parse(text, &switches));
    return switches;
}

/* A thousand sleeps and wakings of a child while nobody here waits: the owner takes no part in them. */
static void while_nobody_waits_the_owner_does_nothing(void **state)
{
    (void)state;
    int there[2], back[2];
    char byte = 0;
    begin(false);
    stand();
    assert_int_equal(pipe(there), 0);
    assert_int_equal(pipe(back), 0);
    struct test_child child = test_child_start(run_echo, (int[]){there[0], back[1]});
    settle();
    pid_t owner = 0;
    proc_each_number("/proc/self/task", find_owner, &owner);
    assert_int_not_equal(owner, 0);
    bool slept = false;
    for (int round = 0; round < 20 && !slept;
         round++) { /* in the first it may still be on its way to sleep */
        uint64_t before = switches_of(owner);
        for (int i = 0; i < 1000; i++) {
            assert_int_equal(write(there[1], &byte, 1), 1);
            assert_int_equal(read(back[0], &byte, 1), 1);
        }
        slept = switches_of(owner) == before;
    }
    assert_true(slept);
    test_child_end(&child);
    for (int i = 0; i < 2; i++) {
        close(there[i]);
        close(back[i]);
    }
    timekeeper_free(tk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_stands_from_a_whole_second_on),
        cmocka_unit_test(a_wait_of_ours_takes_no_real_time),
        cmocka_unit_test(an_advance_ends_at_its_moment),
        cmocka_unit_test(time_moves_to_a_wall_moment_at_once),
        cmocka_unit_test(time_runs_again_from_where_it_stood),
        cmocka_unit_test(a_party_has_a_wall_clock_of_its_own),
        cmocka_unit_test(an_advance_walks_the_deadlines_on_the_way),
        cmocka_unit_test(what_happens_at_one_instant_happens_in_one_order),
        cmocka_unit_test(a_store_that_owes_nothing_is_passed_over),
        cmocka_unit_test(a_process_that_dies_in_a_wait_is_forgotten),
        cmocka_unit_test(a_stopped_process_does_not_hold_time_up),
        cmocka_unit_test(nothing_can_happen_is_told_at_once),
        cmocka_unit_test(want_of_patience_ends_a_wait_and_names_the_spinner),
        cmocka_unit_test(an_advance_gives_up_at_its_guard),
        cmocka_unit_test(while_nobody_waits_the_owner_does_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
