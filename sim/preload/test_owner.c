/* "Asleep" is asked of /proc twice: every thread of the program and its descendants sleeps, and none was
 * switched to in between. */
#include "test_owner.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "clock_member.h"
#include "clock_slots.h"
#include "preloaded.h"

enum { MS = 1000000, GUARD_US = 60000000, PIDS_MAX = 256 };

static const int64_t begin_mono_ns = 1000000LL * MS, begin_wall_ns = 1800000000000LL * MS;

void test_owner_begin(struct test_owner *owner, bool runs)
{
    static int number;
    enum clock_page_problem problem;
    *owner = (struct test_owner){.wake_fd = clock_wake_socket()};
    snprintf(owner->path, sizeof owner->path, "/tmp/preload-test-%d-%d", (int)getpid(), number++);
    owner->page = clock_page_create(
        owner->path,
        &(struct clock_page_start){.wall_ns = begin_wall_ns, .mono_ns = begin_mono_ns, .runs = runs},
        &problem);
    if (owner->page == NULL)
        abort();
    clock_page_add_party(owner->page, "backend", CLOCK_ROLE_BACKEND);
    clock_page_add_party(owner->page, "store", CLOCK_ROLE_STORE);
}

void test_owner_begin_here(struct test_owner *owner, bool runs)
{
    test_owner_begin(owner, runs);
    preloaded_prepare();
    clock_member_join_page(owner->page, 0);
}

void test_owner_await_armed(const struct test_owner *owner, int count)
{
    while (test_owner_armed(owner) < count)
        sched_yield();
}

void test_owner_end(struct test_owner *owner)
{
    if (clock_member_page() == owner->page)
        clock_member_leave();
    unlink(owner->path);
    if (owner->library[0] != '\0')
        unlink(owner->library);
    close(owner->wake_fd);
}

void test_owner_set(struct test_owner *owner, int64_t mono_ns, bool runs)
{
    clock_page_set(owner->page, mono_ns, runs);
    clock_slots_wake_all(owner->page, owner->wake_fd);
}

int64_t test_owner_earliest(const struct test_owner *owner)
{
    int64_t earliest_ns = CLOCK_PAGE_NEVER;
    for (uint32_t i = 0; i < owner->page->slots_used; i++) {
        const struct clock_slot *slot = &owner->page->slots[i];
        int64_t due_ns = slot->due_ns;
        if (slot->pid != 0 && due_ns < earliest_ns)
            earliest_ns = due_ns;
    }
    return earliest_ns;
}

int test_owner_armed(const struct test_owner *owner)
{
    int count = 0;
    for (uint32_t i = 0; i < owner->page->slots_used; i++)
        count += owner->page->slots[i].pid != 0 && owner->page->slots[i].due_ns != CLOCK_PAGE_NEVER;
    return count;
}

const char *test_owner_library(void)
{
    static char path[512];
    ssize_t len = readlink("/proc/self/exe", path, sizeof path - 64);
    path[len > 0 ? len : 0] = '\0';
    for (int up = 0; up < 2; up++)
        *strrchr(path, '/') = '\0';
    strcat(path, "/bin/twilio-sim-preload.so");
    return path;
}

/* ---- asleep? */

struct look {
    bool asleep;
    unsigned long long switches;
};

static void look_at_thread(const char *pid, const char *tid, struct look *look)
{
    char path[128], text[2048];
    unsigned long long a, b, count = 0;
    snprintf(path, sizeof path, "/proc/%.16s/task/%.16s/schedstat", pid, tid);
    FILE *file = fopen(path, "re");
    if (file != NULL) {
        if (fscanf(file, "%llu %llu %llu", &a, &b, &count) == 3)
            look->switches += count + a;
        fclose(file);
    }
    snprintf(path, sizeof path, "/proc/%.16s/task/%.16s/stat", pid, tid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t len = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
    if (fd >= 0)
        close(fd);
    text[len > 0 ? len : 0] = '\0';
    const char *state = strrchr(text, ')');
    if (state != NULL && strlen(state) > 2 && strchr("STtZXI", state[2]) == NULL)
        look->asleep = false;
}

static pid_t parent_of(const char *pid)
{
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/%.16s/stat", pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t len = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
    if (fd >= 0)
        close(fd);
    text[len > 0 ? len : 0] = '\0';
    const char *end = strrchr(text, ')');
    int parent = 0;
    char state;
    return end != NULL && sscanf(end + 1, " %c %d", &state, &parent) == 2 ? parent : 0;
}

static void look_at_process(const char *pid, struct look *look)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%.16s/task", pid);
    DIR *tasks = opendir(path);
    const struct dirent *entry;
    while (tasks != NULL && (entry = readdir(tasks)) != NULL)
        if (entry->d_name[0] != '.')
            look_at_thread(pid, entry->d_name, look);
    if (tasks != NULL)
        closedir(tasks);
}

void test_owner_await_others_asleep(void)
{
    struct look look;
    do {
        DIR *tasks = opendir("/proc/self/task");
        const struct dirent *entry;
        look = (struct look){.asleep = true};
        while (tasks != NULL && (entry = readdir(tasks)) != NULL)
            if (entry->d_name[0] != '.' && strtol(entry->d_name, NULL, 10) != gettid())
                look_at_thread("self", entry->d_name, &look);
        if (tasks != NULL)
            closedir(tasks);
    } while (!look.asleep);
}

