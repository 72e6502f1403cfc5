/* The library in programs whose page is not as it should be: one line on stderr that names the program and
 * what is wrong, then real time; never a crash. */
#include "preloaded.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "clock_member.h"
#include "test_owner.h"
#include "test_support.h"

static struct test_owner owner;

static const char what_time[] = "echo time $(date +%s)";

static struct test_run run_with(const char *page, const char *script)
{
    struct test_owner there = owner;
    snprintf(there.path, sizeof there.path, "%s", page);
    clock_page_set(owner.page, 0, true);
    return test_owner_run(&there, (const char *const[]){"/bin/sh", "-c", script, NULL});
}

static void expect(const struct test_run *run, const char *text)
{
    if (strstr(run->output, text) == NULL)
        fail_msg("expected \"%s\" in:\n%s", text, run->output);
}

static void expect_real_time(const struct test_run *run)
{
    const char *said = strstr(run->output, "time 1");
    long long seen = said == NULL ? 0 : strtoll(said + 5, NULL, 10), real = clock_real_wall_ms() / 1000;
    assert_in_range(seen, real - 600, real);
}

static void a_page_that_is_missing_is_named_and_time_is_real(void **state)
{
    (void)state;
    test_owner_begin(&owner, true);
    struct test_run run = run_with("/tmp/no-such-clock-page:1", what_time);
    assert_int_equal(run.exit_status, 0);
    expect(&run, "twilio-sim-preload: sh (");
    expect(&run, "the clock page /tmp/no-such-clock-page:1 is missing: this process stays on the real clock");
    expect_real_time(&run);
    test_owner_end(&owner);
}

static void expect_a_bad_file(const char *path, const char *text)
{
    struct test_run run = run_with(path, what_time);
    assert_int_equal(run.exit_status, 0);
    expect(&run, text);
    expect_real_time(&run);
}

static void a_page_that_cannot_be_used_is_named_and_time_is_real(void **state)
{
    (void)state;
    char path[64];
    test_owner_begin(&owner, true);
    snprintf(path, sizeof path, "/tmp/preload-bad-%d", (int)getpid());
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    expect_a_bad_file(path, "is truncated");
    assert_int_equal(ftruncate(fd, sizeof(struct clock_page)), 0);
    expect_a_bad_file(path, "is no clock page");
    assert_int_equal(pwrite(fd, owner.page, 64, 0), 64);
    uint32_t version = 99;
    assert_int_equal(pwrite(fd, &version, sizeof version, offsetof(struct clock_page, version)),
                     sizeof version);
    expect_a_bad_file(path, "is of another version");
    expect_a_bad_file("/tmp", "cannot be opened for writing");
    expect_a_bad_file("/dev/null", "is no clock page");
    close(fd);
    unlink(path);
    test_owner_end(&owner);
}

static void without_the_variable_nothing_is_said_and_time_is_real(void **state)
{
    (void)state;
    test_owner_begin(&owner, true);
    struct test_run run = run_with("", what_time);
    assert_int_equal(strncmp(run.output, "time 1", 6), 0);
    expect_real_time(&run);
    test_owner_end(&owner);
}

static void more_deadlines_than_slots_is_one_warning_and_real_time(void **state)
{
    (void)state;
    test_owner_begin(&owner, false);
    for (uint32_t i = 0; i < CLOCK_SLOTS_MAX; i++)
        assert_int_not_equal(clock_slot_take(owner.page, 0, getpid(), 0, CLOCK_NO_SLOT), CLOCK_NO_SLOT);
    struct test_run run = test_owner_run(&owner, (const char *const[]){"/usr/bin/python3", "-c",
                                                                       "import time, select, threading\n"
                                                                       "for _ in range(3): time.sleep(0.01)\n"
                                                                       "select.select([], [], [], 0.01)\n"
                                                                       "threading.Event().wait(0.01)\n"
                                                                       "print('through')",
                                                                       NULL});
    assert_int_equal(run.exit_status, 0);
    expect(&run, "python3 (");
    expect(&run, "the clock page is full: some of its waits are in real time\nthrough\n");
    assert_int_not_equal(owner.page->overflow_pid, 0);
    assert_int_equal(run.took_ms, 0);
    test_owner_end(&owner);
}

