/* Whose account a store's is. The rest is seen with real processes: store_survives.py, store_refuses.py. */
#include "keeping.h"

#include <stdio.h>

#include "log.h"
#include "sim_options.h"
#include "test_support.h"

static struct account stored = {.sid = "AC00000000000000000000000000000001", .token = "secret"};

static bool judge(const char *option, const char *value, struct fail *why)
{
    char word[128];
    char *argv[] = {(char *)"twilio-sim", word};
    struct options *options = options_new("twilio-sim", sim_option_rows);
    struct fail misread = {0};
    snprintf(word, sizeof word, "--%s=%s", option, value);
    assert_true(options_read(options, 2, argv, false, &misread));
    bool fine = keeping_judge_identity(options, &stored, "my.db", why);
    options_free(options);
    return fine;
}

static void another_identity_is_refused_with_what_to_do(void **state)
{
    (void)state;
    static const struct {
        const char *option, *value, *text;
    } rows[] = {
        {"account-sid", "AC00000000000000000000000000000001", NULL},
        {"auth-token", "secret", NULL},
        {"account-plan", "trial-legacy", NULL}, /* a hint in the log */
        {"account-sid", "AC00000000000000000000000000000002",
         "--account-sid is not that of the account in my.db (AC00000000000000000000000000000001): leave the "
         "option out, or take another --store"},
        {"auth-token", "guess",
         "--auth-token is not that of the account in my.db (AC00000000000000000000000000000001): leave the "
         "option out, or take another --store"},
    };
    log_set_level(LOG_ERROR);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fail why = {0};
        assert_int_equal(judge(rows[i].option, rows[i].value, &why), rows[i].text == NULL);
        assert_string_equal(why.text, rows[i].text == NULL ? "" : rows[i].text);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_identity_is_refused_with_what_to_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
