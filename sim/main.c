/* twilio-sim: its commands are a table, sim/command/commands.c. */
#include "commands.h"

int main(int argc, char **argv)
{
    return program_run(&twilio_sim, argc, argv);
}
