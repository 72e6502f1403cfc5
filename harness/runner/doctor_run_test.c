/* `otp-harness doctor` as its user meets it: the machine as it is, a machine without namespaces, a simulator
 * that is asked, and no secret in what it says. */
#include "json.h"
#include "run_trial.h"
#include "sandbox.h"

#define TOKEN "0123456789abcdef0123456789abcdef"

static int setup(void **state)
{
    *state = run_trial_new();
    return 0;
}

static int teardown(void **state)
{
    run_trial_free(*state);
    return 0;
}

static void the_machine_is_tried(void **state)
{
    struct run_trial *trial = *state;
    run_trial_run(trial, "doctor");
    run_trial_ends(trial, EXIT_PASSED,
                   SAYS("sandbox (each way tried)", "preload ", "clock", "runtimes", "node ", "redis-server",
                        "0 problems"));
    run_trial_is_silent_on(trial, "\033[");
}

/* Inside a user namespace that allows no further one. */
static void without_namespaces_it_says_why_and_what_would_help(void **state)
{
    struct run_trial *trial = *state;
    struct fail why = {0};
    run_trial_write(trial, "closed.sh", "echo 0 >/proc/sys/user/max_user_namespaces && exec \"$@\"\n");
    bool allowed = sandbox_probe(SANDBOX_NAMESPACE, &why);
    run_trial_run_by(trial, allowed ? "unshare -Ur sh closed.sh" : "", "doctor");
    run_trial_ends(trial, EXIT_PASSED, SAYS("warning  namespace", "does not work: ", "ok       preload"));
    if (!allowed) /* another reason than the one made here */
        return;
    run_trial_ends(trial, EXIT_PASSED,
                   SAYS("warning  namespace", "does not work: ", "user.max_user_namespaces is 0",
                        "$ sysctl -w user.max_user_namespaces=15000", "ok       preload", "0 problems"));
}

/* Found by what comes with the harness alone. */
static void the_clock_is_tried_where_no_program_is_found(void **state)
{
    struct run_trial *trial = *state;
    run_trial_run_by(trial, "", "doctor");
    run_trial_ends(trial, EXIT_PASSED, SAYS("ok       virtual"));
    run_trial_run_by(trial, "env PATH=/nowhere", "doctor");
    run_trial_ends(trial, EXIT_PASSED, SAYS("ok       virtual", "node          is not there"));
}

static void problems_of_an_env_file_are_named_with_line_and_code(void **state)
{
    struct run_trial *trial = *state;
    run_trial_write(trial, ".env.production",
                    "TWILIO_ACCOUNT_SID=AC" TOKEN "\nTWILIO_AUTH_TOKEN=" TOKEN
                    "\nTWILIO_PHONE_NUMBER=whatsapp:+15550001111\n");
    run_trial_run(trial, "doctor --settings-only --env .env.production");
    run_trial_ends(trial, 1,
                   SAYS("PROBLEM  TWILIO_PHONE_NUMBER  has whatsapp: before it",
                        "(error 21910)  [.env.production:3]", "AC...ef (34 characters)", "error 21608",
                        "1 problem\n"));
    run_trial_is_silent_on(trial, TOKEN);
}

static void json_is_for_programs(void **state)
{
    struct run_trial *trial = *state;
    struct fail why = {0};
    json_t *document = NULL;
    run_trial_write(trial, ".env", "TWILIO_ACCOUNT_SID=AC" TOKEN "\nTWILIO_AUTH_TOKEN=\"" TOKEN "\"\n");
    run_trial_run(trial, "doctor --settings-only --json --env .env");
    assert_int_equal(trial->status, 1);
    assert_true(json_read(text_buf_view(&trial->said), "said", &document, &why));
    assert_int_equal(json_integer_value(json_object_get(document, "problems")), 1);
    assert_text(json_text(json_array_get(json_object_get(document, "findings"), 0), "subject"),
                "TWILIO_ACCOUNT_SID");
    json_decref(document);
    run_trial_is_silent_on(trial, TOKEN);
}

