/* Which digits are the code. */
#include "test_support.h"
#include "code_in_text.h"

static void the_first_lone_run_of_four_to_eight_digits_is_the_code(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        const char *code;
    } rows[] = {
        {"Votre code est 482913.", "482913"},
        {"482913 is your code", "482913"},
        {"Sent from your Twilio trial account - 004512", "004512"},
        {"Call +243810000001 about 77120", "77120"},
        {"Order 123 of 12345678", "12345678"},
        {"ref123456 then 9876", "9876"},
        {"no digits", ""},
        {"123 123456789", ""},
        {"", ""},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_text(code_in_text(text_of(rows[i].body)), rows[i].code);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_lone_run_of_four_to_eight_digits_is_the_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
