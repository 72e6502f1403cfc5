/* Durations and gaps. */
#include "test_support.h"
#include "duration_match.h"

static void a_number_without_a_unit_is_asked_for_one(void **state)
{
    (void)state;
    struct fail why = {0};
    int64_t ms = 0;
    assert_false(duration_read(TEXT("5"), &ms, &why));
    assert_string_equal(why.text, "'5' has no unit: write 5ms, 5s or 5m");
    why = (struct fail){0};
    assert_false(duration_read(TEXT("soon"), &ms, &why));
    assert_string_equal(why.text, "'soon' is no duration: write 300ms, 5s, 10m or 1h");
    why = (struct fail){0};
    assert_false(duration_read(TEXT("9999999h"), &ms, &why));
    assert_string_equal(why.text, "'9999999h' is too long: less than 876600h (100 years) is wanted");
    assert_true(duration_read(TEXT("10m"), &ms, &why));
    assert_int_equal(ms, 600000);
}

static void the_longest_exact_unit_is_written(void **state)
{
    (void)state;
    static const struct {
        int64_t ms;
        const char *written;
    } rows[] = {{0, "0s"},       {1, "1ms"},      {2000, "2s"},  {2500, "2500ms"},
                {600000, "10m"}, {7200000, "2h"}, {90000, "90s"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct text_buf out;
        text_buf_init(&out, 100);
        duration_write(rows[i].ms, &out);
        assert_string_equal(text_buf_z(&out), rows[i].written);
        text_buf_release(&out);
    }
}

static void gaps_are_compared_one_by_one(void **state)
{
    (void)state;
    const int64_t expected[] = {2000, 4000}, near[] = {2050, 3950}, far[] = {2000, 4051};
    assert_true(gaps_match((struct gaps){expected, 2}, (struct gaps){near, 2}, 50));
    assert_false(gaps_match((struct gaps){expected, 2}, (struct gaps){near, 2}, 0));
    assert_true(gaps_match((struct gaps){expected, 2}, (struct gaps){expected, 2}, 0));
    assert_false(gaps_match((struct gaps){expected, 2}, (struct gaps){far, 2}, 50));
    assert_false(gaps_match((struct gaps){expected, 2}, (struct gaps){near, 1}, 50));
    assert_false(gaps_match((struct gaps){expected, 1}, (struct gaps){NULL, 0}, 50));
    assert_true(gaps_match((struct gaps){NULL, 0}, (struct gaps){NULL, 0}, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_without_a_unit_is_asked_for_one),
        cmocka_unit_test(the_longest_exact_unit_is_written),
        cmocka_unit_test(gaps_are_compared_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
