/* twilio-sim: its commands are a table, sim/command/commands.c. */
#include "commands.h"
#include "source_description.h"

int main(int argc, char **argv)
{
    struct program program = twilio_sim;
    program.source = source_description;
    return program_run(&program, argc, argv);
}
