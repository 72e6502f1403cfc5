/* A member's waits: ended by a jump, by a signal, by real time where time runs; the child of a fork. */
#include "clock_member.h"

#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "clock_kernel.h"
#include "test_support.h"

enum { MS = 1000000 };

static char path[64];
static struct clock_page *page;

static void begin(bool runs)
{
    enum clock_page_problem problem;
    snprintf(path, sizeof path, "/tmp/clock-member-test-%d", (int)getpid());
    page = clock_page_create(path, &(struct clock_page_start){.mono_ns = 1000 * MS, .runs = runs}, &problem);
    assert_non_null(page);
    clock_page_add_party(page, "simulator", CLOCK_ROLE_SIMULATOR);
    clock_member_join_page(page, 0);
}

static void end(void)
{
    clock_member_leave();
    unlink(path); /* the page stays mapped: a waker may still look at it */
}

struct wait {
    pthread_mutex_t mutex;
    pthread_cond_t cond;
    int64_t until_ms;
    bool signalled;
    bool in_time;
    int64_t ended_ms;
};

static void *wait_on(void *context)
{
    struct wait *wait = context;
    pthread_mutex_lock(&wait->mutex);
    wait->in_time = true;
    while (!wait->signalled && wait->in_time)
        wait->in_time = clock_cond_wait(&wait->cond, &wait->mutex, wait->until_ms);
    wait->ended_ms = clock_mono_ms();
    pthread_mutex_unlock(&wait->mutex);
    return NULL;
}

static pthread_t wait_begin(struct wait *wait, int64_t until_ms)
{
    pthread_t thread;
    *wait = (struct wait){.mutex = PTHREAD_MUTEX_INITIALIZER, .until_ms = until_ms};
    clock_cond_init(&wait->cond);
    assert_int_equal(pthread_create(&thread, NULL, wait_on, wait), 0);
    return thread;
}

/* A slot that is just being taken has a process and no wait yet. */
static bool is_armed(uint32_t slot)
{
    return page->slots[slot].pid != 0 && page->slots[slot].wait != CLOCK_WAIT_NONE &&
           page->slots[slot].due_ns != CLOCK_PAGE_NEVER;
}

static size_t armed(void)
{
    size_t count = 0;
    for (uint32_t i = 0; i < page->slots_used; i++)
        count += is_armed(i);
    return count;
}

static bool sleeps(const char *tid)
{
    char name[64], text[512] = "";
    snprintf(name, sizeof name, "/proc/self/task/%.16s/stat", tid);
    FILE *stat = fopen(name, "r");
    size_t len = stat == NULL ? 0 : fread(text, 1, sizeof text - 1, stat);
    if (stat != NULL)
        fclose(stat);
    text[len] = '\0';
    const char *name_end = strrchr(text, ')');
    return name_end == NULL || name_end[2] == 'S';
}

static bool others_sleep(void)
{
    bool all = true;
    DIR *tasks = opendir("/proc/self/task");
    assert_non_null(tasks);
    for (struct dirent *task = readdir(tasks); task != NULL; task = readdir(tasks))
        if (task->d_name[0] != '.' && atoi(task->d_name) != (int)gettid())
            all = sleeps(task->d_name) && all;
    closedir(tasks);
    return all;
}

/* So many waits have begun, and all threads but this one are inside them: a few looks in a row say so. */
static void await_rest(size_t waits)
{
    for (int looks = 0; looks < 3;)
        looks = armed() == waits && others_sleep() ? looks + 1 : 0;
}

static void jump(int64_t mono_ms)
{
    int fd = clock_wake_socket();
    clock_page_set(page, mono_ms * MS, false);
    clock_slots_wake_all(page, fd);
    close(fd);
}

static void a_jump_ends_a_wait_at_exactly_its_deadline(void **state)
{
    (void)state;
    struct wait wait;
    begin(false);
    pthread_t thread = wait_begin(&wait, 601000);
    while (armed() == 0)
        ;
    jump(601000);
    pthread_join(thread, NULL);
    assert_false(wait.in_time);
    assert_int_equal(wait.ended_ms, 601000);
    assert_int_equal(armed(), 0);
    end();
}

static void a_jump_that_falls_short_ends_nothing(void **state)
{
    (void)state;
    struct wait wait;
    begin(false);
    pthread_t thread = wait_begin(&wait, 601000);
    while (armed() == 0)
        ;
    jump(600999);
    jump(601000);
    pthread_join(thread, NULL);
    assert_int_equal(wait.ended_ms, 601000);
    end();
}

static void a_signal_ends_a_wait_and_no_time_passes(void **state)
{
    (void)state;
    struct wait wait;
    begin(false);
    pthread_t thread = wait_begin(&wait, 601000);
    pthread_mutex_lock(&wait.mutex);
    wait.signalled = true;
    pthread_cond_signal(&wait.cond);
    pthread_mutex_unlock(&wait.mutex);
    pthread_join(thread, NULL);
    assert_true(wait.in_time);
    assert_int_equal(wait.ended_ms, 1000);
    end();
}

static void where_time_runs_a_wait_ends_by_itself(void **state)
{
    (void)state;
    struct wait wait;
    begin(true);
    pthread_join(wait_begin(&wait, clock_mono_ms() + 20), NULL);
    assert_false(wait.in_time);
    assert_true(wait.ended_ms >= wait.until_ms);
    end();
}

