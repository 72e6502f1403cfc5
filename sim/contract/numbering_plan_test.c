/* Judgements of numbers: libphonenumber-js's own on many, and ours by hand where the simulator lives. */
#include "test_support.h"
#include "numbering_plan.h"

#include <pthread.h>

struct golden_row {
    const char *number;
    const char *country;
    int calling_code;
    enum number_line line;
    enum number_fault fault;
    bool possible;
    const char *e164;
};

static const struct golden_row golden[] = {
#include "numbering_plan_golden.inc"
};

static void a_number_is_judged_as_libphonenumber_does(void **state)
{
    (void)state;
    assert_true(COUNT_OF(golden) >= 1000);
    for (size_t i = 0; i < COUNT_OF(golden); i++) {
        const struct golden_row *row = &golden[i];
        struct number number;
        bool valid = number_judge(text_of(row->number), &number);
        bool same = number.fault == row->fault && strcmp(number.country, row->country) == 0 &&
                    number.line == row->line && number.possible == row->possible &&
                    strcmp(number.e164, row->e164) == 0 && valid == (row->fault == NUMBER_OK);
        /* The library names no code when hardly a digit follows it; we do. */
        if (row->e164[0] != '\0')
            same = same && number.calling_code == row->calling_code;
        if (!same)
            fail_msg("%s: got %s %s, %s, %s", row->number, number.country, number_line_name(number.line),
                     number_fault_text(number.fault), number.e164);
    }
}

static void a_number_is_judged_by_hand(void **state)
{
    (void)state;
    static const struct {
        const char *number;
        enum number_fault fault;
        const char *country;
        enum number_line line;
    } rows[] = {
        /* Mobile ranges of DR Congo. */
        {"+243810000001", NUMBER_OK, "CD", LINE_MOBILE},
        {"+243820000001", NUMBER_OK, "CD", LINE_MOBILE},
        {"+243840000001", NUMBER_OK, "CD", LINE_MOBILE},
        {"+243850000001", NUMBER_OK, "CD", LINE_MOBILE},
        {"+243890000001", NUMBER_OK, "CD", LINE_MOBILE},
        {"+243900000001", NUMBER_OK, "CD", LINE_MOBILE},
        {"+243970000001", NUMBER_OK, "CD", LINE_MOBILE},
        {"+243980000001", NUMBER_OK, "CD", LINE_MOBILE},
        {"+243990000001", NUMBER_OK, "CD", LINE_MOBILE},
        {"+243930000001", NUMBER_NOT_IN_PLAN, "CD", LINE_UNKNOWN},
        {"+243700000001", NUMBER_NOT_IN_PLAN, "CD", LINE_UNKNOWN},
        /* Its landlines have seven digits, or nine. */
        {"+2431234567", NUMBER_OK, "CD", LINE_LANDLINE},
        {"+243120000000", NUMBER_OK, "CD", LINE_LANDLINE},
        {"+24381000", NUMBER_TOO_SHORT, "CD", LINE_UNKNOWN},
        {"+24381000000111", NUMBER_TOO_LONG, "CD", LINE_UNKNOWN},
        {"+243", NUMBER_TOO_SHORT, "", LINE_UNKNOWN},
        /* Test numbers: the plan holds them valid, as numbers that follow a person. */
        {"+15005550000", NUMBER_OK, "US", LINE_PERSONAL},
        {"+15005550006", NUMBER_OK, "US", LINE_PERSONAL},
        {"+15005550009", NUMBER_OK, "US", LINE_PERSONAL},
        /* Shared calling codes. */
        {"+12015550101", NUMBER_OK, "US", LINE_MOBILE_OR_LANDLINE},
        {"+12045550101", NUMBER_OK, "CA", LINE_MOBILE_OR_LANDLINE},
        {"+18765550101", NUMBER_OK, "JM", LINE_MOBILE},
        {"+74950000000", NUMBER_OK, "RU", LINE_LANDLINE},
        {"+77710000000", NUMBER_OK, "KZ", LINE_MOBILE},
        {"+19005550101", NUMBER_OK, "US", LINE_PREMIUM},
        {"+18005550101", NUMBER_OK, "US", LINE_TOLL_FREE},
        {"+447100000000", NUMBER_OK, "GB", LINE_MOBILE},
        {"+442079460000", NUMBER_OK, "GB", LINE_LANDLINE},
        {"+33612345678", NUMBER_OK, "FR", LINE_MOBILE},
        /* A calling code of no country. */
        {"+80012345678", NUMBER_OK, "", LINE_TOLL_FREE},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct number number;
        bool valid = number_judge(text_of(rows[i].number), &number);
        if (number.fault != rows[i].fault || strcmp(number.country, rows[i].country) != 0 ||
            number.line != rows[i].line || valid != (rows[i].fault == NUMBER_OK) || valid != number.valid)
            fail_msg("%s: %s %s %s", rows[i].number, number.country, number_line_name(number.line),
                     number_fault_text(number.fault));
    }
}

