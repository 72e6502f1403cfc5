/* `otp-harness up` and the orders to it, as a person has them: real processes, real ports. */
#include "up_trial.h"

#include <dirent.h>
#include <unistd.h>

#include "event_pump.h"
#include "json.h"
#include "process_table.h"
#include "sandbox.h"

#define NUMBER "+243810000001"

/* The reference backend, in memory. */
static const char reference[] = "backend: The reference backend\n"
                                "cwd: %s/fixtures/backend\n"
                                "run: [node, server.js, %s]\n"
                                "env:\n"
                                "  PORT: $port.backend\n"
                                "  TWILIO_ACCOUNT_SID: $twilio.account_sid\n"
                                "  TWILIO_AUTH_TOKEN: $twilio.auth_token\n"
                                "  TWILIO_PHONE_NUMBER: $twilio.number\n"
                                "  TWILIO_WHATSAPP_FROM: whatsapp:${twilio.whatsapp}\n"
                                "ready: { http: /health, within: 30s }\n"
                                "people: { country: CD }\n"
                                "code: '/\\b(\\d{6})\\b/'\n";

/* One that ends when it is told to, and calls a stranger. */
static const char frail[] = "backend: A frail one\n"
                            "cwd: app\n"
                            "run: [node, app.js]\n"
                            "env: { PORT: $port.backend }\n"
                            "ready: { http: /health, within: 30s }\n";
static const char frail_js[] = "require('http').createServer((q, s) => {\n"
                               "  if (q.url === '/end') { console.log('the last words'); process.exit(3); }\n"
                               "  if (q.url === '/call') fetch('http://api.example.com/').catch(() => {});\n"
                               "  s.end('fine');\n"
                               "}).listen(process.env.PORT);\n";

static int setup(void **state)
{
    struct run_trial *trial = run_trial_new();
    struct text_buf profile;
    char here[PATH_MAX];
    assert_non_null(getcwd(here, sizeof here));
    text_buf_init(&profile, 8192);
    text_putf(&profile, reference, here, run_trial_mark(trial));
    run_trial_write(trial, "backend.yaml", text_buf_z(&profile));
    text_buf_release(&profile);
    run_trial_write(trial, "frail/backend.yaml", frail);
    run_trial_write(trial, "frail/app/app.js", frail_js);
    *state = trial;
    return 0;
}

static int teardown(void **state)
{
    up_trial_end_all();
    run_trial_free(*state);
    return 0;
}

/* Asks for a code, and gives the one that came behind the cursor: the forwarded simulator knows it. */
static void code_take(const struct up_trial *up, char **cursor, char code[7])
{
    struct http_result result;
    struct fail why = {0};
    json_t *message = NULL;
    char path[200];
    assert_int_equal(up_trial_status(up, UP_BACKEND, "POST", "/api/auth/register",
                                     "{\"phoneNumber\":\"" NUMBER
                                     "\",\"name\":\"Awa\",\"role\":\"customer\"}"),
                     200);
    snprintf(path, sizeof path, "/sim/v1/messages/next?to=%%2B243810000001&after=%s&timeout=20s", *cursor);
    up_trial_call(up, UP_INBOX, "GET", path, NULL, &result);
    assert_int_equal(result.status, 200);
    if (!json_read(text_buf_view(&result.body), "the message", &message, &why))
        fail_msg("%s", why.text);
    snprintf(code, 7, "%.*s", TEXT_ARGS(json_text(message, "code")));
    json_t *next = json_object_get(message, "cursor");
    mem_free(*cursor);
    *cursor = json_is_string(next) ? mem_string(json_string_value(next)) : json_write(next);
    json_decref(message);
    http_result_release(&result);
}

static int code_offer(const struct up_trial *up, const char code[7])
{
    char body[120];
    snprintf(body, sizeof body, "{\"phoneNumber\":\"" NUMBER "\",\"code\":\"%s\",\"type\":\"register\"}",
             code);
    return up_trial_status(up, UP_BACKEND, "POST", "/api/auth/verify-otp", body);
}

