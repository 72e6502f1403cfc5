/* Which way is taken, and what is said when it cannot be. */
#include "sandbox.h"
#include "sandbox_trial.h"

static void what_cannot_be_chosen_is_refused_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *wanted;
        bool sealed;
        const char *said;
    } rows[] = {
        {"preload", false, "sandbox way \"preload\" is not in this version: use auto, namespace or proxy"},
        {"docker", false, "unknown sandbox way \"docker\": use auto, namespace or proxy"},
        {"", false, "unknown sandbox way \"\": use auto, namespace or proxy"},
        {"proxy", true, "way proxy is not sealed: use namespace, or do not require it"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct sandbox_choice choice;
        struct fail why = {0};
        assert_false(sandbox_choose(rows[i].wanted, rows[i].sealed, &choice, &why));
        assert_string_equal(why.text, rows[i].said);
    }
}

static void proxy_is_taken_when_asked_for_and_is_not_sealed(void **state)
{
    (void)state;
    struct sandbox_choice choice;
    struct fail why = {0};
    assert_true(sandbox_choose("proxy", false, &choice, &why));
    assert_int_equal(choice.way, SANDBOX_PROXY);
    assert_false(choice.sealed);
    assert_string_equal(choice.note, "not sealed: way proxy was asked for");
    assert_string_equal(sandbox_way_name(choice.way), "proxy");
}

static void auto_takes_the_namespace_where_it_works(void **state)
{
    (void)state;
    if (!trial_namespaces_allowed())
        skip();
    struct sandbox_choice choice;
    struct fail why = {0};
    assert_true(sandbox_choose("auto", true, &choice, &why));
    assert_int_equal(choice.way, SANDBOX_NAMESPACE);
    assert_true(choice.sealed);
    assert_string_equal(choice.note, "");
}

static void body_says_its_variables(struct sandbox *sandbox, struct trial *trial)
{
    struct environment *environment = environment_new();
    sandbox_put_environment(sandbox, 4010, environment);
    for (const char *const *pair = environment_list(environment); *pair != NULL; pair++)
        trial_say(trial, *pair);
    environment_free(environment);
}

static void the_proxy_is_named_in_every_spelling(void **state)
{
    (void)state;
    struct trial *trial = trial_new();
    trial_run(trial, SANDBOX_PROXY, body_says_its_variables);
    assert_string_equal(trial->said, "HTTP_PROXY=http://127.0.0.1:4010\n"
                                     "HTTPS_PROXY=http://127.0.0.1:4010\n"
                                     "ALL_PROXY=http://127.0.0.1:4010\n"
                                     "http_proxy=http://127.0.0.1:4010\n"
                                     "https_proxy=http://127.0.0.1:4010\n"
                                     "all_proxy=http://127.0.0.1:4010\n"
                                     "NO_PROXY=localhost,127.0.0.1,::1\n"
                                     "no_proxy=localhost,127.0.0.1,::1\n");
    trial_free(trial);
}

static void a_namespace_needs_no_proxy_variable(void **state)
{
    (void)state;
    if (!trial_namespaces_allowed())
        skip();
    struct trial *trial = trial_new();
    trial_run(trial, SANDBOX_NAMESPACE, body_says_its_variables);
    assert_string_equal(trial->said, "");
    trial_free(trial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_cannot_be_chosen_is_refused_in_words),
        cmocka_unit_test(proxy_is_taken_when_asked_for_and_is_not_sealed),
        cmocka_unit_test(auto_takes_the_namespace_where_it_works),
        cmocka_unit_test(the_proxy_is_named_in_every_spelling),
        cmocka_unit_test(a_namespace_needs_no_proxy_variable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
