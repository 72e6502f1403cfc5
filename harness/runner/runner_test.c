/* Whole runs of otp-harness as its user sees them: files in, words and exit status out. The backend is twenty
 * lines of Node. */
#include "run_trial.h"

#include "sandbox.h"

static const char backend_js[] =
    "const http = require('http'), net = require('net');\n"
    "if (process.env.FAILS) { console.error('no database at all'); process.exit(3); }\n"
    "const routes = {\n"
    "  '/die': (q, s) => { s.end('ok'); setTimeout(() => { console.error('boom'); process.exit(7); }, 10); "
    "},\n"
    "  '/hang': () => {},\n"
    "  '/map': (q, s) => fetch('https://maps.example.com/geo').then((r) => r.text()).then((t) => s.end(t), "
    "(e) => "
    "s.end(String(e.cause))),\n"
    "  '/out': (q, s) => net.connect(443, '1.1.1.1').on('error', (e) => s.end(JSON.stringify({ error: e.code "
    "}))),\n"
    "};\n"
    "http.createServer((q, s) => (routes[q.url.split('?')[0]] ?? ((_, a) => {\n"
    "  a.setHeader('Set-Cookie', 'who=' + q.socket.remoteAddress);\n"
    "  a.end(JSON.stringify({ n: 7, from: q.socket.remoteAddress, cookie: q.headers.cookie ?? null, pid: "
    "process.pid }));\n"
    "}))(q, s)).listen(process.env.PORT, '127.0.0.1');\n";

static const char profile_yaml[] =
    "backend: A small one\n"
    "cwd: app\n"
    "run: [node, app.js]\n"
    "env: { PORT: '3000', NAME: from the profile }\n"
    "ready: { http: /health, within: 20s }\n"
    "actions:\n"
    "  login: { method: POST, path: /login, json: { phone: $phone } }\n"
    "  die: { method: POST, path: /die }\n"
    "  twice: { steps: [{ request: { path: /a } }, { request: { path: /b } }] }\n";

static int setup(void **state)
{
    struct run_trial *trial = run_trial_new();
    run_trial_write(trial, "app/app.js", backend_js);
    run_trial_write(trial, "app/.env", "SECRET=1\n");
    run_trial_write(trial, "backend.yaml", profile_yaml);
    *state = trial;
    return 0;
}

static int teardown(void **state)
{
    run_trial_free(*state);
    return 0;
}

static void a_run_passes(void **state)
{
    struct run_trial *p = *state;
    run_trial_write(
        p, "good.yaml",
        "scenario: All is well\n"
        "people: { awa: {}, binta: { country: FR } }\n"
        "given: [{ request: { path: /given } }]\n"
        "steps:\n"
        "  - twice: {}\n"
        "  - request: { path: /x, query: { a: b c } }\n"
        "    as: awa\n"
        "    expect: { json: { from: 127.3.0.1, cookie: null }, headers: { set-cookie: who= } }\n"
        "    save: { n: .n, code: status, pattern: '/\"n\":(\\d+)/', cookie: header.Set-Cookie }\n"
        "  - request: { path: /x }\n"
        "    as: awa\n"
        "    expect: { json: { cookie: who=127.3.0.1 } }\n"
        "  - request: { path: /x }\n"
        "    as: binta\n"
        "    expect: { json: { from: 127.3.0.2, cookie: null } }\n"
        "  - run: test ! -e .env && echo ${n} ${code} ${pattern} ${cookie} $${HARNESS_SECRET:-none} $$NAME\n"
        "    expect: { text: 7 200 7 who=127.3.0.1 none from the profile }\n"
        "  - run: exit 3\n"
        "    expect: { exit: 3 }\n"
        "  - parallel:\n"
        "      - request: { path: /p }\n"
        "        times: 20\n"
        "      - login: { phone: $awa }\n"
        "    expect: { answers: { 200: 21 } }\n"
        "  - process: { backend: restart }\n"
        "  - check: { answers: { 200: 26 } }\n"
        "check: { answers: { 200: 26, 5xx: 0 } }\n");
    run_trial_run(p, "run good.yaml --report junit");
    run_trial_ends(p, EXIT_PASSED, SAYS("All is well", "1 passed, 0 failed"));
    char *report = path_join(p->folder, "otp-report/junit.xml");
    assert_true(path_is_file(report));
    mem_free(report);
}

