/* otp-harness: the command line. Commands and options are tables; what they do is in runner/. */
#include <stdio.h>
#include <string.h>

#include "json.h"
#include "mem.h"
#include "nearest.h"
#include "runner.h"

static const struct option_row run_rows[] = {
    {"backend", 0, OPTION_TEXT, "FILE", NULL, "the backend's profile; default: the nearest backend.yaml", 0,
     0},
    {"jobs", 'j', OPTION_INT, "N", "0",
     "workers side by side; 0 = as many as there are cores (1 when not sandboxed)", 0, SETTINGS_WORKERS_MAX},
    {"tag", 't', OPTION_LIST, "TAG", NULL, "only scenarios with this tag; may be repeated", 0, 0},
    {"report", 0, OPTION_LIST, "KIND[=FILE]", NULL, "write a report: junit, tap or json; may be repeated", 0,
     0},
    {"output", 0, OPTION_TEXT, "FOLDER", "otp-report", "where histories and reports go", 0, 0},
    {"env", 'e', OPTION_LIST, "NAME=VALUE", NULL,
     "a variable for the backend, over the profile's; may be repeated", 0, 0},
    {"sandbox", 0, OPTION_CHOICE, "auto|namespace|preload|proxy", "auto",
     "how the backend reaches the simulator; auto: the first of the others that works", 0, 0},
    {"clock", 0, OPTION_CHOICE, "auto|virtual|real", "auto",
     "one virtual clock for the whole stack where that is possible, or nothing else, or the real one", 0, 0},
    {"real-time", 0, OPTION_CHOICE, "wait|skip|fail", "wait",
     "what becomes of a scenario that lets time pass where the clock is real", 0, 0},
    {"require-sealed", 0, OPTION_FLAG, NULL, NULL, "refuse to run where connections could leave the machine",
     0, 0},
    {"time-limit", 0, OPTION_DURATION, "DURATION", "60s", "real time for a scenario that does not say", 0, 0},
    {"url", 0, OPTION_TEXT, "URL", NULL, "a backend that already runs (with --sim)", 0, 0},
    {"sim", 0, OPTION_TEXT, "URL", NULL, "the simulator that this backend talks to", 0, 0},
    {"order", 0, OPTION_TEXT, "ORDER", "file", "file, random or random:SEED", 0, 0},
    {"fail-fast", 0, OPTION_FLAG, NULL, NULL, "stop after the first failure", 0, 0},
    {"keep-workspace", 0, OPTION_FLAG, NULL, NULL,
     "leave the backend's folder behind, below the output folder", 0, 0},
    {"times", 0, OPTION_FLAG, NULL, NULL, "compare: virtual times too, not only what happened", 0, 0},
    {"help", 'h', OPTION_FLAG, NULL, NULL, "show this", 0, 0},
    {0},
};

static const struct command_row {
    const char *name;
    int (*act)(const struct settings *settings);
    const char *help;
} commands[] = {
    {"run", runner_run, "run scenarios against a backend"},
    {"lint", runner_lint, "check scenarios and profile without running them"},
    {"list", runner_list, "show the scenarios: path, sentence, tags"},
    {"compare", runner_compare, "say how histories (PATH...) differ in behaviour; one alone is printed"},
};

enum { COMMANDS = sizeof commands / sizeof *commands };

static const char usage[] = "usage: otp-harness COMMAND [PATH...] [OPTION...]\n"
                            "\n"
                            "PATH is a scenario or a folder of them; default: scenarios/\n"
                            "\n";

static void help_print(const struct options *options, FILE *out)
{
    fputs(usage, out);
    for (int i = 0; i < COMMANDS; i++)
        fprintf(out, "  %-8s %s\n", commands[i].name, commands[i].help);
    fputs("\n", out);
    options_print(options, "OTP_HARNESS_", out);
    fputs(
        "\nexit status: 0 passed, 1 failed, 2 usage, 3 a file is broken, 4 environment, 5 nothing selected\n",
        out);
}

static const struct command_row *command_find(const char *name)
{
    const char *names[COMMANDS];
    for (int i = 0; i < COMMANDS; i++) {
        if (strcmp(name, commands[i].name) == 0)
            return &commands[i];
        names[i] = commands[i].name;
    }
    const char *meant = nearest_word(text_of(name), names, COMMANDS);
    fprintf(stderr, "otp-harness: there is no command '%s'", name);
    fprintf(stderr, meant == NULL ? "\n%s" : "; did you mean '%s'?\n", meant == NULL ? usage : meant);
    return NULL;
}

static int command_act(const struct command_row *command, const struct options *options)
{
    struct settings settings;
    struct fail why = {0};
    if (settings_read(options, &settings, &why))
        return command->act(&settings);
    fprintf(stderr, "otp-harness: %s\n", why.text);
    return EXIT_USAGE;
}

/* argv[0] is the command's name. */
static int options_act(struct options *options, int argc, char **argv)
{
    struct fail why = {0};
    char line[sizeof why.text + sizeof why.source + 32];
    bool is_help = argc == 0 || strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0;
    if (is_help) {
        help_print(options, argc == 0 ? stderr : stdout);
        return argc == 0 ? EXIT_USAGE : EXIT_PASSED;
    }
    const struct command_row *command = command_find(argv[0]);
    if (command == NULL)
        return EXIT_USAGE;
    if (!options_read_environment(options, "OTP_HARNESS_", &why) ||
        !options_read(options, argc, argv, false, &why)) {
        fprintf(stderr, "otp-harness: %s\n", fail_line(&why, line, sizeof line));
        return EXIT_USAGE;
    }
    if (options_flag(options, "help")) {
        help_print(options, stdout);
        return EXIT_PASSED;
    }
    return command_act(command, options);
}

int main(int argc, char **argv)
{
    mem_serve_jansson();
    struct options *options = options_new("otp-harness", run_rows);
    int status = options_act(options, argc - 1, argv + 1);
    options_free(options);
    return status;
}
