/* Which connections are flawed. */
#include "test_support.h"
#include "flaws.h"

static void a_connection_keeps_its_flaw_until_its_end(void **state)
{
    struct flaws flaws;
    (void)state;
    flaws_init(&flaws);
    assert_int_equal(flaws_of(&flaws, 7), TLS_FINE);
    for (int fd = 1; fd <= 40; fd++)
        flaws_put(&flaws, fd, fd % 2 == 0 ? TLS_EXPIRED : TLS_UNKNOWN_CA);
    flaws_drop(&flaws, 7);
    flaws_drop(&flaws, 41);
    assert_int_equal(flaws_of(&flaws, 7), TLS_FINE);
    assert_int_equal(flaws_of(&flaws, 8), TLS_EXPIRED);
    assert_int_equal(flaws_of(&flaws, 39), TLS_UNKNOWN_CA);
    flaws_release(&flaws);
}

static void a_descriptor_that_comes_again_has_its_new_flaw(void **state)
{
    struct flaws flaws;
    (void)state;
    flaws_init(&flaws);
    flaws_put(&flaws, 7, TLS_EXPIRED);
    flaws_put(&flaws, 7, TLS_WRONG_HOST);
    assert_int_equal(flaws_of(&flaws, 7), TLS_WRONG_HOST);
    flaws_drop(&flaws, 7);
    assert_int_equal(flaws_of(&flaws, 7), TLS_FINE);
    flaws_release(&flaws);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_connection_keeps_its_flaw_until_its_end),
        cmocka_unit_test(a_descriptor_that_comes_again_has_its_new_flaw),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
