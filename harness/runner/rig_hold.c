/* Looks at every descendant of the worker: its sockets, its file, what it has mapped. */
#include "rig_hold.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "preload_way.h"
#include "process_table.h"
#include "program_file.h"

enum { SOCKETS_MAX = 1024, LINE_BYTES = 4608, INODE_FIELD = 9, LOOKS = 40, LOOK_MS = 5 };

struct sockets {
    int64_t inodes[SOCKETS_MAX];
    size_t count;
};

static void sockets_read(pid_t pid, struct sockets *ret)
{
    char path[64], link[64];
    ret->count = 0;
    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    DIR *folder = opendir(path);
    if (folder == NULL)
        return;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL && ret->count < SOCKETS_MAX;) {
        ssize_t len = readlinkat(dirfd(folder), entry->d_name, link, sizeof link);
        struct text name = text_span(link, len < 0 ? 0 : (size_t)len);
        if (text_starts(name, "socket:[") &&
            text_to_int(text_span(name.at + 8, name.len - 9), 0, INT64_MAX, &ret->inodes[ret->count]))
            ret->count++;
    }
    closedir(folder);
}

/* "  0: 0100007F:B4AD 00000000:0000 0A … INODE …": the tenth of what spaces part. */
static bool line_inode(struct text line, int64_t *ret)
{
    struct text field = TEXT_NONE;
    for (int i = 0; i <= INODE_FIELD;)
        if (!text_split(&line, ' ', &field))
            return false;
        else if (field.len > 0)
            i++;
    return text_to_int(field, 0, INT64_MAX, ret);
}

static bool file_lists(const char *path, const struct sockets *sockets)
{
    char line[LINE_BYTES];
    int64_t inode;
    bool found = false;
    FILE *file = fopen(path, "re");
    while (file != NULL && !found && fgets(line, sizeof line, file) != NULL)
        if (line_inode(text_of(line), &inode))
            for (size_t i = 0; i < sockets->count; i++)
                found = found || sockets->inodes[i] == inode;
    if (file != NULL)
        fclose(file);
    return found;
}

static bool has_internet_socket(pid_t pid)
{
    static const char *const files[] = {"/proc/net/tcp", "/proc/net/tcp6", "/proc/net/udp", "/proc/net/udp6"};
    struct sockets *sockets = mem_new(sizeof *sockets);
    bool found = false;
    sockets_read(pid, sockets);
    for (size_t i = 0; i < sizeof files / sizeof files[0] && sockets->count > 0; i++)
        found = found || file_lists(files[i], sockets);
    mem_free(sockets);
    return found;
}

static bool has_library(pid_t pid)
{
    char path[64], line[LINE_BYTES];
    bool found = false;
    snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
    FILE *file = fopen(path, "re");
    while (file != NULL && !found && fgets(line, sizeof line, file) != NULL)
        found = strstr(line, "/" PRELOAD_LIBRARY) != NULL;
    if (file != NULL)
        fclose(file);
    return found;
}

/* Why the library does not hold it, or NULL. */
static const char *program_fault(pid_t pid)
{
    char path[64];
    struct program_file program;
    snprintf(path, sizeof path, "/proc/%d/exe", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) /* it is gone, or is another user's: nobody of ours */
        return NULL;
    bool known = program_file_read(fd, &program);
    close(fd);
    if (known && program.is_go)
        return "a Go program";
    if (known && program.is_static)
        return "a static program";
    return has_library(pid) ? NULL : "started without the library";
}

static bool is_simulator(const struct rig *rig, pid_t pid)
{
    char path[64], program[PATH_MAX];
    snprintf(path, sizeof path, "/proc/%d/exe", (int)pid);
    ssize_t len = readlink(path, program, sizeof program);
    return len > 0 && text_is(text_span(program, (size_t)len), rig->plan.simulator);
}

static const char *fault_now(const struct rig *rig, pid_t pid)
{
    bool counts = !is_simulator(rig, pid) && has_internet_socket(pid);
    return counts ? program_fault(pid) : NULL;
}

/* Who is just being started has no library yet: a fault must last. */
static const char *lasting_fault(const struct rig *rig, pid_t pid)
{
    const char *fault = fault_now(rig, pid);
    for (int i = 0; i < LOOKS && fault != NULL; i++) {
        poll(NULL, 0, LOOK_MS);
        fault = fault_now(rig, pid);
    }
    return fault;
}

bool rig_holds_all(const struct rig *rig, struct fail *why)
{
    struct process_table table;
    pid_t *pids = NULL;
    if (rig->plan.sandbox == NULL || sandbox_way_of(rig->plan.sandbox) != SANDBOX_PRELOAD)
        return true;
    process_table_read(&table);
    size_t count = process_table_family(&table, getpid(), &pids);
    for (size_t i = 0; i < count && !why->set; i++) {
        const char *fault = lasting_fault(rig, pids[i]);
        if (fault != NULL)
            fail_set(why,
                     "way preload cannot hold process %d, %s: it would go past the simulator; use --sandbox "
                     "namespace or proxy",
                     (int)pids[i], fault);
    }
    mem_free(pids);
    process_table_release(&table);
    return !why->set;
}
