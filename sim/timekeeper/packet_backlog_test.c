/* The column that counts, and a real file. */
#include "packet_backlog.h"

#include "test_support.h"

static void the_twelfth_column_of_every_cpu_counts(void **state)
{
    (void)state;
    assert_int_equal(
        packet_backlog_count(
            "03705246 00000138 00000003 00000000 00000000 00000000 00000000 00000000 00000000 00000000 "
            "00000000 00000002 00000000 00000001 00000001\n"
            "03239ab1 00000000 00000001 00000000 00000000 00000000 00000000 00000000 00000000 00000000 "
            "00000000 0000001f 00000001 0000001f 00000000\n"),
        33);
}

static void what_an_old_kernel_does_not_count_is_nothing(void **state)
{
    (void)state;
    assert_int_equal(packet_backlog_count("03705246 00000138 00000003 00000000 00000000\n"), 0);
    assert_int_equal(packet_backlog_count(""), 0);
}

/* Other programs may send at this moment: once in many looks it is empty. */
static void a_machine_hands_its_packets_on(void **state)
{
    (void)state;
    struct packet_backlog *backlog = packet_backlog_new();
    bool empty = false;
    for (int i = 0; i < 1000 && !empty; i++)
        empty = packet_backlog_is_empty(backlog);
    assert_true(empty);
    packet_backlog_free(backlog);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_twelfth_column_of_every_cpu_counts),
        cmocka_unit_test(what_an_old_kernel_does_not_count_is_nothing),
        cmocka_unit_test(a_machine_hands_its_packets_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