static void a_wait_outlives_the_end_of_running_time(void **state)
{
    (void)state;
    struct wait wait;
    begin(true);
    pthread_t thread = wait_begin(&wait, clock_mono_ms() + 3600000);
    while (armed() == 0)
        ;
    jump(2000);
    jump(wait.until_ms);
    pthread_join(thread, NULL);
    assert_int_equal(wait.ended_ms, wait.until_ms);
    end();
}

static void a_thread_that_ends_gives_its_slot_back(void **state)
{
    (void)state;
    struct wait wait;
    begin(true);
    for (int i = 0; i < 50; i++)
        pthread_join(wait_begin(&wait, clock_mono_ms() + 1), NULL);
    assert_true(page->slots_used <= 4);
    end();
}

static void a_watcher_is_told_of_every_wait_that_begins(void **state)
{
    (void)state;
    struct wait wait;
    begin(false);
    _Atomic uint32_t *word = clock_member_watch();
    uint32_t before = *word;
    pthread_t thread = wait_begin(&wait, 601000);
    while (*word == before)
        ;
    assert_int_equal(armed(), 1);
    jump(601000);
    pthread_join(thread, NULL);
    assert_int_equal(*word, before + 1);
    end();
}

static void count_up(void *context)
{
    atomic_fetch_add((_Atomic int *)context, 1);
}

static void an_alarm_calls_at_its_time_and_not_before(void **state)
{
    (void)state;
    struct clock_alarm alarm;
    _Atomic int calls = 0;
    begin(false);
    clock_alarm_begin(&alarm, 5000, count_up, &calls);
    assert_int_equal(clock_poll_timeout_ms(5000), -1);
    assert_int_equal(armed(), 1);
    jump(4999);
    assert_int_equal(calls, 0);
    jump(5000);
    while (calls == 0)
        ;
    clock_alarm_end(&alarm);
    assert_int_equal(armed(), 0);
    assert_int_equal(clock_poll_timeout_ms(5000), 0);
    end();
}

static void on_the_real_clock_an_alarm_does_nothing(void **state)
{
    (void)state;
    struct clock_alarm alarm;
    _Atomic int calls = 0;
    clock_alarm_begin(&alarm, clock_mono_ms(), count_up, &calls);
    clock_alarm_end(&alarm);
    assert_int_equal(calls, 0);
}

/* The waker is awake for the one, and the other's time has come too: its slot was not woken. */
static void of_two_waits_that_are_due_the_one_that_is_woken_ends(void **state)
{
    (void)state;
    struct wait first, second;
    begin(false);
    int fd = clock_wake_socket();
    pthread_t threads[2] = {wait_begin(&first, 2000), wait_begin(&second, 2000)};
    await_rest(2);
    uint32_t slots[2] = {CLOCK_NO_SLOT, CLOCK_NO_SLOT};
    for (uint32_t i = 0, found = 0; i < page->slots_used; i++)
        if (is_armed(i) && found < 2)
            slots[found++] = i;
    clock_page_set(page, INT64_C(2000) * MS, false);
    for (int i = 0; i < 2; i++) {
        clock_slot_wake(page, slots[i], fd);
        while (page->slots[slots[i]].due_ns != CLOCK_PAGE_NEVER)
            ;
        if (i == 0)
            assert_int_equal(page->slots[slots[1]].due_ns, INT64_C(2000) * MS);
    }
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(first.ended_ms, 2000);
    assert_int_equal(second.ended_ms, 2000);
    close(fd);
    end();
}

static void a_child_waits_with_slots_of_its_own(void **state)
{
    (void)state;
    struct wait wait;
    begin(false);
    pthread_t thread = wait_begin(&wait, 2000);
    await_rest(1); /* a thread in mid-allocation would leave its lock to the child */
    pid_t child = fork();
    if (child == 0) {
        struct wait own;
        pthread_join(wait_begin(&own, 3000), NULL);
        _exit(own.ended_ms == 3000 ? 0 : 1);
    }
    while (armed() < 2)
        ;
    jump(3000);
    int status = 0;
    waitpid(child, &status, 0);
    pthread_join(thread, NULL);
    assert_int_equal(status, 0);
    clock_slots_free_of(page, child);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_jump_ends_a_wait_at_exactly_its_deadline),
        cmocka_unit_test(a_jump_that_falls_short_ends_nothing),
        cmocka_unit_test(a_signal_ends_a_wait_and_no_time_passes),
        cmocka_unit_test(where_time_runs_a_wait_ends_by_itself),
        cmocka_unit_test(a_wait_outlives_the_end_of_running_time),
        cmocka_unit_test(a_thread_that_ends_gives_its_slot_back),
        cmocka_unit_test(a_watcher_is_told_of_every_wait_that_begins),
        cmocka_unit_test(an_alarm_calls_at_its_time_and_not_before),
        cmocka_unit_test(on_the_real_clock_an_alarm_does_nothing),
        cmocka_unit_test(of_two_waits_that_are_due_the_one_that_is_woken_ends),
        cmocka_unit_test(a_child_waits_with_slots_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
