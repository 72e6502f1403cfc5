/* Counts: one number, a range, at least. */
#include "test_support.h"
#include "count_match.h"

static void a_count_is_read_and_written_back(void **state)
{
    (void)state;
    static const struct {
        const char *written, *why; /* NULL: fine */
        int64_t min, max;
    } rows[] = {
        {"3", NULL, 3, 3},
        {"0", NULL, 0, 0},
        {"1..3", NULL, 1, 3},
        {"2..", NULL, 2, COUNT_NO_END},
        {"3..1", "the count '3..1' ends before it begins", 0, 0},
        {"..3", "'..3' is no count: write 3, 1..3 or 2..", 0, 0},
        {"-1", "'-1' is no count: write 3, 1..3 or 2..", 0, 0},
        {"", "'' is no count: write 3, 1..3 or 2..", 0, 0},
        {"1...3", "'1...3' is no count: write 3, 1..3 or 2..", 0, 0},
        {"9999999999", "'9999999999' is no count: write 3, 1..3 or 2..", 0, 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct count count = {0};
        struct fail why = {0};
        struct text_buf out;
        text_buf_init(&out, 100);
        assert_int_equal(count_read(text_of(rows[i].written), &count, &why), rows[i].why == NULL);
        assert_string_equal(why.text, rows[i].why == NULL ? "" : rows[i].why);
        assert_int_equal(count.min, rows[i].min);
        assert_int_equal(count.max, rows[i].max);
        count_write(count, &out);
        if (rows[i].why == NULL)
            assert_string_equal(text_buf_z(&out), rows[i].written);
        text_buf_release(&out);
    }
}

static void both_ends_belong_to_a_count(void **state)
{
    (void)state;
    const struct count range = {1, 3}, at_least = {2, COUNT_NO_END};
    assert_false(count_holds(range, 0));
    assert_true(count_holds(range, 1));
    assert_true(count_holds(range, 3));
    assert_false(count_holds(range, 4));
    assert_false(count_holds(at_least, 1));
    assert_true(count_holds(at_least, 1000000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_count_is_read_and_written_back),
        cmocka_unit_test(both_ends_belong_to_a_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
