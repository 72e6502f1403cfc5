/* test_owner: a small owner of a clock page, for the tests of the library: runs a program with the library
 * preloaded and moves time whenever everything in it sleeps. The real one, with the network's part of
 * "asleep", is sim/timekeeper.
 *
 *     struct test_owner owner;
 *     test_owner_begin(&owner, false);
 *     struct test_run run = test_owner_run(&owner, (const char *const[]){"sleep", "600", NULL});
 *     assert_int_equal(run.exit_status, 0);
 *     assert_int_equal(run.took_ms, 600000);
 *     test_owner_end(&owner); */
#ifndef TEST_OWNER_H
#define TEST_OWNER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "clock_page.h"

struct test_owner {
    char path[64];
    char library[80]; /* a copy that every user may read; "" while there is none */
    struct clock_page *page;
    int wake_fd;
    int64_t jumps;
};

struct test_run {
    int exit_status; /* or 256 + signal; -1 when the guard ended it */
    int64_t took_ms; /* virtual */
    char output[16384];
};

/* Time stands still, or runs. */
void test_owner_begin(struct test_owner *owner, bool runs);
void test_owner_end(struct test_owner *owner);

/* The same, and this process joins the page. */
void test_owner_begin_here(struct test_owner *owner, bool runs);
/* Until so many deadlines are armed. */
void test_owner_await_armed(const struct test_owner *owner, int count);
/* Until all other threads of this process sleep: a fork then takes no lock of a sanitizer with it. */
void test_owner_await_others_asleep(void);

/* Moves to that moment and wakes everybody. */
void test_owner_set(struct test_owner *owner, int64_t mono_ns, bool runs);
/* The earliest deadline; CLOCK_PAGE_NEVER when nobody waits. */
int64_t test_owner_earliest(const struct test_owner *owner);
int test_owner_armed(const struct test_owner *owner);

/* Starts it with the library and the page in its environment; ends when it does. Output: what it wrote to
 * stdout and stderr. */
struct test_run test_owner_run(struct test_owner *owner, const char *const *argv);
/* As another user: 0 = as this one. */
struct test_run test_owner_run_as(struct test_owner *owner, const char *const *argv, uid_t user);
/* The two halves of it, for a program that goes on beside others. user: 0, or whom to become. */
pid_t test_owner_start(struct test_owner *owner, const char *const *argv, int output_fd, uid_t user);
/* One look: jumps when everything below those processes sleeps. True when it jumped. */
bool test_owner_step(struct test_owner *owner, const pid_t *roots, int root_count);

/* The built library, next to this test. */
const char *test_owner_library(void);

#endif
