/* The datagram that names a refusal. Who reads it: sim/base/refusal_inbox_test.c. */
#include "net_report.h"

#include "test_support.h"

static void a_refusal_is_one_line_of_words(void **state)
{
    (void)state;
    char out[REFUSAL_DATAGRAM_BYTES];
    size_t len = net_report_write("address", "tcp", 443, 4711, "203.0.113.7", "node server", out);
    assert_text(text_span(out, len), "address tcp 443 4711 203.0.113.7 node server");
    len = net_report_write("name", "dns", 0, 1, "", "", out);
    assert_text(text_span(out, len), "name dns 0 1 ? ?");
}

static void what_would_break_the_line_is_replaced(void **state)
{
    (void)state;
    char out[REFUSAL_DATAGRAM_BYTES];
    size_t len = net_report_write("name", "dns", 0, 1, "a b\n\xC3\xA9.example", "x\ny", out);
    assert_text(text_span(out, len), "name dns 0 1 a?b???.example x?y");
}

static void the_longest_fits_and_can_be_read(void **state)
{
    (void)state;
    char out[REFUSAL_DATAGRAM_BYTES], name[2000], process[2000];
    struct refusal refusal;
    memset(name, 'n', sizeof name - 1);
    memset(process, 'p', sizeof process - 1);
    name[sizeof name - 1] = process[sizeof process - 1] = '\0';
    size_t len = net_report_write("address", "tcp", 65535, 2147483647, name, process, out);
    assert_true(len < sizeof out);
    assert_true(refusal_read(text_span(out, len), &refusal));
    assert_int_equal(strlen(refusal.target), 255);
    assert_int_equal(strlen(refusal.process), 63);
    assert_int_equal(refusal.pid, 2147483647);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refusal_is_one_line_of_words),
        cmocka_unit_test(what_would_break_the_line_is_replaced),
        cmocka_unit_test(the_longest_fits_and_can_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
