/* Which command runs, with which options, and what a wrong call is told. */
#include "test_support.h"

#include <fcntl.h>
#include <unistd.h>

#include "mem.h"
#include "program.h"

static const struct option_row shared_rows[] = {
    {"port", 'p', OPTION_INT, "N", "4010", "port", 0, 65535},
    {"seed", 0, OPTION_INT, "N", "0", "seed", 0, 100},
    {0},
};

static const struct option_row exec_rows[] = {
    {"port", 'p', OPTION_INT, "N", "0", "port", 0, 65535},
    {0},
};

static char acted[64];

static int act_serve(const struct options *options)
{
    snprintf(acted, sizeof acted, "serve port %d", (int)options_int(options, "port"));
    return 0;
}

static int act_exec(const struct options *options)
{
    snprintf(acted, sizeof acted, "exec port %d: %s", (int)options_int(options, "port"),
             options_argument_count(options) > 1 ? options_argument(options, 1) : "-");
    return 7;
}

static const struct command_row commands[] = {
    {"", NULL, "serve until ended", NULL, {shared_rows}, false, act_serve},
    {"exec", "COMMAND...", "run a command", "More words.\n", {exec_rows, shared_rows}, true, act_exec},
    {0},
};

static const struct command_row no_default[] = {
    {"lint", NULL, "check", NULL, {0}, false, act_serve},
    {0},
};

static const struct exit_row statuses[] = {{0, "fine"}, {2, "usage"}, {0}};
static const struct program program = {.name = "prog",
                                       .summary = "a program",
                                       .prefix = "PROGRAM_TEST_",
                                       .version = "1.2.3",
                                       .source = "v1-2-gabc",
                                       .commands = commands,
                                       .statuses = statuses};
static const struct program needy = {.name = "needy",
                                     .summary = "another",
                                     .prefix = "PROGRAM_TEST_",
                                     .version = "1.2.3",
                                     .commands = no_default,
                                     .statuses = statuses};

static int run_words(const struct program *which, const char *const words[6])
{
    int count = 0;
    acted[0] = '\0';
    while (count < 6 && words[count] != NULL)
        count++;
    return program_run(which, count, (char **)(uintptr_t)words);
}

static void without_a_name_the_default_command_runs(void **state)
{
    (void)state;
    assert_int_equal(run_words(&program, (const char *[6]){"prog", "--port", "5"}), 0);
    assert_string_equal(acted, "serve port 5");
}

static void the_first_of_two_rows_with_one_name_counts(void **state)
{
    (void)state;
    assert_int_equal(run_words(&program, (const char *[6]){"prog", "exec", "ls", "--port"}), 7);
    assert_string_equal(acted, "exec port 0: --port");
    assert_int_equal(run_words(&program, (const char *[6]){"prog", "exec", "-p", "9", "--seed=4", "ls"}), 7);
    assert_string_equal(acted, "exec port 9: -");
}

static void a_wrong_call_runs_nothing_and_has_the_status_of_usage(void **state)
{
    (void)state;
    static const struct {
        const struct program *program;
        const char *words[6];
    } rows[] = {
        {&program, {"prog", "exce"}},          {&program, {"prog", "--prot", "5"}},
        {&program, {"prog", "--port", "x"}},   {&program, {"prog", "--port", "1", "more"}},
        {&needy, {"needy", "--port", "1"}},    {&needy, {"needy"}},
        {&needy, {"needy", "lint", "a-file"}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(run_words(rows[i].program, rows[i].words), 2);
        assert_string_equal(acted, "");
    }
}

static void help_and_version_run_nothing_and_succeed(void **state)
{
    (void)state;
    static const char *const calls[][6] = {{"prog", "--help"},         {"prog", "-h"},
                                           {"prog", "exec", "--help"}, {"prog", "exec", "ls", "-h"},
                                           {"prog", "--version"},      {"prog", "exec", "--version"}};
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        assert_int_equal(run_words(&program, calls[i]), i == 3 ? 7 : 0);
        assert_string_equal(acted, i == 3 ? "exec port 0: -h" : "");
    }
    assert_int_equal(run_words(&needy, (const char *[6]){"needy", "--version"}), 0);
    assert_int_equal(run_words(&needy, (const char *[6]){"needy", "--help"}), 0);
}

static void help_shows_a_commands_call_words_and_options(void **state)
{
    (void)state;
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    program_help(&program, &commands[1], out);
    fclose(out);
    assert_non_null(strstr(text, "prog exec [OPTION...] COMMAND..."));
    assert_non_null(strstr(text, "More words.\n"));
    assert_non_null(strstr(text, "port (default: 0)"));
    assert_null(strstr(text, "4010"));
    assert_non_null(strstr(text, "--seed N"));
    assert_non_null(strstr(text, "exit status: 0 fine, 2 usage\n"));
    free(text);
}

static char *version_of(const struct program *which)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    program_print_version(which, out);
    fclose(out);
    return text;
}

static void the_version_is_one_line_with_source_and_build_id(void **state)
{
    (void)state;
    char *known = version_of(&program), *unknown = version_of(&needy);
    static const char before[] = "prog 1.2.3 (source v1-2-gabc, build ";
    assert_memory_equal(known, before, sizeof before - 1);
    assert_int_equal(strspn(known + sizeof before - 1, "0123456789abcdef"), 40);
    assert_ptr_equal(strchr(known, '\n'), known + strlen(known) - 1);
    assert_memory_equal(unknown, "needy 1.2.3 (build ", sizeof "needy 1.2.3 (build " - 1);
    free(known);
    free(unknown);
}

/* The status of `words` with a stdout that takes nothing. */
static int run_unwritable(const char *const words[6])
{
    fflush(stdout);
    int kept = dup(STDOUT_FILENO), full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    assert_true(kept >= 0 && full >= 0);
    dup2(full, STDOUT_FILENO);
    int status = run_words(&program, words);
    dup2(kept, STDOUT_FILENO);
    clearerr(stdout);
    close(kept);
    close(full);
    return status;
}

static void a_success_that_cannot_be_written_is_none(void **state)
{
    (void)state;
    assert_int_equal(run_unwritable((const char *[6]){"prog", "--help"}), 1);
    assert_int_equal(run_unwritable((const char *[6]){"prog", "--version"}), 1);
    assert_int_equal(run_unwritable((const char *[6]){"prog", "--port", "5"}), 0);
    assert_int_equal(run_unwritable((const char *[6]){"prog", "exec", "ls"}), 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_name_the_default_command_runs),
        cmocka_unit_test(the_first_of_two_rows_with_one_name_counts),
        cmocka_unit_test(a_wrong_call_runs_nothing_and_has_the_status_of_usage),
        cmocka_unit_test(help_and_version_run_nothing_and_succeed),
        cmocka_unit_test(help_shows_a_commands_call_words_and_options),
        cmocka_unit_test(the_version_is_one_line_with_source_and_build_id),
        cmocka_unit_test(a_success_that_cannot_be_written_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
