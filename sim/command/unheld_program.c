/* Finds the file as execvp(3) does. What its headers say is program_file's. */
#include "unheld_program.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "program_file.h"
#include "text.h"

/* An open descriptor, or -1. */
static int program_open(const char *path)
{
    struct stat about;
    bool runs = stat(path, &about) == 0 && S_ISREG(about.st_mode) && access(path, X_OK) == 0;
    return runs ? open(path, O_RDONLY | O_CLOEXEC) : -1;
}

static int command_open(const char *command, const char *folders)
{
    char path[PATH_MAX];
    struct text rest = text_of(folders), folder;
    if (strchr(command, '/') != NULL)
        return program_open(command);
    while (text_split(&rest, ':', &folder)) {
        int len =
            snprintf(path, sizeof path, "%.*s%s%s", TEXT_ARGS(folder), folder.len == 0 ? "" : "/", command);
        int fd = len < (int)sizeof path ? program_open(path) : -1;
        if (fd >= 0)
            return fd;
    }
    return -1;
}

const char *unheld_program(const char *command, const char *folders)
{
    struct program_file program = {0};
    int fd = command_open(command, folders);
    bool known = fd >= 0 && program_file_read(fd, &program);
    if (fd >= 0)
        close(fd);
    if (known && program.is_go)
        return "a Go program";
    return known && program.is_static ? "a static program" : NULL;
}
