/* A backend, a store and a simulator, each a process, talk over TCP with timers on both sides: two hundred
 * times the same history, also while both CPUs are busy with something else. */
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>

#include "clock_member.h"
#include "test_children.h"
#include "timekeeper.h"

enum { TIMES = 200, NOTES = 7, HALVED_EVERY = 8, EVERY_MS = 20000 };

struct shared {
    _Atomic size_t count;
    struct {
        char who;
        int64_t mono_ms;
    } notes[TIMES * NOTES];
};

static struct shared *shared;
static struct timekeeper *tk;
static struct fail why;
static int64_t zero_ms;
static int listener;
static struct sockaddr_in address = {.sin_family = AF_INET};

static void note(char who)
{
    int64_t now_ms = clock_mono_ms();
    size_t at = shared->count++;
    if (at < COUNT_OF(shared->notes)) {
        shared->notes[at].who = who;
        shared->notes[at].mono_ms = now_ms;
    }
}

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

static void join(const char *clock)
{
    if (!clock_join(clock, &why))
        _exit(1);
}

/* Write, write, read: without a look at the kernel's own queues the second half seems to be nowhere. */
static void run_backend(void *clock)
{
    char byte;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    join(clock);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
        _exit(1);
    for (int64_t i = 0; i < TIMES; i++) {
        wait_until(zero_ms + i * EVERY_MS + 2000);
        note('a');
        bool in_one = i % HALVED_EVERY != 0; /* in two, it takes 40 ms of real time */
        if (write(fd, "xy", in_one ? 2 : 1) < 1 || (!in_one && write(fd, "y", 1) != 1) ||
            read(fd, &byte, 1) != 1)
            _exit(1);
        note('r');
        wait_until(clock_mono_ms() + 4000);
        note('b');
    }
    pause();
}

/* The store's housekeeping: every 100 ms, never what is waited for. */
static void *run_cron(void *unused)
{
    for (;;)
        wait_until(clock_mono_ms() + 100);
    return unused;
}

static void owe(uint32_t answers)
{
    clock_member_page()->slots[clock_member_process_slot()].owes = answers;
}

static void run_store(void *clock)
{
    char bytes[2];
    pthread_t cron;
    join(clock);
    pthread_create(&cron, NULL, run_cron, NULL);
    int fd = accept(listener, NULL, NULL);
    for (;;) {
        if (recv(fd, bytes, 2, MSG_WAITALL) != 2)
            _exit(0);
        owe(1);
        note('q');
        wait_until(clock_mono_ms() + 5000);
        note('s');
        owe(0);
        if (write(fd, "z", 1) != 1)
            _exit(1);
    }
}

static void run_simulator(void *clock)
{
    join(clock);
    for (int64_t i = 0; i < TIMES; i++) {
        wait_until(zero_ms + i * EVERY_MS + 2000);
        note('m');
        wait_until(zero_ms + i * EVERY_MS + 7000);
        note('n');
    }
    pause();
}

static void listen_on_loopback(void)
{
    socklen_t len = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 4), 0);
    getsockname(listener, (struct sockaddr *)&address, &len);
}

static void begin(void)
{
    char path[64];
    snprintf(path, sizeof path, "/tmp/exchange-test-%d", (int)getpid());
    struct timekeeper_options options = {
        .path = path, .wall_ms = INT64_C(1767225600000), .party = "harness", .root = getpid()};
    tk = timekeeper_new(&options, &why);
    if (tk == NULL)
        fail_msg("%s", why.text);
    timekeeper_stand(tk, 1000000000);
    zero_ms = clock_mono_ms();
    shared = test_shared(sizeof *shared);
    listen_on_loopback();
}

static void two_hundred_exchanges_under_load_are_the_same(void **state)
{
    (void)state;
    static const struct {
        char who;
        int64_t at_ms;
    } expected[NOTES] = {{'a', 2000}, {'q', 2000}, {'m', 2000}, {'s', 7000},
                         {'r', 7000}, {'n', 7000}, {'b', 11000}};
    static const enum clock_role roles[] = {CLOCK_ROLE_BACKEND, CLOCK_ROLE_STORE, CLOCK_ROLE_SIMULATOR};
    static const char *const names[] = {"backend", "store", "simulator"};
    void (*const runs[])(void *) = {run_backend, run_store, run_simulator};
    struct test_child children[3];
    int leashes[] = {test_burn_cpu(), test_burn_cpu()};
    begin();
    for (size_t i = 0; i < 3; i++) {
        char *clock = timekeeper_add_party(tk, names[i], roles[i]);
        children[i] = test_child_start(runs[i], clock);
        free(clock);
    }
    if (!timekeeper_settle(tk, clock_real_mono_us() + INT64_C(30000000), &why))
        fail_msg("%s", why.text);
    wait_until(zero_ms + (int64_t)(TIMES - 1) * EVERY_MS + 11000);
    assert_false(timekeeper_stuck(tk, NULL));
    assert_int_equal(shared->count, TIMES * NOTES);
    for (size_t i = 0; i < TIMES * NOTES; i++) {
        const char who[] = {shared->notes[i].who, '\0'}, right[] = {expected[i % NOTES].who, '\0'};
        assert_string_equal(who, right);
        assert_int_equal(shared->notes[i].mono_ms,
                         zero_ms + (int64_t)(i / NOTES) * EVERY_MS + expected[i % NOTES].at_ms);
    }
    for (size_t i = 0; i < 3; i++)
        test_child_end(&children[i]);
    for (size_t i = 0; i < COUNT_OF(leashes); i++)
        close(leashes[i]);
    timekeeper_free(tk);
    close(listener);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_hundred_exchanges_under_load_are_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
