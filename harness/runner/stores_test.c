/* Services in whole runs: Debian's Postgres and Redis start in the sandbox, commands and backend use them,
 * `prepare` is done once, and every scenario begins with the stores as they were then. */
#include "run_trial.h"

#include "sandbox.h"

static const char backend_js[] =
    "const { execFile } = require('child_process');\n"
    "const rows = (sql, done) => execFile('psql', ['-Atc', sql], (e, out) => done(e ? e.message : "
    "out.trim()));\n"
    "require('http').createServer((q, s) => {\n"
    "  if (q.url === '/add') rows('insert into people values (2) returning n', (t) => s.end(t));\n"
    "  else if (q.url === '/count') rows('select count(*) from people', (t) => s.end(t));\n"
    "  else s.end(process.env.DATABASE_URL + ' ' + process.env.REDIS_URL);\n"
    "}).listen(3000);\n";

static const char profile_yaml[] =
    "backend: One with stores\n"
    "cwd: app\n"
    "services: { db: { use: postgres, database: shop }, redis: { use: redis } }\n"
    "prepare:\n"
    "  - psql -qc 'create table people (n int); insert into people values (1)'\n"
    "  - redis-cli -u $$REDIS_URL set greeting hello\n"
    "  - { run: exit 3, may-fail: true }\n"
    "run: [node, app.js]\n"
    "env: { PORT: '3000' }\n"
    "ready: { http: /, within: 20s }\n";

static const char steps_yaml[] = "steps:\n"
                                 "  - request: { path: / }\n"
                                 "    expect: { text: [ /shop, redis://127.0.0.1 ] }\n"
                                 "  - request: { path: /count }\n"
                                 "    expect: { text: '/^1$/' }\n"
                                 "  - request: { path: /add }\n"
                                 "  - request: { path: /count }\n"
                                 "    expect: { text: '/^2$/' }\n"
                                 "  - run: redis-cli -u $$REDIS_URL getset greeting bye\n"
                                 "    expect: { text: hello }\n"
                                 "  - process: { db: restart, redis: restart }\n"
                                 "  - request: { path: /count }\n"
                                 "    expect: { text: '/^2$/' }\n"
                                 "  - process: { db: stop }\n"
                                 "  - request: { path: /count }\n"
                                 "    expect: { text: refused }\n";

static int setup(void **state)
{
    static const char *const names[] = {"a.yaml", "b.yaml", "c.yaml"};
    struct run_trial *trial = run_trial_new();
    run_trial_write(trial, "app/app.js", backend_js);
    run_trial_write(trial, "backend.yaml", profile_yaml);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct text_buf scenario;
        text_buf_init(&scenario, 8192);
        text_putf(&scenario, "scenario: Stores begin anew, %zu\n%s", i + 1, steps_yaml);
        run_trial_write(trial, names[i], text_buf_z(&scenario));
        text_buf_release(&scenario);
    }
    *state = trial;
    return 0;
}

static int teardown(void **state)
{
    run_trial_free(*state);
    return 0;
}

/* Three scenarios in two workers: one worker has at least two of them. */
static void every_scenario_begins_with_the_stores_as_prepared(void **state)
{
    struct fail why = {0};
    if (!sandbox_probe(SANDBOX_NAMESPACE, &why)) { /* as root, Postgres runs nowhere else */
        print_message("left out, this machine forbids namespaces: %s\n", why.text);
        skip();
    }
    run_trial_run(*state, "run . -j 2 --require-sealed");
    run_trial_ends(*state, EXIT_PASSED, SAYS("3 passed, 0 failed"));
}

static void a_preparation_that_fails_stops_the_run_with_its_words(void **state)
{
    struct run_trial *trial = *state;
    run_trial_write(
        trial, "backend.yaml",
        "backend: One without a table\ncwd: app\nservices: { db: { use: redis }, redis: { use: redis } }\n"
        "prepare: [echo no such migration; exit 3]\nrun: [node, app.js]\nenv: { PORT: $port.backend }\n");
    run_trial_run(trial, "run . -j 1");
    run_trial_ends(trial, EXIT_ENVIRONMENT,
                   SAYS("backend.yaml:4:", "prepare ended with status 3", "no such migration", "2 skipped",
                        "0 passed, 1 failed"));
}

/* It may still wait to connect again. */
static void a_backend_is_not_kept_when_its_store_was_stopped(void **state)
{
    struct run_trial *trial = *state;
    run_trial_write(trial, "app/app.js",
                    "require('http').createServer((q, s) => s.end(String(process.pid))).listen(3000);\n");
    run_trial_write(
        trial, "backend.yaml",
        "backend: A kept one\ncwd: app\nservices: { redis: { use: redis } }\n"
        "run: [node, app.js]\nenv: { PORT: '3000' }\nready: { http: / }\nreset: { backend: keep }\n");
    run_trial_write(trial, "kept/a.yaml", "scenario: First\nsteps: [{ request: { path: / } }]\n");
    run_trial_write(trial, "kept/b.yaml", "scenario: It is kept\nsteps: [{ process: { redis: stop } }]\n");
    run_trial_write(trial, "kept/c.yaml", "scenario: It is new\nsteps: [{ request: { path: / } }]\n");
    run_trial_run(trial, "run kept -j 1");
    run_trial_ends(trial, EXIT_PASSED, SAYS("3 passed, 0 failed"));
    static const char *const names[] = {"a", "b", "c"};
    const bool starts[] = {true, false, true};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        char path[64];
        snprintf(path, sizeof path, "otp-report/history/kept/%s.ndjson", names[i]);
        char *lines = run_trial_read(trial, path);
        bool started = text_contains(text_of(lines), TEXT("\"name\":\"backend\",\"event\":\"started\""));
        assert_int_equal(started, starts[i]);
        mem_free(lines);
    }
}

