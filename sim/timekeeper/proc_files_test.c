/* Lines as the kernel writes them, and reading our own. */
#include "proc_files.h"

#include <errno.h>
#include <unistd.h>

#include "test_support.h"

static void a_stat_line_gives_state_parent_and_start(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *name;
        char thread_state;
        int parent;
        bool of_kernel;
        uint64_t start_ticks;
    } rows[] = {
        {"12 (node) S 7 12 7 34816 -1 4194304 1 0 0 0 5 6 0 0 20 0 11 0 98765 1000 2 3\n", "node", 'S', 7,
         false, 98765},
        {"12 (a) b) (c) D 1 12 7 0 -1 4194304 1 0 0 0 5 6 0 0 20 0 1 0 5 1000 2 3\n", "a) b) (c", 'D', 1,
         false, 5},
        {"9 (ksoftirqd/0) S 2 0 0 0 -1 69238848 0 0 0 0 0 7 0 0 20 0 1 0 31 0 0 18446744073709551615\n",
         "ksoftirqd/0", 'S', 2, true, 31},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct proc_stat stat;
        assert_true(proc_stat_parse(rows[i].text, &stat));
        assert_string_equal(stat.name, rows[i].name);
        assert_int_equal(stat.state, rows[i].thread_state);
        assert_int_equal(stat.parent, rows[i].parent);
        assert_int_equal(stat.of_kernel, rows[i].of_kernel);
        assert_int_equal(stat.start_ticks, rows[i].start_ticks);
    }
}

static void what_is_no_such_line_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "12", "12 (node", "12 node) S 1", "12 )node( S 1", "12 (node)"};
    struct proc_stat stat;
    uint64_t number;
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        assert_false(proc_stat_parse(texts[i], &stat));
    assert_false(proc_schedstat_parse("", &number));
    assert_false(proc_schedstat_parse("17 4\n", &number));
    assert_false(proc_loadavg_parse("", &number));
    assert_false(proc_loadavg_parse("0.1 x", &number));
}

static void the_other_files_give_one_number_each(void **state)
{
    (void)state;
    uint64_t number = 0;
    assert_true(proc_schedstat_parse("1234567 890 42\n", &number));
    assert_int_equal(number, 1234609);
    assert_true(proc_loadavg_parse("0.20 0.18 0.12 1/80 11206\n", &number));
    assert_int_equal(number, 11206);
}

static void we_find_ourselves(void **state)
{
    (void)state;
    struct proc_stat stat;
    assert_true(proc_read_stat(getpid(), gettid(), &stat));
    assert_int_equal(stat.state, 'R');
    assert_int_equal(stat.parent, getppid());
}

static void who_is_gone_is_told_from_who_cannot_be_read(void **state)
{
    (void)state;
    struct proc_stat stat;
    assert_false(proc_read_stat(0x7ffffff, 0, &stat));
    assert_int_equal(errno, ENOENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stat_line_gives_state_parent_and_start),
        cmocka_unit_test(what_is_no_such_line_is_refused),
        cmocka_unit_test(the_other_files_give_one_number_each),
        cmocka_unit_test(we_find_ourselves),
        cmocka_unit_test(who_is_gone_is_told_from_who_cannot_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
