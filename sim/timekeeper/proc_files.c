/* Numbers are read digit by digit: these lines are read tens of thousands of times a second. */
#include "proc_files.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* PF_KTHREAD of the kernel's flags. */
#define OF_KERNEL 0x00200000u

static uint64_t number_at(const char **at)
{
    uint64_t number = 0;
    while (**at == ' ' || **at == '-')
        (*at)++;
    while (isdigit((unsigned char)**at))
        number = number * 10 + (uint64_t)(*(*at)++ - '0');
    return number;
}

/* "12 (a name) S 1 ..." : the name may hold anything, so its end is the last bracket. */
bool proc_stat_parse(const char *text, struct proc_stat *ret)
{
    const char *open = strchr(text, '('), *close = strrchr(text, ')');
    if (open == NULL || close == NULL || close < open || close[1] != ' ' || close[2] == '\0')
        return false;
    size_t len = (size_t)(close - open - 1);
    len = len < sizeof ret->name ? len : sizeof ret->name - 1;
    memcpy(ret->name, open + 1, len);
    ret->name[len] = '\0';
    ret->state = close[2];
    const char *at = close + 3;
    ret->parent = (pid_t)number_at(&at);
    for (int field = 5; field <= 8; field++)
        number_at(&at);
    ret->of_kernel = (number_at(&at) & OF_KERNEL) != 0;
    for (int field = 10; field <= 21; field++)
        number_at(&at);
    ret->start_ticks = number_at(&at);
    return true;
}

bool proc_schedstat_parse(const char *text, uint64_t *ret_switches)
{
    uint64_t on_cpu_ns = number_at(&text);
    number_at(&text);
    if (*text != ' ')
        return false;
    *ret_switches = on_cpu_ns + number_at(&text);
    return true;
}

bool proc_loadavg_parse(const char *text, uint64_t *ret_last_pid)
{
    const char *last = strrchr(text, ' ');
    if (last == NULL || !isdigit((unsigned char)last[1]))
        return false;
    *ret_last_pid = number_at(&last);
    return true;
}

const char *proc_path(pid_t pid, pid_t tid, const char *name, char out[PROC_PATH_BYTES])
{
    if (tid != 0)
        snprintf(out, PROC_PATH_BYTES, "/proc/%d/task/%d/%s", (int)pid, (int)tid, name);
    else
        snprintf(out, PROC_PATH_BYTES, "/proc/%d/%s", (int)pid, name);
    return out;
}

bool proc_read_fd(int fd, char out[PROC_TEXT_BYTES])
{
    ssize_t len = pread(fd, out, PROC_TEXT_BYTES - 1, 0);
    if (len == 0)
        errno = ESRCH;
    out[len > 0 ? len : 0] = '\0';
    return len > 0;
}

bool proc_read(pid_t pid, pid_t tid, const char *name, char out[PROC_TEXT_BYTES])
{
    char path[PROC_PATH_BYTES];
    int fd = open(proc_path(pid, tid, name, path), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool fine = proc_read_fd(fd, out);
    close(fd);
    return fine;
}

bool proc_read_stat(pid_t pid, pid_t tid, struct proc_stat *ret)
{
    char text[PROC_TEXT_BYTES];
    return proc_read(pid, tid, "stat", text) && proc_stat_parse(text, ret);
}

bool proc_each_number(const char *folder, void (*call)(void *context, pid_t number), void *context)
{
    DIR *dir = opendir(folder);
    if (dir == NULL)
        return false;
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        const char *at = entry->d_name;
        if (isdigit((unsigned char)*at))
            call(context, (pid_t)number_at(&at));
    }
    closedir(dir);
    return true;
}
