/* The chain of processes above a worker. Forking, waiting, killing; what the worker does and how its world
 * looks is the plan's. */
#include "guardian.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "namespaces.h"
#include "process_table.h"
#include "tree.h"

enum { STATUS_SETUP_FAILED = 4, STATUS_SIGNAL_BASE = 128 };

/* A plan on its way through the processes, with the pipe that brings back how setting up went. */
struct start {
    const struct guardian_plan *plan;
    int report;
};

/* The pipe brings one struct fail: an empty one when all is well. */
_Noreturn static void setup_failed(const struct start *start, const struct fail *why)
{
    ssize_t put = write(start->report, why, sizeof *why);
    _exit(put == sizeof *why ? STATUS_SETUP_FAILED : STATUS_SETUP_FAILED + 1);
}

static int status_of(int wait_status)
{
    return WIFSIGNALED(wait_status) ? STATUS_SIGNAL_BASE + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

_Noreturn static void worker_run(const struct start *start)
{
    struct fail why = {0};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (!start->plan->open(start->plan->context, &why) ||
        write(start->report, &why, sizeof why) != sizeof why)
        setup_failed(start, &why);
    close(start->report);
    _exit(start->plan->work(start->plan->context));
}

/* Buries whoever ends until `worker` does; returns its status. */
static int bury_until(pid_t worker)
{
    for (;;) {
        int status;
        pid_t ended = waitpid(-1, &status, 0);
        if (ended == worker)
            return status_of(status);
        if (ended < 0 && errno != EINTR)
            return STATUS_SIGNAL_BASE;
    }
}

/* pid 1 of the new pid namespace. `life` reads end-of-file when the guardian is gone. */
_Noreturn static void init_run(const struct start *start, int life)
{
    struct fail why = {0};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    struct pollfd gone = {.fd = life, .events = POLLIN};
    if (poll(&gone, 1, 0) != 0) /* it went before the line above */
        _exit(STATUS_SETUP_FAILED);
    if (start->plan->prepare != NULL && !start->plan->prepare(start->plan->context, &why))
        setup_failed(start, &why);
    pid_t worker = fork();
    if (worker == 0)
        worker_run(start);
    if (worker < 0) {
        fail_set(&why, "cannot start a worker: %s", strerror(errno));
        setup_failed(start, &why);
    }
    close(start->report);
    _exit(bury_until(worker));
}

_Noreturn static void guard_by_namespace(const struct start *start, pid_t caller)
{
    struct fail why = {0};
    int life[2];
    if (!namespaces_leave(&why))
        setup_failed(start, &why);
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a new user namespace takes away what was set before */
    if (getppid() != caller)          /* it went before the line above */
        _exit(STATUS_SETUP_FAILED);
    if (pipe2(life, O_CLOEXEC) != 0)
        _exit(STATUS_SETUP_FAILED);
    pid_t init = fork();
    if (init == 0) {
        close(life[1]);
        init_run(start, life[0]);
    }
    if (init < 0) {
        fail_set(&why, "the kernel refuses a process in the new namespace: %s", strerror(errno));
        setup_failed(start, &why);
    }
    close(start->report);
    _exit(bury_until(init));
}

static void children_kill(void)
{
    struct process_table table;
    process_table_read(&table);
    for (size_t i = 0; i < table.count; i++)
        if (table.rows[i].parent == getpid())
            kill(table.rows[i].pid, SIGKILL);
    process_table_release(&table);
}

/* What a killed child leaves behind becomes our child: repeated until there is none. */
static void descendants_end(void)
{
    do
        children_kill();
    while (waitpid(-1, NULL, 0) > 0 || errno == EINTR);
}

/* Waits for the worker's end or for a signal that ends us. */
static int watch_until_end(pid_t worker, const sigset_t *signals)
{
    for (;;) {
        siginfo_t info;
        int signal = sigwaitinfo(signals, &info);
        if (signal > 0 && signal != SIGCHLD)
            return STATUS_SIGNAL_BASE + signal;
        int status;
        pid_t ended;
        while ((ended = waitpid(-1, &status, WNOHANG)) > 0)
            if (ended == worker)
                return status_of(status);
    }
}

/* What the caller would have removed. Whoever wrote into it has ended, but for the family of another
 * guardian, which removes what is left then. */
static void scratch_remove(const char *scratch)
{
    struct stat about;
    struct fail ignored = {0};
    if (scratch != NULL && lstat(scratch, &about) == 0 && S_ISDIR(about.st_mode) && about.st_uid == geteuid())
        tree_remove(scratch, &ignored);
}

_Noreturn static void guard_by_reaping(const struct start *start, pid_t caller)
{
    sigset_t signals, before;
    sigemptyset(&signals);
    const int caught[] = {SIGCHLD, SIGTERM, SIGINT, SIGHUP};
    for (size_t i = 0; i < sizeof caught / sizeof caught[0]; i++)
        sigaddset(&signals, caught[i]);
    sigprocmask(SIG_BLOCK, &signals, &before);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != caller) /* it went before the line above */
        _exit(STATUS_SETUP_FAILED);
    pid_t worker = fork();
    if (worker == 0) {
        sigprocmask(SIG_SETMASK, &before, NULL);
        worker_run(start);
    }
    struct fail why = {0};
    if (worker < 0) {
        fail_set(&why, "cannot start a worker: %s", strerror(errno));
        setup_failed(start, &why);
    }
    close(start->report);
    int status = watch_until_end(worker, &signals);
    descendants_end();
    if (getppid() != caller)
        scratch_remove(start->plan->scratch);
    _exit(status);
}

_Noreturn static void guardian_run(const struct start *start, pid_t caller)
{
    if (!start->plan->namespaces)
        guard_by_reaping(start, caller);
    guard_by_namespace(start, caller);
}

/* Reads the report; false with *why when it is a fault, or when the guardian ended without a word. */
static bool report_read(int report, struct fail *why)
{
    struct fail told;
    ssize_t got;
    do
        got = read(report, &told, sizeof told);
    while (got < 0 && errno == EINTR);
    if (got != sizeof told)
        return fail_set(why, "the sandbox ended while it was set up");
    return !told.set || fail_set(why, "%s", told.text);
}

pid_t guardian_start(const struct guardian_plan *plan, struct fail *why)
{
    int report[2];
    if (pipe2(report, O_CLOEXEC) != 0) {
        fail_set(why, "cannot make a pipe: %s", strerror(errno));
        return -1;
    }
    pid_t caller = getpid();
    pid_t guardian = fork();
    if (guardian == 0) {
        close(report[0]);
        guardian_run(&(struct start){.plan = plan, .report = report[1]}, caller);
    }
    close(report[1]);
    bool started = guardian > 0 ? report_read(report[0], why)
                                : fail_set(why, "cannot start a process: %s", strerror(errno));
    close(report[0]);
    if (started)
        return guardian;
    if (guardian > 0)
        waitpid(guardian, NULL, 0);
    return -1;
}
