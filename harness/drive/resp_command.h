/* resp_command: one command to a Redis on loopback, by its own protocol, so that no client program is needed.
 *
 *     struct fail why = {0};
 *     if (!resp_command(6379, "FLUSHALL", reply, sizeof reply, &why)) ...      // "+OK" or ":3"
 *
 * Inline commands only (words without blanks). The reply's first line is given; an error reply ("-…") is a
 * failure. */
#ifndef RESP_COMMAND_H
#define RESP_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "fail.h"

bool resp_command(int port, const char *command, char *ret_reply, size_t size_bytes, struct fail *why);

#endif
