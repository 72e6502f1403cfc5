/* From options to a running child. Everything that allocates is done before the fork, for other threads may
 * hold locks. */
#include "program_spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "program_path.h"

/* Everything the child needs, ready to use. */
struct launch {
    const char *program;
    const char *const *argv;
    const char *const *environment;
    const char *cwd;
    int stdout_fd, stderr_fd, report;
};

/* What the child says when it cannot go on. */
struct launch_fault {
    int error;
    bool in_chdir;
};

static const char *environment_value(const char *const *environment, const char *name)
{
    size_t len = strlen(name);
    for (; environment != NULL && *environment != NULL; environment++)
        if (strncmp(*environment, name, len) == 0 && (*environment)[len] == '=')
            return *environment + len + 1;
    return NULL;
}

_Noreturn static void child_fail(const struct launch *launch, bool in_chdir)
{
    struct launch_fault fault = {.error = errno, .in_chdir = in_chdir};
    ssize_t put = write(launch->report, &fault, sizeof fault);
    _exit(put == sizeof fault ? 127 : 126);
}

static void signals_reset(void)
{
    struct sigaction plain = {.sa_handler = SIG_DFL};
    for (int signal = 1; signal < NSIG; signal++)
        sigaction(signal, &plain, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

_Noreturn static void child_run(const struct launch *launch)
{
    setpgid(0, 0);
    signals_reset();
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (null < 0 || dup2(null, 0) < 0 || dup2(launch->stdout_fd, 1) < 0 || dup2(launch->stderr_fd, 2) < 0)
        child_fail(launch, false);
    if (launch->cwd != NULL && chdir(launch->cwd) != 0)
        child_fail(launch, true);
    close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    execve(launch->program, (char *const *)launch->argv, (char *const *)launch->environment);
    child_fail(launch, false);
}

/* Waits until the child runs its program (the pipe closes) or says why not. */
static bool launch_wait(const struct launch *launch, int report, pid_t pid, struct fail *why)
{
    struct launch_fault fault;
    ssize_t got;
    do
        got = read(report, &fault, sizeof fault);
    while (got < 0 && errno == EINTR);
    if (got != sizeof fault)
        return true;
    waitpid(pid, NULL, 0);
    return fail_set(why, "cannot %s %s: %s", fault.in_chdir ? "enter" : "run",
                    fault.in_chdir ? launch->cwd : launch->program, strerror(fault.error));
}

static bool launch_run(struct launch *launch, pid_t *ret_pid, struct fail *why)
{
    int report[2];
    if (pipe2(report, O_CLOEXEC) != 0)
        return fail_set(why, "cannot make a pipe: %s", strerror(errno));
    launch->report = report[1];
    pid_t pid = fork();
    if (pid == 0)
        child_run(launch);
    int error = errno;
    close(report[1]);
    bool started = pid > 0 ? launch_wait(launch, report[0], pid, why)
                           : fail_set(why, "cannot start a process: %s", strerror(error));
    close(report[0]);
    if (started)
        *ret_pid = pid;
    return started;
}

bool program_spawn(const struct process_options *options, int stdout_fd, int stderr_fd, pid_t *ret_pid,
                   struct fail *why)
{
    static const char *const no_environment[] = {NULL};
    const char *shell_argv[] = {"sh", "-c", options->shell, NULL};
    char program[PATH_MAX] = "/bin/sh";
    REQUIRE((options->argv == NULL) != (options->shell == NULL));
    if (options->argv != NULL &&
        !program_path_in(options->argv[0], environment_value(options->environment, "PATH"), program, why))
        return false;
    struct launch launch = {
        .program = program,
        .argv = options->argv != NULL ? options->argv : shell_argv,
        .environment = options->environment != NULL ? options->environment : no_environment,
        .cwd = options->cwd,
        .stdout_fd = stdout_fd,
        .stderr_fd = stderr_fd,
    };
    return launch_run(&launch, ret_pid, why);
}
