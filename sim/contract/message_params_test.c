/* The parameters of Messages create, each with what is just right and what is just wrong. */
#include "test_support.h"
#include "message_params.h"

#define NOW_MS  INT64_C(1767312000000) /* 2026-01-02T00:00:00Z */
#define SERVICE "MessagingServiceSid=MG0123456789abcdef0123456789abcdef&"
#define CONTENT "ContentSid=HX0123456789abcdef0123456789abcdef&"

static int code_of(const char *encoded, bool loopback, const char **ret_param)
{
    struct arena *arena = arena_new(256 * 1024);
    struct form form;
    struct param_facts facts = {.now_ms = NOW_MS, .loopback_callbacks = loopback};
    const struct message_param *wrong = NULL;
    assert_int_equal(form_parse(arena, text_of(encoded), &form), FORM_OK);
    enum error_id error = message_params_check(&form, &facts, &wrong);
    *ret_param = wrong == NULL ? "" : wrong->name;
    arena_free(arena);
    return error == ERROR_NONE ? 0 : error_code(error)->code;
}

static const struct {
    const char *form;
    int code;
    const char *param;
} form_rows[] = {
    {"", 0, ""},
    {"To=%2B243810000001&From=%2B15005550006&Body=hello", 0, ""},
    {"to=x&Unknown=1&validityperiod=0", 0, ""},
    {SERVICE, 0, ""},
    {"MessagingServiceSid=MG123", 21705, "MessagingServiceSid"},
    {"MessagingServiceSid=", 0, ""},
    {"FallbackFrom=%2B15005550006", 21666, "FallbackFrom"},
    {SERVICE "FallbackFrom=%2B15005550006", 0, ""},
    {CONTENT, 0, ""},
    {"ContentSid=HX0123456789abcdef0123456789abcde", 21655, "ContentSid"},
    {CONTENT "ContentVariables=%7B%221%22%3A%22x%22%7D", 0, ""},
    {"ContentVariables=%7B%221%22%3A%22x%22%7D", 21654, "ContentVariables"},
    {CONTENT "ContentVariables=%7B1%3Ax%7D", 21656, "ContentVariables"},
    {CONTENT "ContentVariables=%5B%22x%22%5D", 21656, "ContentVariables"},
    {CONTENT "ContentVariables=x", 21656, "ContentVariables"},
    {"MediaUrl=https%3A%2F%2Fexample.com%2Fa.png", 0, ""},
    {"MediaUrl=ftp%3A%2F%2Fexample.com%2Fa.png", 21620, "MediaUrl"},
    {"MediaUrl=https%3A%2F%2Fexample.com%2Fa.png&MediaUrl=a.png", 21620, "MediaUrl"},
    {"MediaUrl=http://a.b/1&MediaUrl=http://a.b/2&MediaUrl=http://a.b/3&MediaUrl=http://a.b/4&MediaUrl=http:/"
     "/a.b/5&"
     "MediaUrl=http://a.b/6&MediaUrl=http://a.b/7&MediaUrl=http://a.b/8&MediaUrl=http://a.b/9&MediaUrl=http:/"
     "/a.b/0",
     0, ""},
    {"MediaUrl=http://a.b/1&MediaUrl=http://a.b/2&MediaUrl=http://a.b/3&MediaUrl=http://a.b/4&MediaUrl=http:/"
     "/a.b/5&"
     "MediaUrl=http://a.b/6&MediaUrl=http://a.b/7&MediaUrl=http://a.b/8&MediaUrl=http://a.b/9&MediaUrl=http:/"
     "/a.b/0&"
     "MediaUrl=http://a.b/x",
     21623, "MediaUrl"},
    {"StatusCallback=https%3A%2F%2Fexample.com%2Fstatus%23rc%3D2", 0, ""},
    {"StatusCallback=http%3A%2F%2Flocalhost%3A3000%2F", 21609, "StatusCallback"},
    {"StatusCallback=status", 21609, "StatusCallback"},
    {"ApplicationSid=AP0123456789abcdef0123456789abcdef", 0, ""},
    {"ApplicationSid=AP", 20423, "ApplicationSid"},
    {"ValidityPeriod=1", 0, ""},
    {"ValidityPeriod=36000", 0, ""},
    {"ValidityPeriod=0", 21624, "ValidityPeriod"},
    {"ValidityPeriod=36001", 21624, "ValidityPeriod"},
    {"ValidityPeriod=-5", 21624, "ValidityPeriod"},
    {"ValidityPeriod=ten", 21624, "ValidityPeriod"},
    {"ValidityPeriod=99999999999999999999", 21624, "ValidityPeriod"},
    {SERVICE "ScheduleType=fixed&SendAt=2026-01-02T00:05:00Z", 0, ""},
    {SERVICE "ScheduleType=fixed&SendAt=2026-01-02T00:04:59Z", 35114, "SendAt"},
    {SERVICE "ScheduleType=fixed&SendAt=2026-02-06T00:00:00Z", 0, ""},
    {SERVICE "ScheduleType=fixed&SendAt=2026-02-06T00:00:01Z", 35114, "SendAt"},
    {SERVICE "ScheduleType=fixed&SendAt=tomorrow", 35114, "SendAt"},
    {SERVICE "ScheduleType=fixed&SendAt=2026-01-03", 35114, "SendAt"},
    {SERVICE "ScheduleType=fixed", 35111, "ScheduleType"},
    {SERVICE "ScheduleType=loose&SendAt=2026-01-02T00:05:00Z", 35126, "ScheduleType"},
    {"ScheduleType=fixed&SendAt=2026-01-02T00:05:00Z", 35118, "SendAt"},
    {"From=MG0123456789abcdef0123456789abcdef&ScheduleType=fixed&SendAt=2026-01-02T00:05:00Z", 0, ""},
    {"SendAt=yesterday", 0, ""},
    {"ProvideFeedback=true&SmartEncoded=False&SendAsMms=TRUE&ShortenUrls=false&ForceDelivery=true", 0, ""},
    {"ProvideFeedback=yes", 20422, "ProvideFeedback"},
    {"SmartEncoded=1", 20422, "SmartEncoded"},
    {"SendAsMms=x", 20422, "SendAsMms"},
    {"ShortenUrls=x", 20422, "ShortenUrls"},
    {"ForceDelivery=x", 20422, "ForceDelivery"},
    {"Attempt=3", 0, ""},
    {"Attempt=-1", 20422, "Attempt"},
    {"ContentRetention=retain&AddressRetention=obfuscate", 0, ""},
    {"ContentRetention=obfuscate", 30029, "ContentRetention"},
    {"AddressRetention=discard", 30030, "AddressRetention"},
    {"RiskCheck=enable&TrafficType=free", 0, ""},
    {"RiskCheck=Enable", 20422, "RiskCheck"},
    {"TrafficType=fre", 20422, "TrafficType"},
    {"Tags=%7B%22a%22%3A%22b%22%7D&PersistentAction=x&MaxPrice=abc", 0, ""},
    {"Tags=a", 20422, "Tags"},
    /* Of several wrong ones the first in the table is told. */
    {"ValidityPeriod=0&StatusCallback=x&MediaUrl=x&ContentSid=x&MessagingServiceSid=x", 21705,
     "MessagingServiceSid"},
    {"ValidityPeriod=0&StatusCallback=x&MediaUrl=x&ContentSid=x", 21655, "ContentSid"},
    {"ValidityPeriod=0&StatusCallback=x&MediaUrl=x", 21620, "MediaUrl"},
    {"ValidityPeriod=0&StatusCallback=x", 21609, "StatusCallback"},
};