static void a_person_gets_codes_and_moves_the_clock(void **state)
{
    struct run_trial *trial = *state;
    struct up_trial up;
    char code[7], *cursor = mem_string("0");
    up_trial_start(&up, trial, "shop", "");
    code_take(&up, &cursor, code);
    up_trial_says(&up, code);
    run_trial_run(trial, "clock +11m");
    run_trial_ends(trial, EXIT_PASSED, SAYS("virtual, runs at the speed of real time"));
    assert_int_equal(code_offer(&up, code), 400);
    code_take(&up, &cursor, code);
    run_trial_run(trial, "clock freeze");
    run_trial_ends(trial, EXIT_PASSED, SAYS("virtual, stands still"));
    run_trial_run(trial, "clock +9m");
    run_trial_ends(trial, EXIT_PASSED, SAYS("virtual, stands still"));
    assert_int_equal(code_offer(&up, code), 200);
    run_trial_run(trial, "clock to midnight");
    run_trial_ends(trial, EXIT_PASSED, SAYS("T00:00:00.000Z, virtual, stands still"));
    run_trial_run(trial, "clock resume");
    run_trial_run(trial, "clock");
    run_trial_ends(trial, EXIT_PASSED, SAYS("virtual, runs at the speed of real time"));
    run_trial_run(trial, "clock to 2001-01-01");
    run_trial_ends(trial, EXIT_USAGE, SAYS("2001-01-01 is past"));
    mem_free(cursor);
    up_trial_end(&up, SIGINT, EXIT_PASSED);
}

static void the_simulators_stream_goes_through_the_forward(void **state)
{
    struct up_trial up;
    struct fail why = {0};
    char address[64], code[7], *cursor = mem_string("0");
    up_trial_start(&up, *state, "shop", "");
    snprintf(address, sizeof address, "http://127.0.0.1:%d", up.ports[UP_INBOX]);
    struct history *history = history_open(NULL, history_now(), &why);
    struct event_pump *pump =
        event_pump_new(&(struct event_pump_options){.address = address, .history = history}, &why);
    if (pump == NULL)
        fail_msg("%s", why.text);
    code_take(&up, &cursor, code);
    if (!event_pump_reach(pump, 3, UP_WITHIN_MS, &why)) /* the call, its message, its reply */
        fail_msg("%s", why.text);
    event_pump_free(pump);
    history_free(history);
    mem_free(cursor);
    up_trial_end(&up, SIGINT, EXIT_PASSED);
}

/* ---- nothing is left */

static void assert_nothing_is_left(const struct run_trial *trial)
{
    struct text_buf mounts;
    struct fail why = {0};
    assert_int_equal(run_trial_marked(trial), 0);
    assert_true(file_read("/proc/mounts", &mounts, &why));
    assert_false(text_contains(text_buf_view(&mounts), text_of(run_trial_mark(trial))));
    text_buf_release(&mounts);
    DIR *folder = opendir(trial->folder);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        if (strncmp(entry->d_name, "otp-harness-", 12) == 0)
            fail_msg("%s is left", entry->d_name);
    closedir(folder);
    char *desks = path_join(trial->folder, "otp-harness");
    assert_int_equal(rmdir(desks), 0); /* it is empty */
    mem_free(desks);
}

static void whatever_ends_it_leaves_nothing(void **state)
{
    static const struct {
        enum sandbox_way way;
        int signal;
    } rows[] = {{SANDBOX_NAMESPACE, SIGINT}, {SANDBOX_PRELOAD, SIGTERM}, {SANDBOX_PROXY, SIGHUP}};
    struct run_trial *trial = *state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct up_trial up;
        struct fail why = {0};
        char arguments[100];
        if (!sandbox_probe(rows[i].way, &why)) {
            print_message("way %s left out: %s\n", sandbox_way_name(rows[i].way), why.text);
            continue;
        }
        snprintf(arguments, sizeof arguments, "--sandbox %s --output %s/out", sandbox_way_name(rows[i].way),
                 trial->folder);
        up_trial_start(&up, trial, "shop", arguments);
        assert_int_equal(up_trial_status(&up, UP_BACKEND, "GET", "/health", NULL), 200);
        assert_int_equal(up_trial_status(&up, UP_INBOX, "GET", "/sim/v1/health", NULL), 200);
        up_trial_end(&up, rows[i].signal, EXIT_PASSED);
        assert_nothing_is_left(trial);
    }
}

