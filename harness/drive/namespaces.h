/* namespaces: leaving the machine's user, network, mounts, processes, IPC and host name behind.
 *
 *     if (!namespaces_leave(&why)) ...     // this process is SANDBOX_UID now; its next child is pid 1 inside
 *
 * Works as root and as an ordinary user: one id is mapped, the caller's own, to SANDBOX_UID (Postgres
 * refuses to run where it sees root), with setgroups denied. The caller must have one thread. Nothing is
 * undone on failure: the caller is a child that ends. */
#ifndef NAMESPACES_H
#define NAMESPACES_H

#include <stdbool.h>

#include "fail.h"

bool namespaces_leave(struct fail *why);

#endif
