/* Countries, and people's numbers that nobody has. */
#include "test_support.h"
#include "countries.h"

static void a_country_has_a_calling_code_and_a_prefix(void **state)
{
    (void)state;
    static const struct {
        const char *country;
        bool known;
        int calling_code;
        const char *prefix;
    } rows[] = {
        {"CD", true, 243, "0"},  {"CG", true, 242, ""}, {"US", true, 1, "1"},   {"CA", true, 1, "1"},
        {"GB", true, 44, "0"},   {"RU", true, 7, "8"},  {"AC", true, 247, ""},  {"ZW", true, 263, "0"},
        {"XX", false, 0, NULL},  {"", false, 0, NULL},  {"cd", false, 0, NULL}, {"CDX", false, 0, NULL},
        {"001", false, 0, NULL},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(country_known(rows[i].country), rows[i].known);
        assert_int_equal(country_calling_code(rows[i].country), rows[i].calling_code);
        const char *prefix = country_national_prefix(rows[i].country);
        if (rows[i].prefix == NULL)
            assert_null(prefix);
        else
            assert_string_equal(prefix, rows[i].prefix);
    }
}

static void the_list_of_countries_is_complete_and_in_order(void **state)
{
    (void)state;
    assert_int_equal(country_count(), 245);
    assert_string_equal(country_at(0), "AC");
    assert_string_equal(country_at(244), "ZW");
    for (size_t i = 1; i < country_count(); i++)
        assert_true(strcmp(country_at(i - 1), country_at(i)) < 0);
}

static void made_up_people_have_these_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *country;
        enum number_line line;
        unsigned index;
        const char *number; /* NULL = none */
    } rows[] = {
        {"CD", LINE_MOBILE, 0, "+243810000000"},
        {"CD", LINE_MOBILE, 1, "+243810000001"},
        {"CD", LINE_MOBILE, 999, "+243810000999"},
        {"CD", LINE_MOBILE, 1000, NULL},
        {"CD", LINE_LANDLINE, 7, "+243120000007"},
        {"CD", LINE_PREMIUM, 0, NULL},
        {"US", LINE_MOBILE, 42, "+12015550142"},
        {"US", LINE_LANDLINE, 99, "+12015550199"},
        {"US", LINE_MOBILE, 100, NULL},
        {"US", LINE_TOLL_FREE, 0, "+18005550100"},
        {"GB", LINE_LANDLINE, 12, "+442079460012"},
        {"FR", LINE_MOBILE, 5, "+33600000005"},
        {"VA", LINE_MOBILE, 0, NULL},
        {"XX", LINE_MOBILE, 0, NULL},
        {"CD", LINE_UNKNOWN, 0, NULL},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char number[NUMBER_BYTES] = "untouched";
        bool found = number_invented(rows[i].country, rows[i].line, rows[i].index, number);
        assert_int_equal(found, rows[i].number != NULL);
        assert_string_equal(number, found ? rows[i].number : "untouched");
    }
    assert_int_equal(number_invented_count("CD", LINE_MOBILE), 1000);
    assert_int_equal(number_invented_count("US", LINE_MOBILE), 100);
    assert_int_equal(number_invented_count("CD", LINE_PAGER), 0);
}

static bool line_serves(enum number_line wanted, enum number_line got)
{
    bool either = wanted == LINE_MOBILE || wanted == LINE_LANDLINE;
    return got == wanted || (either && got == LINE_MOBILE_OR_LANDLINE);
}

static void every_made_up_number_is_valid_where_it_belongs(void **state)
{
    (void)state;
    for (size_t i = 0; i < country_count(); i++) {
        for (int line = 0; line < LINE_COUNT; line++) {
            unsigned count = number_invented_count(country_at(i), (enum number_line)line);
            for (unsigned index = 0; index < count; index += 9) {
                char number[NUMBER_BYTES];
                struct number judged;
                assert_true(number_invented(country_at(i), (enum number_line)line, index, number));
                if (!number_judge(text_of(number), &judged) || strcmp(judged.country, country_at(i)) != 0 ||
                    !line_serves((enum number_line)line, judged.line) || strcmp(judged.e164, number) != 0)
                    fail_msg("%s %s: %s", country_at(i), number_line_name((enum number_line)line), number);
            }
        }
    }
}

static void mobile_numbers_are_missing_only_where_a_neighbour_has_them(void **state)
{
    (void)state;
    char missing[64] = "";
    for (size_t i = 0; i < country_count(); i++) {
        if (number_invented_count(country_at(i), LINE_MOBILE) >= 100)
            continue;
        assert_true(strlen(missing) + 4 < sizeof missing);
        strncat(missing, country_at(i), 3);
        strncat(missing, " ", 2);
    }
    assert_string_equal(missing, "AX BL CC CX EH MF SJ VA ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_country_has_a_calling_code_and_a_prefix),
        cmocka_unit_test(the_list_of_countries_is_complete_and_in_order),
        cmocka_unit_test(made_up_people_have_these_numbers),
        cmocka_unit_test(every_made_up_number_is_valid_where_it_belongs),
        cmocka_unit_test(mobile_numbers_are_missing_only_where_a_neighbour_has_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