/* A free one, at this moment. */
static int port_choose(void)
{
    struct fail why = {0};
    int port = 0;
    if (!process_free_port(&port, &why))
        fail_msg("%s", why.text);
    return port;
}

static void ports_that_are_asked_for_are_given(void **state)
{
    static const enum sandbox_way ways[] = {SANDBOX_NAMESPACE, SANDBOX_PROXY};
    for (size_t i = 0; i < COUNT_OF(ways); i++) {
        struct up_trial up;
        struct fail why = {0};
        char arguments[100];
        int backend = port_choose(), inbox = port_choose();
        if (!sandbox_probe(ways[i], &why))
            continue;
        snprintf(arguments, sizeof arguments, "--sandbox %s --port %d --inbox-port %d",
                 sandbox_way_name(ways[i]), backend, inbox);
        up_trial_start(&up, *state, "shop", arguments);
        assert_int_equal(up.ports[UP_BACKEND], backend);
        assert_int_equal(up.ports[UP_INBOX], inbox);
        assert_int_equal(up_trial_status(&up, UP_BACKEND, "GET", "/health", NULL), 200);
        assert_int_equal(up_trial_status(&up, UP_INBOX, "GET", "/sim/v1/health", NULL), 200);
        up_trial_end(&up, SIGINT, EXIT_PASSED);
    }
}

/* ---- several, none, and other clocks */

static void two_are_told_apart_by_name(void **state)
{
    struct run_trial *trial = *state;
    struct up_trial one, other;
    up_trial_start(&one, trial, "one", "");
    up_trial_start(&other, trial, "other", "");
    assert_int_not_equal(one.ports[UP_BACKEND], other.ports[UP_BACKEND]);
    run_trial_run(trial, "clock +1h");
    run_trial_ends(trial, EXIT_USAGE, SAYS("2 stacks are up; say which with --up NAME or PID: "));
    run_trial_run(trial, "clock freeze --up other");
    run_trial_ends(trial, EXIT_PASSED, SAYS("stands still"));
    run_trial_run(trial, "clock --up one");
    run_trial_ends(trial, EXIT_PASSED, SAYS("runs at the speed of real time"));
    up_trial_end(&one, SIGTERM, EXIT_PASSED);
    up_trial_end(&other, SIGTERM, EXIT_PASSED);
}

static void without_a_stack_an_order_says_so(void **state)
{
    run_trial_run(*state, "clock +11m");
    run_trial_ends(*state, EXIT_ENVIRONMENT, SAYS("no stack is up: start one with `otp-harness up`"));
    run_trial_run(*state, "restart");
    run_trial_ends(*state, EXIT_ENVIRONMENT, SAYS("no stack is up"));
}

static void a_real_clock_is_shown_and_not_moved(void **state)
{
    struct up_trial up;
    up_trial_start(&up, *state, "shop", "--clock real");
    run_trial_run(*state, "clock");
    run_trial_ends(*state, EXIT_PASSED, SAYS("real: --clock real was asked for"));
    run_trial_run(*state, "clock +11m");
    run_trial_ends(*state, EXIT_ENVIRONMENT,
                   SAYS("the stack is on the real clock, which cannot be moved: --clock real was asked for"));
    up_trial_end(&up, SIGINT, EXIT_PASSED);
}

/* ---- a backend in trouble */

