/* otp-harness: the command line. Commands and options are tables (sim/base/program.h); what they do is in
 * runner/. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "doctor.h"
#include "init.h"
#include "json.h"
#include "mem.h"
#include "program.h"
#include "program_print.h"
#include "runner.h"
#include "source_description.h"

enum { CLOCK_WORDS_MAX = 3 };

/* Of every command that starts a stack. */
static const struct option_row stack_rows[] = {
    {"backend", 0, OPTION_TEXT, "FILE", NULL, "the backend's profile; default: the nearest backend.yaml", 0,
     0},
    {"output", 0, OPTION_TEXT, "FOLDER", "otp-report", "where histories and reports go", 0, 0},
    {"env", 'e', OPTION_LIST, "NAME=VALUE", NULL,
     "a variable for the backend, over the profile's; may be repeated", 0, 0},
    {"sandbox", 0, OPTION_CHOICE, "auto|namespace|preload|proxy", "auto",
     "how the backend reaches the simulator; auto: the first of the others that works", 0, 0},
    {"clock", 0, OPTION_CHOICE, "auto|virtual|real", "auto",
     "one virtual clock for the whole stack where that is possible, or nothing else, or the real one", 0, 0},
    {"require-sealed", 0, OPTION_FLAG, NULL, NULL, "refuse to run where connections could leave the machine",
     0, 0},
    {"time-limit", 0, OPTION_DURATION, "DURATION", "60s", "real time for a scenario that does not say", 0, 0},
    {"keep-workspace", 0, OPTION_FLAG, NULL, NULL,
     "leave the backend's folder behind, below the output folder", 0, 0},
    {0},
};

static const struct option_row run_rows[] = {
    {"jobs", 'j', OPTION_INT, "N", "0",
     "workers side by side; 0 = as many as there are cores (1 when not sandboxed)", 0, SETTINGS_WORKERS_MAX},
    {"tag", 't', OPTION_LIST, "TAG", NULL, "only scenarios with this tag; may be repeated", 0, 0},
    {"report", 0, OPTION_LIST, "KIND[=FILE]", NULL,
     "write a report: junit, tap, json or github; may be repeated; none is written unasked", 0, 0},
    {"real-time", 0, OPTION_CHOICE, "wait|skip|fail", "wait",
     "what becomes of a scenario that lets time pass where the clock is real", 0, 0},
    {"url", 0, OPTION_TEXT, "URL", NULL, "a backend that already runs (with --sim)", 0, 0},
    {"sim", 0, OPTION_TEXT, "URL", NULL, "the simulator that this backend talks to", 0, 0},
    {"order", 0, OPTION_TEXT, "ORDER", "file", "file, random or random:SEED", 0, 0},
    {"fail-fast", 0, OPTION_FLAG, NULL, NULL, "stop after the first failure", 0, 0},
    {"pause-on-failure", 0, OPTION_FLAG, NULL, NULL,
     "stop at a failing scenario with its stack alive, as `up` leaves it; Enter goes on", 0, 0},
    {"times", 0, OPTION_FLAG, NULL, NULL, "compare: virtual times too, not only what happened", 0, 0},
    {0},
};

static const struct option_row up_rows[] = {
    {"port", 'p', OPTION_INT, "N", "0", "the backend's port on this machine; 0: a free one, which is printed",
     0, 65535},
    {"inbox-port", 0, OPTION_INT, "N", "0", "the inbox's, likewise", 0, 65535},
    {"name", 0, OPTION_TEXT, "NAME", NULL, "what `clock --up` calls it; default: the backend's folder", 0, 0},
    {0},
};

static const struct option_row order_rows[] = {
    {"up", 0, OPTION_TEXT, "NAME|PID", NULL,
     "which stack; default: the only one, or the one whose folder is nearest above", 0, 0},
    {0},
};

static int act(const struct options *options, int (*command)(const struct settings *settings))
{
    struct settings settings;
    struct fail why = {0};
    if (settings_read(options, &settings, &why))
        return command(&settings);
    fprintf(stderr, "otp-harness: %s\n", why.text);
    return EXIT_USAGE;
}

static int act_run(const struct options *options)
{
    return act(options, runner_run);
}

