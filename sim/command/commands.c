/* The table of commands. */
#include "commands.h"

#include "sim_options.h"

static const struct command_row commands[] = {
    {"",
     NULL,
     "serve until ended",
     "When it is ready it prints one line of JSON: address, ca, account_sid, auth_token, number.\n",
     {sim_option_rows},
     false,
     command_serve},
    {"exec",
     "-- COMMAND...",
     "run a command against it",
     "Starts on a free port, sets the variables that lead the command to the simulator, prints each code as\n"
     "it is sent, and ends with the command's exit status.\n",
     {exec_option_rows, sim_option_rows},
     true,
     command_exec},
    {"codes", NULL, "list every error code", NULL, {0}, false, command_codes},
    {0},
};

static const struct exit_row statuses[] = {
    {EXIT_FINE, "fine"},
    {EXIT_FAILED, "it failed while running"},
    {EXIT_USAGE, "usage"},
    {EXIT_SETUP, "a setup file is wrong"},
    {0},
};

const struct program twilio_sim = {"twilio-sim",       "an offline Twilio for tests and development",
                                   SIM_OPTIONS_PREFIX, "0.1.0",
                                   commands,           statuses};
