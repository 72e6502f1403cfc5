/* Reading and writing whole files. Trees of files are workspace's. */
#include "file_bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static bool fail_path(struct fail *why, const char *verb, const char *path)
{
    if (why != NULL)
        fail_set(why, "cannot %s %s: %s", verb, path, strerror(errno));
    return false;
}

bool file_read(const char *path, struct text_buf *ret_content, struct fail *why)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail_path(why, "read", path);
    text_buf_init(ret_content, FILE_BYTES_MAX);
    char piece[16 * 1024];
    ssize_t got;
    while ((got = read(fd, piece, sizeof piece)) > 0)
        text_put(ret_content, text_span(piece, (size_t)got));
    if (got == 0 && ret_content->overflowed) {
        got = -1;
        errno = EFBIG;
    }
    close(fd);
    if (got == 0)
        return true;
    text_buf_release(ret_content);
    return fail_path(why, "read", path);
}

static bool write_all(int fd, struct text content)
{
    while (content.len > 0) {
        ssize_t put = write(fd, content.at, content.len);
        if (put < 0 && errno != EINTR)
            return false;
        if (put > 0)
            content = text_from(content, (size_t)put);
    }
    return true;
}

static bool write_file(const char *path, int flags, struct text content, mode_t mode, struct fail *why)
{
    int fd = open(path, flags | O_WRONLY | O_CREAT | O_CLOEXEC, mode);
    if (fd < 0)
        return fail_path(why, "write", path);
    bool done = write_all(fd, content);
    done = close(fd) == 0 && done;
    return done || fail_path(why, "write", path);
}

bool file_write(const char *path, struct text content, mode_t mode, struct fail *why)
{
    return write_file(path, O_TRUNC, content, mode, why);
}

bool file_append(const char *path, struct text content, struct fail *why)
{
    return write_file(path, O_APPEND, content, 0644, why);
}
