/* Goes through /proc by mark and sweep: what a refresh did not see is gone. */
#include "stack_threads.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "mem.h"

enum { PROC_MAGIC = 0x9fa0, FDS_A_THREAD = 3, SHARE_OF_FDS = 4 };

static int open_loadavg(void)
{
    struct statfs system;
    int fd = open("/proc/loadavg", O_RDONLY | O_CLOEXEC);
    if (fd >= 0 && (fstatfs(fd, &system) != 0 || system.f_type != PROC_MAGIC)) {
        close(fd);
        fd = -1;
    }
    return fd;
}

static bool descends(pid_t pid, pid_t root)
{
    struct proc_stat stat;
    while (pid != root && pid > 1 && proc_read_stat(pid, 0, &stat))
        pid = stat.parent;
    return pid == root;
}

struct stack_threads *stack_threads_new(pid_t root, pid_t left_out)
{
    struct stack_threads *stack = mem_new(sizeof *stack);
    struct rlimit files = {.rlim_cur = 256};
    getrlimit(RLIMIT_NOFILE, &files);
    stack->root = root;
    stack->self = getpid();
    stack->self_descends = descends(stack->self, root);
    stack->left_out = left_out;
    stack->loadavg_fd = open_loadavg();
    stack->kept_fds_max = (size_t)(files.rlim_cur < 65536 ? files.rlim_cur : 65536) / SHARE_OF_FDS;
    return stack;
}

static void close_files(struct stack_threads *stack, struct stack_thread *thread)
{
    if (thread->stat_fd < 0)
        return;
    close(thread->stat_fd);
    close(thread->schedstat_fd);
    close(thread->wchan_fd);
    stack->kept_fds -= FDS_A_THREAD;
}

void stack_threads_free(struct stack_threads *stack)
{
    if (stack == NULL)
        return;
    for (size_t i = 0; i < stack->thread_count; i++)
        close_files(stack, &stack->threads[i]);
    if (stack->loadavg_fd >= 0)
        close(stack->loadavg_fd);
    mem_free(stack->threads);
    mem_free(stack->processes);
    mem_free(stack);
}

static bool youngest_pid(const struct stack_threads *stack, uint64_t *ret)
{
    char text[PROC_TEXT_BYTES];
    return stack->loadavg_fd >= 0 && proc_read_fd(stack->loadavg_fd, text) && proc_loadavg_parse(text, ret);
}

bool stack_threads_are_stale(struct stack_threads *stack)
{
    uint64_t last_pid = 0;
    return !stack->refreshed || stack->included || !youngest_pid(stack, &last_pid) ||
           last_pid != stack->last_pid;
}

/* ---- the tables */

struct stack_process *stack_threads_process(struct stack_threads *stack, pid_t pid)
{
    for (size_t i = 0; i < stack->process_count; i++)
        if (stack->processes[i].pid == pid)
            return &stack->processes[i];
    return NULL;
}

static struct stack_thread *find_thread(const struct stack_threads *stack, pid_t pid, pid_t tid)
{
    for (size_t i = 0; i < stack->thread_count; i++)
        if (stack->threads[i].tid == tid && stack->threads[i].pid == pid)
            return &stack->threads[i];
    return NULL;
}

bool stack_threads_has(const struct stack_threads *stack, pid_t pid, pid_t tid)
{
    return find_thread(stack, pid, tid) != NULL;
}

void stack_threads_drop(struct stack_threads *stack, size_t thread)
{
    close_files(stack, &stack->threads[thread]);
    stack->changes++;
    stack->threads[thread] = stack->threads[--stack->thread_count];
}

static int open_one(const struct stack_thread *thread, const char *name)
{
    char path[PROC_PATH_BYTES];
    return open(proc_path(thread->pid, thread->tid, name, path), O_RDONLY | O_CLOEXEC);
}

static void open_files(struct stack_threads *stack, struct stack_thread *thread)
{
    if (stack->kept_fds + FDS_A_THREAD > stack->kept_fds_max)
        return;
    int fds[FDS_A_THREAD] = {open_one(thread, "stat"), open_one(thread, "schedstat"),
                             open_one(thread, "wchan")};
    if (fds[0] >= 0 && fds[1] >= 0 && fds[2] >= 0) {
        thread->stat_fd = fds[0];
        thread->schedstat_fd = fds[1];
        thread->wchan_fd = fds[2];
        stack->kept_fds += FDS_A_THREAD;
        return;
    }
    for (int i = 0; i < FDS_A_THREAD; i++)
        if (fds[i] >= 0)
            close(fds[i]);
}

bool stack_thread_read(const struct stack_thread *thread, char out[PROC_TEXT_BYTES])
{
    return thread->stat_fd >= 0 ? proc_read_fd(thread->stat_fd, out)
                                : proc_read(thread->pid, thread->tid, "stat", out);
}

bool stack_thread_read_switches(const struct stack_thread *thread, uint64_t *ret)
{
    char text[PROC_TEXT_BYTES];
    bool fine = thread->schedstat_fd >= 0 ? proc_read_fd(thread->schedstat_fd, text)
                                          : proc_read(thread->pid, thread->tid, "schedstat", text);
    return fine && proc_schedstat_parse(text, ret);
}

/* Who may not see into a process gets the same "0" as of one that runs; its program is hidden then, too. */
static bool is_open_to_us(pid_t pid)
{
    char path[PROC_PATH_BYTES], program[8];
    return readlink(proc_path(pid, 0, "exe", path), program, sizeof program) >= 0;
}

