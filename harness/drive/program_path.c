/* Looks a program up. Running it is program_spawn's. */
#include "program_path.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "text.h"

static bool is_program(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISREG(about.st_mode) && access(path, X_OK) == 0;
}

bool program_path_in(const char *name, const char *folders, char ret_path[PATH_MAX], struct fail *why)
{
    if (strchr(name, '/') != NULL)
        return snprintf(ret_path, PATH_MAX, "%s", name) < PATH_MAX ||
               fail_set(why, "the path of a program is too long");
    struct text rest = text_of(folders == NULL ? "/usr/local/bin:/usr/bin:/bin" : folders);
    struct text folder;
    while (text_split(&rest, ':', &folder))
        if (snprintf(ret_path, PATH_MAX, "%.*s/%s", TEXT_ARGS(folder), name) < PATH_MAX &&
            is_program(ret_path))
            return true;
    return fail_set(why, "no program \"%s\" in PATH", name);
}

bool program_path(const char *name, const struct environment *environment, char ret_path[PATH_MAX],
                  struct fail *why)
{
    return program_path_in(name, environment_get(environment, "PATH"), ret_path, why);
}
