/* The header of an SQLite file (sqlite.org/fileformat.html, 1.3): its magic, user_version at 60,
 * application_id at 68, both big-endian; and /proc/locks (proc(5)). */
#include "store_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "mem.h"
#include "text.h"

enum { HEADER_BYTES = 100, VERSION_AT = 60, ID_AT = 68 };

static uint32_t number_at(const unsigned char *header, size_t at)
{
    return (uint32_t)header[at] << 24 | (uint32_t)header[at + 1] << 16 | (uint32_t)header[at + 2] << 8 |
           header[at + 3];
}

static bool judge_header(const char *path, const unsigned char *header, size_t bytes, int version,
                         struct fail *why)
{
    if (bytes < HEADER_BYTES || memcmp(header, "SQLite format 3", 16) != 0)
        return fail_set(why, "%s is no store of twilio-sim, and is left as it is", path);
    if (number_at(header, ID_AT) != STORE_FILE_ID)
        return fail_set(why, "%s is an SQLite file, but no store of twilio-sim; it is left as it is", path);
    if (number_at(header, VERSION_AT) == 0)
        return fail_set(why, "%s is damaged: it has no version; it is left as it is", path);
    return number_at(header, VERSION_AT) == (uint32_t)version ||
           fail_set(why, "%s was written by another twilio-sim (version %u of a store, this one knows %d)",
                    path, number_at(header, VERSION_AT), version);
}

static bool read_header(const char *path, int version, struct fail *why)
{
    unsigned char header[HEADER_BYTES];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t bytes = fd < 0 ? -1 : read(fd, header, sizeof header);
    int reason = errno;
    if (fd >= 0)
        close(fd);
    if (bytes < 0)
        return fail_set(why, "%s cannot be read: %s", path, strerror(reason));
    return judge_header(path, header, (size_t)bytes, version, why);
}

void store_file_prepare(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0)
        close(fd);
}

/* Names that begin with a folder are plain: ":memory:" and "file:..." are not. */
char *store_file_name(const char *path)
{
    struct text_buf name;
    text_buf_init(&name, SIZE_MAX / 2);
    text_putf(&name, "%s%s", path[0] == '/' ? "" : "./", path);
    return text_buf_take(&name);
}

char *store_file_log(const char *path, const char *suffix)
{
    char real[PATH_MAX];
    struct text_buf name;
    text_buf_init(&name, SIZE_MAX / 2);
    text_putf(&name, "%s%s", realpath(path, real) == NULL ? path : real, suffix); /* as SQLite */
    return text_buf_take(&name);
}

bool store_file_has_log(const char *path, const char *suffix)
{
    struct stat info;
    char *log_path = store_file_log(path, suffix);
    bool has = stat(log_path, &info) == 0 && info.st_size > 0;
    mem_free(log_path);
    return has;
}

/* What is in the log would be thrown away. */
static bool has_no_log(const char *path, const char *suffix, struct fail *why)
{
    return !store_file_has_log(path, suffix) ||
           fail_set(why,
                    "%s is empty or gone, but its log %s%s is there: put the file back, or move the log away",
                    path, path, suffix);
}

bool store_file_judge(const char *path, int version, int64_t *ret_bytes, struct fail *why)
{
    struct stat info = {0};
    *ret_bytes = 0;
    if (strlen(path) > STORE_FILE_PATH_MAX_BYTES)
        return fail_set(why, "the path of the store has %zu bytes; at most %d are possible", strlen(path),
                        STORE_FILE_PATH_MAX_BYTES);
    if (stat(path, &info) != 0 && errno != ENOENT)
        return fail_set(why, "%s cannot be opened: %s", path, strerror(errno));
    bool there = info.st_mode != 0;
    if (there && S_ISDIR(info.st_mode))
        return fail_set(why, "%s is a folder; a file is wanted", path);
    if (there && !S_ISREG(info.st_mode))
        return fail_set(why, "%s is no ordinary file", path);
    if (there && faccessat(AT_FDCWD, path, R_OK | W_OK, AT_EACCESS) != 0)
        return fail_set(why, "%s cannot be read and written: %s", path, strerror(errno));
    *ret_bytes = info.st_size;
    if (info.st_size == 0)
        return has_no_log(path, STORE_FILE_WAL, why) && has_no_log(path, STORE_FILE_REDO, why);
    return read_header(path, version, why);
}

/* The pid of a line "1: POSIX  ADVISORY  WRITE 4711 fe:01:131 0 EOF" about this file; 0 = another one. */
static long lock_owner(const char *line, const struct stat *info)
{
    unsigned long major_id, minor_id, inode;
    long pid;
    if (sscanf(line, "%*s %*s %*s %*s %ld %lx:%lx:%lu", &pid, &major_id, &minor_id, &inode) != 4)
        return 0;
    bool same = inode == info->st_ino && major_id == major(info->st_dev) && minor_id == minor(info->st_dev);
    return same && pid > 0 && pid != (long)getpid() ? pid : 0;
}

static long find_owner(const char *path)
{
    char line[256];
    struct stat info;
    long pid = 0;
    FILE *locks = fopen("/proc/locks", "re");
    if (locks == NULL)
        return 0;
    while (stat(path, &info) == 0 && pid == 0 && fgets(line, sizeof line, locks) != NULL)
        pid = lock_owner(line, &info);
    fclose(locks);
    return pid;
}

bool store_file_in_use(const char *path, struct fail *why)
{
    long pid = find_owner(path);
    char who[64] = "another simulator";
    if (pid > 0)
        snprintf(who, sizeof who, "the process %ld", pid);
    return fail_set(why, "%s is in use by %s; a store has one simulator: end that one, or take another file",
                    path, who);
}
