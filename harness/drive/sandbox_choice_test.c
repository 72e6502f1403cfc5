/* Which way is taken, and what is said when it cannot be. */
#include "sandbox.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "sandbox_trial.h"

static void what_cannot_be_chosen_is_refused_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *wanted;
        bool sealed;
        const char *said;
    } rows[] = {
        {"docker", false, "unknown sandbox way \"docker\": use auto, namespace, preload or proxy"},
        {"", false, "unknown sandbox way \"\": use auto, namespace, preload or proxy"},
        {"preload", true, "way preload holds no static programs: use namespace, or do not require a seal"},
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
    assert_string_equal(choice.seal, "not sealed");
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
    assert_string_equal(choice.seal, "sealed");
    assert_string_equal(choice.note, "");
}

static void preload_is_tried_and_sealed_for_some(void **state)
{
    (void)state;
    struct sandbox_choice choice;
    struct fail why = {0};
    if (!sandbox_choose("preload", false, &choice, &why))
        fail_msg("%s", why.text);
    assert_int_equal(choice.way, SANDBOX_PRELOAD);
    assert_false(choice.sealed);
    assert_string_equal(choice.seal, "sealed for dynamic programs");
    assert_string_equal(choice.note, "sealed for dynamic programs only: way preload was asked for");
    assert_string_equal(sandbox_way_name(choice.way), "preload");
}

/* As a container's or a runner's rules do it: unshare(2) fails, for this process and all that it starts. */
static bool namespaces_forbid(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_unshare, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {.len = COUNT_OF(code), .filter = code};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/* In a process of its own: the rules cannot be lifted again. */
static int choose_without_namespaces(bool require_sealed, char *said, size_t size_bytes)
{
    int pipes[2], status = 0;
    assert_int_equal(pipe(pipes), 0);
    pid_t pid = fork();
    if (pid == 0) {
        struct sandbox_choice choice = {0};
        struct fail why = {0};
        if (!namespaces_forbid())
            _exit(90);
        bool chosen = sandbox_choose("auto", require_sealed, &choice, &why);
        dprintf(pipes[1], "%s", chosen ? choice.note : why.text);
        _exit(chosen ? (int)choice.way : 91);
    }
    close(pipes[1]);
    ssize_t len = read(pipes[0], said, size_bytes - 1);
    said[len < 0 ? 0 : len] = '\0';
    close(pipes[0]);
    while (waitpid(pid, &status, 0) < 0)
        assert_int_equal(errno, EINTR);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void auto_takes_preload_where_namespaces_are_refused(void **state)
{
    (void)state;
    char said[512];
    int way = choose_without_namespaces(false, said, sizeof said);
    if (way == 90) {
        print_message("left out, this machine has no seccomp filters\n");
        skip();
    }
    assert_int_equal(way, SANDBOX_PRELOAD);
    assert_string_equal(said, "sealed for dynamic programs only, by preload: "
                              "the kernel refuses new namespaces: Operation not permitted");
    assert_int_equal(choose_without_namespaces(true, said, sizeof said), 91);
    assert_string_equal(said, "no sealed sandbox on this machine: "
                              "the kernel refuses new namespaces: Operation not permitted");
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

static const char *value_of(const char *said, const char *name)
{
    const char *found = strstr(said, name);
    return found == NULL ? "" : found + strlen(name);
}

static void preload_names_library_simulator_and_domains_and_no_proxy(void **state)
{
    (void)state;
    struct trial *trial = trial_new();
    trial_run(trial, SANDBOX_PRELOAD, body_says_its_variables);
    assert_memory_equal(value_of(trial->said, "TWILIO_SIM_NET="), "4010:@twilio-sim-refusals-", 26);
    assert_memory_equal(value_of(trial->said, "TWILIO_SIM_HOSTS="), "twilio.com,example.org\n", 23);
    assert_non_null(strstr(value_of(trial->said, "LD_PRELOAD=/"), "/twilio-sim-preload.so\n"));
    assert_null(strcasestr(trial->said, "proxy"));
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

/* Trusts a certificate of two bytes and says what Java and PHP are told. */
static void body_trusts(struct sandbox *sandbox, struct trial *trial)
{
    struct fail why = {0};
    struct environment *environment = environment_new();
    char ca[96];
    snprintf(ca, sizeof ca, "%s/ca.pem", trial->folder);
    if (!sandbox_trust(sandbox, ca, trial->folder, &why))
        trial_say(trial, why.text);
    sandbox_put_environment(sandbox, 4010, environment);
    trial_say(trial, environment_get(environment, "JAVA_TOOL_OPTIONS"));
    trial_say(trial, environment_get(environment, "PHP_INI_SCAN_DIR"));
    environment_free(environment);
}

static void java_and_php_are_told_in(enum sandbox_way way, const char *java_proxy)
{
    char folder[] = "/tmp/sandbox_choice_test.XXXXXX", command[512], expected[1024];
    assert_non_null(mkdtemp(folder));
    snprintf(command, sizeof command,
             "printf -- '-----BEGIN CERTIFICATE-----\\nMAA=\\n-----END CERTIFICATE-----\\n' > %s/ca.pem",
             folder);
    assert_int_equal(system(command), 0);
    struct trial *trial = trial_new();
    trial->folder = folder;
    trial_run(trial, way, body_trusts);
    snprintf(expected, sizeof expected,
             "%s-Djavax.net.ssl.trustStore=%s/ca.jks -Djavax.net.ssl.trustStoreType=JKS "
             "-Djavax.net.ssl.trustStorePassword=changeit\n:%s\n",
             java_proxy, folder, folder);
    assert_string_equal(trial->said, expected);
    trial_free(trial);
    snprintf(command, sizeof command,
             "printf 'curl.cainfo=\"%s/ca-bundle.pem\"\\nopenssl.cafile=\"%s/ca-bundle.pem\"\\n' | "
             "cmp - %s/twilio-sim.ini && rm -r %s",
             folder, folder, folder, folder);
    assert_int_equal(system(command), 0);
}

static void java_has_the_proxy_and_php_an_ini_file_in_the_proxy_way(void **state)
{
    (void)state;
    java_and_php_are_told_in(SANDBOX_PROXY, "-Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort=4010 "
                                            "-Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=4010 ");
}

static void java_has_no_proxy_and_php_an_ini_file_in_the_preload_way(void **state)
{
    (void)state;
    java_and_php_are_told_in(SANDBOX_PRELOAD, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_cannot_be_chosen_is_refused_in_words),
        cmocka_unit_test(proxy_is_taken_when_asked_for_and_is_not_sealed),
        cmocka_unit_test(auto_takes_the_namespace_where_it_works),
        cmocka_unit_test(preload_is_tried_and_sealed_for_some),
        cmocka_unit_test(auto_takes_preload_where_namespaces_are_refused),
        cmocka_unit_test(the_proxy_is_named_in_every_spelling),
        cmocka_unit_test(preload_names_library_simulator_and_domains_and_no_proxy),
        cmocka_unit_test(a_namespace_needs_no_proxy_variable),
        cmocka_unit_test(java_has_the_proxy_and_php_an_ini_file_in_the_proxy_way),
        cmocka_unit_test(java_has_no_proxy_and_php_an_ini_file_in_the_preload_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
