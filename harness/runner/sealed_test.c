/* The proof of the sandbox, by whole runs: a backend without one line about proxies or test doubles reaches
 * the simulator by the provider's own names; whatever else it tries fails at once and is named. */
#include "run_trial.h"

#include <sys/stat.h>

#include "sandbox.h"

/* Says what came of a connection: a status, or an error's name and whether it came within half a second. */
static const char backend_js[] =
    "const http = require('http'), https = require('https'), net = require('net');\n"
    "const auth = process.env.SID + ':' + process.env.TOKEN;\n"
    "const path = '/2010-04-01/Accounts/' + process.env.SID + '/Messages.json';\n"
    "const send = (host, to, done) => {\n"
    "  const body = new URLSearchParams({ To: to, From: process.env.FROM, Body: 'Your code is 123456' }) + "
    "'';\n"
    "  https.request({ host, path, auth, method: 'POST', headers: { 'Content-Length': body.length,\n"
    "    'Content-Type': 'application/x-www-form-urlencoded' } }, (r) => done(r.statusCode))\n"
    "    .on('error', (e) => done(e.code)).end(body);\n"
    "};\n"
    "const reach = (host, done) => {\n"
    "  const began = Date.now(), said = (what) => done(what + (Date.now() - began > 500 ? ' late' : ''));\n"
    "  net.connect(443, host, () => said('connected')).on('error', (e) => said(e.code));\n"
    "};\n"
    "http.createServer((q, s) => {\n"
    "  const url = new URL(q.url, 'http://x'), say = (v) => s.end(JSON.stringify(v));\n"
    "  if (url.pathname === '/send') send(url.searchParams.get('host'), url.searchParams.get('to'), say);\n"
    "  else if (url.pathname === '/reach') reach(url.searchParams.get('host'), say);\n"
    "  else say(Object.keys(process.env).sort());\n"
    "}).listen(process.env.PORT);\n";

static const char profile_yaml[] =
    "backend: One that knows nothing of tests\n"
    "cwd: app\n"
    "run: [node, app.js]\n"
    "env: { PORT: $port.backend, SID: $twilio.account_sid, TOKEN: $twilio.auth_token, FROM: $twilio.number "
    "}\n"
    "ready: { http: /, within: 20s }\n"
    "actions:\n"
    "  send: { method: POST, path: /send, query: { host: $host, to: $phone } }\n"
    "  reach: { path: /reach, query: { host: $host } }\n"
    "code: '/(\\d{6})/'\n";

static const char scenario_yaml[] =
    "scenario: Nothing leaves\n"
    "people: { awa: {} }\n"
    "steps:\n"
    "  - request: { path: / }\n"
    "    expect: { text: '.[] | ascii_downcase | test(\"proxy|secret\") | not' }\n"
    "  - send: { host: api.twilio.com, phone: $awa }\n"
    "    expect: { text: '. == 201' }\n"
    "  - receive: { to: awa, channel: sms }\n"
    "  - send: { host: api.dublin.ie1.twilio.com, phone: $awa }\n"
    "    expect: { text: '. == 201' }\n"
    "  - receive: { to: awa, channel: sms }\n"
    "  - reach: { host: 203.0.113.7 }\n"
    "    expect: { text: '. == \"ECONNREFUSED\"' }\n"
    "  - reach: { host: 169.254.169.254 }\n"
    "    expect: { text: '. == \"ECONNREFUSED\"' }\n"
    "  - reach: { host: '2001:db8::7' }\n"
    "    expect: { text: '. == \"ECONNREFUSED\"' }\n"
    "  - reach: { host: database.example.com }\n"
    "    expect: { text: '. == \"ENOTFOUND\"' }\n"
    "check: { messages: [{ to: awa, requests: 2, delivered: 2 }] }\n";

static int setup(void **state)
{
    struct run_trial *trial = run_trial_new();
    run_trial_write(trial, "app/app.js", backend_js);
    run_trial_write(trial, "backend.yaml", profile_yaml);
    run_trial_write(trial, "x.yaml", scenario_yaml);
    *state = trial;
    return 0;
}

static int teardown(void **state)
{
    run_trial_free(*state);
    return 0;
}

static void skip_without_namespaces(void)
{
    struct fail why = {0};
    if (sandbox_probe(SANDBOX_NAMESPACE, &why))
        return;
    print_message("left out, this machine forbids namespaces: %s\n", why.text);
    skip();
}

static void assert_sealed(struct run_trial *trial, const char *way)
{
    run_trial_ends(trial, EXIT_PASSED,
                   SAYS(way, "refused connections", "203.0.113.7 port 443, 1 time",
                        "169.254.169.254 port 443, 1 time", "2001:db8::7 port 443, 1 time",
                        "database.example.com, 1 time", "1 passed, 0 failed"));
}

static void an_unmodified_backend_reaches_the_simulator_and_nothing_else(void **state)
{
    skip_without_namespaces();
    run_trial_run(*state, "run x.yaml --require-sealed");
    assert_sealed(*state, "sandbox: namespace (sealed)");
}