bool stack_thread_is_queued(const struct stack_thread *thread)
{
    char text[PROC_TEXT_BYTES];
    bool fine = thread->wchan_fd >= 0 ? proc_read_fd(thread->wchan_fd, text)
                                      : proc_read(thread->pid, thread->tid, "wchan", text);
    return fine && strcmp(text, "0") == 0 && is_open_to_us(thread->pid);
}

/* ---- a refresh */

struct task_walk {
    struct stack_threads *stack;
    pid_t pid;
};

static void meet_thread(void *context, pid_t tid)
{
    struct task_walk *walk = context;
    struct stack_threads *stack = walk->stack;
    if (walk->pid == stack->self && tid == stack->left_out)
        return;
    struct stack_thread *thread = find_thread(stack, walk->pid, tid);
    if (thread == NULL) {
        if (stack->thread_count == stack->thread_room) {
            stack->thread_room = stack->thread_room == 0 ? 64 : stack->thread_room * 2;
            stack->threads = mem_resize(stack->threads, stack->thread_room * sizeof *stack->threads);
        }
        thread = &stack->threads[stack->thread_count++];
        *thread = (struct stack_thread){
            .pid = walk->pid, .tid = tid, .stat_fd = -1, .schedstat_fd = -1, .wchan_fd = -1, .state = 'R'};
        open_files(stack, thread);
        stack->grown = true;
    }
    thread->seen = true;
}

static void add_process(struct stack_threads *stack, pid_t pid, const struct proc_stat *stat)
{
    struct stack_process *process = stack_threads_process(stack, pid);
    if (process == NULL) {
        if (stack->process_count == stack->process_room) {
            stack->process_room = stack->process_room == 0 ? 16 : stack->process_room * 2;
            stack->processes = mem_resize(stack->processes, stack->process_room * sizeof *stack->processes);
        }
        process = &stack->processes[stack->process_count++];
        *process = (struct stack_process){.pid = pid, .start_ticks = stat->start_ticks, .alive = true};
        stack->grown = true;
    }
    if (process->start_ticks != stat->start_ticks) {
        process->start_ticks = stat->start_ticks; /* the pid was used again */
        process->alive = true;
        stack->grown = true;
    }
    memcpy(process->name, stat->name, sizeof process->name);
    process->seen = true; /* whether a known one is alive its threads say: a look judges it */
}

static bool belongs(struct stack_threads *stack, pid_t pid, const struct proc_stat *stat)
{
    if (stat->of_kernel)
        return false;
    if (stack->root == 0 || pid == stack->root || pid == stack->self ||
        stack_threads_process(stack, pid) != NULL)
        return true;
    return stack_threads_process(stack, stat->parent) != NULL &&
           (stat->parent != stack->self || stack->self_descends);
}

/* Pids are given in order, and then from the start again. */
static bool may_be_new(const struct stack_threads *stack, pid_t pid)
{
    uint64_t number = (uint64_t)pid, from = stack->born_behind, to = stack->last_pid;
    if (!stack->refreshed || stack->loadavg_fd < 0)
        return true;
    return from <= to ? number > from && number <= to : number > from || number <= to;
}

static void meet_process(void *context, pid_t pid)
{
    struct stack_threads *stack = context;
    struct stack_process *known = stack_threads_process(stack, pid);
    struct proc_stat stat;
    if (known != NULL ? known->seen : !may_be_new(stack, pid))
        return;
    if (proc_read_stat(pid, 0, &stat) && belongs(stack, pid, &stat))
        add_process(stack, pid, &stat);
}

static void sweep(struct stack_threads *stack)
{
    for (size_t i = stack->process_count; i-- > 0;)
        if (!stack->processes[i].seen)
            stack->processes[i] = stack->processes[--stack->process_count];
    for (size_t i = stack->thread_count; i-- > 0;)
        if (!stack->threads[i].seen)
            stack_threads_drop(stack, i);
}

/* A child may stand before its parent (pids go round), so /proc is gone through until nobody is added. */
bool stack_threads_refresh(struct stack_threads *stack)
{
    size_t before;
    bool whole; /* no descriptor was missing to read all of it */
    stack->grown = false;
    stack->included = false;
    stack->changes++;
    if (!youngest_pid(stack, &stack->last_pid))
        stack->refreshed = false;
    for (size_t i = 0; i < stack->process_count; i++)
        stack->processes[i].seen = false;
    for (size_t i = 0; i < stack->thread_count; i++)
        stack->threads[i].seen = false;
    do {
        before = stack->process_count;
        whole = proc_each_number("/proc", meet_process, stack);
    } while (stack->process_count != before && stack->root != 0);
    for (size_t i = 0; i < stack->process_count; i++) {
        struct task_walk walk = {.stack = stack, .pid = stack->processes[i].pid};
        char path[PROC_PATH_BYTES];
        if (!proc_each_number(proc_path(walk.pid, 0, "task", path), meet_thread, &walk))
            whole = whole && (errno == ENOENT || errno == ESRCH);
    }
    stack->refreshed = whole;
    if (whole)
        sweep(stack);
    return stack->grown;
}

bool stack_threads_are_settled(const struct stack_threads *stack)
{
    return stack->loadavg_fd < 0 || stack->born_behind == stack->last_pid;
}

bool stack_threads_settle(struct stack_threads *stack)
{
    uint64_t known_to = stack->last_pid;
    bool grown = stack_threads_refresh(stack);
    if (!grown && stack->refreshed)
        stack->born_behind = known_to;
    return !grown;
}

void stack_threads_include(struct stack_threads *stack, pid_t pid)
{
    struct proc_stat stat;
    if (stack_threads_process(stack, pid) != NULL || !proc_read_stat(pid, 0, &stat))
        return;
    add_process(stack, pid, &stat);
    stack->included = true;
}