static void workers_side_by_side_use_the_same_port(void **state)
{
    struct run_trial *p = *state;
    run_trial_write(
        p, "rows.yaml",
        "scenario: A row\ncases: [{ x: a }, { x: b }, { x: c }]\nsteps: [{ request: { path: \"/${x}\" "
        "} }]\n");
    run_trial_run(p, "run rows.yaml -j 2 --order random:7");
    run_trial_ends(p, EXIT_PASSED, SAYS("(x=a)", "(x=b)", "(x=c)", "3 passed, 0 failed"));
}

static void a_backend_that_ends_before_it_is_ready_is_an_environment_error(void **state)
{
    struct run_trial *p = *state;
    run_trial_write(p, "x.yaml", "scenario: Never begun\nsteps: [{ twice: {} }]\n");
    run_trial_run(p, "run x.yaml --env FAILS=1");
    run_trial_ends(
        p, EXIT_ENVIRONMENT,
        SAYS("backend ended with status 3 before it was ready", "no database at all", "0 passed, 1 failed"));
}

static void an_earlier_history_is_no_part_of_a_run(void **state)
{
    struct run_trial *p = *state;
    run_trial_write(p, "x.yaml", "scenario: Once fine\nsteps: [{ twice: {} }]\n");
    run_trial_run(p, "run x.yaml");
    run_trial_ends(p, EXIT_PASSED, SAYS("1 passed"));
    run_trial_write(
        p, "backend.yaml",
        "backend: Broken since\ncwd: app\nprepare: [exit 3]\nrun: [node, app.js]\nenv: { PORT: '3000' }\n"
        "actions: { twice: { path: / } }\n");
    run_trial_run(p, "run x.yaml");
    run_trial_ends(p, EXIT_ENVIRONMENT, SAYS("prepare ended with status 3"));
    run_trial_is_silent_on(p, "timeline");
}

static void a_backend_that_is_never_ready_says_what_was_asked(void **state)
{
    struct run_trial *p = *state;
    run_trial_write(p, "backend.yaml",
                    "backend: Late\ncwd: app\nrun: [node, app.js]\nenv: { PORT: '3000' }\n"
                    "ready: { http: /health, status: 204, within: 1s }\n");
    run_trial_write(p, "x.yaml", "scenario: Never begun\nsteps: [{ request: { path: / } }]\n");
    run_trial_run(p, "run x.yaml --require-sealed");
    run_trial_ends(
        p, EXIT_ENVIRONMENT,
        SAYS("backend was not ready within 1000 ms (GET http://localhost:3000/health: status 200)"));
}

static void a_backend_that_never_starts_is_not_asked_by_every_scenario(void **state)
{
    struct run_trial *p = *state;
    run_trial_write(p, "x.yaml",
                    "scenario: Never begun\ncases: [{ n: a }, { n: b }, { n: c }, { n: d }, { n: e }]\n"
                    "steps: [{ twice: {} }]\n");
    run_trial_run(p, "run x.yaml -j 1 --env FAILS=1");
    run_trial_ends(p, EXIT_ENVIRONMENT,
                   SAYS("none of the first 3 scenarios could begin",
                        "2 skipped, the first because: not run: the environment did not come up",
                        "0 passed, 3 failed"));
}

static void a_backend_that_ends_later_fails_the_scenario(void **state)
{
    struct run_trial *p = *state;
    run_trial_write(p, "x.yaml", "scenario: It dies\nsteps: [{ die: {} }, { advance: 300ms }]\n");
    run_trial_run(p, "run x.yaml");
    run_trial_ends(p, EXIT_FAILED, SAYS("the backend ended with status 7 while the scenario ran", "boom"));
}

static void a_failure_shows_its_place_and_both_sides(void **state)
{
    struct run_trial *p = *state;
    run_trial_write(
        p, "x.yaml",
        "scenario: It differs\nsteps:\n  - request: { path: /x }\n    expect: { json: { n: 8 } }\n"
        "cleanup: [{ run: echo cleaned }]\n");
    run_trial_run(p, "run x.yaml");
    run_trial_ends(
        p, EXIT_FAILED,
        SAYS("x.yaml:4:13: steps[0] request", "$.n: expected 8, got 7", "cleaned", "0 passed, 1 failed"));
}

static void a_setup_that_fails_is_named_so(void **state)
{
    struct run_trial *p = *state;
    run_trial_write(p, "x.yaml", "scenario: No setup\ngiven: [{ run: 'false' }]\nsteps: [{ twice: {} }]\n");
    run_trial_run(p, "run x.yaml --report json=-");
    run_trial_ends(p, EXIT_FAILED, SAYS("given[0] run", "setup-failed"));
}

