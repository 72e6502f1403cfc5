/* Whole runs on the virtual clock: hours pass at once, in the backend and its stores alike; whoever cannot be
 * on it is named; what cannot go on fails at once. */
#include "run_trial.h"

#include "clock.h"
#include "sandbox.h"

static const char backend_js[] =
    "const { execFile } = require('child_process');\n"
    "const sh = (command, done) => execFile('sh', ['-c', command], (e, out) => done(e ? e.message : "
    "out.trim()));\n"
    "const waits = [];\n"
    "require('http').createServer((q, s) => {\n"
    "  const url = new URL(q.url, 'http://x');\n"
    "  const ms = Number(url.searchParams.get('ms'));\n"
    "  if (url.pathname === '/later') setTimeout(() => s.end('later'), ms);\n"
    "  else if (url.pathname === '/never') waits.push(s);\n"
    "  else if (url.pathname === '/spin') { const end = Date.now() + ms; while (Date.now() < end); "
    "s.end('spun'); }\n"
    "  else if (url.pathname === '/burn') { for (;;); }\n"
    "  else if (url.pathname === '/redis') sh('redis-cli -u $REDIS_URL time | head -1', (t) =>\n"
    "    s.end(String(Math.abs(Number(t) - Date.now() / 1000) < 2 ? 'agree' : 'apart')));\n"
    "  else if (url.pathname === '/date') s.end(new Date().toISOString());\n"
    "  else if (url.pathname === '/poll') { let n = 0; const t = setInterval(() => { if (++n === 20) {\n"
    "    clearInterval(t); s.end('polled'); } }, 100); }\n"
    "  else s.end('ok');\n"
    "}).listen(3000);\n";

static const char profile_yaml[] = "backend: One with time\n"
                                   "cwd: app\n"
                                   "services: { redis: { use: redis } }\n"
                                   "run: [node, app.js]\n"
                                   "env: { PORT: '3000' }\n"
                                   "ready: { http: /, within: 20s }\n";

static int setup(void **state)
{
    struct fail why = {0};
    struct run_trial *trial = run_trial_new();
    run_trial_write(trial, "app/app.js", backend_js);
    run_trial_write(trial, "backend.yaml", profile_yaml);
    *state = trial;
    if (!sandbox_probe(SANDBOX_NAMESPACE, &why))
        print_message("this machine forbids namespaces: %s\n", why.text);
    return 0;
}

static int teardown(void **state)
{
    run_trial_free(*state);
    return 0;
}

/* One scenario with these steps, run with these options. */
static void run(struct run_trial *trial, const char *steps, const char *options)
{
    struct text_buf text;
    text_buf_init(&text, 8192);
    text_putf(&text, "scenario: Time goes as it should\nsteps:\n%s", steps);
    run_trial_write(trial, "x.yaml", text_buf_z(&text));
    text_buf_clear(&text);
    text_putf(&text, "run x.yaml %s", options);
    run_trial_run(trial, text_buf_z(&text));
    text_buf_release(&text);
}

static void hours_pass_at_once_and_to_the_millisecond(void **state)
{
    int64_t began_us = clock_real_mono_us();
    run(*state,
        "  - request: { path: /later?ms=5400000 }\n    within: 2h\n    expect: { text: later, took: 90m }\n"
        "  - request: { path: /later?ms=1 }\n    expect: { took: 1ms }\n"
        "  - advance: 3h\n"
        "  - request: { path: /date }\n    expect: { text: T16:30:00.001Z }\n",
        "--clock virtual");
    run_trial_ends(*state, EXIT_PASSED, SAYS("clock: virtual, 4 h 30 min", "1 passed, 0 failed"));
    assert_true(clock_real_mono_us() - began_us < INT64_C(60000000)); /* not one of the hours */
}

static void the_store_is_on_the_same_clock(void **state)
{
    run(*state,
        "  - advance: 10h\n"
        "  - request: { path: /redis }\n    expect: { text: agree }\n"
        "  - run: redis-cli -u $$REDIS_URL set a 1 px 60000\n"
        "  - advance: 59s\n"
        "  - run: redis-cli -u $$REDIS_URL exists a\n    expect: { text: '/^1$/' }\n"
        "  - advance: 2s\n"
        "  - run: redis-cli -u $$REDIS_URL exists a\n    expect: { text: '/^0$/' }\n",
        "--clock virtual");
    run_trial_ends(*state, EXIT_PASSED, SAYS("1 passed, 0 failed"));
}

