/* Stores started for real, asked in their own protocols; Postgres inside a namespace also when the test is
 * root. */
#include "services.h"

#include <stdlib.h>

#include "resp_command.h"
#include "sandbox_trial.h"
#include "tree.h"

static void folder_make(char folder[64])
{
    snprintf(folder, 64, "/tmp/services_test.XXXXXX");
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chmod(folder, 0777), 0);
}

static void folder_remove(const char *folder)
{
    struct fail why = {0};
    if (!tree_remove(folder, &why))
        fail_msg("%s", why.text);
}

static struct environment *environment_small(void)
{
    struct environment *environment = environment_new();
    environment_inherit(environment, "PATH");
    return environment;
}

/* ---- Redis, outside any sandbox */

static void assert_redis(const struct service *redis, const char *command, const char *expected)
{
    char reply[256];
    struct fail why = {0};
    if (!resp_command(service_port(redis), command, reply, sizeof reply, &why))
        fail_msg("%s", why.text);
    assert_string_equal(reply, expected);
}

static void redis_starts_is_wiped_and_restored(void **state)
{
    (void)state;
    if (!trial_has_program("redis-server"))
        skip();
    char folder[64];
    folder_make(folder);
    struct environment *environment = environment_small();
    struct fail why = {0};
    struct service_options options = {
        .name = "store", .use = SERVICE_REDIS, .folder = folder, .environment = environment};
    struct service *redis = service_start(&options, &why);
    assert_string_equal(why.text, "");
    assert_redis(redis, "SET kept 1", "+OK");
    assert_true(service_snapshot(redis, &why));
    assert_redis(redis, "SET later 1", "+OK");
    assert_true(service_restore(redis, &why));
    assert_redis(redis, "EXISTS kept later", ":1");
    assert_true(service_wipe(redis, &why));
    assert_redis(redis, "DBSIZE", ":0");
    assert_redis(redis, "SET lost 1", "+OK");
    assert_true(service_restart(redis, &why));
    assert_redis(redis, "DBSIZE", ":0");
    assert_true(service_kill(redis, &why));
    assert_false(service_wipe(redis, &why));
    assert_string_equal(why.text, "store: cannot wipe it, it is stopped");
    assert_true(service_start_again(redis, &why));
    assert_true(service_pause(redis, &why));
    assert_true(service_resume(redis, &why));
    assert_redis(redis, "PING", "+PONG");
    service_put_environment(redis, environment);
    char url[64];
    snprintf(url, sizeof url, "redis://127.0.0.1:%d", service_port(redis));
    assert_string_equal(environment_get(environment, "REDIS_URL"), url);
    assert_string_equal(environment_get(environment, "STORE_URL"), url);
    service_free(redis);
    environment_free(environment);
    folder_remove(folder);
}

static void a_version_that_is_not_there_is_an_error(void **state)
{
    (void)state;
    if (!trial_has_program("redis-server"))
        skip();
    char folder[64];
    folder_make(folder);
    struct environment *environment = environment_small();
    struct fail why = {0};
    struct service_options options = {.name = "store",
                                      .use = SERVICE_REDIS,
                                      .version = "2.8",
                                      .folder = folder,
                                      .environment = environment};
    assert_null(service_start(&options, &why));
    assert_true(strncmp(why.text, "store: Redis 2.8 is wanted, this machine has ", 45) == 0);
    environment_free(environment);
    folder_remove(folder);
}

/* ---- commands and addresses */

static void a_command_is_a_service_too_but_cannot_be_wiped(void **state)
{
    (void)state;
    char folder[64];
    folder_make(folder);
    struct environment *environment = environment_small();
    struct fail why = {0};
    struct service_options options = {.name = "worker",
                                      .use = SERVICE_COMMAND,
                                      .shell = "echo up; exec sleep 1000",
                                      .folder = folder,
                                      .environment = environment};
    struct service *worker = service_start(&options, &why);
    assert_string_equal(why.text, "");
    assert_false(service_wipe(worker, &why));
    assert_string_equal(why.text, "worker: cannot wipe it: only `use: redis` and `use: postgres` can");
    service_free(worker);
    environment_free(environment);
    folder_remove(folder);
}

static void a_command_that_ends_at_once_is_an_error_with_its_last_lines(void **state)
{
    (void)state;
    char folder[64];
    folder_make(folder);
    struct environment *environment = environment_small();
    struct fail why = {0};
    struct service_options options = {.name = "worker",
                                      .use = SERVICE_COMMAND,
                                      .shell = "echo no licence; exit 9",
                                      .folder = folder,
                                      .ready = {.port = 1},
                                      .environment = environment};
    assert_null(service_start(&options, &why));
    assert_string_equal(why.text, "worker ended with status 9 before it was ready:\nno licence\n");
    environment_free(environment);
    folder_remove(folder);
}

static void an_address_only_sets_its_variable(void **state)
{
    (void)state;
    struct environment *environment = environment_small();
    struct fail why = {0};
    struct service_options options = {
        .name = "mail-hog", .use = SERVICE_AT, .address = "127.0.0.1:1025", .environment = environment};
    struct service *service = service_start(&options, &why);
    service_put_environment(service, environment);
    assert_string_equal(environment_get(environment, "MAIL_HOG_ADDRESS"), "127.0.0.1:1025");
    assert_false(service_stop(service, &why));
    assert_string_equal(why.text, "mail-hog: cannot stop what was not started here");
    service_free(service);
    environment_free(environment);
}

