/* commands: what twilio-sim can be told to do, as a table. Each returns the exit status; `exec` its
 * command's. */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "program.h"

extern const struct program twilio_sim;

int command_serve(const struct options *options);
int command_exec(const struct options *options);
int command_codes(const struct options *options);
int command_messages(const struct options *options);
int command_code(const struct options *options);

/* The options of `exec`, and of serving, beside those of the simulator. */
extern const struct option_row exec_option_rows[], serve_option_rows[];
/* Those of `code` and `messages`, beside sim_client_rows. */
extern const struct option_row code_option_rows[], messages_option_rows[];

enum { EXIT_FINE = 0, EXIT_FAILED = 1, EXIT_USAGE = PROGRAM_USAGE, EXIT_SETUP = 3, EXIT_UNREACHABLE = 4 };

#endif
