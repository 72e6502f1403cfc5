/* `otp-harness init` as its user meets it: its files are valid for every kind of project, run as they are
 * where the guesses suffice, and never replace anything unasked. */
#include <sys/stat.h>

#include "run_trial.h"

static const char *const projects[] = {"express", "flask",  "fastapi", "django",   "go",    "sinatra",
                                       "laravel", "spring", "next",    "procfile", "shell", "empty"};

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

static void shell(const char *command)
{
    assert_int_equal(system(command), 0);
}

/* A project of fixtures/ into the trial's folder. */
static void bring(const struct run_trial *trial, const char *from, const char *to)
{
    char command[1000];
    snprintf(command, sizeof command, "mkdir -p %s/%s && cp -r %s/. %s/%s", trial->folder, to, from,
             trial->folder, to);
    shell(command);
}

/* The packages of the reference backend; by links where that is one file system: there are thousands of
 * files, and nobody writes into them. */
static void bring_packages(const struct run_trial *trial, const char *project)
{
    static const char from[] = "fixtures/backend/node_modules";
    char command[1000];
    snprintf(command, sizeof command, "cp -al %s %s/%s 2>/dev/null || cp -r %s %s/%s", from, trial->folder,
             project, from, trial->folder, project);
    shell(command);
}

static void runf(struct run_trial *trial, const char *format, const char *one, const char *two)
{
    char arguments[PATH_MAX * 2];
    snprintf(arguments, sizeof arguments, "%s %s %s", format, one, two);
    run_trial_run(trial, arguments);
}

static void what_it_writes_is_valid_for_every_kind_of_project(void **state)
{
    struct run_trial *trial = *state;
    for (size_t i = 0; i < COUNT_OF(projects); i++) {
        char project[PATH_MAX], folder[200];
        snprintf(folder, sizeof folder, "fixtures/projects/%s", projects[i]);
        assert_non_null(realpath(folder, project));
        runf(trial, "init --into", projects[i], project);
        run_trial_ends(trial, EXIT_PASSED, SAYS("wrote ", "backend.yaml", "otp-harness lint", projects[i]));
        runf(trial, "lint", projects[i], "");
        run_trial_ends(trial, EXIT_PASSED, SAYS("3 scenarios", "no errors"));
    }
}

static void lint_points_to_what_could_not_be_guessed(void **state)
{
    struct run_trial *trial = *state;
    bring(trial, "fixtures/projects/empty", "empty");
    run_trial_run(trial, "init empty");
    run_trial_ends(trial, EXIT_PASSED,
                   SAYS("start      not found", "send       not found", "check      not found"));
    run_trial_run(trial, "lint empty/otp");
    run_trial_ends(trial, EXIT_PASSED,
                   SAYS("backend.yaml:6:6: warning: `otp-harness init` could not guess this",
                        "run: FILL-ME-IN", "path: /FILL-ME-IN", "3 warnings"));
}

static void foreign_text_makes_no_invalid_profile(void **state)
{
    struct run_trial *trial = *state;
    run_trial_write(trial, "it's $odd: #caf\xC3\xA9/package.json",
                    "{\"name\": \"$awa: it's\\n{[#&*!|>'%@`\\\"\\u2028\", \"scripts\": {\"start\": \"sh -c "
                    "'$X' # no\"}}");
    run_trial_write(trial, "it's $odd: #caf\xC3\xA9/a.js",
                    "app.post('/otp/send-{$x},#:', f)\napp.post('/otp/verify', f)\n");
    run_trial_write(trial, "it's $odd: #caf\xC3\xA9/Procfile", "web: echo ${A:-'b'} \x01 # {\n");
    run_trial_run(trial, "init \"it's \\$odd: #caf\xC3\xA9\"");
    run_trial_ends(trial, EXIT_PASSED, SAYS("wrote "));
    run_trial_run(trial, "lint \"it's \\$odd: #caf\xC3\xA9/otp\"");
    run_trial_ends(trial, EXIT_PASSED, SAYS("3 scenarios", "no errors"));
}

static void an_express_project_runs_as_it_is_guessed(void **state)
{
    struct run_trial *trial = *state;
    bring(trial, "fixtures/projects/express", "shop");
    bring_packages(trial, "shop");
    run_trial_write(trial, "shop/tests/nothing.js", "");
    run_trial_run(trial, "init shop");
    run_trial_ends(trial, EXIT_PASSED, SAYS("shop/tests/otp/backend.yaml", "/api/otp/request"));
    run_trial_run(trial, "run shop/tests/otp");
    run_trial_ends(trial, EXIT_PASSED, SAYS("3 passed, 0 failed"));
}

