/* test_children: child processes for the tests of the timekeeper: started, told to go on, ended.
 *
 *     struct test_child child = test_child_start(run, &what);      // runs in a child, then _exit(0)
 *     test_child_end(&child);                                      // SIGKILL and wait
 *
 * Children that burn CPU beside a test end by themselves when the test does. Tests only. */
#ifndef TEST_CHILDREN_H
#define TEST_CHILDREN_H

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "proc_files.h"
#include "test_support.h"

struct test_child {
    pid_t pid;
    int status;
};

static inline struct test_child test_child_start(void (*run)(void *context), void *context)
{
    struct test_child child = {.pid = fork()};
    assert_true(child.pid >= 0);
    if (child.pid != 0)
        return child;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    run(context);
    _exit(0);
}

static inline void test_child_end(struct test_child *child)
{
    kill(child->pid, SIGKILL);
    waitpid(child->pid, &child->status, 0);
}

/* Memory that children share with the test; zeroed. */
static inline void *test_shared(size_t bytes)
{
    void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(at != MAP_FAILED);
    return at;
}

/* Asleep for good: one that only means to sleep shows as S, too, and waits in no place of the kernel. */
static inline bool test_has_left_its_cpu(pid_t pid, pid_t tid)
{
    char text[PROC_TEXT_BYTES];
    return proc_read(pid, tid, "wchan", text) && strcmp(text, "0") != 0;
}

/* Returns once that thread is in that state; a guard of ten seconds. */
static inline void test_await_state(pid_t pid, pid_t tid, char state)
{
    struct proc_stat stat = {0};
    int64_t guard_us = clock_real_mono_us() + INT64_C(10000000);
    while (stat.state != state || (state == 'S' && !test_has_left_its_cpu(pid, tid))) {
        assert_true(clock_real_mono_us() < guard_us);
        proc_read_stat(pid, tid, &stat);
    }
}

/* A process that uses a CPU and is no descendant of the test: `leash` is the write end of a pipe, and the
 * process ends when that is closed. */
static inline int test_burn_cpu(void)
{
    int leash[2];
    char byte;
    assert_int_equal(pipe2(leash, O_CLOEXEC), 0);
    pid_t between = fork();
    if (between == 0) {
        if (fork() != 0)
            _exit(0);
        close(leash[1]);
        fcntl(leash[0], F_SETFL, O_NONBLOCK);
        while (read(leash[0], &byte, 1) != 0)
            for (volatile int i = 0; i < 100000; i++)
                ;
        _exit(0);
    }
    close(leash[0]);
    waitpid(between, NULL, 0);
    return leash[1];
}

#endif
