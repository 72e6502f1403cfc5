/* Settings and what is wrong with them, one a row; the codes are Twilio's, written down here. */
#include <stdio.h>

#include "test_support.h"
#include "twilio_rules.h"

#define HEX  "0123456789abcdef0123456789abcdef"
#define FINE "TWILIO_ACCOUNT_SID=AC" HEX, "TWILIO_AUTH_TOKEN=" HEX, "TWILIO_PHONE_NUMBER=+15550001111"

enum { ENV_MAX = 8 };

struct row {
    const char *env[ENV_MAX];
    enum doctor_level level;
    const char *subject, *words; /* words of the finding that is expected */
    int code;
};

static const struct row rows[] = {
    {{FINE}, DOCTOR_OK, "TWILIO_ACCOUNT_SID", "AC...ef (34 characters)", 0},
    {{FINE}, DOCTOR_OK, "TWILIO_AUTH_TOKEN", "01...ef (32 characters)", 0},
    {{FINE}, DOCTOR_OK, "TWILIO_PHONE_NUMBER", "+15550001111", 0},
    {{"HOME=/"}, DOCTOR_PROBLEM, "TWILIO_ACCOUNT_SID", "is missing", 20003},
    {{"HOME=/"}, DOCTOR_PROBLEM, "TWILIO_AUTH_TOKEN", "is missing", 20003},
    {{"HOME=/"}, DOCTOR_PROBLEM, "TWILIO_PHONE_NUMBER", "no sender of any kind", 21603},
    {{"TWILIO_API_KEY=SK" HEX}, DOCTOR_PROBLEM, "TWILIO_API_SECRET", "without its secret", 20003},
    {{"TWILIO_API_KEY=SK" HEX, "TWILIO_API_SECRET=Secret" HEX}, DOCTOR_OK, "TWILIO_API_SECRET", "Se...ef", 0},
    {{"TWILIO_ACCOUNT_SID=SK" HEX}, DOCTOR_PROBLEM, "TWILIO_ACCOUNT_SID", "does not begin with AC", 20003},
    {{"TWILIO_ACCOUNT_SID=ac" HEX}, DOCTOR_PROBLEM, "TWILIO_ACCOUNT_SID", "does not begin with AC", 20003},
    {{"TWILIO_ACCOUNT_SID=AC" HEX "0"},
     DOCTOR_PROBLEM,
     "TWILIO_ACCOUNT_SID",
     "should have 34 characters",
     20003},
    {{"TWILIO_ACCOUNT_SID=ACg123456789abcdef0123456789abcdef"},
     DOCTOR_PROBLEM,
     "TWILIO_ACCOUNT_SID",
     "no hex digits",
     20003},
    {{"TWILIO_ACCOUNT_SID=ACxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"},
     DOCTOR_PROBLEM,
     "TWILIO_ACCOUNT_SID",
     "placeholder",
     20003},
    {{"TWILIO_ACCOUNT_SID=AC00000000000000000000000000000000"},
     DOCTOR_PROBLEM,
     "TWILIO_ACCOUNT_SID",
     "placeholder",
     20003},
    {{"TWILIO_AUTH_TOKEN=your_auth_token"}, DOCTOR_PROBLEM, "TWILIO_AUTH_TOKEN", "placeholder", 20003},
    {{"TWILIO_AUTH_TOKEN="}, DOCTOR_PROBLEM, "TWILIO_AUTH_TOKEN", "is empty", 20003},
    {{"TWILIO_AUTH_TOKEN=" HEX "\n"}, DOCTOR_PROBLEM, "TWILIO_AUTH_TOKEN", "a line break around", 20003},
    {{"TWILIO_AUTH_TOKEN= " HEX}, DOCTOR_PROBLEM, "TWILIO_AUTH_TOKEN", "spaces around", 20003},
    {{"TWILIO_AUTH_TOKEN=\"" HEX "\""}, DOCTOR_PROBLEM, "TWILIO_AUTH_TOKEN", "quotes as part", 20003},
    {{"TWILIO_AUTH_TOKEN=AC" HEX}, DOCTOR_PROBLEM, "TWILIO_AUTH_TOKEN", "looks like the account SID", 20003},
    {{"TWILIO_AUTH_TOKEN=0123"}, DOCTOR_PROBLEM, "TWILIO_AUTH_TOKEN", "no auth token: 32 hex digits", 20003},
    {{"TWILIO_PHONE_NUMBER=15550001111"}, DOCTOR_PROBLEM, "TWILIO_PHONE_NUMBER", "no + before", 21212},
    {{"TWILIO_PHONE_NUMBER=0015550001111"}, DOCTOR_PROBLEM, "TWILIO_PHONE_NUMBER", "begins with 00", 21212},
    {{"TWILIO_PHONE_NUMBER=+1 555 000 1111"},
     DOCTOR_PROBLEM,
     "TWILIO_PHONE_NUMBER",
     "between its digits",
     21212},
    {{"TWILIO_PHONE_NUMBER=+0555000111122"},
     DOCTOR_PROBLEM,
     "TWILIO_PHONE_NUMBER",
     "no number in E.164",
     21212},
    {{"TWILIO_PHONE_NUMBER=whatsapp:+15550001111"},
     DOCTOR_PROBLEM,
     "TWILIO_PHONE_NUMBER",
     "has whatsapp: before it",
     21910},
    {{"TWILIO_PHONE_NUMBER=+15005550006"},
     DOCTOR_WARNING,
     "TWILIO_PHONE_NUMBER",
     "magic number that works",
     21606},
    {{"TWILIO_PHONE_NUMBER=+15005550001"}, DOCTOR_PROBLEM, "TWILIO_PHONE_NUMBER", "never valid", 21212},
    {{"TWILIO_PHONE_NUMBER=+15005550009"}, DOCTOR_PROBLEM, "TWILIO_PHONE_NUMBER", "nobody owns", 21606},
    {{"TWILIO_PHONE_NUMBER=MyShop"}, DOCTOR_WARNING, "TWILIO_PHONE_NUMBER", "alphanumeric sender", 21267},
    {{"TWILIO_PHONE_NUMBER=12345"}, DOCTOR_OK, "TWILIO_PHONE_NUMBER", "short code", 0},
    {{"TWILIO_WHATSAPP_FROM=whatsapp:+14155238886"},
     DOCTOR_WARNING,
     "TWILIO_WHATSAPP_FROM",
     "sandbox",
     63015},
    {{"TWILIO_WHATSAPP_FROM=+14155238886"}, DOCTOR_NOTE, "TWILIO_WHATSAPP_FROM", "the code must add it", 0},
    {{"TWILIO_WHATSAPP_FROM=WhatsApp:+15550001111"},
     DOCTOR_PROBLEM,
     "TWILIO_WHATSAPP_FROM",
     "in lower case",
     63007},
    {{"TWILIO_WHATSAPP_FROM=whatsapp:whatsapp:+15550001111"},
     DOCTOR_PROBLEM,
     "TWILIO_WHATSAPP_FROM",
     "twice",
     63007},
    {{"TWILIO_WHATSAPP_FROM=whatsapp:15550001111"},
     DOCTOR_PROBLEM,
     "TWILIO_WHATSAPP_FROM",
     "no + before",
     63007},
    {{"TWILIO_WHATSAPP_FROM=whatsapp:+15550001111"}, DOCTOR_NOTE, "TWILIO_WHATSAPP_FROM", "only sender", 0},
    {{"TWILIO_MESSAGING_SERVICE_SID=MG" HEX}, DOCTOR_OK, "TWILIO_MESSAGING_SERVICE_SID", "MG...ef", 0},
    {{"TWILIO_MESSAGING_SERVICE_SID=AC" HEX},
     DOCTOR_PROBLEM,
     "TWILIO_MESSAGING_SERVICE_SID",
     "begin with MG",
     21701},
    {{"TWILIO_VERIFY_SERVICE_SID=VA" HEX}, DOCTOR_NOTE, "TWILIO_VERIFY_SERVICE_SID", "not simulated", 0},
    {{"PUBLIC_URL=https://api.shop.fr"}, DOCTOR_OK, "PUBLIC_URL", "api.shop.fr, a public name", 0},
    {{"PUBLIC_URL=http://api.shop.fr:8080"}, DOCTOR_WARNING, "PUBLIC_URL", "not encrypted", 0},
    {{"TWILIO_STATUS_CALLBACK=http://localhost:3000/x"},
     DOCTOR_PROBLEM,
     "TWILIO_STATUS_CALLBACK",
     "this machine itself",
     21609},
    {{"TWILIO_STATUS_CALLBACK=https://127.0.0.1/x"},
     DOCTOR_PROBLEM,
     "TWILIO_STATUS_CALLBACK",
     "private network",
     21609},
    {{"TWILIO_STATUS_CALLBACK=https://172.20.0.3/x"},
     DOCTOR_PROBLEM,
     "TWILIO_STATUS_CALLBACK",
     "private network",
     21609},
    {{"TWILIO_STATUS_CALLBACK=https://172.32.0.3/x"}, DOCTOR_OK, "TWILIO_STATUS_CALLBACK", "172.32.0.3", 0},
    {{"TWILIO_STATUS_CALLBACK=https://[::1]:8/x"},
     DOCTOR_PROBLEM,
     "TWILIO_STATUS_CALLBACK",
     "this machine",
     21609},
    {{"TWILIO_STATUS_CALLBACK=https://api:3000/x"},
     DOCTOR_PROBLEM,
     "TWILIO_STATUS_CALLBACK",
     "private network knows",
     21609},
    {{"TWILIO_STATUS_CALLBACK=https://api.svc/x"},
     DOCTOR_PROBLEM,
     "TWILIO_STATUS_CALLBACK",
     "private network knows",
     21609},
    {{"TWILIO_STATUS_CALLBACK=api.shop.fr/x"},
     DOCTOR_PROBLEM,
     "TWILIO_STATUS_CALLBACK",
     "does not begin with https://",
     21609},
    {{"TWILIO_STATUS_CALLBACK=ftp://api.shop.fr/x"},
     DOCTOR_PROBLEM,
     "TWILIO_STATUS_CALLBACK",
     "does not begin with https://",
     21609},
    {{"TWILIO_STATUS_CALLBACK=https://api.shop.fr:99999/x"},
     DOCTOR_PROBLEM,
     "TWILIO_STATUS_CALLBACK",
     "port that is none",
     21609},
    {{"TWILIO_STATUS_CALLBACK=https://api_shop!/x"},
     DOCTOR_PROBLEM,
     "TWILIO_STATUS_CALLBACK",
     "host name that is none",
     21609},
    {{"TWILIO_STATUS_CALLBACK=https://api.shop.fr/a b"},
     DOCTOR_PROBLEM,
     "TWILIO_STATUS_CALLBACK",
     "must escape",
     21609},
    {{"TWILIO_STATUS_CALLBACK=https://api.shop.fr"},
     DOCTOR_WARNING,
     "TWILIO_STATUS_CALLBACK",
     "has no path",
     0},
    {{"TWILIO_STATUS_CALLBACK=https://u:p@api.shop.fr/x"},
     DOCTOR_WARNING,
     "TWILIO_STATUS_CALLBACK",
     "password in it",
     0},
    {{"TWILIO_PHONE_NUMBER=+15550001111", "TWILIO_PHONE_NUMBER=+15550002222"},
     DOCTOR_WARNING,
     "TWILIO_PHONE_NUMBER",
     "twice",
     0},
};