static void a_backend_that_ends_is_said_and_starts_again(void **state)
{
    struct run_trial *trial = *state;
    struct up_trial up;
    struct http_result result;
    up_trial_start(&up, trial, "frail", "--backend frail/backend.yaml");
    struct http_client *client = http_client_new(NULL);
    char url[100];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/end", up.ports[UP_BACKEND]);
    assert_false(http_client_run(client, &(struct http_call){.url = url}, &result));
    http_result_release(&result);
    http_client_free(client);
    up_trial_says(&up,
                  "the backend ended with status 3; the rest stays as it is. Start it again: otp-harness "
                  "restart. It wrote last:\n    the last words\n");
    assert_int_equal(up_trial_status(&up, UP_BACKEND, "GET", "/health", NULL), 502);
    assert_int_equal(up_trial_status(&up, UP_INBOX, "GET", "/sim/v1/health", NULL), 200);
    run_trial_run(trial, "restart");
    run_trial_ends(trial, EXIT_PASSED, SAYS("the backend is ready again"));
    assert_int_equal(up_trial_status(&up, UP_BACKEND, "GET", "/call", NULL), 200);
    up_trial_says(&up, "the sandbox refused api.example.com (dns)");
    up_trial_end(&up, SIGINT, EXIT_PASSED);
}

static bool is_simulator(pid_t pid)
{
    char path[60];
    struct text_buf name;
    snprintf(path, sizeof path, "/proc/%d/comm", (int)pid);
    if (!file_read(path, &name, NULL))
        return false;
    bool found = text_is(text_trim(text_buf_view(&name)), "twilio-sim");
    text_buf_release(&name);
    return found;
}

/* Kills the simulator that this stack has started. */
static void simulator_kill(const struct up_trial *up)
{
    struct process_table table;
    pid_t *pids, simulator = 0;
    process_table_read(&table);
    size_t count = process_table_family(&table, process_pid(up->process), &pids);
    for (size_t i = 0; i < count && simulator == 0; i++)
        simulator = is_simulator(pids[i]) ? pids[i] : 0;
    mem_free(pids);
    process_table_release(&table);
    assert_true(simulator > 0);
    kill(simulator, SIGKILL);
}

static void the_clock_stays_when_the_simulator_has_died_and_that_is_said(void **state)
{
    struct run_trial *trial = *state;
    struct up_trial up;
    up_trial_start(&up, trial, "frail", "--backend frail/backend.yaml");
    simulator_kill(&up);
    up_trial_says(&up, "twilio-sim ended with signal 9");
    static const char *const orders[] = {"clock +1m", "clock to midnight"};
    for (size_t i = 0; i < COUNT_OF(orders); i++) {
        run_trial_run(trial, orders[i]);
        run_trial_ends(trial, EXIT_ENVIRONMENT,
                       SAYS("the simulator has ended, and without it the clock is not moved: end this "
                            "stack and start it again"));
    }
    up_trial_end(&up, SIGINT, EXIT_PASSED);
}

static void edited_code_runs_after_a_restart_and_secrets_stay_hidden(void **state)
{
    struct run_trial *trial = *state;
    struct up_trial up;
    struct http_result result;
    run_trial_write(trial, "frail/app/.env", "KEY=secret\n");
    up_trial_start(&up, trial, "frail", "--backend frail/backend.yaml");
    assert_int_equal(up_trial_status(&up, UP_BACKEND, "GET", "/", NULL), 200);
    run_trial_write(trial, "frail/app/new.js", /* as editors do it: a new file in the old one's place */
                    "const hidden = ['.env', '.env.late'].filter(require('fs').existsSync).length;\n"
                    "require('http').createServer((q, s) => s.end('edited, ' + hidden + ' secrets'))"
                    ".listen(process.env.PORT);\n");
    run_trial_write(trial, "frail/app/.env.late", "KEY=secret\n");
    char *from = path_join(trial->folder, "frail/app/new.js"),
         *to = path_join(trial->folder, "frail/app/app.js");
    assert_int_equal(rename(from, to), 0);
    mem_free(from);
    mem_free(to);
    run_trial_run(trial, "restart");
    run_trial_ends(trial, EXIT_PASSED, SAYS("ready again"));
    up_trial_call(&up, UP_BACKEND, "GET", "/", NULL, &result);
    assert_text(text_buf_view(&result.body), "edited, 0 secrets");
    http_result_release(&result);
    up_trial_end(&up, SIGINT, EXIT_PASSED);
}