static void a_wrong_value_is_told_with_its_own_code(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(form_rows); i++) {
        const char *param;
        int code = code_of(form_rows[i].form, false, &param);
        if (code != form_rows[i].code || strcmp(param, form_rows[i].param) != 0)
            fail_msg("%s: expected %d %s, got %d %s", form_rows[i].form, form_rows[i].code,
                     form_rows[i].param, code, param);
    }
}

static void a_callback_on_this_machine_is_the_callers_choice(void **state)
{
    (void)state;
    const char *param;
    assert_int_equal(code_of("StatusCallback=http%3A%2F%2F127.0.0.1%3A3000%2F", true, &param), 0);
    assert_int_equal(code_of("StatusCallback=http%3A%2F%2F127.0.0.1%3A3000%2F", false, &param), 21609);
}

/* `prefix`, then `unit` `count` times, then `suffix`, as one form. */
static int code_of_long(const char *prefix, const char *unit, size_t count, const char *suffix)
{
    struct text_buf form;
    const char *param;
    text_buf_init(&form, 64 * 1024);
    text_put_z(&form, prefix);
    for (size_t i = 0; i < count; i++)
        text_put_z(&form, unit);
    text_put_z(&form, suffix);
    int code = code_of(text_buf_z(&form), false, &param);
    text_buf_release(&form);
    return code;
}

