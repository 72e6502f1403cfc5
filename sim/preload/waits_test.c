/* What holds of every wait with a time-out: it ends at exactly its deadline when time jumps, by itself where
 * time runs, goes on when that changes, and is ended by what it waits for, by a signal, by a cancellation. */
#include "test_waits.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock_member.h"
#include "test_owner.h"
#include "test_support.h"

enum { MS = 1000000, LONG_MS = 600000, SHORT_MS = 20, FRAMES_BYTES = 65536 };

static struct test_owner owner;

struct waiting {
    const struct test_wait *row;
    struct test_place place;
    int64_t ms;
    enum test_wait_end end;
    int64_t ended_ns;
    pthread_t thread;
    _Atomic bool ended;
};

static void *run(void *context)
{
    struct waiting *waiting = context;
    waiting->end = waiting->row->wait(&waiting->place, waiting->ms);
    waiting->ended_ns = owner.page == NULL ? 0 : clock_page_mono_ns(owner.page);
    waiting->ended = true;
    return NULL;
}

/* The locks of the place are held by this thread, the wait is another's. */
static void begin_unseen(struct waiting *waiting, const struct test_wait *row, int64_t ms)
{
    *waiting = (struct waiting){.row = row, .ms = ms};
    test_place_init(&waiting->place);
    assert_int_equal(pthread_create(&waiting->thread, NULL, run, waiting), 0);
}

static void begin(struct waiting *waiting, const struct test_wait *row, int64_t ms)
{
    begin_unseen(waiting, row, ms);
    test_owner_await_armed(&owner, 1);
}

static void end(struct waiting *waiting)
{
    pthread_join(waiting->thread, NULL);
    test_place_release(&waiting->place);
}

/* Which row it was that went wrong. */
static void expect(const struct waiting *waiting, enum test_wait_end wanted_end, int64_t wanted_ns)
{
    if (waiting->end != wanted_end)
        fail_msg("%s: ended as %d, expected %d", waiting->row->name, (int)waiting->end, (int)wanted_end);
    if (wanted_ns != 0 && waiting->ended_ns != wanted_ns)
        fail_msg("%s: ended at %lld ns, expected %lld", waiting->row->name, (long long)waiting->ended_ns,
                 (long long)wanted_ns);
    if (test_owner_armed(&owner) != 0)
        fail_msg("%s: left a deadline behind", waiting->row->name);
}

static void a_jump_ends_each_wait_at_exactly_its_deadline(void **state)
{
    (void)state;
    test_owner_begin_here(&owner, false);
    for (size_t i = 0; i < test_waits_count; i++) {
        struct waiting waiting;
        int64_t due_ns = clock_page_mono_ns(owner.page) + (int64_t)LONG_MS * MS;
        begin(&waiting, &test_waits[i], LONG_MS);
        assert_int_equal(test_owner_earliest(&owner), due_ns);
        test_owner_set(&owner, due_ns - MS, false);
        test_owner_set(&owner, due_ns, false);
        end(&waiting);
        expect(&waiting, WAIT_TIMED_OUT, due_ns);
    }
    test_owner_end(&owner);
}

static void where_time_runs_each_wait_ends_by_itself(void **state)
{
    (void)state;
    test_owner_begin_here(&owner, true);
    for (size_t i = 0; i < test_waits_count; i++) {
        struct waiting waiting;
        int64_t begun_ns = clock_page_mono_ns(owner.page);
        begin_unseen(&waiting, &test_waits[i], SHORT_MS);
        end(&waiting);
        expect(&waiting, WAIT_TIMED_OUT, 0);
        assert_true(waiting.ended_ns >= begun_ns + SHORT_MS * MS);
    }
    test_owner_end(&owner);
}

static void each_wait_goes_on_when_time_stops(void **state)
{
    (void)state;
    test_owner_begin_here(&owner, true);
    for (size_t i = 0; i < test_waits_count; i++) {
        struct waiting waiting;
        test_owner_set(&owner, 0, true);
        begin(&waiting, &test_waits[i], LONG_MS);
        int64_t due_ns = test_owner_earliest(&owner);
        test_owner_set(&owner, 0, false);
        assert_true(clock_page_mono_ns(owner.page) < due_ns);
        test_owner_set(&owner, due_ns, false);
        end(&waiting);
        expect(&waiting, WAIT_TIMED_OUT, due_ns);
    }
    test_owner_end(&owner);
}

static void each_wait_ends_by_itself_when_time_begins_to_run(void **state)
{
    (void)state;
    test_owner_begin_here(&owner, false);
    for (size_t i = 0; i < test_waits_count; i++) {
        struct waiting waiting;
        test_owner_set(&owner, 0, false);
        int64_t due_ns = clock_page_mono_ns(owner.page) + SHORT_MS * MS;
        begin(&waiting, &test_waits[i], SHORT_MS);
        test_owner_set(&owner, 0, true);
        end(&waiting);
        expect(&waiting, WAIT_TIMED_OUT, 0);
        assert_true(waiting.ended_ns >= due_ns);
    }
    test_owner_end(&owner);
}

static void what_is_waited_for_ends_the_wait_and_no_time_passes(void **state)
{
    (void)state;
    test_owner_begin_here(&owner, false);
    for (size_t i = 0; i < test_waits_count; i++) {
        struct waiting waiting;
        if (test_waits[i].wake == NULL)
            continue;
        int64_t now_ns = clock_page_mono_ns(owner.page);
        begin(&waiting, &test_waits[i], LONG_MS);
        waiting.row->wake(&waiting.place);
        end(&waiting);
        expect(&waiting, WAIT_WOKEN, now_ns);
    }
    test_owner_end(&owner);
}

