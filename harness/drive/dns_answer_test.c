/* Queries as bytes, answers as bytes. */
#include "dns_answer.h"

#include "test_support.h"

static const char *const hosts[] = {"twilio.com", "Example.org", NULL};

/* Builds a query for dotted `name`. */
static size_t query_make(const char *name, int type, uint8_t out[512])
{
    static const uint8_t header[12] = {0xab, 0xcd, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0};
    memcpy(out, header, 12);
    size_t at = 12;
    struct text rest = text_of(name);
    struct text label;
    while (text_split(&rest, '.', &label)) {
        out[at++] = (uint8_t)label.len;
        memcpy(out + at, label.at, label.len);
        at += label.len;
    }
    const uint8_t tail[5] = {0, 0, (uint8_t)type, 0, 1};
    memcpy(out + at, tail, 5);
    return at + 5;
}

static void names_are_answered_or_refused(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int type, rcode, answers;
        const char *why;
    } rows[] = {
        {"twilio.com", DNS_TYPE_A, 0, 1, "listed"},
        {"api.dublin.ie1.twilio.com", DNS_TYPE_A, 0, 1, "below a listed one"},
        {"API.Twilio.Com", DNS_TYPE_A, 0, 1, "case does not count"},
        {"www.example.org", DNS_TYPE_A, 0, 1, "nor in the list"},
        {"api.twilio.com", DNS_TYPE_AAAA, 0, 0, "exists, but not in IPv6"},
        {"api.twilio.com", 16, 0, 0, "nor has it a TXT"},
        {"localhost", DNS_TYPE_A, 0, 1, "always here"},
        {"evil-twilio.com", DNS_TYPE_A, 3, 0, "a name that only ends alike"},
        {"com", DNS_TYPE_A, 3, 0, "above a listed one"},
        {"db.internal", DNS_TYPE_A, 3, 0, "any other"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint8_t query[512];
        struct dns_answer answer;
        size_t len = query_make(rows[i].name, rows[i].type, query);
        assert_true(dns_answer_make(query, len, hosts, &answer));
        if ((answer.bytes[3] & 15) != rows[i].rcode || answer.bytes[7] != rows[i].answers ||
            answer.refused != (rows[i].rcode == 3))
            fail_msg("%s: %s", rows[i].name, rows[i].why);
        assert_int_equal(answer.type, rows[i].type);
    }
}

static void the_answer_is_127_0_0_1_to_the_same_question(void **state)
{
    (void)state;
    static const uint8_t expected[] = {
        0xab, 0xcd, 0x85, 0x80, 0,   1,   0,   1,   0,   0, 0,   0,                       /* header */
        1,    'a',  6,    't',  'w', 'i', 'l', 'i', 'o', 3, 'c', 'o', 'm', 0, 0, 1, 0, 1, /* question */
        0xc0, 12,   0,    1,    0,   1,   0,   0,   0,   1, 0,   4,   127, 0, 0, 1,       /* answer */
    };
    uint8_t query[512];
    struct dns_answer answer;
    size_t len = query_make("a.twilio.com", DNS_TYPE_A, query);
    assert_true(dns_answer_make(query, len, hosts, &answer));
    assert_int_equal(answer.len, sizeof expected);
    assert_memory_equal(answer.bytes, expected, sizeof expected);
    assert_string_equal(answer.name, "a.twilio.com");
}

static void broken_queries_get_an_error_or_nothing(void **state)
{
    (void)state;
    uint8_t query[512];
    struct dns_answer answer;
    size_t len = query_make("twilio.com", DNS_TYPE_A, query);
    for (size_t cut = 0; cut < len; cut++) {
        bool answered = dns_answer_make(query, cut, hosts, &answer);
        assert_int_equal(answered, cut >= 12);
        if (answered)
            assert_int_equal(answer.bytes[3] & 15, 1);
    }
    query[12] = 0xc0; /* a pointer where a label should be */
    assert_true(dns_answer_make(query, len, hosts, &answer));
    assert_int_equal(answer.bytes[3] & 15, 1);
    query[2] = 0x28; /* an update */
    assert_true(dns_answer_make(query, len, hosts, &answer));
    assert_int_equal(answer.bytes[3] & 15, 4);
    query[2] = 0x80; /* an answer */
    assert_false(dns_answer_make(query, len, hosts, &answer));
}

static void odd_bytes_of_a_name_are_shown_as_question_marks(void **state)
{
    (void)state;
    uint8_t query[512];
    struct dns_answer answer;
    size_t len = query_make("a b\n.example", DNS_TYPE_A, query);
    assert_true(dns_answer_make(query, len, hosts, &answer));
    assert_string_equal(answer.name, "a?b?.example");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_answered_or_refused),
        cmocka_unit_test(the_answer_is_127_0_0_1_to_the_same_question),
        cmocka_unit_test(broken_queries_get_an_error_or_nothing),
        cmocka_unit_test(odd_bytes_of_a_name_are_shown_as_question_marks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
