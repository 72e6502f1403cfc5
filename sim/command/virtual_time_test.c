/* Virtual time of the simulator's own: what is due on the way of an advance happens in order and at its
 * moment, nothing moves while time is frozen, and the page goes with it. */
#include "virtual_time.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "clock_member.h"
#include "mem.h"
#include "test_support.h"
#include "timers.h"

enum { GUARD_US = 20000000 };

static struct virtual_time *virtual_time;
static struct clock_moves moves;
static int64_t came[8];
static _Atomic size_t came_count;

static void begin(void)
{
    struct fail why = {0};
    virtual_time = virtual_time_new(&why);
    if (virtual_time == NULL)
        fail_msg("%s", why.text);
    virtual_time_moves(virtual_time, &moves);
    came_count = 0;
}

static void advance(int64_t to_mono_ms)
{
    struct fail why = {0};
    if (!moves.advance(moves.context, to_mono_ms, clock_real_mono_us() + GUARD_US, &why))
        fail_msg("%s", why.text);
}

static void note(void *context)
{
    (void)context;
    came[came_count++] = clock_mono_ms();
}

static void what_falls_due_on_the_way_comes_at_its_moment(void **state)
{
    (void)state;
    begin();
    struct timers *timers = timers_new();
    moves.freeze(moves.context);
    int64_t start_ms = clock_mono_ms();
    timers_add(timers, start_ms + 600000, note, NULL);
    timers_add(timers, start_ms + 2000, note, NULL);
    timers_add(timers, start_ms + 6000, note, NULL);
    timers_add(timers, start_ms + 660001, note, NULL);
    advance(start_ms + 660000);
    assert_int_equal(came_count, 3);
    assert_int_equal(came[0] - start_ms, 2000);
    assert_int_equal(came[1] - start_ms, 6000);
    assert_int_equal(came[2] - start_ms, 600000);
    assert_int_equal(clock_mono_ms() - start_ms, 660000);
    assert_int_equal(moves.jumps(moves.context), 4);
    timers_free(timers);
    virtual_time_free(virtual_time);
}

static void frozen_time_stays_and_goes_on_from_there(void **state)
{
    (void)state;
    begin();
    struct timers *timers = timers_new();
    moves.freeze(moves.context);
    int64_t at_ms = clock_mono_ms();
    timers_add(timers, at_ms + 1000, note, NULL); /* waits, and does not move the clock by that */
    for (int i = 0; i < 10; i++) {
        advance(at_ms);   /* comes back when all are at rest */
        poll(NULL, 0, 5); /* the owner would have time to jump */
        assert_int_equal(clock_mono_ms(), at_ms);
    }
    assert_int_equal(came_count, 0);
    timers_free(timers);
    moves.resume(moves.context);
    int64_t guard_us = clock_real_mono_us() + GUARD_US;
    while (clock_mono_ms() == at_ms)
        assert_true(clock_real_mono_us() < guard_us);
    assert_in_range(clock_mono_ms() - at_ms, 1, GUARD_US / 1000);
    virtual_time_free(virtual_time);
}

static void a_command_is_a_party_of_the_page(void **state)
{
    (void)state;
    struct stat file;
    begin();
    char *backend = virtual_time_party(virtual_time, "backend");
    char *colon = strrchr(backend, ':');
    assert_string_equal(colon, ":1");
    *colon = '\0';
    assert_int_equal(stat(backend, &file), 0);
    assert_int_equal(file.st_mode & 0777, 0600);
    assert_non_null(clock_member_page());
    virtual_time_free(virtual_time);
    assert_null(clock_member_page());
    assert_int_equal(stat(backend, &file), -1);
    mem_free(backend);
}

static void a_folder_that_cannot_be_written_is_told(void **state)
{
    (void)state;
    struct fail why = {0};
    setenv("TMPDIR", "/there/is/no/such/folder", 1);
    assert_null(virtual_time_new(&why));
    assert_string_equal(
        why.text,
        "--virtual-time: no file for the clock in /there/is/no/such/folder: No such file or directory");
    unsetenv("TMPDIR");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_falls_due_on_the_way_comes_at_its_moment),
        cmocka_unit_test(frozen_time_stays_and_goes_on_from_there),
        cmocka_unit_test(a_command_is_a_party_of_the_page),
        cmocka_unit_test(a_folder_that_cannot_be_written_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