/* ---- Postgres */

static bool postgres_is_here(void)
{
    if (system("ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || command -v postgres >/dev/null") ==
        0)
        return true;
    print_message("skipped, there is no Postgres server on this machine\n");
    return false;
}

static void say_result(struct trial *trial, const char *what, bool done, struct fail *why)
{
    char line[1024];
    snprintf(line, sizeof line, "%s %s", what, done ? "ok" : why->text);
    trial_say(trial, line);
}

/* What a query says, by psql with the variables of the service. */
static void query(struct sandbox *sandbox, struct trial *trial, struct service *postgres, const char *sql)
{
    struct environment *environment = environment_small();
    sandbox_put_environment(sandbox, 9, environment);
    service_put_environment(postgres, environment);
    const char *argv[] = {"psql", "-X", "-A", "-t", "-q", "-c", sql, NULL};
    struct process_options options = {
        .name = "psql", .argv = argv, .environment = environment_list(environment)};
    struct text_buf output;
    struct fail why = {0};
    text_buf_init(&output, 4096);
    bool ran = process_run(&options, TRIAL_COMMAND_MS, NULL, &output, &why);
    struct text said = text_trim(text_buf_view(&output));
    char line[1024];
    snprintf(line, sizeof line, "%.*s", TEXT_ARGS(said));
    trial_say(trial, ran ? line : why.text);
    text_buf_release(&output);
    environment_free(environment);
}

static void body_uses_postgres(struct sandbox *sandbox, struct trial *trial)
{
    struct environment *environment = environment_small();
    struct fail why = {0};
    char folder[96], templates[96];
    snprintf(folder, sizeof folder, "/tmp/pg"); /* the sandbox's own, in memory */
    snprintf(templates, sizeof templates, "%s/templates", trial->keep[0]);
    struct service_options options = {.name = "db",
                                      .use = SERVICE_POSTGRES,
                                      .database = "shop",
                                      .folder = folder,
                                      .templates = templates,
                                      .sandbox = sandbox,
                                      .environment = environment};
    options.ready.within_ms = TRIAL_COMMAND_MS;
    struct service *postgres = service_start(&options, &why);
    say_result(trial, "start", postgres != NULL, &why);
    if (postgres != NULL) {
        query(sandbox, trial, postgres,
              "create table t (a int); insert into t values (1); select current_database()");
        say_result(trial, "snapshot", service_snapshot(postgres, &why), &why);
        query(sandbox, trial, postgres, "insert into t values (2); select count(*) from t");
        say_result(trial, "kill", service_kill(postgres, &why), &why);
        say_result(trial, "start", service_start_again(postgres, &why), &why);
        query(sandbox, trial, postgres, "select count(*) > 0 from t");
        say_result(trial, "restore", service_restore(postgres, &why), &why);
        query(sandbox, trial, postgres, "select count(*) from t");
        say_result(trial, "wipe", service_wipe(postgres, &why), &why);
        query(sandbox, trial, postgres, "select count(*) from pg_tables where schemaname = 'public'");
    }
    service_free(postgres);
    environment_free(environment);
}

static const char postgres_said[] =
    "start ok\nshop\nsnapshot ok\n2\nkill ok\nstart ok\nt\nrestore ok\n1\nwipe ok\n0\n";

static void postgres_runs_in_the_sandbox(void **state)
{
    (void)state;
    if (!trial_namespaces_allowed() || !postgres_is_here() || !trial_has_program("psql"))
        skip();
    char folder[64];
    folder_make(folder);
    const char *keep[] = {folder, NULL};
    struct trial *trial = trial_new();
    trial->keep = keep;
    trial_run(trial, SANDBOX_NAMESPACE, body_uses_postgres);
    assert_string_equal(trial->said, postgres_said);
    trial->said[0] = '\0';
    trial_run(trial, SANDBOX_NAMESPACE, body_uses_postgres); /* from the template of the first */
    assert_string_equal(trial->said, postgres_said);
    trial_free(trial);
    folder_remove(folder);
}

static void postgres_as_root_outside_says_what_to_do(void **state)
{
    (void)state;
    if (geteuid() != 0) {
        print_message("skipped, this test is for root\n");
        skip();
    }
    char folder[64];
    folder_make(folder);
    struct environment *environment = environment_small();
    struct fail why = {0};
    struct service_options options = {
        .name = "db", .use = SERVICE_POSTGRES, .folder = folder, .environment = environment};
    assert_null(service_start(&options, &why));
    assert_string_equal(why.text,
                        "db: Postgres does not run as root: use the namespace sandbox, or an ordinary user");
    environment_free(environment);
    folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(redis_starts_is_wiped_and_restored),
        cmocka_unit_test(a_version_that_is_not_there_is_an_error),
        cmocka_unit_test(a_command_is_a_service_too_but_cannot_be_wiped),
        cmocka_unit_test(a_command_that_ends_at_once_is_an_error_with_its_last_lines),
        cmocka_unit_test(an_address_only_sets_its_variable),
        cmocka_unit_test(postgres_runs_in_the_sandbox),
        cmocka_unit_test(postgres_as_root_outside_says_what_to_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
