/* Which build is running. */
#include "test_support.h"

#include <stdint.h>

#include "build_id.h"

/* Two notes: one of another owner with the same type, then the one that is looked for. */
static const uint32_t notes[] = {
    4, 8, 3, 0x00574152, 0x01020304, 0x05060708, /* "RAW" */
    4, 4, 3, 0x00554e47, 0xddccbbaa,             /* "GNU": aa bb cc dd in memory */
};

static void the_note_of_the_right_owner_and_type_counts(void **state)
{
    (void)state;
    char id[BUILD_ID_BYTES];
    assert_true(build_id_in_notes(notes, sizeof notes, id));
    assert_string_equal(id, "aabbccdd");
}

static void notes_that_are_cut_off_or_too_long_hold_no_id(void **state)
{
    (void)state;
    static const uint32_t endless[] = {4, 0xfffffff0, 3, 0x00554e47};
    static const uint32_t long_id[] = {4, 24, 3, 0x00554e47, 1, 2, 3, 4, 5, 6};
    static const uint32_t empty[] = {4, 0, 3, 0x00554e47};
    char id[BUILD_ID_BYTES];
    for (size_t size = 0; size < sizeof notes; size++)
        assert_false(build_id_in_notes(notes, size, id));
    assert_false(build_id_in_notes(endless, sizeof endless, id));
    assert_false(build_id_in_notes(long_id, sizeof long_id, id));
    assert_false(build_id_in_notes(empty, sizeof empty, id));
}

static void a_program_of_ours_carries_a_sha1(void **state)
{
    (void)state;
    char id[BUILD_ID_BYTES];
    assert_true(build_id_of_us(id));
    assert_int_equal(strlen(id), 40);
    assert_int_equal(strspn(id, "0123456789abcdef"), 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_note_of_the_right_owner_and_type_counts),
        cmocka_unit_test(notes_that_are_cut_off_or_too_long_hold_no_id),
        cmocka_unit_test(a_program_of_ours_carries_a_sha1),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
