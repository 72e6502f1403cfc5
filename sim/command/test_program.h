/* test_program: twilio-sim as its user runs it (tests only): started, listened to, ended.
 *
 *     struct program_run run;
 *     program_start(&run, (char *[]){"twilio-sim", "--port", "0", NULL}, false);
 *     program_says(&run, "\"address\"");               // reads until it has said that
 *     program_signal(&run, SIGTERM);
 *     assert_int_equal(program_end(&run), 0);
 *
 * Both streams come together; with a terminal they are one anyway. The environment has no TWILIO_SIM_
 * variable, nor NO_COLOR; what a test sets with setenv() goes along. Waits are bounded by a guard and end as
 * soon as what they wait for is there. */
#ifndef TEST_PROGRAM_H
#define TEST_PROGRAM_H

#include <arpa/inet.h>
#include <limits.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "digest.h"
#include "mem.h"
#include "preload_way.h"
#include "test_support.h"

enum { PROGRAM_GUARD_MS = 30000, PROGRAM_SAID_BYTES = 64 * 1024 };

struct program_run {
    pid_t pid;
    int fd;
    char said[PROGRAM_SAID_BYTES];
    size_t len;
    int port; /* program_serve() */
};

static inline void program_become(char *const argv[])
{
    char program[PATH_MAX];
    struct fail why = {0};
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails leaves nothing behind */
    if (preload_file_find("twilio-sim", program, &why))
        execv(program, argv);
    _exit(127);
}

static inline void program_start(struct program_run *run, char *const argv[], bool terminal)
{
    int ends[2] = {-1, -1};
    *run = (struct program_run){.fd = -1};
    if (!terminal)
        assert_int_equal(pipe(ends), 0);
    run->pid = terminal ? forkpty(&run->fd, NULL, NULL, NULL) : fork();
    assert_true(run->pid >= 0);
    if (run->pid == 0 && !terminal) {
        dup2(ends[1], STDOUT_FILENO);
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
    }
    if (run->pid == 0)
        program_become(argv);
    if (!terminal) {
        close(ends[1]);
        run->fd = ends[0];
    }
}

/* More of what it says; false at its end. A terminal ends with an error. */
static inline bool program_read(struct program_run *run)
{
    struct pollfd look = {.fd = run->fd, .events = POLLIN};
    ssize_t count = poll(&look, 1, PROGRAM_GUARD_MS) == 1
                        ? read(run->fd, run->said + run->len, sizeof run->said - 1 - run->len)
                        : -1;
    run->len += count > 0 ? (size_t)count : 0;
    run->said[run->len] = '\0';
    return count > 0;
}

static inline void program_says(struct program_run *run, const char *words)
{
    while (strstr(run->said, words) == NULL) {
        if (!program_read(run)) {
            kill(run->pid, SIGKILL);
            fail_msg("'%s' was not said: %s", words, run->said);
        }
    }
}

static inline void program_signal(const struct program_run *run, int number)
{
    assert_int_equal(kill(run->pid, number), 0);
}

/* Reads the rest; the exit status, or -1 for a signal. */
static inline int program_end(struct program_run *run)
{
    int status = 0;
    while (program_read(run))
        continue;
    assert_int_equal(waitpid(run->pid, &status, 0), run->pid);
    close(run->fd);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Runs it to its end; what it said stays in run->said. */
static inline int program_run_whole(struct program_run *run, char *const argv[])
{
    program_start(run, argv, false);
    return program_end(run);
}

/* Serves on a free port, with TWILIO_SIM_URL set for what is started later. */
static inline void program_serve(struct program_run *run, char *const argv[])
{
    char url[64];
    program_start(run, argv, false);
    program_says(run, "\"whatsapp\":");
    const char *address = strstr(run->said, "http://127.0.0.1:");
    assert_non_null(address);
    run->port = (int)strtol(address + strlen("http://127.0.0.1:"), NULL, 10);
    snprintf(url, sizeof url, "http://127.0.0.1:%d", run->port);
    setenv("TWILIO_SIM_URL", url, 1);
}

static inline void program_stop(struct program_run *run)
{
    program_signal(run, SIGTERM);
    assert_int_equal(program_end(run), 0);
}

/* One request to it with Basic credentials ("AC…:token", NULL for none); `body` NULL is a GET. Returns the
 * status. */
static inline int program_ask(int port, const char *path, const char *credentials, const char *body,
                              char *answer, size_t room)
{
    char request[4096], authorization[512] = "";
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ssize_t count = 1;
    size_t len = 0;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    if (credentials != NULL) {
        char *encoded = digest_base64_encode(text_of(credentials));
        snprintf(authorization, sizeof authorization, "Authorization: Basic %s\r\n", encoded);
        mem_free(encoded);
    }
    int wanted =
        snprintf(request, sizeof request,
                 "%s %s HTTP/1.0\r\nHost: 127.0.0.1\r\n%sContent-Type: %s\r\nContent-Length: %zu\r\n\r\n%s",
                 body == NULL ? "GET" : "POST", path, authorization,
                 body != NULL && body[0] == '{' ? "application/json" : "application/x-www-form-urlencoded",
                 body == NULL ? 0 : strlen(body), body == NULL ? "" : body);
    assert_int_equal(write(fd, request, (size_t)wanted), wanted);
    while (count > 0 && len < room - 1) {
        struct pollfd look = {.fd = fd, .events = POLLIN};
        count = poll(&look, 1, PROGRAM_GUARD_MS) == 1 ? read(fd, answer + len, room - 1 - len) : -1;
        len += count > 0 ? (size_t)count : 0;
    }
    answer[len] = '\0';
    close(fd);
    return len > 12 ? (int)strtol(answer + 9, NULL, 10) : 0;
}

/* A message of the account with these credentials, from its number; `to` without '+'. Returns the status. */
static inline int program_message(int port, const char *sid, const char *token, const char *to,
                                  const char *body)
{
    char path[128], credentials[256], form[2048], answer[8192];
    snprintf(path, sizeof path, "/2010-04-01/Accounts/%s/Messages.json", sid);
    snprintf(credentials, sizeof credentials, "%s:%s", sid, token);
    snprintf(form, sizeof form, "To=%%2B%s&From=%%2B15005550006&Body=%s", to, body);
    return program_ask(port, path, credentials, form, answer, sizeof answer);
}

#endif