static const char waiting_js[] =
    "const { exec } = require('child_process');\n"
    "const sh = (command, s) => exec(command, (e, out, err) => s.end(out + err));\n"
    "const one = 'begin; update t set n = n where id = 1; select pg_sleep(1); update t set n = n where id = "
    "2';\n"
    "const two = 'begin; update t set n = n where id = 2; select pg_sleep(1); update t set n = n where id = "
    "1';\n"
    "require('http').createServer((q, s) => {\n"
    "  if (q.url === '/blpop') { const far = setTimeout(() => {}, 60000);\n"
    "    exec('redis-cli -u $REDIS_URL blpop nothing 5', () => { clearTimeout(far); s.end('gave up'); }); }\n"
    "  else if (q.url === '/slow') sh('psql -Atc \"set statement_timeout = 3000; select pg_sleep(600)\"', "
    "s);\n"
    "  else if (q.url === '/deadlock') sh(`psql -Atqc '${one}' & psql -Atqc '${two}'; wait`, s);\n"
    "  else if (q.url === '/hash') require('crypto').pbkdf2('a', 'b', 300000, 64, 'sha512', () => "
    "s.end('hashed'));\n"
    "  else s.end('ok');\n"
    "}).listen(3000);\n";

/* A store counts while it owes an answer, and then to its own precision: Redis looks for who has waited too
 * long ten times a second. Work in a thread pool takes no virtual time. */
static void what_stores_wait_for_takes_the_time_that_they_promise(void **state)
{
    struct run_trial *trial = *state;
    struct fail why = {0};
    if (!sandbox_probe(SANDBOX_NAMESPACE, &why)) {
        print_message("left out, this machine forbids namespaces: %s\n", why.text);
        skip();
    }
    run_trial_write(trial, "app/app.js", waiting_js);
    run_trial_write(
        trial, "backend.yaml",
        "backend: One that waits for its stores\ncwd: app\n"
        "services: { db: { use: postgres, database: shop }, redis: { use: redis } }\n"
        "prepare:\n  - psql -qc 'create table t (id int, n int); insert into t values (1, 1), (2, 2)'\n"
        "run: [node, app.js]\nenv: { PORT: '3000' }\nready: { http: /, within: 20s }\n");
    run_trial_write(trial, "waits/x.yaml",
                    "scenario: Stores wait\nsteps:\n"
                    "  - request: { path: /blpop }\n"
                    "    expect: { text: gave up, took: { over: 4999ms, under: 5200ms } }\n"
                    "  - request: { path: /slow }\n"
                    "    expect: { text: canceling statement due to statement timeout, took: 3s }\n"
                    "  - request: { path: /deadlock }\n"
                    "    expect: { text: deadlock detected, took: { over: 1999ms, under: 2100ms } }\n"
                    "  - request: { path: /hash }\n"
                    "    expect: { text: hashed, took: { under: 20ms } }\n"
                    "  - process: { redis: stop, db: stop }\n");
    run_trial_run(trial, "run waits --clock virtual");
    run_trial_ends(trial, EXIT_PASSED, SAYS("1 passed, 0 failed"));
    char *lines = run_trial_read(trial, "otp-report/history/waits/x.ndjson");
    assert_false(text_contains(text_of(lines), TEXT("\"event\":\"killed\""))); /* SIGTERM was enough */
    mem_free(lines);
}

static void two_stores_of_a_kind_are_two(void **state)
{
    struct run_trial *trial = *state;
    run_trial_write(
        trial, "backend.yaml",
        "backend: One with two\ncwd: app\nservices: { cache: { use: redis }, queue: { use: redis } }\n"
        "run: [node, app.js]\nenv: { PORT: '3000' }\nready: { http: / }\n");
    run_trial_write(trial, "two/x.yaml",
                    "scenario: Two are two\nsteps:\n"
                    "  - run: redis-cli -u $$CACHE_URL set a 1\n"
                    "  - run: redis-cli -u $$QUEUE_URL exists a\n"
                    "    expect: { text: '/^0$/' }\n"
                    "  - run: redis-cli -u $$CACHE_URL exists a\n"
                    "    expect: { text: '/^1$/' }\n");
    run_trial_run(trial, "run two");
    run_trial_ends(trial, EXIT_PASSED, SAYS("1 passed, 0 failed"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_scenario_begins_with_the_stores_as_prepared, setup, teardown),
        cmocka_unit_test_setup_teardown(two_stores_of_a_kind_are_two, setup, teardown),
        cmocka_unit_test_setup_teardown(what_stores_wait_for_takes_the_time_that_they_promise, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_backend_is_not_kept_when_its_store_was_stopped, setup, teardown),
        cmocka_unit_test_setup_teardown(a_preparation_that_fails_stops_the_run_with_its_words, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
