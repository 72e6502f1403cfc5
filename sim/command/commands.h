/* commands: what twilio-sim can be told to do. Each takes the whole argv and returns the exit status: 0 fine,
 * 1 it failed while running, 2 usage; `exec` returns its command's. */
#ifndef COMMANDS_H
#define COMMANDS_H

int command_serve(int argc, char **argv);
/* argv[1] is "exec". */
int command_exec(int argc, char **argv);
/* argv[1] is "codes". */
int command_codes(int argc, char **argv);

enum { EXIT_FINE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

#endif
