/* What the override fragment means, and what is said about the rest of it. */
#include "test_support.h"

#include "callback_overrides.h"

enum { CT = 1, RT = 2, R4 = 4, R5 = 8, ALL = 15 };

static void an_override_counts_within_its_range_and_is_told_otherwise(void **state)
{
    (void)state;
    static const struct {
        const char *fragment;
        struct callback_overrides expected; /* connect, read, total, retries, retry */
        const char *notes;
    } rows[] = {
        {"", {5000, 15000, 15000, 1, CT}, ""},
        {"rc=2&rp=5xx,ct&ct=500", {500, 15000, 15000, 2, CT | R5}, ""},
        {"ct=100&rt=100&tt=100&rc=0", {100, 100, 100, 0, CT}, ""},
        {"ct=10000&rt=15000&tt=15000&rc=5", {10000, 15000, 15000, 5, CT}, ""},
        {"rp=4xx,5xx,rt", {5000, 15000, 15000, 1, R4 | R5 | RT}, ""},
        {"rp=all", {5000, 15000, 15000, 1, ALL}, ""},
        {"rp=rt,rt", {5000, 15000, 15000, 1, RT}, ""},
        {"sni=n&e=dublin,tokyo-ix", {5000, 15000, 15000, 1, CT}, ""},
        {"&&rc=3&", {5000, 15000, 15000, 3, CT}, ""},
        {"rc=3&rc=4", {5000, 15000, 15000, 4, CT}, ""},
        {"rc=3&rc=x", {5000, 15000, 15000, 3, CT}, "rc=x is no number from 0 to 5"},
        {"ct=99", {5000, 15000, 15000, 1, CT}, "ct=99 is no number from 100 to 10000"},
        {"ct=10001", {5000, 15000, 15000, 1, CT}, "ct=10001 is no number from 100 to 10000"},
        {"rt=15001", {5000, 15000, 15000, 1, CT}, "rt=15001 is no number from 100 to 15000"},
        {"tt=-100", {5000, 15000, 15000, 1, CT}, "tt=-100 is no number from 100 to 15000"},
        {"rc=6&rp=ct", {5000, 15000, 15000, 1, CT}, "rc=6 is no number from 0 to 5"},
        {"rc=", {5000, 15000, 15000, 1, CT}, "rc= is no number from 0 to 5"},
        {"rc=99999999999999999999",
         {5000, 15000, 15000, 1, CT},
         "rc=99999999999999999999 is no number from 0 to 5"},
        {"rp=5xx,3xx", {5000, 15000, 15000, 1, CT}, "rp=5xx,3xx is not one of 4xx,5xx,ct,rt,all"},
        {"rp=", {5000, 15000, 15000, 1, CT}, "rp= is not one of 4xx,5xx,ct,rt,all"},
        {"rp=5xx,", {5000, 15000, 15000, 1, CT}, "rp=5xx, is not one of 4xx,5xx,ct,rt,all"},
        {"sni=maybe", {5000, 15000, 15000, 1, CT}, "sni=maybe is not one of y,n"},
        {"RC=2", {5000, 15000, 15000, 1, CT}, "RC=2 is no connection override"},
        {"section&x=1&rc=2",
         {5000, 15000, 15000, 2, CT},
         "section is no connection override; x=1 is no connection override"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct callback_overrides overrides;
        struct text_buf notes;
        text_buf_init(&notes, 1000);
        callback_overrides_read(text_of(rows[i].fragment), &overrides, &notes);
        if (memcmp(&overrides, &rows[i].expected, sizeof overrides) != 0)
            fail_msg("#%s: ct=%d rt=%d tt=%d rc=%d rp=%u", rows[i].fragment, overrides.connect_ms,
                     overrides.read_ms, overrides.total_ms, overrides.retries, overrides.retry);
        assert_string_equal(text_buf_z(&notes), rows[i].notes);
        text_buf_release(&notes);
    }
}

static void no_fragment_gives_the_defaults(void **state)
{
    (void)state;
    struct callback_overrides overrides;
    struct text_buf notes;
    text_buf_init(&notes, 1000);
    callback_overrides_read(TEXT_NONE, &overrides, &notes);
    assert_int_equal(overrides.connect_ms, 5000);
    assert_int_equal(overrides.retries, 1);
    assert_int_equal(notes.len, 0);
    text_buf_release(&notes);
}

static void notes_end_at_their_maximum(void **state)
{
    (void)state;
    struct callback_overrides overrides;
    struct text_buf notes;
    text_buf_init(&notes, 10);
    callback_overrides_read(TEXT("unknown1&unknown2&rc=2"), &overrides, &notes);
    assert_true(notes.overflowed);
    assert_int_equal(overrides.retries, 2);
    text_buf_release(&notes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_override_counts_within_its_range_and_is_told_otherwise),
        cmocka_unit_test(no_fragment_gives_the_defaults),
        cmocka_unit_test(notes_end_at_their_maximum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