static void a_fault_that_never_hits_fails(void **state)
{
    struct run_trial *p = *state;
    run_trial_write(p, "x.yaml",
                    "scenario: No send\nfaults:\n  - { on: { channel: sms }, status: 503 }\n"
                    "  - { on: { channel: sms }, status: 503, optional: true }\nsteps: [{ twice: {} }]\n");
    run_trial_run(p, "run x.yaml");
    run_trial_ends(p, EXIT_FAILED, SAYS("x.yaml:3:5: faults", "this fault never hit", "0 passed, 1 failed"));
}

static void no_wait_outlives_the_time_limit(void **state)
{
    struct run_trial *p = *state;
    run_trial_write(
        p, "x.yaml",
        "scenario: It hangs\ntime-limit: 2s\nsteps: [{ request: { path: /hang }, within: 1h }]\n");
    run_trial_write(p, "y.yaml", "scenario: It waits\ntime-limit: 2s\nsteps: [{ advance: 1h }]\n");
    run_trial_run(p, "run x.yaml y.yaml --clock real");
    run_trial_ends(p, EXIT_FAILED,
                   SAYS("no whole answer within", " ms (the scenario's time limit)",
                        "is longer than the scenario's time limit"));
}

static void a_connection_that_would_leave_is_refused_and_named(void **state)
{
    struct run_trial *p = *state;
    struct fail why = {0};
    if (!sandbox_probe(SANDBOX_NAMESPACE, &why)) {
        print_message("left out, this machine forbids namespaces: %s\n", why.text);
        skip();
    }
    run_trial_write(p, "x.yaml",
                    "scenario: It wants out\nsteps: [{ request: { path: /out }, expect: { json: { error: "
                    "ECONNREFUSED } } }]\n");
    run_trial_run(p, "run x.yaml --require-sealed");
    run_trial_ends(p, EXIT_PASSED, SAYS("namespace (sealed)", "refused connections", "1.1.1.1 port 443"));
}

static void a_simulator_that_ends_is_named_and_replaced(void **state)
{
    struct run_trial *p = *state;
    struct fail why = {0};
    if (!sandbox_probe(SANDBOX_NAMESPACE, &why)) { /* elsewhere the loop below would find other simulators */
        print_message("left out, this machine forbids namespaces: %s\n", why.text);
        skip();
    }
    run_trial_write(p, "a.yaml",
                    "scenario: It loses its simulator\n"
                    "steps:\n"
                    "  - run: for p in /proc/[0-9]*; do if grep -qx twilio-sim $$p/comm; then kill -9 "
                    "$${p#/proc/}; fi; done\n"
                    "  - request: { path: /x }\n");
    run_trial_write(p, "b.yaml",
                    "scenario: It has a new one\npeople: { awa: {} }\nsteps: [{ request: { path: /x } }]\n");
    run_trial_run(p, "run a.yaml b.yaml -j 1 --require-sealed");
    run_trial_ends(p, EXIT_ENVIRONMENT,
                   SAYS("ENV   It loses its simulator",
                        "the simulator was ended by signal 9 while the scenario ran",
                        "ok    It has a new one", "1 passed, 1 failed"));
}

static void the_proxy_way_runs_too(void **state)
{
    struct run_trial *p = *state;
    run_trial_write(p, "backend.yaml",
                    "backend: By proxy\ncwd: app\nrun: [node, app.js]\nenv: { PORT: $port.backend }\n"
                    "ready: { http: /health, within: 20s }\n");
    run_trial_write(p, "x.yaml",
                    "scenario: By proxy\nsteps:\n"
                    "  - run: test \"$$HTTPS_PROXY\" = \"$$http_proxy\" && test -n \"$$SSL_CERT_FILE\"\n");
    run_trial_run(p, "run x.yaml --sandbox proxy");
    run_trial_ends(p, EXIT_PASSED, SAYS("sandbox: proxy (not sealed)", "1 passed, 0 failed"));
    run_trial_run(p, "run x.yaml --sandbox proxy --require-sealed");
    run_trial_ends(p, EXIT_ENVIRONMENT, SAYS("otp-harness: "));
}

