/* Looking things up in a request. */
#include "test_support.h"
#include "request.h"

static void a_header_is_found_in_any_case_and_the_first_counts(void **state)
{
    (void)state;
    const struct request_header headers[] = {{TEXT("Host"), TEXT("api.twilio.com")},
                                             {TEXT("x-a"), TEXT("1")},
                                             {TEXT("X-A"), TEXT("2")},
                                             {TEXT("X-Empty"), TEXT("")}};
    const struct request request = {.headers = headers, .header_count = COUNT_OF(headers)};
    assert_text(request_header(&request, "HOST"), "api.twilio.com");
    assert_text(request_header(&request, "X-A"), "1");
    assert_non_null(request_header(&request, "x-empty").at);
    assert_null(request_header(&request, "X").at);
    assert_null(request_header(&(const struct request){0}, "Host").at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_header_is_found_in_any_case_and_the_first_counts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
