/* program_spawn: fork and exec with nothing inherited: exact environment, own process group, default signals,
 * no descriptors but 0 (/dev/null), 1 and 2.
 *
 *     pid_t pid;
 *     if (!program_spawn(&options, stdout_fd, stderr_fd, &pid, &why)) ...
 *
 * False with *why (which program, which folder, errno) when it cannot be started; then no child is left.
 * Thread-safe. */
#ifndef PROGRAM_SPAWN_H
#define PROGRAM_SPAWN_H

#include <sys/types.h>

#include "process.h"

bool program_spawn(const struct process_options *options, int stdout_fd, int stderr_fd, pid_t *ret_pid,
                   struct fail *why);

#endif