static bool contains(const pid_t *pids, int count, pid_t pid)
{
    for (int i = 0; i < count; i++)
        if (pids[i] == pid)
            return true;
    return false;
}

/* Parents have lower numbers than their children, nearly always; two rounds find the others. */
static int stack_of(const pid_t *roots, int root_count, pid_t *pids)
{
    int count = root_count;
    memcpy(pids, roots, (size_t)root_count * sizeof *roots);
    for (int round = 0; round < 2; round++) {
        DIR *all = opendir("/proc");
        const struct dirent *entry;
        while (all != NULL && (entry = readdir(all)) != NULL && count < PIDS_MAX) {
            pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
            if (pid > 0 && !contains(pids, count, pid) && contains(pids, count, parent_of(entry->d_name)))
                pids[count++] = pid;
        }
        if (all != NULL)
            closedir(all);
    }
    return count;
}

static struct look look_at(const pid_t *roots, int root_count)
{
    pid_t pids[PIDS_MAX];
    struct look look = {.asleep = true};
    int count = stack_of(roots, root_count, pids);
    for (int i = 0; i < count; i++) {
        char pid[16];
        snprintf(pid, sizeof pid, "%d", (int)pids[i]);
        look_at_process(pid, &look);
    }
    return look;
}

/* Who was killed in a wait waits no more. */
static void sweep(struct test_owner *owner)
{
    for (uint32_t i = 0; i < owner->page->slots_used; i++) {
        char path[64], text[1024];
        int32_t pid = owner->page->slots[i].pid;
        if (pid == 0)
            continue;
        snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        ssize_t len = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
        if (fd >= 0)
            close(fd);
        text[len > 0 ? len : 0] = '\0';
        const char *state = strrchr(text, ')');
        if (state == NULL || state[2] == 'Z' || state[2] == 'X')
            clock_slots_free_of(owner->page, pid);
    }
}

bool test_owner_step(struct test_owner *owner, const pid_t *roots, int root_count)
{
    sweep(owner);
    struct look first = look_at(roots, root_count);
    int64_t due_ns = test_owner_earliest(owner);
    if (!first.asleep || due_ns == CLOCK_PAGE_NEVER)
        return false;
    poll(NULL, 0, 1);
    struct look second = look_at(roots, root_count);
    if (!second.asleep || second.switches != first.switches || test_owner_earliest(owner) != due_ns)
        return false;
    test_owner_set(owner, due_ns, false);
    owner->jumps++;
    return true;
}

/* ---- running a program */

/* Another user may have no way to the build's folder: a copy beside the page, removed with it. */
static const char *library_for_all(struct test_owner *owner)
{
    static char bytes[65536];
    int from = open(test_owner_library(), O_RDONLY | O_CLOEXEC);
    snprintf(owner->library, sizeof owner->library, "%s.so", owner->path);
    int to = open(owner->library, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
    for (ssize_t len; (len = read(from, bytes, sizeof bytes)) > 0;)
        if (write(to, bytes, (size_t)len) != len)
            abort();
    close(from);
    close(to);
    return owner->library;
}

pid_t test_owner_start(struct test_owner *owner, const char *const *argv, int output_fd, uid_t user)
{
    const char *library = user != 0 ? library_for_all(owner) : test_owner_library();
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    dup2(output_fd, STDOUT_FILENO);
    dup2(output_fd, STDERR_FILENO);
    if (user != 0 && (setgid(user) != 0 || setuid(user) != 0))
        _exit(126);
    setenv("LD_PRELOAD", library, 1);
    setenv(CLOCK_PAGE_VARIABLE, owner->path, 1);
    setenv("UV_USE_IO_URING", "0", 1);
    execvp(argv[0], (char *const *)argv);
    _exit(127);
}

static void collect(struct test_run *run, int fd)
{
    size_t have = strlen(run->output);
    ssize_t got;
    while (have < sizeof run->output - 1 &&
           (got = read(fd, run->output + have, sizeof run->output - 1 - have)) > 0) {
        have += (size_t)got;
        run->output[have] = '\0';
    }
}

struct test_run test_owner_run(struct test_owner *owner, const char *const *argv)
{
    return test_owner_run_as(owner, argv, 0);
}

struct test_run test_owner_run_as(struct test_owner *owner, const char *const *argv, uid_t user)
{
    struct test_run run = {.exit_status = -1};
    int ends[2], status = 0;
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        abort();
    fcntl(ends[1], F_SETFL, 0);
    int64_t begun_ns = clock_page_mono_ns(owner->page), guard_us = clock_real_mono_us() + GUARD_US;
    pid_t pid = test_owner_start(owner, argv, ends[1], user);
    close(ends[1]);
    while (waitpid(pid, &status, WNOHANG) == 0) {
        if (clock_real_mono_us() > guard_us) {
            kill(pid, SIGKILL);
            waitpid(pid, &status, 0);
            collect(&run, ends[0]);
            close(ends[0]);
            return run;
        }
        if (clock_page_runs(owner->page) || !test_owner_step(owner, &pid, 1))
            poll(NULL, 0, 1);
        collect(&run, ends[0]);
    }
    run.took_ms = (clock_page_mono_ns(owner->page) - begun_ns) / MS;
    run.exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
    collect(&run, ends[0]);
    close(ends[0]);
    clock_slots_free_of(owner->page, pid);
    return run;
}