/* ---- what is set up, and what is refused */

static void a_scenario_sets_its_people_and_faults_up(void **state)
{
    struct run_trial *trial = *state;
    struct up_trial up;
    run_trial_write(trial, "x.yaml",
                    "scenario: Somebody who cannot be reached\n"
                    "people: { awa: { number: \"" NUMBER "\" } }\n"
                    "faults: [ { on: { operation: message.create }, fail: 21211 } ]\n"
                    "steps: [ { request: { path: /health } } ]\n");
    up_trial_start(&up, trial, "shop", "x.yaml");
    up_trial_says(&up, "  person   awa  " NUMBER "\n");
    assert_int_equal(up_trial_status(&up, UP_BACKEND, "POST", "/api/auth/send-otp",
                                     "{\"phoneNumber\":\"" NUMBER "\",\"channel\":\"sms\"}"),
                     502);
    up_trial_says(&up, "sms       " NUMBER "  refused  21211");
    up_trial_end(&up, SIGINT, EXIT_PASSED);
}

static void what_cannot_be_is_refused_in_words(void **state)
{
    struct run_trial *trial = *state;
    struct up_trial up;
    char again[60], says[100];
    run_trial_write(trial, "two/a.yaml", "scenario: A\nsteps: [ { request: { path: / } } ]\n");
    run_trial_write(trial, "two/b.yaml", "scenario: B\nsteps: [ { request: { path: / } } ]\n");
    run_trial_run(trial, "up two");
    run_trial_ends(trial, EXIT_USAGE, SAYS("up takes one scenario, and there are 2 in two"));
    run_trial_run(trial, "up two/a.yaml two/b.yaml");
    run_trial_ends(trial, EXIT_USAGE, SAYS("up takes one scenario, and 'two/b.yaml' is another"));
    run_trial_run(trial, "clock -5m");
    run_trial_ends(trial, EXIT_USAGE, SAYS("'-5m': time only goes forward; write +5m"));
    run_trial_run(trial, "run two --pause-on-failure");
    run_trial_ends(trial, EXIT_USAGE,
                   SAYS("--pause-on-failure waits for a person, and stdin is no terminal"));
    run_trial_run(trial, "up --backend frail/backend.yaml -e NODE_OPTIONS=--no-such-option");
    run_trial_ends(trial, EXIT_ENVIRONMENT, SAYS("no-such-option"));
    up_trial_start(&up, trial, "shop", "--backend frail/backend.yaml");
    snprintf(again, sizeof again, "up --port %d", up.ports[UP_BACKEND]);
    snprintf(says, sizeof says, "port %d of this machine cannot be listened on", up.ports[UP_BACKEND]);
    run_trial_run(trial, again);
    run_trial_ends(trial, EXIT_ENVIRONMENT, SAYS(says));
    up_trial_end(&up, SIGINT, EXIT_PASSED);
}

int main(void)
{
#define WITH_TRIAL(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    static const struct CMUnitTest tests[] = {
        WITH_TRIAL(a_person_gets_codes_and_moves_the_clock),
        WITH_TRIAL(the_simulators_stream_goes_through_the_forward),
        WITH_TRIAL(whatever_ends_it_leaves_nothing),
        WITH_TRIAL(ports_that_are_asked_for_are_given),
        WITH_TRIAL(two_are_told_apart_by_name),
        WITH_TRIAL(without_a_stack_an_order_says_so),
        WITH_TRIAL(a_real_clock_is_shown_and_not_moved),
        WITH_TRIAL(a_backend_that_ends_is_said_and_starts_again),
        WITH_TRIAL(the_clock_stays_when_the_simulator_has_died_and_that_is_said),
        WITH_TRIAL(edited_code_runs_after_a_restart_and_secrets_stay_hidden),
        WITH_TRIAL(a_scenario_sets_its_people_and_faults_up),
        WITH_TRIAL(what_cannot_be_is_refused_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