static const struct doctor_finding *find(const struct doctor_findings *findings, const struct row *row)
{
    const struct doctor_finding *finding;
    for (size_t i = 0; (finding = doctor_at(findings, i)) != NULL; i++)
        if (finding->level == row->level && strcmp(finding->subject, row->subject) == 0 &&
            strstr(finding->text, row->words) != NULL)
            return finding;
    return NULL;
}

static struct doctor_findings *judge(const char *const *env)
{
    struct twilio_settings *settings = twilio_settings_new();
    struct doctor_findings *findings = doctor_findings_new();
    twilio_settings_read_environment(settings, env);
    twilio_rules_check(settings, findings);
    twilio_settings_free(settings);
    return findings;
}

static void each_mistake_has_its_finding_and_its_code(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct doctor_findings *findings = judge(rows[i].env);
        const struct doctor_finding *finding = find(findings, &rows[i]);
        if (finding == NULL)
            fail_msg("%s: no finding \"%s\"", rows[i].env[0], rows[i].words);
        else if (finding->code != rows[i].code)
            fail_msg("%s: code %d", rows[i].env[0], finding->code);
        doctor_findings_free(findings);
    }
}

static void sound_settings_have_no_problem(void **state)
{
    static const char *const env[] = {FINE, "TWILIO_WHATSAPP_FROM=whatsapp:+15550002222",
                                      "TWILIO_STATUS_CALLBACK=https://api.shop.fr/twilio/status", NULL};
    struct doctor_findings *findings = judge(env);
    (void)state;
    assert_int_equal(doctor_count(findings, DOCTOR_PROBLEM), 0);
    assert_int_equal(doctor_count(findings, DOCTOR_WARNING), 0);
    assert_int_equal(doctor_count(findings, DOCTOR_OK), 5);
    doctor_findings_free(findings);
}

