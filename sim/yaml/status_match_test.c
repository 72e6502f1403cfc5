/* Statuses: one, a class, several. */
#include "test_support.h"
#include "status_match.h"

static void a_status_or_a_class_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *written;
        bool fine;
        int low, high;
    } rows[] = {{"200", true, 200, 200}, {"4xx", true, 400, 499}, {"5XX", true, 500, 599},
                {"099", false, 0, 0},    {"600", false, 0, 0},    {"6xx", false, 0, 0},
                {"4x", false, 0, 0},     {"", false, 0, 0}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct status_range range = {0};
        struct fail why = {0};
        assert_int_equal(status_read(text_of(rows[i].written), &range, &why), rows[i].fine);
        assert_int_equal(range.low, rows[i].low);
        assert_int_equal(range.high, rows[i].high);
    }
}

static void one_of_several_is_enough(void **state)
{
    (void)state;
    const struct status_set set = {{{200, 200}, {400, 499}}, 2};
    struct text_buf words;
    text_buf_init(&words, 100);
    assert_true(status_holds(&set, 200));
    assert_true(status_holds(&set, 429));
    assert_false(status_holds(&set, 201));
    assert_false(status_holds(&set, 500));
    status_write(&set, &words);
    assert_string_equal(text_buf_z(&words), "200 or 4xx");
    text_buf_release(&words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_status_or_a_class_is_read),
        cmocka_unit_test(one_of_several_is_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