static int act_lint(const struct options *options)
{
    return act(options, runner_lint);
}

static int act_list(const struct options *options)
{
    return act(options, runner_list);
}

static int act_compare(const struct options *options)
{
    return act(options, runner_compare);
}

static const struct option_row init_rows[] = {
    {"into", 0, OPTION_TEXT, "FOLDER", NULL,
     "where the files go; default: tests/otp in the project, or otp where it has no folder tests", 0, 0},
    {"force", 0, OPTION_FLAG, NULL, NULL, "replace files that exist; without it they are left and named", 0,
     0},
    {"dry-run", 0, OPTION_FLAG, NULL, NULL, "print the files instead of writing them", 0, 0},
    {0},
};

static int act_init(const struct options *options)
{
    if (options_argument_count(options) > 1) {
        fprintf(stderr, "otp-harness init: one project's folder at a time; see otp-harness init --help\n");
        return EXIT_USAGE;
    }
    bool given = options_argument_count(options) == 1;
    struct init_options init = {.folder = given ? options_argument(options, 0) : NULL,
                                .into = options_text(options, "into"),
                                .force = options_flag(options, "force"),
                                .dry_run = options_flag(options, "dry-run")};
    return init_run(&init, stdout, stderr);
}

static const struct option_row doctor_rows[] = {
    {"env", 'e', OPTION_TEXT, "FILE", NULL, "check the Twilio settings of an env file, as .env.production", 0,
     0},
    {"cloud-run", 0, OPTION_TEXT, "FILE", NULL, "check those of a Cloud Run service, as YAML", 0, 0},
    {"profile", 0, OPTION_TEXT, "FILE", NULL, "check those of a backend's profile", 0, 0},
    {"from-environment", 0, OPTION_FLAG, NULL, NULL, "check those of this command's own environment", 0, 0},
    {"sim", 0, OPTION_TEXT, "URL", NULL, "ask a running simulator whether it would take them", 0, 0},
    {"settings-only", 0, OPTION_FLAG, NULL, NULL, "do not look at this machine", 0, 0},
    {"json", 0, OPTION_FLAG, NULL, NULL, "print JSON, for programs", 0, 0},
    {0},
};

static int act_doctor(const struct options *options)
{
    const char *plain = getenv("NO_COLOR");
    struct doctor_options doctor = {
        .env = options_text(options, "env"),
        .cloud_run = options_text(options, "cloud-run"),
        .profile = options_text(options, "profile"),
        .environment = options_flag(options, "from-environment") ? (const char *const *)environ : NULL,
        .sim = options_text(options, "sim"),
        .json = options_flag(options, "json"),
        .colour = (plain == NULL || plain[0] == '\0') && isatty(STDOUT_FILENO),
        .settings_only = options_flag(options, "settings-only")};
    return doctor_run(&doctor, stdout, stderr);
}

static int act_up(const struct options *options)
{
    struct settings settings;
    struct fail why = {0};
    if (settings_read_up(options, &settings, &why))
        return runner_up(&settings);
    fprintf(stderr, "otp-harness: %s\n", why.text);
    return EXIT_USAGE;
}

static int act_clock(const struct options *options)
{
    const char *words[CLOCK_WORDS_MAX];
    size_t count = options_argument_count(options);
    for (size_t i = 0; i < count && i < CLOCK_WORDS_MAX; i++)
        words[i] = options_argument(options, i);
    return runner_clock(options_text(options, "up"), words,
                        count < CLOCK_WORDS_MAX ? count : CLOCK_WORDS_MAX);
}

static int act_restart(const struct options *options)
{
    return runner_restart(options_text(options, "up"));
}

static int act_print(const struct options *options);

static const char paths[] = "PATH is a scenario or a folder of them; default: scenarios/\n";

static const char up_about[] =
    "Starts services, simulator and backend as `run` does, and leaves them to you: the backend and the "
    "inbox\n"
    "have ports on this machine, time runs at real speed until `clock` moves it. With a scenario its "
    "account,\n"
    "people, `given` and faults are set up first. Ctrl-C ends everything, a second one at once.\n";