/* Whatever is wrong with it. */
static void no_secret_is_shown(void **state)
{
    static const char *const secrets[] = {"TWILIO_AUTH_TOKEN=topsecrettopsecret",
                                          "TWILIO_AUTH_TOKEN=" HEX "topsecret",
                                          "TWILIO_API_SECRET=topsecrettopsecret ",
                                          "TWILIO_ACCOUNT_SID=AC" HEX "topsecret",
                                          "TWILIO_STATUS_CALLBACK=https://u:topsecret@api.shop.fr/x",
                                          "TWILIO_STATUS_CALLBACK=u:topsecret@api.shop.fr"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(secrets); i++) {
        const char *const env[] = {secrets[i], NULL};
        struct doctor_findings *findings = judge(env);
        const struct doctor_finding *finding;
        for (size_t n = 0; (finding = doctor_at(findings, n)) != NULL; n++)
            if (strstr(finding->text, "topsecret") != NULL || strstr(finding->advice, "topsecret") != NULL)
                fail_msg("%s: \"%s\"", secrets[i], finding->text);
        doctor_findings_free(findings);
    }
}

static void a_trial_means_limits_with_their_codes(void **state)
{
    struct doctor_findings *findings = doctor_findings_new();
    static const int codes[] = {21608, 21408, 63038, 0, 21267, 572006};
    (void)state;
    twilio_rules_trial(findings);
    for (size_t i = 0; i < COUNT_OF(codes); i++)
        assert_int_equal(doctor_at(findings, i)->code, codes[i]);
    assert_null(doctor_at(findings, COUNT_OF(codes)));
    doctor_findings_free(findings);
}

static void the_heading_names_the_whole_source(void **state)
{
    struct twilio_settings settings = {0};
    struct doctor_findings *findings = doctor_findings_new();
    (void)state;
    snprintf(settings.source, sizeof settings.source, "%s",
             "the profile services/authentication/backend/tests/otp/backend.yaml");
    twilio_rules_check(&settings, findings);
    assert_string_equal(
        doctor_at(findings, 0)->group,
        "Twilio settings: the profile services/authentication/backend/tests/otp/backend.yaml");
    doctor_findings_free(findings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_mistake_has_its_finding_and_its_code),
        cmocka_unit_test(sound_settings_have_no_problem),
        cmocka_unit_test(no_secret_is_shown),
        cmocka_unit_test(the_heading_names_the_whole_source),
        cmocka_unit_test(a_trial_means_limits_with_their_codes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
