/* Values from a seed. */
#include "test_support.h"
#include "ids.h"

static bool is_lower_hex(const char *text, size_t len)
{
    return strspn(text, "0123456789abcdef") >= len;
}

static void the_same_seed_gives_the_same_values(void **state)
{
    (void)state;
    struct ids one, same, other;
    char a[IDS_SID_BYTES], b[IDS_SID_BYTES], c[IDS_SID_BYTES];
    ids_init(&one, 7);
    ids_init(&same, 7);
    ids_init(&other, 8);
    for (int i = 0; i < 100; i++) {
        ids_sid(&one, "SM", a);
        assert_string_equal(a, ids_sid(&same, "SM", b));
        assert_string_not_equal(a, ids_sid(&other, "SM", c));
    }
}

/* What a seed gives must not change from version to version: people write such SIDs down. */
static void a_seed_means_the_same_in_every_version(void **state)
{
    (void)state;
    struct ids ids;
    char sid[IDS_SID_BYTES];
    ids_init(&ids, 1);
    assert_string_equal(ids_sid(&ids, "AC", sid), "ACb3f2af6d0fc710c5853b559647364cea");
}

static void without_a_seed_two_runs_differ(void **state)
{
    (void)state;
    struct ids one, other;
    ids_init(&one, 0);
    ids_init(&other, 0);
    assert_int_not_equal(ids_next(&one), ids_next(&other));
}

static void a_sid_is_two_letters_and_32_hex_digits(void **state)
{
    (void)state;
    struct ids ids;
    char sid[IDS_SID_BYTES];
    ids_init(&ids, 3);
    for (int i = 0; i < 100; i++) {
        ids_sid(&ids, "MM", sid);
        assert_int_equal(strlen(sid), 34);
        assert_memory_equal(sid, "MM", 2);
        assert_true(is_lower_hex(sid + 2, 32));
    }
}

static void a_uuid_is_of_version_4(void **state)
{
    (void)state;
    struct ids ids;
    char uuid[IDS_UUID_BYTES];
    ids_init(&ids, 3);
    for (int i = 0; i < 100; i++) {
        ids_uuid(&ids, uuid);
        assert_int_equal(strlen(uuid), 36);
        static const int hyphens[] = {8, 13, 18, 23};
        for (size_t h = 0; h < COUNT_OF(hyphens); h++)
            assert_int_equal(uuid[hyphens[h]], '-');
        assert_int_equal(uuid[14], '4');
        assert_non_null(strchr("89ab", uuid[19]));
        assert_true(is_lower_hex(uuid, 8) && is_lower_hex(uuid + 24, 12));
    }
}

static void below_is_even_and_stays_below(void **state)
{
    (void)state;
    enum { SIDES = 6, THROWS = 60000 };
    int seen[SIDES] = {0};
    struct ids ids;
    ids_init(&ids, 11);
    for (int i = 0; i < THROWS; i++) {
        uint64_t side = ids_below(&ids, SIDES);
        assert_true(side < SIDES);
        seen[side]++;
    }
    for (int i = 0; i < SIDES; i++)
        assert_in_range(seen[i], THROWS / SIDES - 500, THROWS / SIDES + 500);
    assert_int_equal(ids_below(&ids, 1), 0);
}

static void unit_is_from_0_and_below_1(void **state)
{
    (void)state;
    double sum = 0;
    struct ids ids;
    ids_init(&ids, 12);
    for (int i = 0; i < 10000; i++) {
        double unit = ids_unit(&ids);
        assert_true(unit >= 0 && unit < 1);
        sum += unit;
    }
    assert_true(sum > 4800 && sum < 5200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_gives_the_same_values),
        cmocka_unit_test(a_seed_means_the_same_in_every_version),
        cmocka_unit_test(without_a_seed_two_runs_differ),
        cmocka_unit_test(a_sid_is_two_letters_and_32_hex_digits),
        cmocka_unit_test(a_uuid_is_of_version_4),
        cmocka_unit_test(below_is_even_and_stays_below),
        cmocka_unit_test(unit_is_from_0_and_below_1),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
