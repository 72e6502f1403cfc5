/* Where settings stand: env files, Cloud Run services, profiles. */
#include <stdio.h>

#include "file_bytes.h"
#include "test_support.h"
#include "twilio_rules.h"

#include <unistd.h>

static struct twilio_settings *read_by(bool (*read)(struct twilio_settings *, const char *, struct fail *),
                                       const char *content, struct fail *why)
{
    char path[] = "/tmp/settings-test-XXXXXX";
    int fd = mkstemp(path);
    struct twilio_settings *settings = twilio_settings_new();
    assert_true(fd >= 0);
    close(fd);
    assert_true(file_write(path, text_of(content), 0600, why));
    if (!read(settings, path, why))
        assert_true(why->set);
    unlink(path);
    return settings;
}

static void an_env_file_keeps_lines_and_what_is_odd_about_them(void **state)
{
    struct fail why = {0};
    struct twilio_settings *settings = read_by(
        twilio_settings_read_env, "# x\nexport TWILIO_SID=\"AC1\"\nLOG=1\nTWILIO_FROM = +1\r\njunk\n", &why);
    (void)state;
    assert_false(why.set);
    assert_int_equal(settings->count, 2);
    assert_string_equal(settings->items[0].value, "AC1");
    assert_int_equal(settings->items[0].faults, ENV_QUOTED);
    assert_non_null(strstr(settings->items[0].where, ":2"));
    assert_int_equal(settings->items[1].faults, ENV_SPACES | ENV_CARRIAGE_RETURN);
    assert_int_equal(settings->broken_lines, 1);
    assert_non_null(strstr(settings->first_broken, ":5"));
    assert_true(settings->deployment);
    assert_false(settings->literal);
    twilio_settings_free(settings);
}

static void a_reference_to_another_variable_is_no_value(void **state)
{
    struct fail why = {0};
    struct doctor_findings *findings = doctor_findings_new();
    struct twilio_settings *settings =
        read_by(twilio_settings_read_env, "TWILIO_AUTH_TOKEN=${OTHER}\n", &why);
    (void)state;
    twilio_rules_check(settings, findings);
    assert_string_equal(doctor_at(findings, 0)->text, "is made of another variable");
    assert_int_equal(doctor_at(findings, 0)->level, DOCTOR_WARNING);
    doctor_findings_free(findings);
    twilio_settings_free(settings);
}

static void a_binary_env_file_is_refused(void **state)
{
    char path[] = "/tmp/settings-test-XXXXXX";
    struct fail why = {0};
    struct twilio_settings *settings = twilio_settings_new();
    int fd = mkstemp(path);
    (void)state;
    assert_true(fd >= 0 && write(fd, "A=\0\0", 4) == 4);
    close(fd);
    assert_false(twilio_settings_read_env(settings, path, &why));
    assert_non_null(strstr(why.text, "it is no text"));
    unlink(path);
    twilio_settings_free(settings);
}

static void cloud_runs_values_are_literal_and_secrets_hidden(void **state)
{
    struct fail why = {0};
    struct twilio_settings *settings =
        read_by(twilio_settings_read_cloud_run,
                "kind: Service\n"
                "spec:\n"
                "  template:\n"
                "    spec:\n"
                "      containers:\n"
                "        - image: x\n"
                "          env:\n"
                "            - { name: TWILIO_ACCOUNT_SID, value: AC1 }\n"
                "            - name: TWILIO_AUTH_TOKEN\n"
                "              valueFrom: { secretKeyRef: { name: token, key: latest } }\n"
                "            - name: PORT\n"
                "            - name: [odd]\n"
                "            - odd\n",
                &why);
    (void)state;
    assert_false(why.set);
    assert_int_equal(settings->count, 2);
    assert_true(settings->literal);
    assert_non_null(strstr(settings->items[0].where, ":8"));
    assert_true(settings->items[1].hidden);
    assert_string_equal(settings->items[1].secret, "token");
    twilio_settings_free(settings);
}

static void a_secret_that_cannot_be_seen_is_no_problem(void **state)
{
    struct fail why = {0};
    struct doctor_findings *findings = doctor_findings_new();
    struct twilio_settings *settings =
        read_by(twilio_settings_read_cloud_run,
                "env:\n"
                "  - { name: TWILIO_ACCOUNT_SID, valueFrom: { secretKeyRef: { name: sid } } }\n"
                "  - { name: TWILIO_AUTH_TOKEN, valueFrom: { secretKeyRef: { name: token } } }\n"
                "  - { name: TWILIO_FROM, value: '+15550001111' }\n",
                &why);
    (void)state;
    twilio_rules_check(settings, findings);
    assert_int_equal(doctor_count(findings, DOCTOR_PROBLEM), 0);
    assert_string_equal(doctor_at(findings, 1)->text,
                        "comes from a secret token, which cannot be seen from here");
    doctor_findings_free(findings);
    twilio_settings_free(settings);
}

static void broken_yaml_is_refused_with_its_place(void **state)
{
    struct fail why = {0};
    struct twilio_settings *settings = read_by(twilio_settings_read_cloud_run, "a: 1\nb: [\n", &why);
    (void)state;
    assert_true(why.set);
    assert_non_null(strstr(why.text, "cannot be understood:"));
    assert_non_null(strstr(why.text, ":3:"));
    twilio_settings_free(settings);
}

static void a_profile_may_give_the_simulators_own(void **state)
{
    struct fail why = {0};
    struct twilio_settings *settings = twilio_settings_new();
    (void)state;
    assert_true(twilio_settings_read_profile(settings, "scenarios/backend.yaml", &why));
    assert_int_equal(settings->count, 5);
    for (size_t i = 0; i < settings->count; i++)
        assert_true(settings->items[i].simulated);
    assert_false(settings->deployment);
    twilio_settings_free(settings);
}

static void a_flood_of_settings_is_counted(void **state)
{
    struct text_buf bytes;
    struct fail why = {0};
    (void)state;
    text_buf_init(&bytes, 1024 * 1024);
    for (int i = 0; i < SETTINGS_MAX + 9; i++)
        text_putf(&bytes, "TWILIO_FROM_%d=+1\n", i);
    struct twilio_settings *settings = read_by(twilio_settings_read_env, text_buf_z(&bytes), &why);
    assert_int_equal(settings->count, SETTINGS_MAX);
    assert_int_equal(settings->dropped, 9);
    twilio_settings_free(settings);
    text_buf_release(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_env_file_keeps_lines_and_what_is_odd_about_them),
        cmocka_unit_test(a_reference_to_another_variable_is_no_value),
        cmocka_unit_test(a_binary_env_file_is_refused),
        cmocka_unit_test(cloud_runs_values_are_literal_and_secrets_hidden),
        cmocka_unit_test(a_secret_that_cannot_be_seen_is_no_problem),
        cmocka_unit_test(broken_yaml_is_refused_with_its_place),
        cmocka_unit_test(a_profile_may_give_the_simulators_own),
        cmocka_unit_test(a_flood_of_settings_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