static void unreadable_and_wrong_calls_have_statuses_of_their_own(void **state)
{
    struct run_trial *trial = *state;
    run_trial_run(trial, "doctor --settings-only --env nowhere");
    run_trial_ends(trial, EXIT_ENVIRONMENT, SAYS("cannot read nowhere: No such file or directory"));
    run_trial_write(trial, "service.yaml", "a: [\n");
    run_trial_run(trial, "doctor --settings-only --cloud-run service.yaml");
    run_trial_ends(trial, EXIT_ENVIRONMENT, SAYS("cannot be understood", "service.yaml:"));
    run_trial_run(trial, "doctor --settings-only");
    run_trial_ends(trial, EXIT_USAGE, SAYS("need settings"));
    run_trial_run(trial, "doctor --env a --profile b");
    run_trial_ends(trial, EXIT_USAGE, SAYS("one source of settings at a time"));
    run_trial_run(trial, "doctor .env");
    run_trial_ends(trial, EXIT_USAGE, SAYS("takes no argument, and '.env' is one"));
    run_trial_write(trial, "e", "TWILIO_ACCOUNT_SID=AC" TOKEN "\n");
    run_trial_run(trial, "doctor --settings-only --env e --sim https://api.twilio.com");
    run_trial_ends(trial, EXIT_ENVIRONMENT, SAYS("only a simulator on this machine is asked"));
    run_trial_run(trial, "doctor --settings-only --env e --sim http://localhost.evil.example:80");
    run_trial_ends(trial, EXIT_ENVIRONMENT, SAYS("only a simulator on this machine is asked"));
}

/* twilio-sim's line of readiness as JSON; new. */
struct sim {
    struct process *process;
    json_t *ready;
};

static bool take_ready(void *context, struct text line)
{
    struct fail ignored = {0};
    struct sim *sim = context;
    return sim->ready != NULL || json_read(line, "ready", &sim->ready, &ignored);
}

static void sim_start(struct sim *sim)
{
    struct fail why = {0};
    char *program = run_trial_program("twilio-sim");
    const char *argv[] = {program, "--port", "0", NULL};
    struct process_options options = {.name = "sim", .argv = argv};
    struct process_ready ready = {.matches = take_ready, .matches_context = sim, .within_ms = 20000};
    sim->ready = NULL;
    sim->process = process_start(&options, &why);
    if (sim->process == NULL || !process_wait_ready(sim->process, &ready, &why))
        fail_msg("%s", why.text);
    mem_free(program);
}

static const char *told(const struct sim *sim, const char *key)
{
    return json_string_value(json_object_get(sim->ready, key));
}

static void ask(struct run_trial *trial, const struct sim *sim, const char *token, const char *number)
{
    char env[1000], arguments[500];
    snprintf(env, sizeof env, "TWILIO_ACCOUNT_SID=%s\nTWILIO_AUTH_TOKEN=%s\nTWILIO_PHONE_NUMBER=%s\n",
             told(sim, "account_sid"), token, number);
    run_trial_write(trial, "asked.env", env);
    snprintf(arguments, sizeof arguments, "doctor --settings-only --env asked.env --sim %s",
             told(sim, "address"));
    run_trial_run(trial, arguments);
}

static void a_simulator_says_whether_it_would_take_them(void **state)
{
    struct run_trial *trial = *state;
    struct sim sim;
    sim_start(&sim);
    ask(trial, &sim, told(&sim, "auth_token"), told(&sim, "number"));
    run_trial_ends(trial, EXIT_PASSED,
                   SAYS("are taken; the account is Full and active", "is owned and can send SMS", "paid"));
    run_trial_is_silent_on(trial, told(&sim, "auth_token"));
    ask(trial, &sim, told(&sim, "auth_token"), "+15550001111");
    run_trial_ends(trial, 1, SAYS("is not a number of this account (error 21659)"));
    ask(trial, &sim, TOKEN, told(&sim, "number"));
    run_trial_ends(trial, 1, SAYS("is refused by the simulator (HTTP 401) (error 20003)"));
    process_kill(sim.process);
    ask(trial, &sim, TOKEN, "+15550001111");
    run_trial_ends(trial, EXIT_ENVIRONMENT, SAYS("no simulator answers at"));
    process_free(sim.process);
    json_decref(sim.ready);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_machine_is_tried, setup, teardown),
        cmocka_unit_test_setup_teardown(without_namespaces_it_says_why_and_what_would_help, setup, teardown),
        cmocka_unit_test_setup_teardown(the_clock_is_tried_where_no_program_is_found, setup, teardown),
        cmocka_unit_test_setup_teardown(problems_of_an_env_file_are_named_with_line_and_code, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(json_is_for_programs, setup, teardown),
        cmocka_unit_test_setup_teardown(unreadable_and_wrong_calls_have_statuses_of_their_own, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_simulator_says_whether_it_would_take_them, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
