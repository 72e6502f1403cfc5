/* proc_files: reads the small files of /proc that tell of processes and threads. No memory is taken; what is
 * gone is told by false. Thread-safe. */
#ifndef PROC_FILES_H
#define PROC_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { PROC_NAME_BYTES = 16, PROC_PATH_BYTES = 64, PROC_TEXT_BYTES = 1024 };

struct proc_stat {
    char name[PROC_NAME_BYTES];
    char state; /* R S D Z T t X I … */
    pid_t parent;
    bool of_kernel;       /* a thread of the kernel itself */
    uint64_t start_ticks; /* with the pid, names a process for ever */
};

/* The text of a stat file. False when it is none. */
bool proc_stat_parse(const char *text, struct proc_stat *ret);
/* The first and the third number of a schedstat file, added: the nanoseconds that the thread was on a CPU,
 * and how often it was given one. Neither ever falls, so the sum is the same only when the thread did not
 * run. */
bool proc_schedstat_parse(const char *text, uint64_t *ret_switches);
/* The last field of /proc/loadavg: the youngest pid. */
bool proc_loadavg_parse(const char *text, uint64_t *ret_last_pid);

/* "/proc/PID/task/TID/name", tid 0: "/proc/PID/name". */
const char *proc_path(pid_t pid, pid_t tid, const char *name, char out[PROC_PATH_BYTES]);
/* Reads from the start of an open file. False with errno: ESRCH or ENOENT when the thread is gone. */
bool proc_read_fd(int fd, char out[PROC_TEXT_BYTES]);
/* The same of a file that is opened for it. */
bool proc_read(pid_t pid, pid_t tid, const char *name, char out[PROC_TEXT_BYTES]);
bool proc_read_stat(pid_t pid, pid_t tid, struct proc_stat *ret);

/* Calls for each number that is a name in that folder. False when the folder is gone. */
bool proc_each_number(const char *folder, void (*call)(void *context, pid_t number), void *context);

#endif
