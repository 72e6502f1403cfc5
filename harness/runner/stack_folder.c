/* One folder for a user. That it is the user's alone is seen to by the desk. */
#include "stack_folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "folders.h"
#include "mem.h"

char *stack_folder(void)
{
    char path[64];
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    if (runtime != NULL && runtime[0] == '/' && path_is_folder(runtime))
        return path_join(runtime, "otp-harness");
    snprintf(path, sizeof path, "/tmp/otp-harness-%u", (unsigned)geteuid());
    return mem_string(path);
}
