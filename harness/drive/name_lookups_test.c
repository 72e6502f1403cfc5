/* What one look-up is. */
#include "name_lookups.h"

#include "test_support.h"

enum { A = DNS_TYPE_A, AAAA = DNS_TYPE_AAAA, HTTPS = 65, SECOND_US = 1000000 };

struct asked {
    const char *name;
    int type;
    unsigned id;
    int port;
    int64_t at_us;
    int lookup; /* the number of the look-up that it belongs to, from 1 */
};

static void assert_lookups(const char *why, const struct asked *rows, size_t count)
{
    static struct name_lookups lookups;
    int begun = 0;
    lookups = (struct name_lookups){0};
    for (size_t i = 0; i < count; i++) {
        struct name_query query = {rows[i].name, rows[i].type, rows[i].id, rows[i].port, rows[i].at_us};
        struct name_lookup *lookup;
        if (!name_lookups_join(&lookups, &query, &lookup))
            lookup->answer = (enum lookup_answer)++ begun; /* a mark of its own */
        if ((int)lookup->answer != rows[i].lookup)
            fail_msg("%s: query %zu belongs to look-up %d, not %d", why, i, (int)lookup->answer,
                     rows[i].lookup);
    }
}

#define LOOKUPS(why, ...)                                                                                    \
    do {                                                                                                     \
        static const struct asked rows_[] = {__VA_ARGS__};                                                   \
        assert_lookups(why, rows_, COUNT_OF(rows_));                                                         \
    } while (0)

static void both_halves_from_one_socket_are_one(void **state)
{
    (void)state;
    LOOKUPS("libc", {"a.test", A, 1, 5000, 0, 1}, {"a.test", AAAA, 2, 5000, 0, 1},
            {"a.test", A, 3, 5001, 10, 2}, {"a.test", AAAA, 4, 5001, 10, 2});
    LOOKUPS("late", {"a.test", A, 1, 5000, 0, 1}, {"a.test", AAAA, 2, 5000, 9 * SECOND_US, 1});
    LOOKUPS("another name", {"a.test", A, 1, 5000, 0, 1}, {"b.test", AAAA, 2, 5000, 0, 2});
}

static void two_programs_at_once_are_two(void **state)
{
    (void)state;
    LOOKUPS("crossing", {"a.test", A, 1, 5000, 0, 1}, {"a.test", A, 1, 5001, 0, 2},
            {"a.test", AAAA, 2, 5001, 0, 2}, {"a.test", AAAA, 2, 5000, 0, 1});
}

static void a_datagram_that_comes_again_begins_nothing(void **state)
{
    (void)state;
    LOOKUPS("again", {"a.test", A, 1, 5000, 0, 1}, {"a.test", A, 1, 5000, 5 * SECOND_US, 1},
            {"a.test", A, 2, 5000, 5 * SECOND_US, 2});
}

static void a_socket_for_each_type_is_one_while_it_is_fresh(void **state)
{
    (void)state;
    LOOKUPS("Go", {"a.test", AAAA, 1, 5000, 0, 1}, {"a.test", A, 2, 5001, 100, 1},
            {"a.test", A, 3, 5002, 200, 2}, {"a.test", AAAA, 4, 5003, 300, 2});
    LOOKUPS("a browser", {"a.test", A, 1, 5000, 0, 1}, {"a.test", AAAA, 2, 5001, 0, 1},
            {"a.test", HTTPS, 3, 5002, 0, 1});
    LOOKUPS("stale", {"a.test", A, 1, 5000, 0, 1}, {"a.test", AAAA, 2, 5001, SECOND_US, 2});
}

static void one_type_alone_counts_each_time(void **state)
{
    (void)state;
    LOOKUPS("IPv4 only", {"a.test", A, 1, 5000, 0, 1}, {"a.test", A, 2, 5001, 0, 2},
            {"a.test", A, 3, 5002, 0, 3});
}

static void only_the_last_are_remembered(void **state)
{
    static struct name_lookups lookups;
    struct name_lookup *lookup;
    (void)state;
    struct name_query first = {"a.test", A, 1, 1, 0}, half = {"a.test", AAAA, 2, 1, 5 * SECOND_US};
    assert_false(name_lookups_join(&lookups, &first, &lookup));
    for (int port = 2; port <= 65; port++) {
        struct name_query other = {"b.test", A, 1, port, 0};
        assert_false(name_lookups_join(&lookups, &other, &lookup));
    }
    assert_false(name_lookups_join(&lookups, &half, &lookup));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_halves_from_one_socket_are_one),
        cmocka_unit_test(two_programs_at_once_are_two),
        cmocka_unit_test(a_datagram_that_comes_again_begins_nothing),
        cmocka_unit_test(a_socket_for_each_type_is_one_while_it_is_fresh),
        cmocka_unit_test(one_type_alone_counts_each_time),
        cmocka_unit_test(only_the_last_are_remembered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
