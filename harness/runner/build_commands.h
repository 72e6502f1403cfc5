/* build_commands: the profile's `build`: outside of any sandbox, once, in the backend's own folder, before
 * the first worker. */
#ifndef BUILD_COMMANDS_H
#define BUILD_COMMANDS_H

#include "profile.h"

enum { BUILD_WITHIN_MS = 15 * 60 * 1000 };

/* False with *why (its last lines) at the first that fails. */
bool build_commands_run(const struct profile *profile, const char *cwd, struct fail *why);

#endif