static void a_backend_that_is_kept_is_reset_by_its_own_action(void **state)
{
    struct run_trial *p = *state;
    run_trial_write(
        p, "app/app.js",
        "const http = require('http'), fs = require('fs'); let count = 0;\n"
        "http.createServer((q, s) => {\n"
        "  if (q.url === '/count') count++;\n"
        "  if (q.url === '/reset') { count = 0; fs.appendFileSync('app.log', 'reset was asked for\\n'); }\n"
        "  s.end(JSON.stringify({ count, pid: process.pid }));\n"
        "}).listen(process.env.PORT, '127.0.0.1');\n");
    run_trial_write(p, "backend.yaml",
                    "backend: Kept\ncwd: app\nrun: node app.js\nenv: { PORT: $port.backend }\n"
                    "ready: { http: /health, within: 20s }\nreset: { backend: empty }\n"
                    "logs: [stdout, app.log]\n"
                    "actions: { empty: { method: POST, path: /reset } }\n");
    run_trial_write(
        p, "a.yaml",
        "scenario: First\nsteps: [{ request: { path: /count }, expect: { json: { count: 1 } } }]\n");
    run_trial_write(p, "b.yaml",
                    "scenario: Second\nsteps:\n"
                    "  - request: { path: /count }\n    expect: { json: { count: 1 } }\n"
                    "  - check: { log: [{ match: reset was asked for, count: 1 }] }\n    within: 5s\n");
    run_trial_run(p, "run a.yaml b.yaml -j 1");
    run_trial_ends(p, EXIT_PASSED, SAYS("2 passed, 0 failed", "histories: otp-report/history"));
}

static void what_is_wrong_with_a_call_has_a_status_of_its_own(void **state)
{
    struct run_trial *p = *state;
    static const struct {
        const char *arguments;
        int status;
        const char *says;
    } rows[] = {
        {"rnu", EXIT_USAGE, "there is no command 'rnu'; did you mean 'run'?"},
        {"run --nope", EXIT_USAGE, "unknown option '--nope'"},
        {"run nowhere", EXIT_USAGE, "there is no file or folder nowhere"},
        {"run good.yaml --report pdf", EXIT_USAGE, "pdf"},
        {"run good.yaml --env X", EXIT_USAGE, "--env: 'X' is not NAME=VALUE"},
        {"run good.yaml --order up", EXIT_USAGE, "--order: 'up' is not one of file, random, random:SEED"},
        {"run good.yaml --url http://localhost:3000", EXIT_USAGE, "--url and --sim belong together"},
        {"run good.yaml --sandbox preload --require-sealed", EXIT_ENVIRONMENT,
         "way preload holds no static programs"},
        {"run good.yaml --tag none", EXIT_NOTHING, "no scenario is selected (1 read)"},
        {"run bad.yaml", EXIT_INVALID, "bad.yaml:2:1: error: unknown key 'stepz'; did you mean 'steps'?"},
        {"run . --tag good", EXIT_INVALID, "bad.yaml:2:1: error"},
        {"lint good.yaml", EXIT_PASSED, "no errors"},
        {"list good.yaml ./good.yaml", EXIT_PASSED, "good.yaml: It is good [good]"},
        {"lint", EXIT_USAGE, "there is no file or folder scenarios"},
        {"run good.yaml --url http://127.0.0.1:1 --sim http://127.0.0.1:1", EXIT_ENVIRONMENT,
         "the simulator at http://127.0.0.1:1 does not answer"},
        {"list good.yaml", EXIT_PASSED, "good.yaml: It is good [good]"},
        {"--help", EXIT_PASSED, "otp-harness lint"},
        {"run --help", EXIT_PASSED, "--keep-workspace"},
    };
    run_trial_write(p, "good.yaml", "scenario: It is good\ntags: [good]\nsteps: [{ twice: {} }]\n");
    run_trial_write(p, "bad.yaml", "scenario: It is bad\nstepz: []\n");
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        run_trial_run(p, rows[i].arguments);
        run_trial_ends(p, rows[i].status, SAYS(rows[i].says));
    }
}

static void another_host_gives_its_canned_answer_and_can_be_made_to_fail(void **state)
{
    struct run_trial *p = *state;
    char profile[2048];
    snprintf(profile, sizeof profile,
             "%shosts: { maps.example.com: { status: 200, json: { place: Kinshasa } } }\n", profile_yaml);
    run_trial_write(p, "backend.yaml", profile);
    run_trial_write(p, "x.yaml",
                    "scenario: The map is asked\n"
                    "faults: [ { on: { provider: maps.example.com }, nth: 2, status: 503, body: text } ]\n"
                    "steps:\n"
                    "  - request: { path: /map }\n    expect: { json: { place: Kinshasa } }\n"
                    "  - request: { path: /map }\n    expect: { text: upstream answered 503 }\n"
                    "check: { calls: [ { provider: maps.example.com, operation: request, count: 2 } ] }\n");
    run_trial_run(p, "run x.yaml");
    run_trial_ends(p, EXIT_PASSED, SAYS("1 passed, 0 failed"));
}

