/* twilio-sim exec -- COMMAND...: starts the simulator on a free port, runs the command with everything set
 * that makes it reach the simulator, prints codes as they are sent, and ends with the command's status. */
#include "commands.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "log.h"
#include "mem.h"
#include "broken_pipe.h"
#include "code_printer.h"
#include "server.h"
#include "exec_environment.h"
#include "refusal_printer.h"
#include "unheld_program.h"

const struct option_row exec_option_rows[] = {
    {"port", 'p', OPTION_INT_LIST, "N", "0", "port to listen on; 0 takes a free one; may be repeated", 0,
     65535},
    {"preload", 0, OPTION_FLAG, NULL, NULL,
     "lead programs by a preloaded library instead of a proxy, and refuse every other host (not for Go)", 0,
     0},
    {0},
};

enum { EXIT_NOT_FOUND = 127, EXIT_NOT_RUNNABLE = 126, EXIT_SIGNALLED = 128 };

static const int passed_on[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

static void signals_of_interest(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGCHLD);
    for (size_t i = 0; i < sizeof passed_on / sizeof passed_on[0]; i++)
        sigaddset(set, passed_on[i]);
}

/* In the child of a process with threads: only calls that need no lock, which one of them may have held. */
static _Noreturn void become(char **command, const sigset_t *before)
{
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    sigprocmask(SIG_SETMASK, before, NULL);
    execvp(command[0], command);
    int status = errno == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_RUNNABLE;
    dprintf(STDERR_FILENO, "twilio-sim: %s: %s\n", command[0], strerrordesc_np(errno));
    _exit(status);
}

/* Waits for the child, and passes on what a terminal or a supervisor sends. */
static int wait_for(pid_t child, const sigset_t *signals)
{
    int status = 0;
    for (;;) {
        int number = 0;
        if (waitpid(child, &status, WNOHANG) == child)
            return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_SIGNALLED + WTERMSIG(status);
        if (sigwait(signals, &number) == 0 && number != SIGCHLD && number != SIGINT)
            kill(child, number);
    }
}

/* By proxy, or by the library, whose refusals are printed. */
static bool way_open(const struct options *options, const struct server *server,
                     struct refusal_printer **ret_refusals, struct fail *why)
{
    if (!options_flag(options, "preload"))
        return exec_environment_set(server, NULL, why);
    *ret_refusals = refusal_printer_new(stderr, why);
    return *ret_refusals != NULL && exec_environment_set(server, refusal_printer_name(*ret_refusals), why);
}

/* On a free port nobody would find it. */
static void print_inbox(const struct server *server, FILE *out)
{
    char address[64];
    const char *token = server->control.token;
    server_address(server, address);
    fprintf(out, "twilio-sim: inbox     %s/%s%s\n", address,
            token == NULL ? "" : "?token=", token == NULL ? "" : token);
}

static void print_hint(const struct server *server, FILE *out)
{
    char address[64];
    server_address(server, address);
    fprintf(out,
            "twilio-sim: time is virtual; to move it: curl -d '{\"advance\": \"11m\"}' %s/sim/v1/clock\n",
            address);
}

/* Not refused: a wrapper in Go may start programs that are held. */
static void warn_of_unheld(const struct server *server, const char *command, FILE *out)
{
    char address[64];
    const char *what = unheld_program(command, getenv("PATH"));
    if (what == NULL)
        return;
    server_address(server, address);
    fprintf(out,
            "twilio-sim: warning: %s is %s, into which no library can be put: what it sends itself goes past "
            "the simulator. Without --preload the proxy leads it, or give its client the base URL %s\n",
            command, what, address);
}

static int run(const struct options *options, char **command)
{
    struct server server = {.people = stderr};
    struct refusal_printer *refusals = NULL;
    struct fail why = {0};
    sigset_t signals, before;
    int status = EXIT_FAILED;
    signals_of_interest(&signals);
    sigprocmask(SIG_BLOCK, &signals, &before);
    broken_pipe_ends();
    if (!server_start(options, &server, &why) || !way_open(options, &server, &refusals, &why)) {
        status = server_explain(&server, &why, stderr);
        refusal_printer_free(refusals);
        server_stop(&server);
        return status;
    }
    if (!options_flag(options, "quiet"))
        print_inbox(&server, stderr);
    if (options_flag(options, "preload"))
        warn_of_unheld(&server, command[0], stderr);
    if (server.virtual_time != NULL)
        print_hint(&server, stderr);
    struct code_printer *code_printer = code_printer_new(server.sim, server.restored_n, stderr);
    server.changed_context = code_printer;
    server.changed = code_printer_look;
    pid_t child = fork();
    if (child == 0)
        become(command, &before);
    if (child < 0)
        fprintf(stderr, "twilio-sim: no process can be started: %s\n", strerror(errno));
    else
        status = wait_for(child, &signals);
    server_tell_nobody(&server);
    code_printer_free(code_printer);
    refusal_printer_free(refusals);
    if (server.identity.ca_dir == NULL) /* a folder that is kept may serve another run right now */
        exec_environment_clear(&server);
    server_stop(&server);
    return status;
}

/* The arguments as a NULL-ended list; new, its items borrowed. */
static char **command_of(const struct options *options)
{
    size_t count = options_argument_count(options);
    char **command = mem_new_array(count + 1, sizeof *command);
    for (size_t i = 0; i < count; i++)
        command[i] = (char *)(uintptr_t)options_argument(options, i);
    return command;
}

int command_exec(const struct options *options)
{
    log_set_level(LOG_ERROR);
    if (options_argument_count(options) == 0) {
        fputs("twilio-sim exec: a command is wanted: twilio-sim exec -- npm start\n", stderr);
        return EXIT_USAGE;
    }
    char **command = command_of(options);
    int status = run(options, command);
    mem_free(command);
    return status;
}
