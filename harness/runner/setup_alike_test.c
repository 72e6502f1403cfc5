/* A block of account, people and faults is accepted or refused alike as part of a scenario, by the harness
 * and the simulator that it talks to, and as a setup file of the simulator. What the grammar refuses is
 * refused in the same words at the same place; what only the simulator can judge, by both. */
#include "run_trial.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include "lint.h"
#include "people_setup.h"
#include "setup_file.h"

enum { GUARD_MS = 60000 };

#define REST "scenario: A\nsteps: [ { advance: 1s } ]\n"

enum verdict { GOOD, GRAMMAR, SIMULATOR };

static const struct {
    enum verdict verdict;
    const char *block;
} rows[] = {
    {GOOD, "account: paid\n"},
    {GOOD, "account: trial-legacy\n"},
    {GOOD, "account: { plan: test, status: suspended, balance: 15.50, home: CG, countries: [CD, NO], "
           "sent-today: 4 }\n"},
    {GOOD, "account: { home: 'FR', sent-today: '5' }\n"},
    {GRAMMAR, "account: free\n"},
    {GRAMMAR, "account: [paid]\n"},
    {GRAMMAR, "account: { plan: paid, colour: red }\n"},
    {GRAMMAR, "account: { sent-today: -1 }\n"},
    {GRAMMAR, "account: { countries: CD }\n"},
    {SIMULATOR, "account: trial-units\n"},
    {SIMULATOR, "account: { home: XX }\n"},
    {SIMULATOR, "account: { home: cd }\n"},
    {SIMULATOR, "account: { balance: lots }\n"},
    {SIMULATOR, "account: { countries: [CD, Congo] }\n"},
    {GOOD, "people: {}\n"},
    {GOOD, "people: { awa: {}, ben: { country: CD, line: landline }, c-d: { number: +243810000001 } }\n"},
    {GOOD, "people: { awa: { whatsapp: joined, verified: true, reachable: 'false', opted-out: true } }\n"},
    {GOOD, "people: { awa: { whatsapp: 'true' }, ben: { whatsapp: false } }\n"},
    {GRAMMAR, "people: [awa]\n"},
    {GRAMMAR, "people: { awa: }\n"},
    {GRAMMAR, "people: { 2nd: {} }\n"},
    {GRAMMAR, "people: { twilio: {} }\n"},
    {GRAMMAR, "people: { awa: {}, awa: {} }\n"},
    {GRAMMAR, "people: { awa: { number: +243810000001, country: CD } }\n"},
    {GRAMMAR, "people: { awa: { verified: yes } }\n"},
    {GRAMMAR, "people: { awa: { number: +243810000001 }, ben: { number: +243810000001 } }\n"},
    {GRAMMAR, "people: { awa: { name: Awa } }\n"},
    {SIMULATOR, "people: { awa: { number: 243 } }\n"},
    {SIMULATOR, "people: { awa: { number: +2438100000011111111 } }\n"},
    {SIMULATOR, "people: { awa: { country: QQ } }\n"},
    {GOOD, "faults: []\n"},
    {GOOD, "people: { awa: {} }\nfaults: [ { on: { to: awa, channel: sms }, first: 2, status: 503, "
           "retry-after: 5s } ]\n"},
    {GOOD, "people: { awa: {} }\nfaults: [ { on: { to: $awa }, fail: 30003 }, { on: { to: +243810000001 }, "
           "wire: hang } ]\n"},
    {GOOD, "faults: [ { in-turn: [ { fail: 21408 }, { wire: reset }, { pass: true } ], optional: true } ]\n"},
    {GOOD, "faults: [ { delay: { median: 1s, sigma: 0.5 }, between: [0s, 1m] }, { chance: 0.5, status: '500' "
           "} ]\n"},
    {GOOD, "faults: [ { deliver: { status: undelivered, code: 63003, after: 1s }, callbacks: [ sent, { "
           "status: failed, "
           "signature: wrong } ] } ]\n"},
    {GOOD, "faults: [ { tls: expired, first: 1 }, { dns: unknown, nth: 2 } ]\n"},
    {GRAMMAR, "faults: [ { tls: old } ]\n"},
    {GRAMMAR, "faults: none\n"},
    {GRAMMAR, "faults: { status: 503 }\n"},
    {GRAMMAR, "faults: [ { status: 503, fail: 21408 } ]\n"},
    {GRAMMAR, "faults: [ { first: 1, nth: 2, status: 503 } ]\n"},
    {GRAMMAR, "faults: [ { first: 2 } ]\n"},
    {GRAMMAR, "faults: [ { status: 600 } ]\n"},
    {GRAMMAR, "faults: [ { fail: 42 } ]\n"},
    {GRAMMAR, "faults: [ { wire: cut } ]\n"},
    {GRAMMAR, "faults: [ { delay: 5 } ]\n"},
    {GRAMMAR, "faults: [ { delay: { from: 5s } } ]\n"},
    {GRAMMAR, "faults: [ { body: html, fail: 21408 } ]\n"},
    {GRAMMAR, "faults: [ { on: { who: awa }, status: 503 } ]\n"},
    {GRAMMAR, "faults: [ { status: 503, <<: x } ]\n"},
    {GRAMMAR, "faults: [ &a { status: 503 }, *a ]\n"},
    {SIMULATOR, "faults: [ { fail: 99999 } ]\n"},
    {SIMULATOR, "faults: [ { fail: 11200 } ]\n"},
    {SIMULATOR, "faults: [ { fail: 30003, on: { operation: message.fetch } } ]\n"},
    {SIMULATOR, "faults: [ { fail: 21408, accepted: true } ]\n"},
    {SIMULATOR, "faults: [ { delay: { from: 5s, to: 1s } } ]\n"},
    {SIMULATOR, "faults: [ { status: 503, between: [2s, 1s] } ]\n"},
    {SIMULATOR, "faults: [ { on: { operation: connect }, status: 503 } ]\n"},
    {SIMULATOR, "faults: [ { deliver: { status: delivered, code: 30003 } } ]\n"},
    {SIMULATOR, "faults: [ { status: 503 }, { on: { channel: sms }, deliver: { status: read } } ]\n"},
};

