/* Files of a report: folders, parts and moves. What stands in them is for others. */
#include "report_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mem.h"

enum { PATH_BYTES = 4096 };

int report_write(int fd, struct text bytes)
{
    while (bytes.len > 0) {
        ssize_t done = write(fd, bytes.at, bytes.len);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return errno;
        bytes = text_from(bytes, (size_t)done);
    }
    return 0;
}

/* Makes the folders above a path. What goes wrong shows when the file is opened. */
static void make_folders(const char *path)
{
    char folder[PATH_BYTES];
    for (size_t i = 1; path[i] != '\0' && i < sizeof folder; i++) {
        if (path[i] != '/')
            continue;
        memcpy(folder, path, i);
        folder[i] = '\0';
        mkdir(folder, 0755);
    }
}

/* A device, a pipe: nothing to be moved over. */
static bool is_special(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && !S_ISREG(status.st_mode);
}

static const char *part_of(const char *path, char out[PATH_BYTES])
{
    snprintf(out, PATH_BYTES, "%s.part", path);
    return out;
}

bool report_file_init(struct report_file *file, const char *path, int standard_fd, bool live,
                      struct fail *why)
{
    char part[PATH_BYTES];
    *file = (struct report_file){.fd = standard_fd};
    if (strcmp(path, "-") == 0)
        return true;
    if (path[0] == '\0' || strlen(path) + sizeof ".part" > sizeof part)
        return fail_set(why, "\"%.100s\" is no name for a report", path);
    make_folders(path);
    live = live || is_special(path);
    file->fd = open(live ? path : part_of(path, part), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file->fd < 0)
        return fail_at(why, path, 0, 0, "the report cannot be written: %s", strerror(errno));
    file->path = mem_string(path);
    file->in_part = !live;
    return true;
}

bool report_file_append(struct report_file *file, const char *path, size_t *ret_bytes, struct fail *why)
{
    struct stat status;
    *file = (struct report_file){.fd = -1};
    if (path[0] == '\0')
        return fail_set(why, "\"\" is no name for a report");
    make_folders(path);
    file->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (file->fd < 0 || fstat(file->fd, &status) != 0)
        return fail_at(why, path, 0, 0, "the report cannot be written: %s", strerror(errno));
    *ret_bytes = (size_t)status.st_size;
    file->path = mem_string(path);
    return true;
}

void report_file_put(struct report_file *file, struct text bytes)
{
    if (file->error == 0)
        file->error = report_write(file->fd, bytes);
}

bool report_file_finish(struct report_file *file, struct fail *why)
{
    char part[PATH_BYTES];
    const char *path = file->path == NULL ? "standard output" : file->path;
    if (file->error == 0 && file->in_part && rename(part_of(file->path, part), file->path) != 0)
        file->error = errno;
    if (file->error != 0)
        return fail_at(why, path, 0, 0, "the report cannot be written: %s", strerror(file->error));
    file->in_part = false;
    return true;
}

void report_file_release(struct report_file *file)
{
    char part[PATH_BYTES];
    if (file->path == NULL)
        return;
    close(file->fd);
    if (file->in_part)
        unlink(part_of(file->path, part));
    mem_free(file->path);
    file->path = NULL;
}
