/* The page: time that stands still, runs, jumps and never goes back; files that are no page. */
#include "clock_page.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock_kernel.h"
#include "clock_slots.h"
#include "test_support.h"

static char path[64];

static struct clock_page *page_new(int64_t wall_ns, int64_t mono_ns, bool runs)
{
    enum clock_page_problem problem;
    snprintf(path, sizeof path, "/tmp/clock-page-test-%d", (int)getpid());
    struct clock_page_start start = {.wall_ns = wall_ns, .mono_ns = mono_ns, .runs = runs};
    struct clock_page *page = clock_page_create(path, &start, &problem);
    assert_non_null(page);
    return page;
}

static void page_end(struct clock_page *page)
{
    clock_page_detach(page);
    unlink(path);
}

static void stopped_time_stands_still_and_jumps(void **state)
{
    (void)state;
    struct clock_page *page = page_new(1767603600000000000, 5000, false);
    assert_int_equal(clock_page_mono_ns(page), 5000);
    assert_int_equal(clock_page_wall_ns(page, 0), 1767603600000000000);
    clock_page_set(page, 600000005000, false);
    assert_int_equal(clock_page_mono_ns(page), 600000005000);
    assert_int_equal(clock_page_wall_ns(page, 0), 1767604200000000000);
    assert_int_equal(clock_page_real_left_ns(page, 600000005001), CLOCK_PAGE_NEVER);
    assert_int_equal(clock_page_real_left_ns(page, 600000005000), 0);
    page_end(page);
}

static void an_earlier_moment_means_now(void **state)
{
    (void)state;
    struct clock_page *page = page_new(0, 5000, false);
    clock_page_set(page, 4000, false);
    assert_int_equal(clock_page_mono_ns(page), 5000);
    page_end(page);
}

static void running_time_follows_the_real_clock(void **state)
{
    (void)state;
    struct clock_page *page = page_new(0, 1000000000, true);
    int64_t first_ns = clock_page_mono_ns(page), before_ns = kernel_mono_ns();
    while (kernel_mono_ns() - before_ns < 2000000)
        ;
    int64_t passed_ns = clock_page_mono_ns(page) - first_ns;
    assert_true(passed_ns >= 2000000);
    assert_true(passed_ns < 30000000000);
    assert_true(clock_page_real_left_ns(page, clock_page_mono_ns(page) + 1000000000) <= 1000000000);
    page_end(page);
}

static void a_spinner_moves_time_on_and_jumps_stay_exact(void **state)
{
    (void)state;
    struct clock_page *page = page_new(0, 1000, false);
    clock_page_creep(page, 50);
    assert_int_equal(clock_page_mono_ns(page), 1050);
    clock_page_creep(page, -50);
    assert_int_equal(clock_page_mono_ns(page), 1050);
    clock_page_set(page, 9000, false);
    assert_int_equal(clock_page_mono_ns(page), 9000);
    page_end(page);
}

static void a_party_may_have_a_wall_clock_of_its_own(void **state)
{
    (void)state;
    struct clock_page *page = page_new(1000000, 0, false);
    assert_int_equal(clock_page_add_party(page, "backend", CLOCK_ROLE_BACKEND), 0);
    assert_int_equal(clock_page_add_party(page, "redis", CLOCK_ROLE_STORE), 1);
    assert_int_equal(clock_page_add_party(page, "redis", CLOCK_ROLE_STORE), 1);
    clock_page_set_skew_ns(page, 1, -400);
    assert_int_equal(clock_page_wall_ns(page, 0), 1000000);
    assert_int_equal(clock_page_wall_ns(page, 1), 999600);
    assert_int_equal(clock_page_mono_of_wall_ns(page, 1, 1000600), 1000);
    assert_int_equal(clock_page_mono_of_wall_ns(page, 1, INT64_MIN), 0);
    clock_page_set_wall_ns(page, 7000000);
    assert_int_equal(clock_page_wall_ns(page, 0), 7000000);
    page_end(page);
}

/* Reads while another thread stops and starts time. */
static void *read_on(void *context)
{
    const struct clock_page *page = context;
    int64_t last_ns = 0;
    intptr_t back = 0;
    while (clock_page_mono_ns(page) < INT64_C(1) << 60) {
        int64_t now_ns = clock_page_mono_ns(page);
        back += now_ns < last_ns;
        last_ns = now_ns;
    }
    return (void *)back;
}

static void time_never_goes_back_for_a_reader(void **state)
{
    (void)state;
    struct clock_page *page = page_new(0, 1000, true);
    pthread_t reader;
    void *back;
    pthread_create(&reader, NULL, read_on, page);
    for (int i = 0; i < 3000; i++)
        clock_page_set(page, clock_page_mono_ns(page), i % 2 == 1);
    clock_page_set(page, INT64_C(1) << 61, false);
    pthread_join(reader, &back);
    assert_int_equal((intptr_t)back, 0);
    page_end(page);
}

