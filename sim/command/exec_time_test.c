/* `exec --virtual-time`, as a person runs it: the command's ten minutes pass with one request. */
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "mem.h"
#include "preload_way.h"
#include "test_support.h"

enum { GUARD_MS = 30000, OUTPUT_BYTES = 8192 };

/* A program under way, and all that it has said. */
struct run {
    pid_t pid;
    int fd;
    char said[OUTPUT_BYTES];
    size_t len;
};

static void start(struct run *run, char *const argv[])
{
    int ends[2];
    char program[PATH_MAX];
    struct fail why = {0};
    assert_true(preload_file_find("twilio-sim", program, &why));
    assert_int_equal(pipe(ends), 0);
    *run = (struct run){.pid = fork(), .fd = ends[0]};
    if (run->pid == 0) {
        unsetenv("TWILIO_SIM_CLOCK");
        dup2(ends[1], STDOUT_FILENO);
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        execv(program, argv);
        _exit(127);
    }
    close(ends[1]);
}

/* Reads until it has said that; fails when it ends before, or at the guard. */
static void wait_for(struct run *run, const char *words)
{
    int64_t guard_us = clock_real_mono_us() + GUARD_MS * 1000LL;
    while (strstr(run->said, words) == NULL) {
        struct pollfd look = {.fd = run->fd, .events = POLLIN};
        ssize_t count = -1;
        if (poll(&look, 1, GUARD_MS) == 1 && clock_real_mono_us() < guard_us)
            count = read(run->fd, run->said + run->len, sizeof run->said - 1 - run->len);
        if (count <= 0) {
            kill(run->pid, SIGTERM);
            fail_msg("'%s' was not said: %s", words, run->said);
        }
        run->len += (size_t)count;
    }
}

static int end(struct run *run)
{
    int status = 0;
    waitpid(run->pid, &status, 0);
    close(run->fd);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The port in the hint. */
static int port_of(const struct run *run)
{
    const char *url = strstr(run->said, "http://127.0.0.1:");
    assert_non_null(url);
    return (int)strtol(url + strlen("http://127.0.0.1:"), NULL, 10);
}

static void post_clock(int port, const char *body, char *answer, size_t room)
{
    char request[512];
    size_t len = 0;
    ssize_t count = 1;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    int wanted = snprintf(request, sizeof request,
                          "POST /sim/v1/clock HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                          "Content-Length: %zu\r\n\r\n%s",
                          strlen(body), body);
    assert_int_equal(write(fd, request, (size_t)wanted), wanted);
    while (count > 0 && len < room - 1) {
        struct pollfd look = {.fd = fd, .events = POLLIN};
        count = poll(&look, 1, GUARD_MS) == 1 ? read(fd, answer + len, room - 1 - len) : 0;
        len += count > 0 ? (size_t)count : 0;
    }
    answer[len] = '\0';
    close(fd);
}

static void ten_minutes_of_the_command_pass_with_one_request(void **state)
{
    (void)state;
    char *argv[] = {"twilio-sim",
                    "exec",
                    "--virtual-time",
                    "--",
                    "sh",
                    "-c",
                    "echo begun; sleep 600; echo woken; sleep 600; exit 7",
                    NULL};
    char answer[4096];
    struct run run;
    int64_t start_us = clock_real_mono_us();
    start(&run, argv);
    wait_for(&run, "begun\n");
    post_clock(port_of(&run), "{\"freeze\":true}", answer, sizeof answer);
    assert_non_null(strstr(answer, "\"runs\":false"));
    assert_null(strstr(run.said, "woken"));
    post_clock(port_of(&run), "{\"advance\":\"11m\"}", answer, sizeof answer);
    assert_non_null(strstr(answer, "HTTP/1.1 200 OK"));
    wait_for(&run, "woken\n");
    post_clock(port_of(&run), "{\"advance\":\"11m\"}", answer,
               sizeof answer); /* its end may cut the answer off */
    assert_int_equal(end(&run), 7);
    assert_null(strstr(run.said, "real clock"));
    assert_true(clock_real_mono_us() - start_us < 600000000);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_minutes_of_the_command_pass_with_one_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
