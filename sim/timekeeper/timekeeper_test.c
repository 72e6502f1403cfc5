/* The owner end to end, with threads and child processes that wait on the page. */
#include "timekeeper.h"

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "clock.h"
#include "test_support.h"

static struct timekeeper *tk;
static char path[64];

/* 2026-01-01T00:00:00.300Z */
#define WALL_MS INT64_C(1767225600300)

static int64_t in_real_s(int s)
{
    return clock_real_mono_us() + s * INT64_C(1000000);
}

static void begin(bool by_hand)
{
    struct fail why = {0};
    snprintf(path, sizeof path, "/tmp/timekeeper-test-%d", (int)getpid());
    struct timekeeper_options options = {
        .path = path, .wall_ms = WALL_MS, .party = "test", .by_hand = by_hand, .root = getpid()};
    tk = timekeeper_new(&options, &why);
    if (tk == NULL)
        fail_msg("%s", why.text);
}

static void time_stands_from_a_whole_second_on(void **state)
{
    (void)state;
    begin(false);
    timekeeper_stand(tk, 1000000000);
    assert_int_equal(clock_wall_ms(), INT64_C(1767225601000));
    assert_int_equal(clock_mono_ms() % 1000, 0);
    timekeeper_free(tk);
}

static void a_wait_of_ours_takes_no_real_time(void **state)
{
    (void)state;
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t cond;
    clock_cond_init(&cond);
    begin(false);
    timekeeper_stand(tk, 1000000000);
    int64_t until_ms = clock_mono_ms() + 3600000;
    pthread_mutex_lock(&mutex);
    while (clock_cond_wait(&cond, &mutex, until_ms))
        ;
    pthread_mutex_unlock(&mutex);
    assert_int_equal(clock_mono_ms(), until_ms);
    assert_int_equal(timekeeper_jump_count(tk), 1);
    timekeeper_free(tk);
}

static void an_advance_ends_at_its_moment(void **state)
{
    (void)state;
    struct fail why = {0};
    begin(true);
    timekeeper_stand(tk, 1);
    int64_t to_ms = clock_mono_ms() + 660000;
    if (!timekeeper_advance(tk, to_ms, in_real_s(20), &why))
        fail_msg("%s", why.text);
    assert_int_equal(clock_mono_ms(), to_ms);
    timekeeper_free(tk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_stands_from_a_whole_second_on),
        cmocka_unit_test(a_wait_of_ours_takes_no_real_time),
        cmocka_unit_test(an_advance_ends_at_its_moment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