static void what_is_no_e164_number_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *input;
        size_t len;
        enum number_fault fault;
    } rows[] = {
        {"", 0, NUMBER_EMPTY},
        {"243810000001", 12, NUMBER_NO_PLUS},
        {"0810000001", 10, NUMBER_NO_PLUS},
        {" +243810000001", 14, NUMBER_NO_PLUS},
        {"nonsense", 8, NUMBER_NO_PLUS},
        {"+243 81 000 0001", 16, NUMBER_JUNK},
        {"+243810000001 ", 14, NUMBER_JUNK},
        {"++243810000001", 14, NUMBER_JUNK},
        {"+24381000\0001", 11, NUMBER_JUNK},
        {"+\xD9\xA2\xD9\xA4\xD9\xA3", 7, NUMBER_JUNK},
        {"+", 1, NUMBER_JUNK},
        {"+0810000001", 11, NUMBER_UNKNOWN_CODE},
        {"+999123456", 10, NUMBER_UNKNOWN_CODE},
        {"+1234567890123456", 17, NUMBER_TOO_LONG},
        {"+9999999999999999999999999999999999999999999999", 47, NUMBER_TOO_LONG},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct number number;
        assert_false(number_judge(text_span(rows[i].input, rows[i].len), &number));
        assert_int_equal(number.fault, rows[i].fault);
        assert_false(number.valid || number.possible);
        assert_string_equal(number.country, "");
        assert_string_equal(number.e164, "");
        assert_true(strlen(number_fault_text(number.fault)) > 0);
    }
    struct number number;
    assert_false(number_judge(TEXT_NONE, &number));
    assert_int_equal(number.fault, NUMBER_EMPTY);
}

static void a_prefix_of_national_dialling_is_dropped_and_said(void **state)
{
    (void)state;
    struct number number;
    assert_true(number_judge(TEXT("+2430810000001"), &number));
    assert_true(number.national_prefix_dropped);
    assert_string_equal(number.e164, "+243810000001");
    assert_text(number_national(&number), "810000001");
    assert_true(number_judge(TEXT("+243810000001"), &number));
    assert_false(number.national_prefix_dropped);
    /* Russia's prefix 8 is also how its toll-free numbers begin. */
    assert_true(number_judge(TEXT("+78005553535"), &number));
    assert_false(number.national_prefix_dropped);
    assert_int_equal(number.line, LINE_TOLL_FREE);
}

static void the_national_number_follows_the_calling_code(void **state)
{
    (void)state;
    static const struct {
        const char *number;
        int calling_code;
        const char *national;
    } rows[] = {{"+15005550006", 1, "5005550006"},
                {"+33612345678", 33, "612345678"},
                {"+243810000001", 243, "810000001"},
                {"+999", 0, ""}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct number number;
        number_judge(text_of(rows[i].number), &number);
        assert_int_equal(number.calling_code, rows[i].calling_code);
        assert_text(number_national(&number), rows[i].national);
    }
}

static void *judge_many(void *context)
{
    bool *good = context;
    for (size_t i = 0; i < COUNT_OF(golden); i += 7) {
        struct number number;
        number_judge(text_of(golden[i].number), &number);
        *good = *good && number.fault == golden[i].fault && number.line == golden[i].line;
    }
    return NULL;
}

static void threads_may_judge_at_the_same_time(void **state)
{
    (void)state;
    pthread_t threads[4];
    bool good[COUNT_OF(threads)];
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        good[i] = true;
        assert_int_equal(pthread_create(&threads[i], NULL, judge_many, &good[i]), 0);
    }
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_true(good[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_may_judge_at_the_same_time),
        cmocka_unit_test(a_number_is_judged_as_libphonenumber_does),
        cmocka_unit_test(a_number_is_judged_by_hand),
        cmocka_unit_test(what_is_no_e164_number_is_named),
        cmocka_unit_test(a_prefix_of_national_dialling_is_dropped_and_said),
        cmocka_unit_test(the_national_number_follows_the_calling_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
