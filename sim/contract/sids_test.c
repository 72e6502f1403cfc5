/* The form of a SID. */
#include "test_support.h"
#include "sids.h"

static void a_sid_is_two_letters_and_32_hex_digits(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        bool good;
    } rows[] = {
        {"MG0123456789abcdef0123456789abcdef", true},
        {"MG0123456789ABCDEF0123456789abcdef", true},
        {"MG0123456789abcdef0123456789abcde", false},
        {"MG0123456789abcdef0123456789abcdef0", false},
        {"mg0123456789abcdef0123456789abcdef", false},
        {"SM0123456789abcdef0123456789abcdef", false},
        {"MG0123456789abcdefg123456789abcdef", false},
        {"MG", false},
        {"", false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_int_equal(sid_is(text_of(rows[i].value), "MG"), rows[i].good);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sid_is_two_letters_and_32_hex_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
