/* twilio-sim: starts, says so in one line, serves until it is told to end. */
#include "commands.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "server.h"

static int serve(const struct options *options, const sigset_t *ends)
{
    struct server server = {0};
    struct fail why = {0};
    int signal_number = 0, status = EXIT_FINE;
    if (server_start(options, &server, &why)) {
        server_print_ready(&server, stdout);
        sigwait(ends, &signal_number);
    } else {
        status = server_explain(&server, &why, stderr);
    }
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
    return serve(options, &ends);
}
