/* Real processes: on the page, beside it, with the library but without the page, gone. */
#include "clock_census.h"

#include <stdio.h>
#include <sys/stat.h>

#include "clock_slots.h"
#include "test_children.h"

static char folder[64], path[96];
static struct clock_page *page;
static struct clock_census *census;
static struct stack_threads *stack;

static int begin(void **state)
{
    enum clock_page_problem problem;
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/census-test-%d", (int)getpid());
    assert_int_equal(mkdir(folder, 0700), 0);
    snprintf(path, sizeof path, "%s/clock", folder);
    page = clock_page_create(path, &(struct clock_page_start){0}, &problem);
    assert_non_null(page);
    clock_page_add_party(page, "harness", CLOCK_ROLE_OWNER);
    clock_page_add_party(page, "backend", CLOCK_ROLE_BACKEND);
    census = clock_census_new(path);
    stack = stack_threads_new(getpid(), gettid());
    stack_threads_refresh(stack);
    return 0;
}

static int end(void **state)
{
    (void)state;
    stack_threads_free(stack);
    clock_census_free(census);
    clock_page_detach(page);
    unlink(path);
    rmdir(folder);
    return 0;
}

static const struct timekeeper_process *find(pid_t pid)
{
    for (size_t i = 0; i < census->count; i++)
        if (census->entries[i].told.pid == pid)
            return &census->entries[i].told;
    return NULL;
}

static void run_cat(void *context)
{
    const int *ends = context;
    dup2(ends[0], 0);
    close(ends[1]);
    execl("/bin/cat", "cat", (char *)NULL);
    _exit(1);
}

static void whoever_has_mapped_the_page_is_virtual(void **state)
{
    (void)state;
    clock_slot_take(page, 1, getpid(), 0, CLOCK_NO_SLOT);
    clock_census_look(census, page, stack);
    const struct timekeeper_process *self = find(getpid());
    assert_non_null(self);
    assert_true(self->is_virtual);
    assert_string_equal(self->reason, "");
    assert_string_equal(self->party, "backend");
    unlink(path); /* the name in /proc/PID/maps gets an end */
    clock_census_refresh(census, page, stack);
    assert_true(find(getpid())->is_virtual);
}

/* Also after exec: that gives the pid another program. */
static void a_program_without_the_library_is_on_the_real_clock(void **state)
{
    (void)state;
    int ends[2];
    enum clock_verdict verdict = CLOCK_VERDICT_VIRTUAL;
    struct proc_stat stat = {0};
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    struct test_child child = test_child_start(run_cat, ends);
    while (strcmp(stat.name, "cat") != 0 || stat.state != 'S')
        assert_true(proc_read_stat(child.pid, 0, &stat));
    assert_true(clock_census_judge(census, child.pid, &verdict));
    assert_int_equal(verdict, CLOCK_VERDICT_NO_LIBRARY);
    stack_threads_refresh(stack);
    clock_census_look(census, page, stack);
    assert_false(find(child.pid)->is_virtual);
    assert_string_equal(find(child.pid)->reason, "started without the library");
    assert_string_equal(find(child.pid)->name, "cat");
    assert_string_equal(find(child.pid)->party, "");
    close(ends[0]);
    close(ends[1]);
    test_child_end(&child);
}

/* The library's name is what counts here: the file stands for it. */
static void the_library_without_the_page_could_not_join(void **state)
{
    (void)state;
    char library[96];
    enum clock_verdict verdict;
    snprintf(library, sizeof library, "%s/" CLOCK_CENSUS_LIBRARY, folder);
    int fd = open(library, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(ftruncate(fd, 4096), 0);
    void *mapped = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
    assert_true(mapped != MAP_FAILED);
    close(fd);
    assert_true(clock_census_judge(census, getpid(), &verdict));
    assert_int_equal(verdict, CLOCK_VERDICT_VIRTUAL);
    clock_page_detach(page);
    page = NULL;
    assert_true(clock_census_judge(census, getpid(), &verdict));
    assert_int_equal(verdict, CLOCK_VERDICT_NOT_JOINED);
    munmap(mapped, 4096);
    assert_true(clock_census_judge(census, getpid(), &verdict));
    assert_int_equal(verdict, CLOCK_VERDICT_NO_LIBRARY);
    unlink(library);
}

static void run_idle(void *context)
{
    (void)context;
    pause();
}

static void who_has_ended_stays_in_the_list_until_it_is_forgotten(void **state)
{
    (void)state;
    struct test_child child = test_child_start(run_idle, NULL);
    stack_threads_refresh(stack);
    clock_census_look(census, page, stack);
    test_child_end(&child);
    stack_threads_refresh(stack);
    clock_census_refresh(census, page, stack);
    assert_non_null(find(child.pid));
    assert_true(find(child.pid)->is_virtual); /* it had our mapping of the page */
    enum clock_verdict verdict;
    assert_false(clock_census_judge(census, child.pid, &verdict));
    size_t before = census->count;
    clock_census_forget_dead(census, stack);
    assert_null(find(child.pid));
    assert_int_equal(census->count, before - 1);
}

static void every_verdict_has_its_words(void **state)
{
    (void)state;
    assert_string_equal(clock_verdict_text(CLOCK_VERDICT_VIRTUAL), "");
    assert_string_equal(clock_verdict_text(CLOCK_VERDICT_GO), "Go");
    assert_string_equal(clock_verdict_text(CLOCK_VERDICT_STATIC), "static binary");
    assert_string_equal(clock_verdict_text(CLOCK_VERDICT_NOT_JOINED), "the page could not be joined");
    assert_string_equal(clock_verdict_text(CLOCK_VERDICT_HIDDEN), "of another user: cannot be looked at");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(whoever_has_mapped_the_page_is_virtual, begin, end),
        cmocka_unit_test_setup_teardown(a_program_without_the_library_is_on_the_real_clock, begin, end),
        cmocka_unit_test_setup_teardown(the_library_without_the_page_could_not_join, begin, end),
        cmocka_unit_test_setup_teardown(who_has_ended_stays_in_the_list_until_it_is_forgotten, begin, end),
        cmocka_unit_test_setup_teardown(every_verdict_has_its_words, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
