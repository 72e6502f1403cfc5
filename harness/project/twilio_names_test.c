/* Names of settings and what they are for. */
#include "test_support.h"
#include "twilio_names.h"

static const struct {
    const char *name;
    enum twilio_role role;
} rows[] = {
    {"TWILIO_ACCOUNT_SID", TWILIO_ACCOUNT_SID},
    {"TWILIO_SID", TWILIO_ACCOUNT_SID},
    {"MY_TWILIO_ACCOUNT", TWILIO_ACCOUNT_SID},
    {"TWILIO_AUTH_TOKEN", TWILIO_AUTH_TOKEN},
    {"TWILIO_TOKEN", TWILIO_AUTH_TOKEN},
    {"TWILIO_API_KEY", TWILIO_API_KEY},
    {"TWILIO_API_KEY_SID", TWILIO_API_KEY},
    {"TWILIO_API_KEY_SECRET", TWILIO_API_SECRET},
    {"TWILIO_PHONE_NUMBER", TWILIO_NUMBER},
    {"TWILIO_FROM", TWILIO_NUMBER},
    {"TWILIO_SMS_SENDER", TWILIO_NUMBER},
    {"TWILIO_WHATSAPP_FROM", TWILIO_WHATSAPP},
    {"TWILIO_WHATSAPP_NUMBER", TWILIO_WHATSAPP},
    {"TWILIO_MESSAGING_SERVICE_SID", TWILIO_MESSAGING_SERVICE},
    {"TWILIO_VERIFY_SERVICE_SID", TWILIO_VERIFY_SERVICE},
    {"TWILIO_STATUS_CALLBACK_URL", TWILIO_CALLBACK},
    {"TWILIO_WEBHOOK_URL", TWILIO_CALLBACK},
    {"PUBLIC_URL", TWILIO_BASE_URL},
    {"WHATSAPP_FROM", TWILIO_WHATSAPP},
    {"TWILIO_REGION", TWILIO_NO_ROLE},
    {"REDIS_URL", TWILIO_NO_ROLE},
    {"JWT_TOKEN", TWILIO_NO_ROLE},
    {"", TWILIO_NO_ROLE},
};

static void a_name_tells_what_the_setting_is_for(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (twilio_role(text_of(rows[i].name)) != rows[i].role)
            fail_msg("%s: expected role %d, got %d", rows[i].name, (int)rows[i].role,
                     (int)twilio_role(text_of(rows[i].name)));
}

static void a_profile_gets_the_simulators_own_values(void **state)
{
    (void)state;
    assert_string_equal(twilio_role_value(TWILIO_NUMBER), "$twilio.number");
    assert_string_equal(twilio_role_value(TWILIO_WHATSAPP), "whatsapp:${twilio.whatsapp}");
    assert_null(twilio_role_value(TWILIO_API_KEY));
    assert_string_equal(twilio_role_text(TWILIO_AUTH_TOKEN), "auth token");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_tells_what_the_setting_is_for),
        cmocka_unit_test(a_profile_gets_the_simulators_own_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
