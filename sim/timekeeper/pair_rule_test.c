/* The rule for two ends of a connection, as a table. */
#include "pair_rule.h"

#include "test_support.h"

struct side {
    enum pair_state state;
    uint64_t sent, received;
    uint32_t not_sent, unacked;
    uint8_t resends;
};

static const struct {
    const char *why;
    struct side a, b; /* b without a state: there is no other end */
    enum pair_verdict of_a;
} rows[] = {
    {"all has arrived",
     {PAIR_ESTABLISHED, 900, 70, 0, 0, 0},
     {PAIR_ESTABLISHED, 70, 900, 0, 0, 0},
     PAIR_AT_REST},
    {"an acknowledgement is late, nothing else",
     {PAIR_ESTABLISHED, 900, 70, 0, 1, 0},
     {PAIR_ESTABLISHED, 70, 900, 0, 0, 0},
     PAIR_AT_REST},
    {"a byte is missing",
     {PAIR_ESTABLISHED, 900, 70, 0, 1, 0},
     {PAIR_ESTABLISHED, 70, 899, 0, 0, 0},
     PAIR_UNDER_WAY},
    {"Nagle holds a segment back until the first is acknowledged",
     {PAIR_ESTABLISHED, 900, 70, 10, 1, 0},
     {PAIR_ESTABLISHED, 70, 900, 0, 0, 0},
     PAIR_UNDER_WAY},
    {"the window is full: the receiver must read",
     {PAIR_ESTABLISHED, 900, 70, 10, 0, 0},
     {PAIR_ESTABLISHED, 70, 900, 0, 0, 0},
     PAIR_AT_REST},
    {"what gets lost again and again may never arrive",
     {PAIR_ESTABLISHED, 900, 70, 0, 1, 3},
     {PAIR_ESTABLISHED, 70, 100, 0, 0, 0},
     PAIR_MAY_NEVER_END},
    {"the other end is on another machine", {PAIR_ESTABLISHED, 900, 70, 10, 1, 0}, {0}, PAIR_AT_REST},
    {"nobody has answered yet", {PAIR_SYN_SENT, 0, 0, 0, 0, 0}, {0}, PAIR_MAY_NEVER_END},
    {"half open", {PAIR_SYN_RECV, 0, 0, 0, 0, 0}, {PAIR_ESTABLISHED, 0, 0, 0, 0, 0}, PAIR_MAY_NEVER_END},
    {"the other end has not heard of the end",
     {PAIR_FIN_WAIT1, 900, 70, 0, 1, 0},
     {PAIR_ESTABLISHED, 70, 900, 0, 0, 0},
     PAIR_MAY_NEVER_END},
    {"it has: its received counts the FIN",
     {PAIR_FIN_WAIT1, 900, 70, 0, 1, 0},
     {PAIR_CLOSE_WAIT, 70, 901, 0, 0, 0},
     PAIR_AT_REST},
    {"the end waits behind a full window",
     {PAIR_FIN_WAIT1, 900, 70, 50, 0, 0},
     {PAIR_ESTABLISHED, 70, 900, 0, 0, 0},
     PAIR_AT_REST},
    {"the second end closes, the first waits for it",
     {PAIR_LAST_ACK, 900, 70, 0, 1, 0},
     {PAIR_FIN_WAIT2, 70, 900, 0, 0, 0},
     PAIR_MAY_NEVER_END},
    {"closed by one side and used on by the other",
     {PAIR_CLOSE_WAIT, 900, 71, 0, 0, 0},
     {PAIR_FIN_WAIT2, 70, 900, 0, 0, 0},
     PAIR_AT_REST},
};

static struct pair_end end_of(const struct side *side, bool is_a)
{
    struct pair_end end = {.here_port = {is_a ? 40 : 12, 1},
                           .there_port = {is_a ? 12 : 40, 1},
                           .here = {[15] = 1},
                           .there = {[15] = 1}};
    end.state = (uint8_t)side->state;
    end.sent = side->sent;
    end.received = side->received;
    end.not_sent = side->not_sent;
    end.unacked = side->unacked;
    end.resends = side->resends;
    return end;
}

static void both_ends_together_tell_what_is_under_way(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct pair_end ends[3] = {end_of(&rows[i].a, true),
                                   end_of(&rows[i].b, false),
                                   {.here_port = {99, 9}, .state = PAIR_ESTABLISHED}};
        struct pair_end a = ends[0];
        size_t count = COUNT_OF(ends);
        if (rows[i].b.state == 0)
            ends[1] = ends[--count];
        pair_rule_sort(ends, count);
        if (pair_rule_judge(ends, count, &a) != rows[i].of_a)
            fail_msg("%s: %d", rows[i].why, (int)pair_rule_judge(ends, count, &a));
    }
}

static void a_socket_connected_to_itself_is_its_own_other_end(void **state)
{
    (void)state;
    struct pair_end alone = {.state = PAIR_ESTABLISHED, .sent = 1};
    pair_rule_sort(NULL, 0);
    assert_int_equal(pair_rule_judge(&alone, 1, &alone), PAIR_UNDER_WAY); /* connected to itself */
    alone.received = 1;
    assert_int_equal(pair_rule_judge(&alone, 1, &alone), PAIR_AT_REST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_ends_together_tell_what_is_under_way),
        cmocka_unit_test(a_socket_connected_to_itself_is_its_own_other_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