static char *shown(const struct problems *problems)
{
    struct text_buf out;
    text_buf_init(&out, 64 * 1024);
    problems_write(problems, &out);
    return text_buf_take(&out);
}

/* twilio-sim under way, and all that it has said. */
struct simulation {
    pid_t pid;
    int fd;
    char said[16384];
    size_t len;
};

static void simulation_start(struct simulation *simulation, const char *setup)
{
    int ends[2];
    char *program = run_trial_program("twilio-sim");
    assert_int_equal(pipe(ends), 0);
    *simulation = (struct simulation){.pid = fork(), .fd = ends[0]};
    if (simulation->pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        execl(program, "twilio-sim", "--port", "0", setup == NULL ? NULL : "--setup", setup, NULL);
        _exit(127);
    }
    close(ends[1]);
    mem_free(program);
}

/* True when it is ready, false at its end. */
static bool simulation_ready(struct simulation *simulation)
{
    while (strstr(simulation->said, "\"whatsapp\":") == NULL) {
        struct pollfd look = {.fd = simulation->fd, .events = POLLIN};
        ssize_t count = poll(&look, 1, GUARD_MS) == 1
                            ? read(simulation->fd, simulation->said + simulation->len,
                                   sizeof simulation->said - 1 - simulation->len)
                            : -1;
        if (count <= 0)
            return false;
        simulation->len += (size_t)count;
    }
    return true;
}

