/* twilio-sim: which command was asked for. */
#include <string.h>

#include "commands.h"

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "exec") == 0)
        return command_exec(argc, argv);
    if (argc > 1 && strcmp(argv[1], "codes") == 0)
        return command_codes(argc, argv);
    return command_serve(argc, argv);
}
