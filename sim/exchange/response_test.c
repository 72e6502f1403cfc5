/* Answers under construction. */
#include "test_support.h"
#include "response.h"

static void an_answer_begins_as_an_empty_200(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1024);
    struct response response;
    response_init(&response, arena);
    assert_int_equal(response.status, 200);
    assert_int_equal(response.body.len, 0);
    assert_int_equal(response.wire, WIRE_NONE);
    assert_false(response.parked);
    assert_null(response.stream.read);
    response_release(&response);
    arena_free(arena);
}

static void header_values_are_copied_and_found_in_any_case(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1024);
    struct response response;
    char value[] = "application/json";
    response_init(&response, arena);
    response_header(&response, "Content-Type", value);
    response_header_literal(&response, "Retry-After", "2");
    value[0] = 'X';
    assert_string_equal(response_get_header(&response, "content-type"), "application/json");
    assert_string_equal(response_get_header(&response, "Retry-After"), "2");
    assert_null(response_get_header(&response, "Location"));
    response_release(&response);
    arena_free(arena);
}

static void a_plain_answer_replaces_the_body(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1024);
    struct response response;
    response_init(&response, arena);
    text_put_z(&response.body, "{\"half\":");
    response_plain(&response, 400, "twilio-sim: '%s' is wrong", "x");
    assert_int_equal(response.status, 400);
    assert_string_equal(text_buf_z(&response.body), "twilio-sim: 'x' is wrong\n");
    assert_string_equal(response_get_header(&response, "Content-Type"), "text/plain; charset=utf-8");
    response_release(&response);
    arena_free(arena);
}

static void a_parked_answer_knows_until_when(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1024);
    struct response response;
    response_init(&response, arena);
    response_park(&response, 5000);
    assert_true(response.parked);
    assert_int_equal(response.parked_until_mono_ms, 5000);
    response_release(&response);
    arena_free(arena);
}

static void a_restart_takes_back_what_was_said(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1024);
    struct response response;
    response_init(&response, arena);
    response.status = 201;
    response.wire = WIRE_RESET;
    response.delay_ms = 7;
    response_header(&response, "X-A", "b");
    text_put_z(&response.body, "said");
    response_restart(&response);
    assert_int_equal(response.status, 200);
    assert_int_equal(response.wire, WIRE_NONE);
    assert_int_equal(response.delay_ms, 0);
    assert_null(response_get_header(&response, "X-A"));
    assert_string_equal(text_buf_z(&response.body), "");
    assert_ptr_equal(response.arena, arena);
    response_release(&response);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_begins_as_an_empty_200),
        cmocka_unit_test(header_values_are_copied_and_found_in_any_case),
        cmocka_unit_test(a_plain_answer_replaces_the_body),
        cmocka_unit_test(a_parked_answer_knows_until_when),
        cmocka_unit_test(a_restart_takes_back_what_was_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
