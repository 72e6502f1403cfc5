/* twilio-sim: starts, says so in one line, serves until it is told to end. */
#include "commands.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "server.h"

static const char usage[] =
    "twilio-sim: an offline Twilio for tests and development\n"
    "\n"
    "usage: twilio-sim [OPTIONS]                    serve until ended\n"
    "       twilio-sim exec [OPTIONS] -- COMMAND...   run a command against it\n"
    "       twilio-sim codes                        list every error code\n"
    "\n"
    "When it is ready it prints one line of JSON: address, ca, account_sid, auth_token, number.\n"
    "\n";

/* Reads the options; 0 when the command goes on, else 1 + the exit status. */
static int read_options(struct options *options, int argc, char **argv)
{
    struct fail why = {0};
    if (!options_read_environment(options, SIM_OPTIONS_PREFIX, &why) ||
        !options_read(options, argc, argv, false, &why)) {
        fprintf(stderr, "twilio-sim: %s\n", why.text);
        return 1 + EXIT_USAGE;
    }
    if (options_flag(options, "help")) {
        fputs(usage, stdout);
        options_print(options, SIM_OPTIONS_PREFIX, stdout);
        return 1 + EXIT_FINE;
    }
    if (options_flag(options, "version")) {
        puts("twilio-sim 0.1.0");
        return 1 + EXIT_FINE;
    }
    if (options_argument_count(options) > 0) {
        fprintf(stderr, "twilio-sim: unknown command '%s'; 'twilio-sim --help' lists them\n",
                options_argument(options, 0));
        return 1 + EXIT_USAGE;
    }
    log_set_level(options_flag(options, "quiet") ? LOG_ERROR : LOG_INFO);
    return 0;
}

static int serve(const struct options *options, const sigset_t *ends)
{
    struct server server = {0};
    struct fail why = {0};
    int signal_number = 0;
    bool fine = server_start(options, &server, &why);
    if (fine) {
        server_print_ready(&server, stdout);
        sigwait(ends, &signal_number);
    } else {
        fprintf(stderr, "twilio-sim: %s\n", why.text);
    }
    server_stop(&server);
    if (!fine)
        return server.misused ? EXIT_USAGE : EXIT_FAILED;
    return EXIT_FINE;
}

int command_serve(int argc, char **argv)
{
    sigset_t ends;
    struct options *options = options_new("twilio-sim", sim_option_rows);
    int result = read_options(options, argc, argv);
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGHUP);
    sigprocmask(SIG_BLOCK, &ends, NULL);
    int status = result == 0 ? serve(options, &ends) : result - 1;
    options_free(options);
    return status;
}
