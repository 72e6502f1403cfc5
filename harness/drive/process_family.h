/* process_family: signals to a process, its group and all its descendants (Postgres' children leave its
 * group).
 *
 *     family_signal(pid, SIGSTOP);
 *     family_kill(pid);               // returns when the others are gone, or after two seconds
 *
 * The leader is not reaped here. Best effort by nature: what is born meanwhile in a group of its own is the
 * guardian's. */
#ifndef PROCESS_FAMILY_H
#define PROCESS_FAMILY_H

#include <stdbool.h>
#include <sys/types.h>

void family_signal(pid_t leader, int signal);
void family_kill(pid_t leader);
/* True while somebody but the leader lives. */
bool family_has_others(pid_t leader);

#endif