static int simulation_end(struct simulation *simulation)
{
    int status = 0;
    kill(simulation->pid, SIGTERM);
    waitpid(simulation->pid, &status, 0);
    close(simulation->fd);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static struct simulator *simulator_of(const struct simulation *simulation)
{
    char address[64] = "";
    const char *at = strstr(simulation->said, "http://127.0.0.1:");
    assert_non_null(at);
    snprintf(address, sizeof address, "%.*s", (int)strcspn(at, "\""), at);
    return simulator_new(address);
}

/* What the harness does with a scenario before its steps. */
static bool plays(const struct scenario *scenario, const struct profile *profile, struct simulator *simulator)
{
    struct fail why = {0};
    struct variables *variables = variables_new(NULL);
    struct cast *cast = cast_new(false);
    json_t *setup = NULL, *account = NULL;
    bool fine = account_setup(&scenario->account, profile, variables, &setup, &why) &&
                simulator_reset(simulator, setup, &account, &why) &&
                people_setup(&scenario->people, profile, variables, simulator, cast, &why);
    for (size_t i = 0; fine && i < scenario->people.count; i++)
        variables_set(variables, scenario->people.items[i].name,
                      json_string(actor_number(cast_find(cast, scenario->people.items[i].name))));
    for (size_t i = 0; fine && i < scenario->faults.count; i++) {
        json_t *rule = NULL;
        char *id = NULL;
        fine = fault_to_json(&scenario->faults.items[i], variables, &rule, &why) &&
               simulator_add_fault(simulator, rule, &id, &why);
        json_decref(rule);
        mem_free(id);
    }
    json_decref(setup);
    json_decref(account);
    cast_free(cast);
    variables_free(variables);
    return fine;
}

static void the_grammar_comes_to_the_same_words_and_places(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[2048];
        struct problems *of_scenario = problems_new(), *of_setup = problems_new();
        snprintf(text, sizeof text, "%s" REST, rows[i].block);
        struct scenario *scenario = scenario_read_text("x.yaml", text_of(text), of_scenario);
        struct setup_file *setup = setup_file_read_text("x.yaml", text_of(rows[i].block), of_setup);
        char *expected = shown(of_scenario), *actual = shown(of_setup);
        assert_string_equal(actual, expected);
        if ((setup != NULL) != (rows[i].verdict != GRAMMAR) || (scenario != NULL) != (setup != NULL))
            fail_msg("row %zu: %s%s", i, rows[i].block, actual);
        mem_free(expected);
        mem_free(actual);
        scenario_free(scenario);
        setup_file_free(setup);
        problems_free(of_scenario);
        problems_free(of_setup);
    }
}

static void the_simulator_comes_to_the_same_verdict_both_ways(void **state)
{
    (void)state;
    struct run_trial *trial = run_trial_new();
    struct problems *problems = problems_new();
    struct profile *profile =
        profile_read_text("backend.yaml", TEXT("backend: B\nrun: ./b\npeople: { country: CD }\n"), problems);
    struct simulation running, other;
    simulation_start(&running, NULL);
    assert_true(simulation_ready(&running));
    struct simulator *simulator = simulator_of(&running);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[2048];
        snprintf(text, sizeof text, "%s" REST, rows[i].block);
        struct scenario *scenario = scenario_read_text("x.yaml", text_of(text), problems);
        bool played = scenario != NULL && plays(scenario, profile, simulator);
        run_trial_write(trial, "setup.yaml", rows[i].block);
        char *path = path_join(trial->folder, "setup.yaml");
        simulation_start(&other, path);
        bool ready = simulation_ready(&other);
        int status = simulation_end(&other);
        if (ready != (rows[i].verdict == GOOD) || played != ready || status != (ready ? 0 : 3))
            fail_msg("row %zu: played %d, setup %d, status %d: %s%s", i, played, ready, status, rows[i].block,
                     other.said);
        if (!ready) /* the place */
            assert_true(text_starts(text_of(other.said), path) && other.said[strlen(path)] == ':');
        mem_free(path);
        scenario_free(scenario);
    }
    simulator_free(simulator);
    assert_int_equal(simulation_end(&running), 0);
    profile_free(profile);
    problems_free(problems);
    run_trial_free(trial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_grammar_comes_to_the_same_words_and_places),
        cmocka_unit_test(the_simulator_comes_to_the_same_verdict_both_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
