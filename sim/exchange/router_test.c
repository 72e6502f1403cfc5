/* Which endpoint a method and a path find. */
#include "test_support.h"
#include "router.h"

static const struct route routes[] = {
    {"GET", "/a", NULL, 1},
    {"POST", "/a", NULL, 2},
    {"GET", "/a/{}", NULL, 3},
    {"GET", "/a/{}/b/{}", NULL, 4},
    {"GET", "/a/fixed", NULL, 5},
    {"DELETE", "/{}/{}/{}/{}", NULL, 6},
    {"PUT", "/{}/{}/{}/{}/{}", NULL, 7},
};

static void a_path_finds_its_route_and_its_parameters(void **state)
{
    (void)state;
    static const struct {
        const char *method, *path;
        enum route_result result;
        int tag;
        const char *params; /* joined with ',' */
    } rows[] = {
        {"GET", "/a", ROUTE_FOUND, 1, ""},
        {"POST", "/a", ROUTE_FOUND, 2, ""},
        {"PUT", "/a", ROUTE_WRONG_METHOD, 0, ""},
        {"get", "/a", ROUTE_WRONG_METHOD, 0, ""},
        {"GET", "/a/x", ROUTE_FOUND, 3, "x"},
        {"GET", "/a/x%2Fy", ROUTE_FOUND, 3, "x%2Fy"},
        {"GET", "/a/fixed", ROUTE_FOUND, 3, "fixed"}, /* the first in the table */
        {"GET", "/a/x/b/y", ROUTE_FOUND, 4, "x,y"},
        {"GET", "/a/x/c/y", ROUTE_WRONG_METHOD, 0, ""},
        {"DELETE", "/1/2/3/4", ROUTE_FOUND, 6, "1,2,3,4"},
        {"PUT", "/1/2/3/4/5", ROUTE_NONE, 0, ""}, /* more than ROUTE_PARAMS_MAX */
        {"GET", "/A", ROUTE_NONE, 0, ""},
        {"GET", "/a/", ROUTE_NONE, 0, ""},
        {"GET", "/a/x/", ROUTE_NONE, 0, ""},
        {"GET", "/a//b/y", ROUTE_NONE, 0, ""},
        {"GET", "//a", ROUTE_NONE, 0, ""},
        {"GET", "a", ROUTE_NONE, 0, ""},
        {"GET", "/", ROUTE_NONE, 0, ""},
        {"GET", "", ROUTE_NONE, 0, ""},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct route_match match = {0};
        struct text_buf params;
        text_buf_init(&params, 256);
        enum route_result result =
            router_find(routes, COUNT_OF(routes), text_of(rows[i].method), text_of(rows[i].path), &match);
        if (result != rows[i].result)
            fail_msg("%s %s: %d", rows[i].method, rows[i].path, (int)result);
        for (size_t p = 0; result == ROUTE_FOUND && p < match.param_count; p++)
            text_putf(&params, "%s%.*s", p > 0 ? "," : "", TEXT_ARGS(match.params[p]));
        assert_string_equal(text_buf_z(&params), rows[i].params);
        if (result == ROUTE_FOUND)
            assert_int_equal(match.route->tag, rows[i].tag);
        text_buf_release(&params);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_path_finds_its_route_and_its_parameters)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