static void handle(int number)
{
    (void)number;
}

static void a_handled_signal_ends_the_waits_that_it_ends_in_real_time(void **state)
{
    (void)state;
    struct sigaction action = {.sa_handler = handle}, before;
    sigaction(SIGUSR1, &action, &before);
    test_owner_begin_here(&owner, false);
    for (size_t i = 0; i < test_waits_count; i++) {
        struct waiting waiting;
        int64_t now_ns = clock_page_mono_ns(owner.page), due_ns = now_ns + (int64_t)LONG_MS * MS;
        bool ends = test_waits[i].interruptible;
        begin(&waiting, &test_waits[i], LONG_MS);
        pthread_kill(waiting.thread, SIGUSR1);
        while (ends && !waiting.ended) { /* it may have come before the wait itself */
            pthread_kill(waiting.thread, SIGUSR1);
            sched_yield();
        }
        if (!ends)
            test_owner_set(&owner, due_ns, false);
        end(&waiting);
        if (waiting.row->wait != test_waits[11].wait) /* a timer is set whether or not somebody reads it */
            expect(&waiting, ends ? WAIT_INTERRUPTED : WAIT_TIMED_OUT, ends ? now_ns : due_ns);
    }
    sigaction(SIGUSR1, &before, NULL);
    test_owner_end(&owner);
}

/* The sanitizer's marks on the frames that a cancellation has left: there, or not (weak). */
extern void __asan_unpoison_memory_region(const volatile void *at, size_t size) __attribute__((weak));

static void forget_frames(void *unused)
{
    (void)unused;
    if (__asan_unpoison_memory_region != NULL)
        __asan_unpoison_memory_region((char *)__builtin_frame_address(0) - FRAMES_BYTES, FRAMES_BYTES);
}

static void *run_until_cancelled(void *context)
{
    pthread_cleanup_push(forget_frames, NULL);
    run(context);
    pthread_cleanup_pop(0);
    return NULL;
}

static void a_cancelled_thread_leaves_no_deadline_and_no_slot(void **state)
{
    (void)state;
    test_owner_begin_here(&owner, false);
    for (size_t i = 0; i < test_waits_count; i++) {
        struct waiting waiting;
        void *result = NULL;
        if (!test_waits[i].cancellable)
            continue;
        waiting = (struct waiting){.row = &test_waits[i], .ms = LONG_MS};
        test_place_init(&waiting.place);
        assert_int_equal(pthread_create(&waiting.thread, NULL, run_until_cancelled, &waiting), 0);
        test_owner_await_armed(&owner, 1);
        pthread_cancel(waiting.thread);
        pthread_join(waiting.thread, &result);
        if (result != PTHREAD_CANCELED)
            fail_msg("%s: was not cancelled", waiting.row->name);
        test_place_release(&waiting.place);
        if (test_owner_armed(&owner) != 0)
            fail_msg("%s: left a deadline behind", waiting.row->name);
    }
    assert_true(owner.page->slots_used <= 4);
    test_owner_end(&owner);
}

/* Each has slots, a wake socket and a waker of its own. */
static void the_child_of_a_fork_waits_by_itself_beside_its_parent(void **state)
{
    (void)state;
    test_owner_begin_here(&owner, false);
    for (size_t i = 0; i < test_waits_count; i++) {
        struct waiting waiting;
        int64_t due_ns = clock_page_mono_ns(owner.page) + (int64_t)LONG_MS * MS;
        begin(&waiting, &test_waits[i], LONG_MS);
        test_owner_await_others_asleep();
        pid_t child = fork();
        if (child == 0) {
            struct waiting own;
            begin_unseen(&own, &test_waits[i], LONG_MS);
            end(&own);
            _exit(own.end == WAIT_TIMED_OUT && own.ended_ns == due_ns ? 0 : 1);
        }
        test_owner_await_armed(&owner, 2);
        test_owner_set(&owner, due_ns, false);
        int status = -1;
        waitpid(child, &status, 0);
        end(&waiting);
        clock_slots_free_of(owner.page, child);
        if (status != 0)
            fail_msg("%s: the child saw another end", waiting.row->name);
        expect(&waiting, WAIT_TIMED_OUT, due_ns);
    }
    test_owner_end(&owner);
}

static void without_a_page_each_wait_is_libcs_own(void **state)
{
    (void)state;
    assert_null(clock_member_page());
    for (size_t i = 0; i < test_waits_count; i++) {
        struct waiting waiting;
        begin_unseen(&waiting, &test_waits[i], 2);
        end(&waiting);
        if (waiting.end != WAIT_TIMED_OUT)
            fail_msg("%s: ended as %d", waiting.row->name, (int)waiting.end);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_page_each_wait_is_libcs_own),
        cmocka_unit_test(a_jump_ends_each_wait_at_exactly_its_deadline),
        cmocka_unit_test(where_time_runs_each_wait_ends_by_itself),
        cmocka_unit_test(each_wait_goes_on_when_time_stops),
        cmocka_unit_test(each_wait_ends_by_itself_when_time_begins_to_run),
        cmocka_unit_test(what_is_waited_for_ends_the_wait_and_no_time_passes),
        cmocka_unit_test(a_handled_signal_ends_the_waits_that_it_ends_in_real_time),
        cmocka_unit_test(a_cancelled_thread_leaves_no_deadline_and_no_slot),
        cmocka_unit_test(the_child_of_a_fork_waits_by_itself_beside_its_parent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