static void two_mappings_show_one_time(void **state)
{
    (void)state;
    enum clock_page_problem problem;
    struct clock_page *page = page_new(0, 1000, false), *other = clock_page_attach(path, &problem);
    assert_non_null(other);
    clock_page_set(page, 2000, false);
    assert_int_equal(clock_page_mono_ns(other), 2000);
    clock_page_detach(other);
    page_end(page);
}

static void file_write(const char *bytes, size_t len, off_t size)
{
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    assert_int_equal(write(fd, bytes, len), len);
    assert_int_equal(ftruncate(fd, size), 0);
    close(fd);
}

static enum clock_page_problem problem_of(const char *name)
{
    enum clock_page_problem problem = CLOCK_PAGE_FINE;
    assert_null(clock_page_attach(name, &problem));
    return problem;
}

static void what_is_no_page_is_refused_by_its_kind(void **state)
{
    (void)state;
    char other[16] = "otpclock\2";
    snprintf(path, sizeof path, "/tmp/clock-page-test-%d", (int)getpid());
    assert_int_equal(problem_of("/nowhere/clock"), CLOCK_PAGE_MISSING);
    assert_int_equal(problem_of("/dev/null"), CLOCK_PAGE_NO_PAGE);
    file_write("short", 5, 5);
    assert_int_equal(problem_of(path), CLOCK_PAGE_TRUNCATED);
    file_write("something", 9, sizeof(struct clock_page));
    assert_int_equal(problem_of(path), CLOCK_PAGE_NO_PAGE);
    file_write(other, sizeof other, sizeof(struct clock_page));
    assert_int_equal(problem_of(path), CLOCK_PAGE_OTHER_VERSION);
    unlink(path);
    assert_string_equal(clock_page_problem_text(CLOCK_PAGE_TRUNCATED), "is truncated");
}

static void a_page_in_no_folder_cannot_be_made(void **state)
{
    (void)state;
    enum clock_page_problem problem;
    assert_null(clock_page_create("/nowhere/clock", &(struct clock_page_start){0}, &problem));
    assert_int_equal(problem, CLOCK_PAGE_FORBIDDEN);
}

static void a_full_page_has_no_slot_and_names_the_process(void **state)
{
    (void)state;
    struct clock_page *page = page_new(0, 0, false);
    for (uint32_t i = 0; i < CLOCK_SLOTS_MAX; i++)
        assert_int_equal(clock_slot_take(page, 0, 77, 78, CLOCK_NO_SLOT), i);
    assert_int_equal(page->overflow_pid, 0);
    assert_int_equal(clock_slot_take(page, 0, 99, 99, CLOCK_NO_SLOT), CLOCK_NO_SLOT);
    assert_int_equal(page->overflow_pid, 99);
    clock_slots_free_of(page, 77);
    assert_int_equal(clock_slot_take(page, 0, 99, 99, CLOCK_NO_SLOT), 0);
    page_end(page);
}

static void waits_of_one_length_that_time_out_are_alike(void **state)
{
    (void)state;
    struct clock_page *page = page_new(0, 0, false);
    uint32_t slot = clock_slot_take(page, 0, 1, 1, CLOCK_NO_SLOT);
    for (int i = 0; i < 3; i++) {
        clock_slot_arm(page, slot, CLOCK_WAIT_SLEEP, 100000000, 100000000 + i * 300000);
        assert_int_equal(page->slots[slot].alike, i);
        clock_slot_disarm(page, slot, true);
    }
    clock_slot_arm(page, slot, CLOCK_WAIT_SLEEP, 100000000, 50000000);
    assert_int_equal(page->slots[slot].alike, 0);
    clock_slot_disarm(page, slot, true);
    clock_slot_arm(page, slot, CLOCK_WAIT_SLEEP, 100000000, 50000000);
    assert_int_equal(page->slots[slot].alike, 1);
    clock_slot_disarm(page, slot, false);
    assert_int_equal(page->slots[slot].alike, 0);
    assert_int_equal(page->slots[slot].due_ns, CLOCK_PAGE_NEVER);
    page_end(page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stopped_time_stands_still_and_jumps),
        cmocka_unit_test(an_earlier_moment_means_now),
        cmocka_unit_test(running_time_follows_the_real_clock),
        cmocka_unit_test(a_spinner_moves_time_on_and_jumps_stay_exact),
        cmocka_unit_test(a_party_may_have_a_wall_clock_of_its_own),
        cmocka_unit_test(time_never_goes_back_for_a_reader),
        cmocka_unit_test(two_mappings_show_one_time),
        cmocka_unit_test(what_is_no_page_is_refused_by_its_kind),
        cmocka_unit_test(a_page_in_no_folder_cannot_be_made),
        cmocka_unit_test(a_full_page_has_no_slot_and_names_the_process),
        cmocka_unit_test(waits_of_one_length_that_time_out_are_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
