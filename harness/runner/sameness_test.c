/* The same scenario is the same history, however busy the machine is: 200 times in random order beside two
 * loops that take both cores, and on the real clock as on the virtual one. With the bundled backend and its
 * Redis. */
#include "run_trial.h"

#include <dirent.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "history.h"
#include "normal_form.h"

enum { RUNS = 200, BUSY = 2, ENDS_BY_ITSELF_S = 118 };

static const char expiry_yaml[] = "people: { awa: { country: CD, whatsapp: false } }\n"
                                  "faults: [ { on: { channel: sms }, first: 1, status: 503 } ]\n"
                                  "steps:\n"
                                  "  - login: { phone: $awa }\n"
                                  "  - receive: { to: awa, channel: sms }\n"
                                  "  - advance: { to: expiry, minus: 1s }\n"
                                  "  - verify-otp: { phone: $awa, code: $awa.wrong-code }\n"
                                  "    expect: wrong-code\n"
                                  "  - advance: 1001ms\n"
                                  "  - verify-otp: { phone: $awa, code: $awa.code }\n"
                                  "    expect: expired\n";

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

static void run(struct run_trial *trial, const char *file, const char *options)
{
    char tree[PATH_MAX], arguments[2 * PATH_MAX];
    assert_non_null(getcwd(tree, sizeof tree)); /* tests run where the sources are */
    snprintf(arguments, sizeof arguments, "run %s --backend %s/scenarios/backend.yaml %s", file, tree,
             options);
    run_trial_run(trial, arguments);
}

/* What differs because it is no part of what is compared: the line that names the case, and the start of the
 * backend, which only the first scenario of a worker has. */
static bool is_compared(struct text line)
{
    return !text_contains(line, TEXT("\"kind\":\"run\"")) &&
           !text_contains(line, TEXT("\"kind\":\"process\"")) && !text_contains(line, TEXT("listening"));
}

/* New. */
static char *normal_of(const char *path, struct normal_form form)
{
    struct fail why = {0};
    struct text_buf kept;
    struct history *history = history_read(path, &why);
    if (history == NULL)
        fail_msg("%s", why.text);
    char *normal = history_normal_form(history, form);
    text_buf_init(&kept, strlen(normal) + 1);
    for (struct text rest = text_of(normal), line; text_split(&rest, '\n', &line);)
        if (is_compared(line)) {
            text_put(&kept, line);
            text_put_char(&kept, '\n');
        }
    history_free(history);
    mem_free(normal);
    return text_buf_take(&kept);
}

/* Ends with this process's order, or by itself. */
static pid_t busy_start(void)
{
    pid_t pid = fork();
    if (pid == 0) {
        alarm(ENDS_BY_ITSELF_S);
        for (volatile unsigned long turns = 0;; turns++)
            ;
    }
    return pid;
}

static void busy_end(pid_t pid)
{
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

static void differ(const char *path, const char *first, const char *other)
{
    size_t at = 0;
    while (first[at] == other[at])
        at++;
    while (at > 0 && first[at - 1] != '\n')
        at--;
    fail_msg("%s is not as the first one:\n%.300s\n%.300s", path, first + at, other + at);
}

/* How many histories there are; all must be as the first. */
static size_t histories_compare(const char *folder)
{
    char *first = NULL;
    size_t count = 0;
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        if (strstr(entry->d_name, ".ndjson") == NULL)
            continue;
        char *path = path_join(folder, entry->d_name),
             *normal = normal_of(path, (struct normal_form){.times = true});
        if (first == NULL)
            first = mem_string(normal);
        if (strcmp(first, normal) != 0)
            differ(path, first, normal);
        count++;
        mem_free(normal);
        mem_free(path);
    }
    closedir(dir);
    mem_free(first);
    return count;
}

static void two_hundred_runs_beside_busy_cores_are_one_history(void **state)
{
    struct run_trial *trial = *state;
    struct text_buf text;
    pid_t busy[BUSY];
    text_buf_init(&text, 65536);
    text_put_z(&text, "scenario: A code lives for ten minutes\ncases:\n");
    for (int i = 0; i < RUNS; i++)
        text_putf(&text, "  - { run: \"%d\" }\n", i);
    text_put_z(&text, expiry_yaml);
    run_trial_write(trial, "expiry/x.yaml", text_buf_z(&text));
    text_buf_release(&text);
    for (int i = 0; i < BUSY; i++)
        busy[i] = busy_start();
    run(trial, "expiry", "-j 2 --clock virtual --order random");
    for (int i = 0; i < BUSY; i++)
        busy_end(busy[i]);
    run_trial_ends(trial, EXIT_PASSED, SAYS("200 passed, 0 failed", "clock: virtual, 33 h"));
    char *folder = path_join(trial->folder, "otp-report/history/expiry");
    assert_int_equal(histories_compare(folder), RUNS);
    mem_free(folder);
}

static void the_real_and_the_virtual_clock_show_the_same_behaviour(void **state)
{
    struct run_trial *trial = *state;
    struct text_buf text;
    text_buf_init(&text, 65536);
    text_putf(&text,
              "scenario: A code lives for two seconds\n"
              "with: { env: { OTP_LIFETIME_MS: '2000', SMS_RETRY_DELAYS_MS: '100,200' },\n"
              "        policy: { code: { lifetime: 2s } } }\n%s",
              expiry_yaml);
    run_trial_write(trial, "short/x.yaml", text_buf_z(&text));
    text_buf_release(&text);
    run(trial, "short", "--clock real --output real");
    run_trial_ends(trial, EXIT_PASSED, SAYS("1 passed, 0 failed", "clock: real"));
    run(trial, "short", "--clock virtual --output virtual");
    run_trial_ends(trial, EXIT_PASSED, SAYS("1 passed, 0 failed", "clock: virtual"));
    char *real_path = path_join(trial->folder, "real/history/short/x.ndjson"),
         *virtual_path = path_join(trial->folder, "virtual/history/short/x.ndjson"),
         *real = normal_of(real_path, (struct normal_form){.any_clock = true}),
         *virtual = normal_of(virtual_path, (struct normal_form){.any_clock = true});
    if (strcmp(real, virtual) != 0)
        differ(virtual_path, real, virtual);
    mem_free(real);
    mem_free(virtual);
    mem_free(real_path);
    mem_free(virtual_path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_real_and_the_virtual_clock_show_the_same_behaviour, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(two_hundred_runs_beside_busy_cores_are_one_history, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
