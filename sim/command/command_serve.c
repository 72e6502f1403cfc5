/* twilio-sim: starts, says so, serves until it is told to end. To a program it says so in one line of JSON;
 * at a terminal it greets a person, and prints a line a message. */
#include "commands.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "broken_pipe.h"
#include "code_printer.h"
#include "greeting.h"
#include "log.h"
#include "server.h"

const struct option_row serve_option_rows[] = {
    {"print", 0, OPTION_FLAG, NULL, NULL,
     "print a line for each message, with its code, to stderr (at a terminal it does so anyway)", 0, 0},
    {0},
};

/* Where a person watches: NULL when nobody does. */
static FILE *people_of(const struct options *options)
{
    if (isatty(STDOUT_FILENO) == 1)
        return stdout;
    return options_flag(options, "print") ? stderr : NULL;
}

static void run(struct server *server, const sigset_t *ends)
{
    int signal_number = 0;
    struct code_printer *printer =
        server->people == NULL ? NULL : code_printer_new(server->sim, server->restored_n, server->people);
    if (printer != NULL) {
        server->changed_context = printer;
        server->changed = code_printer_look;
    }
    if (server->people == stdout)
        greeting_print(server, stdout);
    else
        server_print_ready(server, stdout);
    sigwait(ends, &signal_number);
    server_tell_nobody(server);
    code_printer_free(printer);
}

static int serve(const struct options *options, const sigset_t *ends)
{
    struct server server = {.people = people_of(options)};
    struct fail why = {0};
    int status = EXIT_FINE;
    if (server_start(options, &server, &why))
        run(&server, ends);
    else
        status = server_explain(&server, &why, stderr);
    server_stop(&server);
    return status;
}

int command_serve(const struct options *options)
{
    sigset_t ends;
    log_set_level(options_flag(options, "quiet") ? LOG_ERROR : LOG_INFO);
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGHUP);
    sigprocmask(SIG_BLOCK, &ends, NULL);
    broken_pipe_ends();
    signal(SIGXFSZ, SIG_IGN); /* ulimit -f: an error as of a full disk, and not an end without a word */
    return serve(options, &ends);
}
