/* Paths, by the system's calls. */
#include "folders.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "mem.h"
#include "text.h"

bool folder_make(const char *path, struct fail *why)
{
    char *copy = mem_string(path);
    bool fine = true;
    for (char *at = copy + 1; fine && copy[0] != '\0'; at++) {
        bool end = *at == '\0';
        if (!end && *at != '/')
            continue;
        *at = '\0';
        fine = mkdir(copy, 0777) == 0 || errno == EEXIST;
        if (end)
            break;
        *at = '/';
    }
    if (!fine)
        fail_set(why, "the folder %s cannot be made: %s", path, strerror(errno));
    mem_free(copy);
    return fine;
}

char *path_absolute(const char *path, struct fail *why)
{
    char resolved[PATH_MAX];
    if (realpath(path, resolved) != NULL)
        return mem_string(resolved);
    fail_set(why, "%s: %s", path, strerror(errno));
    return NULL;
}

char *path_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        return mem_string(".");
    return mem_copy(path, slash == path ? 1 : (size_t)(slash - path));
}

char *path_join(const char *folder, const char *name)
{
    struct text_buf out;
    text_buf_init(&out, PATH_MAX);
    if (name[0] != '/') {
        text_put_z(&out, folder);
        text_put_char(&out, '/');
    }
    text_put_z(&out, name);
    return text_buf_take(&out);
}

bool path_is_folder(const char *path)
{
    struct stat found;
    return stat(path, &found) == 0 && S_ISDIR(found.st_mode);
}

bool path_is_file(const char *path)
{
    struct stat found;
    return stat(path, &found) == 0 && S_ISREG(found.st_mode);
}