static const char unmap_everything[] =
    "import ctypes, re, time\n"
    "libc = ctypes.CDLL(None, use_errno=True)\n"
    "page = [l for l in open('/proc/self/maps') if 'preload-test-' in l]\n"
    "for line in page:\n"
    "    a, b = (int(x, 16) for x in re.match('(\\\\w+)-(\\\\w+)', line).groups())\n"
    "    for call in (lambda: libc.munmap(ctypes.c_void_p(a), ctypes.c_size_t(b - a)),\n"
    "                 lambda: libc.mprotect(ctypes.c_void_p(a), ctypes.c_size_t(b - a), 0),\n"
    "                 lambda: libc.mremap(ctypes.c_void_p(a), ctypes.c_size_t(b - a), ctypes.c_size_t(4096), "
    "0)):\n"
    "        call()\n"
    "begun = time.monotonic(); time.sleep(60); print('pages', len(page), 'slept', time.monotonic() - "
    "begun)\n";

static void a_program_that_unmaps_the_page_goes_on(void **state)
{
    (void)state;
    test_owner_begin(&owner, false);
    struct test_run run =
        test_owner_run(&owner, (const char *const[]){"/usr/bin/python3", "-c", unmap_everything, NULL});
    assert_string_equal(run.output, "pages 1 slept 60.0\n");
    assert_int_equal(run.exit_status, 0);
    test_owner_end(&owner);
}

static const char close_everything[] =
    "import os, select, time\n"
    "r, w = os.pipe()\n"
    "select.select([r], [], [], 1)\n"
    "os.closerange(3, 65536)\n"
    "begun = time.monotonic(); select.select([], [], [], 60)\n"
    "zero = os.open('/dev/zero', os.O_RDONLY)\n"
    "for fd in range(500, 1024): os.dup2(zero, fd)\n"
    "select.select([], [], [], 60); print('waited', time.monotonic() - begun)\n";

static void a_program_that_closes_and_overwrites_all_descriptors_goes_on(void **state)
{
    (void)state;
    test_owner_begin(&owner, false);
    struct test_run run =
        test_owner_run(&owner, (const char *const[]){"/usr/bin/python3", "-c", close_everything, NULL});
    assert_string_equal(run.output, "waited 120.0\n");
    test_owner_end(&owner);
}

static const char timer_and_exec[] =
    "import os, signal\n"
    "signal.setitimer(signal.ITIMER_REAL, 5, 2)\n"
    "os.execv('/usr/bin/python3', ['python3', '-c', '''\n"
    "import signal, time\n"
    "at = []\n"
    "signal.signal(signal.SIGALRM, lambda *_: at.append(round(time.monotonic() - 1000)))\n"
    "print(signal.getitimer(signal.ITIMER_REAL))\n"
    "while len(at) < 3: signal.pause()\n"
    "print(at)\n"
    "'''])\n";

static void an_interval_timer_goes_on_in_the_next_program(void **state)
{
    (void)state;
    test_owner_begin(&owner, false);
    struct test_run run =
        test_owner_run(&owner, (const char *const[]){"/usr/bin/python3", "-c", timer_and_exec, NULL});
    assert_string_equal(run.output, "(5.0, 2.0)\n[5, 7, 9]\n");
    test_owner_end(&owner);
}

static void a_process_that_was_killed_in_a_wait_leaves_slots_that_its_owner_sweeps(void **state)
{
    (void)state;
    int status;
    test_owner_begin(&owner, false);
    pid_t pid = test_owner_start(&owner, (const char *const[]){"sleep", "600", NULL}, STDOUT_FILENO, 0);
    test_owner_await_armed(&owner, 1);
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
    assert_int_equal(test_owner_armed(&owner), 1);
    test_owner_step(&owner, &pid, 1);
    assert_int_equal(test_owner_armed(&owner), 0);
    test_owner_end(&owner);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_that_is_missing_is_named_and_time_is_real),
        cmocka_unit_test(a_page_that_cannot_be_used_is_named_and_time_is_real),
        cmocka_unit_test(without_the_variable_nothing_is_said_and_time_is_real),
        cmocka_unit_test(more_deadlines_than_slots_is_one_warning_and_real_time),
        cmocka_unit_test(a_program_that_unmaps_the_page_goes_on),
        cmocka_unit_test(a_program_that_closes_and_overwrites_all_descriptors_goes_on),
        cmocka_unit_test(an_interval_timer_goes_on_in_the_next_program),
        cmocka_unit_test(a_process_that_was_killed_in_a_wait_leaves_slots_that_its_owner_sweeps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
