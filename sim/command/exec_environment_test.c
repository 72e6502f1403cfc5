/* The environment of `twilio-sim exec`: every variable that some runtime reads. */
#include "test_support.h"

#include <stdio.h>
#include <unistd.h>

#include "exec_environment.h"

#define SID   "AC00000000000000000000000000000001"
#define TOKEN "0123456789abcdef0123456789abcdef"

static struct server server;
static struct options *options;
static char address[64];

static int a_server_runs(void **state)
{
    (void)state;
    static const char *const words[] = {"",
                                        "--port=0",
                                        "--account-sid=" SID,
                                        "--quiet",
                                        "--auth-token=" TOKEN,
                                        "--account-plan=trial-legacy"};
    struct fail why = {0};
    setenv("JAVA_TOOL_OPTIONS", "-Dbefore=1", 1);
    setenv("NO_PROXY", "api.twilio.com", 1);
    options = options_new("twilio-sim", sim_option_rows);
    if (!options_read(options, COUNT_OF(words), (char **)(uintptr_t)words, false, &why) ||
        !server_start(options, &server, &why) || !exec_environment_set(&server, NULL, &why))
        fprintf(stderr, "%s\n", why.text);
    snprintf(address, sizeof address, "http://127.0.0.1:%d", server.port);
    return why.set;
}

static int the_server_ends(void **state)
{
    (void)state;
    server_stop(&server);
    options_free(options);
    return 0;
}

static void assert_variable(const char *name, const char *expected)
{
    const char *value = getenv(name);
    if (value == NULL || strcmp(value, expected) != 0)
        fail_msg("%s is %s, not %s", name, value, expected);
}

static void every_spelling_of_a_proxy_is_set(void **state)
{
    (void)state;
    static const char *const names[] = {"HTTP_PROXY",  "http_proxy", "HTTPS_PROXY",
                                        "https_proxy", "ALL_PROXY",  "all_proxy"};
    assert_true(server.port > 0);
    for (size_t i = 0; i < COUNT_OF(names); i++)
        assert_variable(names[i], address);
    assert_variable("NO_PROXY", "localhost,127.0.0.1,::1");
    assert_variable("no_proxy", "localhost,127.0.0.1,::1");
}

static void every_runtime_is_told_whom_to_trust(void **state)
{
    (void)state;
    static const char *const names[] = {"NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE",    "REQUESTS_CA_BUNDLE",
                                        "CURL_CA_BUNDLE",      "TWILIO_CA_BUNDLE", "GIT_SSL_CAINFO"};
    const char *ca = authority_ca_file(server.authority);
    assert_int_equal(access(ca, R_OK), 0);
    for (size_t i = 0; i < COUNT_OF(names); i++)
        assert_variable(names[i], ca);
}

static void twilios_own_variables_are_the_accounts(void **state)
{
    (void)state;
    assert_variable("TWILIO_ACCOUNT_SID", SID);
    assert_variable("TWILIO_AUTH_TOKEN", TOKEN);
    assert_variable("TWILIO_PHONE_NUMBER", "+15005550006");
    assert_variable("TWILIO_WHATSAPP_FROM", "whatsapp:+14155238886");
    assert_variable("TWILIO_SIM_ADDRESS", address);
    assert_variable("TWILIO_SIM_URL", address);
}

/* What goes wrong first, 0 = nothing. It changes the environment, so it comes behind those that look at the
 * other way (and not in a child: a fork of a process with threads may hang in malloc). */
static int set_for_preload(void)
{
    char net[64];
    struct fail why = {0};
    setenv("LD_PRELOAD", "/other.so", 1);
    setenv("JAVA_TOOL_OPTIONS", "", 1);
    snprintf(net, sizeof net, "%d:@refusals", server.port);
    if (!exec_environment_set(&server, "@refusals", &why))
        return 1;
    const char *library = strstr(getenv("LD_PRELOAD"), "/twilio-sim-preload.so:/other.so");
    if (library == NULL || strcmp(getenv("TWILIO_SIM_NET"), net) != 0 ||
        strcmp(getenv("TWILIO_SIM_HOSTS"), "twilio.com") != 0)
        return 2;
    if (getenv("HTTPS_PROXY") != NULL || getenv("http_proxy") != NULL)
        return 3;
    return strstr(getenv("JAVA_TOOL_OPTIONS"), "proxy") != NULL ||
                   strstr(getenv("JAVA_TOOL_OPTIONS"), "-Djavax.net.ssl.trustStore=/") == NULL
               ? 4
               : 0;
}

static void the_preload_way_has_a_library_and_no_proxy(void **state)
{
    (void)state;
    assert_int_equal(set_for_preload(), 0);
}

/* A file beside the CA, as a new path. */
static void beside_ca(const char *name, char out[512])
{
    const char *ca = authority_ca_file(server.authority);
    snprintf(out, 512, "%.*s/%s", (int)(strrchr(ca, '/') - ca), ca, name);
}

static void java_has_its_proxy_and_its_trust_store_behind_what_was_set(void **state)
{
    (void)state;
    char store[512], expected[2048];
    beside_ca("ca.jks", store);
    assert_int_equal(access(store, R_OK), 0);
    snprintf(expected, sizeof expected,
             "-Dbefore=1 -Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort=%d -Dhttps.proxyHost=127.0.0.1 "
             "-Dhttps.proxyPort=%d -Djavax.net.ssl.trustStore=%s -Djavax.net.ssl.trustStoreType=JKS "
             "-Djavax.net.ssl.trustStorePassword=changeit",
             server.port, server.port, store);
    assert_variable("JAVA_TOOL_OPTIONS", expected);
}

static void php_has_an_ini_file(void **state)
{
    (void)state;
    char path[512], folder[512], expected[2048], content[2048] = "";
    beside_ca("twilio-sim.ini", path);
    beside_ca("", folder);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    content[fread(content, 1, sizeof content - 1, file)] = '\0';
    fclose(file);
    const char *ca = authority_ca_file(server.authority);
    snprintf(expected, sizeof expected, "curl.cainfo=\"%s\"\nopenssl.cafile=\"%s\"\n", ca, ca);
    assert_string_equal(content, expected);
    snprintf(expected, sizeof expected, ":%s", folder);
    assert_variable("PHP_INI_SCAN_DIR", expected);
}

static void the_files_go_with_the_server(void **state)
{
    (void)state;
    static const char *const names[] = {"ca.pem", "ca.jks", "twilio-sim.ini"};
    char paths[COUNT_OF(names)][512];
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        beside_ca(names[i], paths[i]);
        assert_int_equal(access(paths[i], F_OK), 0);
    }
    char folder[512];
    beside_ca("", folder);
    exec_environment_clear(&server);
    server_stop(&server);
    server = (struct server){0};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (access(paths[i], F_OK) == 0)
            fail_msg("%s is left behind", paths[i]);
    assert_int_not_equal(access(folder, F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_spelling_of_a_proxy_is_set),
        cmocka_unit_test(every_runtime_is_told_whom_to_trust),
        cmocka_unit_test(twilios_own_variables_are_the_accounts),
        cmocka_unit_test(java_has_its_proxy_and_its_trust_store_behind_what_was_set),
        cmocka_unit_test(php_has_an_ini_file),
        cmocka_unit_test(the_preload_way_has_a_library_and_no_proxy),
        cmocka_unit_test(the_files_go_with_the_server),
    };
    return cmocka_run_group_tests(tests, a_server_runs, the_server_ends);
}