static void a_body_has_at_most_1600_characters(void **state)
{
    (void)state;
    assert_int_equal(code_of_long("Body=", "a", 1600, ""), 0);
    assert_int_equal(code_of_long("Body=", "a", 1601, ""), 21617);
    assert_int_equal(code_of_long("Body=", "%C3%A7", 1600, ""), 0);
    assert_int_equal(code_of_long("Body=", "%C3%A7", 1601, ""), 21617);
    assert_int_equal(code_of_long("Body=", "%F0%9F%98%9C", 800, ""), 0);
    assert_int_equal(code_of_long("Body=", "%F0%9F%98%9C", 801, ""), 21617);
}

static void a_content_variable_has_at_most_1600_characters(void **state)
{
    (void)state;
    assert_int_equal(code_of_long(CONTENT "ContentVariables=%7B%221%22%3A%22", "a", 1600, "%22%7D"), 0);
    assert_int_equal(code_of_long(CONTENT "ContentVariables=%7B%221%22%3A%22", "a", 1601, "%22%7D"), 21658);
}

static void every_parameter_stands_at_its_place(void **state)
{
    (void)state;
    for (int i = 0; i < MESSAGE_PARAM_COUNT; i++) {
        const struct message_param *param = message_param((enum message_param_id)i);
        assert_int_equal(param->id, i);
        assert_ptr_equal(message_param_find(text_of(param->name)), param);
        assert_true(strlen(param->source) > 0);
        assert_int_equal(param->type == PARAM_ANY, param->error == ERROR_NONE);
        assert_int_equal(param->needs != NULL, param->error_alone != ERROR_NONE);
    }
    assert_null(message_param_find(TEXT("body")));
}

static void one_parameter_can_be_judged_alone(void **state)
{
    (void)state;
    struct arena *arena = arena_new(4096);
    struct form form;
    struct param_facts facts = {.now_ms = NOW_MS};
    assert_int_equal(form_parse(arena, TEXT("ValidityPeriod=0&StatusCallback=x"), &form), FORM_OK);
    assert_int_equal(message_param_check(MESSAGE_PARAM_VALIDITY_PERIOD, &form, &facts),
                     ERROR_VALIDITY_PERIOD_INVALID);
    assert_int_equal(message_param_check(MESSAGE_PARAM_BODY, &form, &facts), ERROR_NONE);
    assert_int_equal(message_params_check(&form, &facts, NULL), ERROR_STATUS_CALLBACK_INVALID);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_value_is_told_with_its_own_code),
        cmocka_unit_test(a_callback_on_this_machine_is_the_callers_choice),
        cmocka_unit_test(a_body_has_at_most_1600_characters),
        cmocka_unit_test(a_content_variable_has_at_most_1600_characters),
        cmocka_unit_test(every_parameter_stands_at_its_place),
        cmocka_unit_test(one_parameter_can_be_judged_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