static void a_built_backend_among_several_projects_runs_as_it_is_guessed(void **state)
{
    struct run_trial *trial = *state;
    bring(trial, "fixtures/projects/express", "shop/packages/api/src");
    bring_packages(trial, "shop");
    run_trial_write(trial, "shop/package.json", "{\"name\": \"shop\", \"workspaces\": [\"packages/*\"]}");
    run_trial_write(trial, "shop/packages/web/package.json",
                    "{\"name\": \"web\", \"scripts\": {\"start\": \"vite\"}}");
    run_trial_write(trial, "shop/packages/api/src/package.json", "{}");
    run_trial_write(trial, "shop/packages/api/package.json",
                    "{\"name\": \"api\", \"dependencies\": {\"express\": \"5\"}, \"scripts\": "
                    "{\"build\": \"cp -r src dist\", \"start\": \"node dist/server.js\"}}");
    run_trial_run(trial, "init shop");
    run_trial_ends(trial, EXIT_PASSED,
                   SAYS("several (workspaces of package.json), like a backend look: packages/api\n",
                        "npm run build --workspace=packages/api", "npm run start --workspace=packages/api"));
    run_trial_run(trial, "run shop/otp");
    run_trial_ends(trial, EXIT_PASSED, SAYS("3 passed, 0 failed"));
}

static void a_flask_project_runs_as_it_is_guessed(void **state)
{
    struct run_trial *trial = *state;
    char *before = mem_string(getenv("PATH"));
    bring(trial, "fixtures/projects/flask", "codes");
    /* Debian's Python, which has the packages of ci/install */
    assert_int_equal(setenv("PATH", "/usr/bin:/bin", 1), 0);
    run_trial_run(trial, "init codes");
    run_trial_ends(trial, EXIT_PASSED, SAYS("codes/otp/backend.yaml", "/otp/send"));
    run_trial_run(trial, "run codes/otp");
    run_trial_ends(trial, EXIT_PASSED, SAYS("3 passed, 0 failed"));
    setenv("PATH", before, 1);
    mem_free(before);
}

static void the_reference_backend_runs_as_it_is_guessed(void **state)
{
    struct run_trial *trial = *state;
    char project[PATH_MAX];
    assert_non_null(realpath("fixtures/backend", project));
    runf(trial, "init --into otp", project, "");
    run_trial_ends(trial, EXIT_PASSED, SAYS("sms_follows_when_whatsapp_refuses.yaml"));
    run_trial_run(trial, "run otp");
    run_trial_ends(trial, EXIT_PASSED, SAYS("3 passed, 0 failed"));
}

static void what_exists_is_left_unless_it_is_forced(void **state)
{
    struct run_trial *trial = *state;
    bring(trial, "fixtures/projects/flask", "codes");
    run_trial_write(trial, "codes/otp/backend.yaml", "mine\n");
    run_trial_run(trial, "init codes");
    run_trial_ends(trial, 1,
                   SAYS("left      ", "backend.yaml (it exists)", "wrote     ", "1 file left as it is"));
    char *mine = run_trial_read(trial, "codes/otp/backend.yaml");
    assert_string_equal(mine, "mine\n");
    mem_free(mine);
    run_trial_run(trial, "init codes --force");
    run_trial_ends(trial, EXIT_PASSED, SAYS("wrote     "));
    mine = run_trial_read(trial, "codes/otp/backend.yaml");
    assert_string_not_equal(mine, "mine\n");
    mem_free(mine);
}

static void a_dry_run_writes_nothing(void **state)
{
    struct run_trial *trial = *state;
    struct stat about;
    bring(trial, "fixtures/projects/flask", "codes");
    run_trial_run(trial, "init codes --dry-run");
    run_trial_ends(
        trial, EXIT_PASSED,
        SAYS("codes/otp/backend.yaml\n# Written by", "run: [python3, app.py]", "scenario: A wrong code"));
    char *path = path_join(trial->folder, "codes/otp");
    assert_int_not_equal(stat(path, &about), 0);
    mem_free(path);
}

static void wrong_calls_and_places_are_said(void **state)
{
    struct run_trial *trial = *state;
    run_trial_run(trial, "init nowhere");
    run_trial_ends(trial, EXIT_ENVIRONMENT,
                   SAYS("cannot read the project's folder nowhere: No such file or directory"));
    run_trial_run(trial, "init a b");
    run_trial_ends(trial, EXIT_USAGE, SAYS("one project's folder at a time"));
    run_trial_write(trial, "p/file", "");
    run_trial_run(trial, "init p --into p/file/deeper");
    run_trial_ends(trial, EXIT_ENVIRONMENT, SAYS("p/file"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_it_writes_is_valid_for_every_kind_of_project, setup, teardown),
        cmocka_unit_test_setup_teardown(lint_points_to_what_could_not_be_guessed, setup, teardown),
        cmocka_unit_test_setup_teardown(foreign_text_makes_no_invalid_profile, setup, teardown),
        cmocka_unit_test_setup_teardown(an_express_project_runs_as_it_is_guessed, setup, teardown),
        cmocka_unit_test_setup_teardown(a_built_backend_among_several_projects_runs_as_it_is_guessed, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_flask_project_runs_as_it_is_guessed, setup, teardown),
        cmocka_unit_test_setup_teardown(the_reference_backend_runs_as_it_is_guessed, setup, teardown),
        cmocka_unit_test_setup_teardown(what_exists_is_left_unless_it_is_forced, setup, teardown),
        cmocka_unit_test_setup_teardown(a_dry_run_writes_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(wrong_calls_and_places_are_said, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
