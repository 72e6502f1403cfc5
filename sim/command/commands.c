/* The table of commands. */
#include "commands.h"

#include "program_print.h"
#include "sim_client.h"
#include "sim_options.h"

static int command_print(const struct options *options)
{
    return program_print(&twilio_sim, options, stdout);
}

static const struct command_row commands[] = {
    {"",
     NULL,
     "serve until ended",
     "When it is ready it prints one line of JSON: address, ca, account_sid, auth_token, number, whatsapp.\n"
     "At a terminal it greets a person instead, and prints a line for each message, with its code; with\n"
     "--print it prints these lines to stderr wherever stdout goes. NO_COLOR is honoured.\n",
     {serve_option_rows, sim_option_rows},
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
    {"messages",
     NULL,
     "list or follow the messages of a running one",
     "A line a message, the oldest first: channel, number, code, text; below it what went wrong with it, if\n"
     "something did. --follow begins with what was, goes on with what comes, shows requests that were "
     "refused,\n"
     "too, and ends when the simulator does (exit status 4). With --json the objects are those of\n"
     "GET /sim/v1/messages, and with --follow those of GET /sim/v1/events.\n",
     {messages_option_rows, sim_client_rows},
     false,
     command_messages},
    {"code",
     "NUMBER",
     "print the code that reached a phone",
     "Prints the newest code alone; exit status 1 when there is none. whatsapp:NUMBER means --channel\n"
     "whatsapp. With --wait it waits for one; a code that is there already counts, unless --after or --new\n"
     "says otherwise. For a test that must get the code of this click and of no click before:\n\n"
     "  cursor=$(twilio-sim code --cursor)                        # before the click\n"
     "  code=$(twilio-sim code +243810000001 --after $cursor --wait 10s)\n\n"
     "--new does the same for a command that begins before the click, in the background.\n",
     {code_option_rows, sim_client_rows},
     false,
     command_code},
    {"codes", NULL, "list every error code", NULL, {0}, false, command_codes},
    {"print", PROGRAM_PRINT_FORMS, PROGRAM_PRINT_SUMMARY, PROGRAM_PRINT_ABOUT, {0}, false, command_print},
    {0},
};

static const struct note_row examples[] = {
    {"twilio-sim exec -- npm start", "Runs a backend as ever and prints each code that it sends."},
    {"twilio-sim exec --preload -- npm start",
     "The same for a backend with clients that know no proxy, such as Node's fetch."},
    {"twilio-sim --port 4010 --account-plan trial-legacy --verified +15005550006",
     "Serves a trial account that may send to one number."},
    {"twilio-sim code +243810000001 --wait 10s",
     "Prints the code that a number gets, alone: for tests and scripts."},
    {0},
};

static const struct note_row files[] = {
    {"../lib/twilio-sim/preload/twilio-sim-preload.so",
     "What --preload and --virtual-time put into other programs, as seen from the program's folder."},
    {"../share/twilio-sim/scenarios",
     "The bundled scenarios of otp-harness(1), and schema.json for editors."},
    {0},
};

static const struct exit_row statuses[] = {
    {EXIT_FINE, "fine"},
    {EXIT_FAILED, "it failed while running"},
    {EXIT_USAGE, "usage"},
    {EXIT_SETUP, "a setup file, or what was remembered, is wrong"},
    {EXIT_UNREACHABLE, "no simulator can be reached"},
    {0},
};

const struct program twilio_sim = {.name = "twilio-sim",
                                   .summary = "an offline Twilio for tests and development",
                                   .prefix = SIM_OPTIONS_PREFIX,
                                   .version = PROGRAM_VERSION,
                                   .commands = commands,
                                   .statuses = statuses,
                                   .examples = examples,
                                   .files = files,
                                   .see_also = "otp-harness"};