static void wall_clocks_can_be_set_apart_and_put_right(void **state)
{
    run(*state,
        "  - clock: { backend: { behind: 5m } }\n"
        "  - request: { path: /date }\n    expect: { text: T11:55:00.000Z }\n"
        "  - request: { path: /redis }\n    expect: { text: apart }\n"
        "  - request: { path: /later?ms=2000 }\n    expect: { took: 2s }\n"
        "  - clock: { backend: { ahead: 0s }, redis: { ahead: 1h } }\n"
        "  - request: { path: /date }\n    expect: { text: T12:00:02.000Z }\n"
        "  - request: { path: /redis }\n    expect: { text: apart }\n"
        "  - clock: { redis: { ahead: 0s } }\n"
        "  - request: { path: /redis }\n    expect: { text: agree }\n",
        "--clock virtual");
    run_trial_ends(*state, EXIT_PASSED, SAYS("1 passed, 0 failed"));
    run(*state, "  - clock: { sundial: { behind: 5m } }\n", "--clock virtual");
    run_trial_ends(*state, EXIT_FAILED, SAYS("there is no process 'sundial' with a clock of its own"));
}

static void a_spinner_sees_time_pass_and_a_loop_that_polls_is_not_skipped(void **state)
{
    run(*state,
        "  - request: { path: /spin?ms=200 }\n    expect: { text: spun, took: { over: 199ms } }\n"
        "  - request: { path: /poll }\n    expect: { text: polled, took: { over: 1900ms, under: 2300ms } }\n",
        "--clock virtual");
    run_trial_ends(*state, EXIT_PASSED, SAYS("1 passed, 0 failed"));
}

static void who_can_make_no_progress_fails_at_once_and_is_shown(void **state)
{
    run(*state, "  - request: { path: /never }\n    within: 8h\n", "--clock virtual");
    run_trial_ends(*state, EXIT_FAILED,
                   SAYS("no whole answer within 28800000 ms", "who waits for what", "node", "redis"));
}

static void who_never_rests_fails_at_the_time_limit_and_is_named(void **state)
{
    run(*state, "  - request: { path: /burn }\n    within: 8h\n", "--clock virtual --time-limit 2s");
    run_trial_ends(*state, EXIT_FAILED, SAYS("never at rest: node"));
}

static void a_paused_backend_lets_time_pass(void **state)
{
    run(*state,
        "  - process: { backend: pause }\n"
        "  - request: { path: / }\n    within: 30s\n    expect: any\n"
        "  - process: { backend: resume }\n"
        "  - request: { path: /date }\n    expect: { text: T12:00:30.000Z }\n",
        "--clock virtual");
    run_trial_ends(*state, EXIT_PASSED, SAYS("1 passed, 0 failed"));
}

static void what_is_started_again_is_on_the_clock_too(void **state)
{
    run(*state,
        "  - advance: 1h\n"
        "  - process: { redis: restart, backend: restart }\n"
        "  - request: { path: /redis }\n    expect: { text: agree }\n"
        "  - request: { path: /date }\n    expect: { text: '/T13:00:[12]0.000Z/' }\n",
        "--clock virtual");
    run_trial_ends(*state, EXIT_PASSED, SAYS("1 passed, 0 failed"));
}

static void a_store_that_ignores_the_clock_is_named(void **state)
{
    run_trial_write(*state, "backend.yaml",
                    "backend: One with time\ncwd: app\n"
                    "services: { redis: { use: redis, clock: ignored } }\n"
                    "run: [node, app.js]\nenv: { PORT: '3000' }\nready: { http: /, within: 20s }\n");
    run(*state, "  - advance: 10h\n  - request: { path: /redis }\n    expect: { text: apart }\n",
        "--clock virtual");
    run_trial_ends(
        *state, EXIT_PASSED,
        SAYS("on the real clock", "redis-server: the profile says `clock: ignored`", "1 passed, 0 failed"));
}

static const char static_server_c[] =
    "#include <string.h>\n#include <unistd.h>\n#include <netinet/in.h>\n#include <sys/socket.h>\n"
    "int main(void) { struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(3000)};\n"
    "  int s = socket(AF_INET, SOCK_STREAM, 0), yes = 1; char b[4096];\n"
    "  const char *r = \"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\nConnection: close\\r\\n\\r\\nok\";\n"
    "  setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);\n"
    "  bind(s, (void *)&a, sizeof a); listen(s, 9);\n"
    "  for (;;) { int c = accept(s, 0, 0); if (read(c, b, sizeof b) > 0) write(c, r, strlen(r)); close(c); } "
    "}\n";

