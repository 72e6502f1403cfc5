/* listener: opens a listening socket, and says in words why it cannot be. */
#ifndef LISTENER_H
#define LISTENER_H

#include <stdbool.h>

#include "fail.h"

/* A new non-blocking descriptor that listens; *ret_port is the port that was taken. */
bool listener_open(const char *ip, int port, int *ret_fd, int *ret_port, struct fail *why)
    __attribute__((warn_unused_result));

#endif
