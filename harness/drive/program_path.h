/* program_path: where a program is, by a PATH that is not the harness's own.
 *
 *     char path[PATH_MAX];
 *     if (!program_path("redis-server", environment, path, &why)) ...       // no program "…" in PATH
 *
 * A name with a '/' is taken as it is. Without a PATH: /usr/local/bin:/usr/bin:/bin. */
#ifndef PROGRAM_PATH_H
#define PROGRAM_PATH_H

#include <limits.h>
#include <stdbool.h>

#include "environment.h"
#include "fail.h"

bool program_path(const char *name, const struct environment *environment, char ret_path[PATH_MAX],
                  struct fail *why);

/* The same with the PATH itself, NULL for none. */
bool program_path_in(const char *name, const char *folders, char ret_path[PATH_MAX], struct fail *why);

#endif