/* Nothing can be preloaded into it: then everybody is on the real clock, and that is said. */
static void a_static_backend_takes_the_whole_stack_to_the_real_clock(void **state)
{
    struct run_trial *trial = *state;
    run_trial_write(trial, "app/server.c", static_server_c);
    run_trial_write(trial, "backend.yaml",
                    "backend: A static one\ncwd: app\nbuild: [cc -w -static -o server server.c]\n"
                    "services: { redis: { use: redis } }\n"
                    "run: [./server]\nenv: { PORT: '3000' }\nready: { http: / }\n");
    run(trial, "  - advance: 20ms\n  - request: { path: / }\n", "");
    run_trial_ends(
        trial, EXIT_PASSED,
        SAYS("clock: real", "on the real clock", "server (pid", "static binary", "1 passed, 0 failed"));
    run(trial, "  - advance: 10h\n", "--real-time skip");
    run_trial_ends(trial, EXIT_PASSED,
                   SAYS("it lets time pass, and the stack is on the real clock", "0 failed"));
    run(trial, "  - advance: 10h\n", "--real-time fail");
    run_trial_ends(trial, EXIT_FAILED, SAYS("it lets time pass", "static binary"));
    run(trial, "  - advance: 10h\n", "");
    run_trial_ends(trial, EXIT_FAILED, SAYS("longer than the scenario's time limit"));
    run(trial, "  - clock: { backend: { behind: 1m } }\n", "");
    run_trial_ends(trial, EXIT_FAILED, SAYS("wall clocks can be set on the virtual clock only"));
    run(trial, "  - request: { path: / }\n", "--clock virtual");
    run_trial_ends(trial, EXIT_ENVIRONMENT,
                   SAYS("server (pid", "would be on the real clock: ", "static binary"));
}

/* The backend starts it in mid-scenario. */
static const char static_helper_c[] = "#include <poll.h>\nint main(void) { poll(0, 0, 300); return 0; }\n";

static void a_static_helper_that_comes_later_is_found_out_too(void **state)
{
    struct run_trial *trial = *state;
    run_trial_write(trial, "app/helper.c", static_helper_c);
    run_trial_write(trial, "app/app.js",
                    "const { execFile } = require('child_process');\n"
                    "require('http').createServer((q, s) => { if (q.url === '/') return s.end('ok');\n"
                    "  execFile('./helper', () => s.end('helped')); }).listen(3000);\n");
    run_trial_write(trial, "backend.yaml",
                    "backend: One with a static helper\ncwd: app\nbuild: [cc -w -static -o helper helper.c]\n"
                    "run: [node, app.js]\nenv: { PORT: '3000' }\nready: { http: / }\n");
    run(trial, "  - request: { path: /help }\n    expect: { text: helped }\n", "");
    run_trial_ends(trial, EXIT_PASSED,
                   SAYS("clock: real", "helper (pid", "static binary", "1 passed, 0 failed"));
    run(trial, "  - request: { path: /help }\n    expect: any\n", "--clock virtual");
    run_trial_ends(trial, EXIT_ENVIRONMENT, SAYS("helper (pid", "would be on the real clock: static binary"));
}

static void a_clock_that_cannot_be_made_is_said(void **state)
{
    struct run_trial *trial = *state;
    run_trial_write(trial, "x.yaml", "scenario: It answers\nsteps: [{ request: { path: / } }]\n");
    run_trial_run_by(trial, "sh -c 'rm twilio-sim-preload.so; exec \"$@\"' sh",
                     "run x.yaml --sandbox namespace");
    run_trial_ends(trial, EXIT_PASSED,
                   SAYS("clock: real", "on the real clock", "the whole stack: ", "twilio-sim-preload.so"));
}

static void the_real_clock_can_be_asked_for(void **state)
{
    run(*state, "  - advance: 20ms\n  - request: { path: /redis }\n    expect: { text: agree }\n",
        "--clock real");
    run_trial_ends(*state, EXIT_PASSED, SAYS("clock: real", "1 passed, 0 failed"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(hours_pass_at_once_and_to_the_millisecond, setup, teardown),
        cmocka_unit_test_setup_teardown(the_store_is_on_the_same_clock, setup, teardown),
        cmocka_unit_test_setup_teardown(wall_clocks_can_be_set_apart_and_put_right, setup, teardown),
        cmocka_unit_test_setup_teardown(a_spinner_sees_time_pass_and_a_loop_that_polls_is_not_skipped, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(who_can_make_no_progress_fails_at_once_and_is_shown, setup, teardown),
        cmocka_unit_test_setup_teardown(who_never_rests_fails_at_the_time_limit_and_is_named, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_paused_backend_lets_time_pass, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_started_again_is_on_the_clock_too, setup, teardown),
        cmocka_unit_test_setup_teardown(a_store_that_ignores_the_clock_is_named, setup, teardown),
        cmocka_unit_test_setup_teardown(a_static_backend_takes_the_whole_stack_to_the_real_clock, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_static_helper_that_comes_later_is_found_out_too, setup, teardown),
        cmocka_unit_test_setup_teardown(a_clock_that_cannot_be_made_is_said, setup, teardown),
        cmocka_unit_test_setup_teardown(the_real_clock_can_be_asked_for, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