static const char clock_about[] =
    "  clock                  show it\n"
    "  clock +11m             eleven minutes pass at once; whatever falls due on the way happens\n"
    "  clock to 12:00         or midnight, or 2026-06-17T08:00:00Z; UTC\n"
    "  clock freeze, resume   time stands still, and runs on\n";

static const struct command_row commands[] = {
    {"run", "[PATH...]", "run scenarios against a backend", paths, {stack_rows, run_rows}, false, act_run},
    {"lint",
     "[PATH...]",
     "check scenarios and profile without running them",
     paths,
     {stack_rows, run_rows},
     false,
     act_lint},
    {"list",
     "[PATH...]",
     "show the scenarios: path, sentence, tags",
     paths,
     {stack_rows, run_rows},
     false,
     act_list},
    {"compare",
     "PATH...",
     "say how histories differ in behaviour; one alone is printed",
     NULL,
     {stack_rows, run_rows},
     false,
     act_compare},
    {"init",
     "[FOLDER]",
     "write a profile and three scenarios for the project in FOLDER, guessed from its files",
     "FOLDER is the project's; default: the present one. A file .env is never read, and no variable's value\n"
     "is copied from any file. Exit status 1: files existed and were left.\n",
     {init_rows},
     false,
     act_init},
    {"doctor",
     NULL,
     "say what is possible here, and check a backend's Twilio settings",
     "Tries each way of a sandbox, the virtual clock and the runtimes, and names the line that makes more\n"
     "possible. Settings are checked as a deployment will see them; secrets are never shown, Twilio is "
     "never\n"
     "called. Exit status 1: there are problems; 4: the settings cannot be read.\n",
     {doctor_rows},
     false,
     act_doctor},
    {"up",
     "[SCENARIO|none]",
     "leave a stack running for a person",
     up_about,
     {stack_rows, up_rows},
     false,
     act_up},
    {"clock",
     "[+DURATION|to TIME|freeze|resume]",
     "show or move the clock of a stack that is up",
     clock_about,
     {order_rows},
     false,
     act_clock},
    {"restart",
     NULL,
     "start the backend of a stack that is up again",
     NULL,
     {order_rows},
     false,
     act_restart},
    {"print", PROGRAM_PRINT_FORMS, PROGRAM_PRINT_SUMMARY, PROGRAM_PRINT_ABOUT, {0}, false, act_print},
    {0},
};

static const struct exit_row statuses[] = {
    {EXIT_PASSED, "passed"},
    {EXIT_FAILED, "failed"},
    {EXIT_USAGE, "usage"},
    {EXIT_INVALID, "a file is broken"},
    {EXIT_ENVIRONMENT, "environment"},
    {EXIT_NOTHING, "nothing selected"},
    {0},
};

static const struct note_row examples[] = {
    {"otp-harness run",
     "Runs the scenarios in ./scenarios against the backend that ./backend.yaml describes."},
    {"otp-harness run /usr/share/twilio-sim/scenarios/verification --backend backend.yaml -j 2 --report "
     "junit",
     "Runs a family of the bundled scenarios against one's own backend."},
    {"otp-harness run --url http://localhost:3000 --sim http://localhost:4010",
     "Against a backend and a simulator that run already."},
    {0},
};

static const struct note_row files[] = {
    {"backend.yaml", "The profile: how the backend starts and what its routes are called."},
    {"otp-report/", "Reports, and one history file a scenario."},
    {"../share/twilio-sim/scenarios", "The bundled scenarios, as seen from the program's folder."},
    {"../share/twilio-sim/fixtures", "Backends that they run on, with profiles."},
    {0},
};

static const struct program otp_harness = {.name = "otp-harness",
                                           .summary =
                                               "runs scenarios against a real backend of one-time passwords",
                                           .prefix = "OTP_HARNESS_",
                                           .version = PROGRAM_VERSION,
                                           .commands = commands,
                                           .statuses = statuses,
                                           .examples = examples,
                                           .files = files,
                                           .see_also = "twilio-sim"};

static int act_print(const struct options *options)
{
    return program_print(&otp_harness, options, stdout);
}

int main(int argc, char **argv)
{
    struct program program = otp_harness;
    program.source = source_description;
    mem_serve_jansson();
    return program_run(&program, argc, argv);
}