static void the_preloaded_library_does_the_same_without_a_namespace(void **state)
{
    run_trial_run(*state, "run x.yaml --sandbox preload");
    assert_sealed(*state, "sandbox: preload (sealed for dynamic programs)");
    run_trial_ends(*state, EXIT_PASSED, SAYS("way: preload"));
}

/* A profile's own LD_PRELOAD stands beside ours, not in its place. */
static void a_profile_cannot_take_the_library_away_unawares(void **state)
{
    struct run_trial *trial = *state;
    char profile[sizeof profile_yaml + 64];
    const char *env = strstr(profile_yaml, "env: { ") + 7;
    snprintf(profile, sizeof profile, "%.*sLD_PRELOAD: /nonexistent.so, %s", (int)(env - profile_yaml),
             profile_yaml, env);
    run_trial_write(trial, "backend.yaml", profile);
    run_trial_run(trial, "run x.yaml --sandbox preload --clock real");
    assert_sealed(trial, "sandbox: preload (sealed for dynamic programs)");
}

/* Answers 200 to everything, by itself. */
static const char static_c[] =
    "#include <arpa/inet.h>\n#include <stdlib.h>\n#include <string.h>\n#include <unistd.h>\n"
    "int main(void) {\n"
    "  struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(atoi(getenv(\"PORT\"))) };\n"
    "  int l = socket(AF_INET, SOCK_STREAM, 0);\n"
    "  char q[999], a[] = \"HTTP/1.0 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n\";\n"
    "  bind(l, (void *)&at, sizeof at), listen(l, 9);\n"
    "  for (int c; (c = accept(l, 0, 0)) >= 0; close(c)) read(c, q, 999), write(c, a, strlen(a));\n"
    "}\n";

static void build_static_or_skip(const struct run_trial *trial, const char *source)
{
    char command[256];
    run_trial_write(trial, "app/static.c", source);
    snprintf(command, sizeof command, "cd %s/app && cc -static -o static static.c 2>/dev/null",
             trial->folder);
    if (system(command) == 0)
        return;
    print_message("left out, static programs cannot be built here\n");
    skip();
}

static void a_program_that_takes_no_library_is_asked_nothing(void **state)
{
    struct run_trial *trial = *state;
    build_static_or_skip(trial, static_c);
    run_trial_write(trial, "backend.yaml",
                    "backend: A static program\ncwd: app\nrun: [./static]\nenv: { PORT: $port.backend }\n"
                    "ready: { http: /, within: 20s }\n");
    run_trial_write(trial, "x.yaml", "scenario: It answers\nsteps: [{ request: { path: / } }]\n");
    run_trial_run(trial, "run x.yaml --sandbox preload");
    run_trial_ends(
        trial, EXIT_ENVIRONMENT,
        SAYS("way preload cannot hold process ", ", a static program: it would go past the simulator"));
    run_trial_run(trial, "run x.yaml --sandbox proxy");
    run_trial_ends(trial, EXIT_PASSED, SAYS("1 passed, 0 failed"));
}

/* As bundlers written in Go stand beside a backend. */
static void a_helper_without_a_socket_does_no_harm(void **state)
{
    struct run_trial *trial = *state;
    char profile[sizeof profile_yaml + 64];
    const char *run = strstr(profile_yaml, "[node, app.js]");
    build_static_or_skip(trial, "#include <unistd.h>\nint main(void) { pause(); }\n");
    snprintf(profile, sizeof profile, "%.*s'./static & exec node app.js'%s", (int)(run - profile_yaml),
             profile_yaml, run + strlen("[node, app.js]"));
    run_trial_write(trial, "backend.yaml", profile);
    run_trial_run(trial, "run x.yaml --sandbox preload --clock real");
    assert_sealed(trial, "sandbox: preload (sealed for dynamic programs)");
}

/* An ordinary user when the tests run as root; else the test above was that already. */
static void an_ordinary_user_needs_no_rights_for_it(void **state)
{
    struct run_trial *trial = *state;
    static const char as_nobody[] = "setpriv --reuid 65534 --regid 65534 --clear-groups";
    skip_without_namespaces();
    if (getuid() != 0)
        skip();
    assert_int_equal(chmod(trial->folder, 0777), 0);
    run_trial_run_by(trial, as_nobody, "--help");
    if (trial->status != EXIT_PASSED) { /* a build below a private home */
        print_message("left out, an ordinary user cannot run the program here\n");
        skip();
    }
    run_trial_run_by(trial, as_nobody, "run x.yaml --require-sealed");
    assert_sealed(trial, "sandbox: namespace (sealed)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_unmodified_backend_reaches_the_simulator_and_nothing_else, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(the_preloaded_library_does_the_same_without_a_namespace, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_profile_cannot_take_the_library_away_unawares, setup, teardown),
        cmocka_unit_test_setup_teardown(a_program_that_takes_no_library_is_asked_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(a_helper_without_a_socket_does_no_harm, setup, teardown),
        cmocka_unit_test_setup_teardown(an_ordinary_user_needs_no_rights_for_it, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