static void a_backend_that_talks_to_somebody_else_is_found_out(void **state)
{
    struct run_trial *p = *state;
    struct fail why = {0};
    struct environment *environment = environment_new();
    char *program = run_trial_program("otp-harness"), *folder = path_folder(program);
    char command[PATH_MAX + 200];
    int backend_port = 0, sim_port = 0;
    assert_true(process_free_port(&backend_port, &why) && process_free_port(&sim_port, &why));
    environment_inherit(environment, "PATH");
    environment_setf(environment, "PORT", "%d", backend_port);
    snprintf(command, sizeof command, "exec %s/twilio-sim --port %d --quiet", folder, sim_port);
    struct process_options sim = {
        .name = "sim", .shell = command, .cwd = p->folder, .environment = environment_list(environment)};
    struct process_options backend = sim;
    backend.shell = "exec node app/app.js";
    struct process *both[] = {process_start(&sim, &why), process_start(&backend, &why)};
    assert_true(process_wait_ready(both[0], &(struct process_ready){.port = sim_port}, &why));
    assert_true(process_wait_ready(both[1], &(struct process_ready){.port = backend_port}, &why));
    run_trial_write(p, "x.yaml",
                    "scenario: A send\npeople: { awa: {} }\nsteps: [{ login: { phone: $awa } }]\n");
    run_trial_write(p, "y.yaml",
                    "scenario: Another\npeople: { awa: {} }\nsteps: [{ login: { phone: $awa } }]\n");
    snprintf(command, sizeof command, "run x.yaml y.yaml --url http://127.0.0.1:%d --sim http://127.0.0.1:%d",
             backend_port, sim_port);
    run_trial_run(p, command);
    run_trial_ends(p, EXIT_ENVIRONMENT, SAYS("is it talking to the real Twilio?", "0 passed, 2 failed"));
    snprintf(command, sizeof command, "run x.yaml --url http://127.0.0.1:1 --sim http://127.0.0.1:%d",
             sim_port);
    run_trial_run(p, command);
    run_trial_ends(p, EXIT_ENVIRONMENT, SAYS("the backend at http://127.0.0.1:1 does not answer"));
    run_trial_is_silent_on(p, "the real Twilio");
    process_free(both[0]);
    process_free(both[1]);
    environment_free(environment);
    mem_free(program);
    mem_free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_run_passes, setup, teardown),
        cmocka_unit_test_setup_teardown(workers_side_by_side_use_the_same_port, setup, teardown),
        cmocka_unit_test_setup_teardown(a_backend_that_ends_before_it_is_ready_is_an_environment_error, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(an_earlier_history_is_no_part_of_a_run, setup, teardown),
        cmocka_unit_test_setup_teardown(a_backend_that_is_never_ready_says_what_was_asked, setup, teardown),
        cmocka_unit_test_setup_teardown(a_backend_that_never_starts_is_not_asked_by_every_scenario, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_backend_that_ends_later_fails_the_scenario, setup, teardown),
        cmocka_unit_test_setup_teardown(a_failure_shows_its_place_and_both_sides, setup, teardown),
        cmocka_unit_test_setup_teardown(a_setup_that_fails_is_named_so, setup, teardown),
        cmocka_unit_test_setup_teardown(a_fault_that_never_hits_fails, setup, teardown),
        cmocka_unit_test_setup_teardown(no_wait_outlives_the_time_limit, setup, teardown),
        cmocka_unit_test_setup_teardown(a_connection_that_would_leave_is_refused_and_named, setup, teardown),
        cmocka_unit_test_setup_teardown(a_simulator_that_ends_is_named_and_replaced, setup, teardown),
        cmocka_unit_test_setup_teardown(the_proxy_way_runs_too, setup, teardown),
        cmocka_unit_test_setup_teardown(a_backend_that_is_kept_is_reset_by_its_own_action, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_wrong_with_a_call_has_a_status_of_its_own, setup, teardown),
        cmocka_unit_test_setup_teardown(another_host_gives_its_canned_answer_and_can_be_made_to_fail, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_backend_that_talks_to_somebody_else_is_found_out, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
