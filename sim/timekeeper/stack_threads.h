/* stack_threads: which processes and threads a stack consists of, kept up to date.
 *
 *     struct stack_threads *stack = stack_threads_new(root, gettid());
 *     if (stack_threads_are_stale(stack))
 *         stack_threads_refresh(stack);
 *     for (size_t i = 0; i < stack->thread_count; i++) ... stack->threads[i] ...
 *     stack_threads_free(stack);
 *
 * The stack is the root process and its descendants (root 0: all that /proc shows, without the kernel's own
 * threads), this process, and every process named by stack_threads_include(). Whoever belonged to it once
 * stays, also when its parent dies. One thread of this process is left out: the one that looks.
 *
 * Going through /proc is slow (0.1 ms and more), and nobody is born without the youngest pid changing: so one
 * number says whether it must be done again, and which pids are new. Where /proc/loadavg is not the kernel's
 * own (lxcfs), it always must. The stat files stay open while there is room for descriptors. One thread. */
#ifndef STACK_THREADS_H
#define STACK_THREADS_H

#include "proc_files.h"

struct stack_process {
    pid_t pid;
    uint64_t start_ticks;
    char name[PROC_NAME_BYTES];
    bool seen;  /* by the refresh that is going on */
    bool alive; /* one of its threads is no zombie, as of the last complete look */
};

struct stack_thread {
    pid_t pid, tid;
    int stat_fd, schedstat_fd, wchan_fd; /* -1: opened for each look */
    uint64_t switches;                   /* of the last look */
    char state;
    bool seen;
};

struct stack_threads {
    pid_t root;
    pid_t self, left_out;
    bool self_descends;   /* from the root, or is it: then our children belong to the stack too */
    int loadavg_fd;       /* -1: not to be relied on */
    uint64_t last_pid;    /* when the last refresh began */
    uint64_t born_behind; /* whoever has this pid or a lower one is known, or not of the stack */
    bool refreshed;       /* ever, and completely */
    bool included;        /* a process whose threads no refresh has met yet */
    bool grown;           /* by the refresh that is going on */
    uint64_t changes;     /* counts up when anybody may have come or gone */
    size_t kept_fds_max, kept_fds;
    struct stack_process *processes;
    size_t process_count, process_room;
    struct stack_thread *threads;
    size_t thread_count, thread_room;
};

struct stack_threads *stack_threads_new(pid_t root, pid_t left_out);
void stack_threads_free(struct stack_threads *stack);

/* Somebody may have been born since the last refresh. */
bool stack_threads_are_stale(struct stack_threads *stack);
/* True when processes or threads were found that were not known. */
bool stack_threads_refresh(struct stack_threads *stack);

/* A pid is given before its process shows in /proc: who was just being born during a refresh is missed by it,
 * though the youngest pid was seen. So the pids of a refresh are searched until they are settled: by one more
 * refresh, begun after all that are known were seen asleep (then nobody is half born by them any more).
 * Settled: there is nothing to search for, as long as the refresh is not stale. */
bool stack_threads_are_settled(const struct stack_threads *stack);
/* Call when all slept. False when somebody new was found: look again. */
bool stack_threads_settle(struct stack_threads *stack);
void stack_threads_include(struct stack_threads *stack, pid_t pid);

/* NULL when it is not of the stack (any more); borrowed until the next refresh. */
struct stack_process *stack_threads_process(struct stack_threads *stack, pid_t pid);
bool stack_threads_has(const struct stack_threads *stack, pid_t pid, pid_t tid);
/* It is gone; another one takes its place in the table. */
void stack_threads_drop(struct stack_threads *stack, size_t thread);
bool stack_thread_read(const struct stack_thread *thread, char out[PROC_TEXT_BYTES]);
bool stack_thread_read_switches(const struct stack_thread *thread, uint64_t *ret);
/* True when it waits for a CPU, though it may show as asleep: it means to sleep and has not left the queue
 * yet. The kernel tells nobody where such a thread waits. False as well when it does not tell us at all. */
bool stack_thread_is_queued(const struct stack_thread *thread);

#endif
