/* A simulator at rest on a clock page: no deadline is open and no thread wakes up, with idle connections,
 * an open stream and a request that is parked. Whoever moves the clock counts on it. */
#include "server.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "log.h"
#include "mem.h"
#include "test_clock.h"

/* How long nothing may happen. */
enum { LOOK_MS = 300, GUARD_TURNS = 100 };

static struct server server;

static struct options *start(const char *threads)
{
    char *argv[] = {"twilio-sim", "--port", "0", "--threads", (char *)(uintptr_t)threads};
    struct options *options = options_new("twilio-sim", sim_option_rows);
    struct fail why = {0};
    assert_true(options_read(options, 5, argv, false, &why));
    log_set_level(LOG_ERROR);
    test_clock_start(1781630970000);
    if (!server_start(options, &server, &why))
        fail_msg("%s", why.text);
    return options;
}

static void stop(struct options *options)
{
    server_stop(&server);
    options_free(options);
    test_clock_stop();
}

static int connect_and_say(const char *bytes)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)server.port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    assert_int_equal(write(fd, bytes, strlen(bytes)), strlen(bytes));
    return fd;
}

static void wait_answer(int fd)
{
    char answer[4096];
    struct pollfd look = {.fd = fd, .events = POLLIN};
    assert_int_equal(poll(&look, 1, TEST_CLOCK_GUARD_S * 1000), 1);
    assert_true(read(fd, answer, sizeof answer) > 0);
}

/* Times on the CPU of every thread but this one: the third number of its schedstat. */
static uint64_t count_turns(void)
{
    uint64_t turns = 0;
    DIR *tasks = opendir("/proc/self/task");
    assert_non_null(tasks);
    for (struct dirent *task; (task = readdir(tasks)) != NULL;) {
        char path[300], line[128] = "";
        snprintf(path, sizeof path, "/proc/self/task/%s/schedstat", task->d_name);
        long tid = strtol(task->d_name, NULL, 10); /* 0: "." and ".." */
        FILE *file = tid == 0 || tid == gettid() ? NULL : fopen(path, "re");
        if (file == NULL)
            continue;
        char *space = fgets(line, sizeof line, file) == NULL ? NULL : strrchr(line, ' ');
        turns += space == NULL ? 0 : strtoull(space, NULL, 10);
        fclose(file);
    }
    closedir(tasks);
    return turns;
}

/* What was begun may take a moment to its end; then there is rest. */
static void assert_rest(const char *when)
{
    for (int turn = 0; turn < GUARD_TURNS; turn++) {
        uint64_t before = count_turns();
        poll(NULL, 0, LOOK_MS);
        if (count_turns() == before)
            return;
    }
    fail_msg("%s: some thread wakes up again and again", when);
}

static void attempted(void *context, const struct callback_attempt *attempt)
{
    _Atomic bool *over = context;
    *over = attempt->last;
}

/* The callback's thread and libcurl with it. */
static void a_callback_without_an_answer_is_waited_for_in_silence(void **state)
{
    (void)state;
    _Atomic bool over = false;
    char url[64];
    struct fail why = {0};
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t len = sizeof at;
    int silent = socket(AF_INET, SOCK_STREAM, 0);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(silent, (struct sockaddr *)&at, len), 0);
    assert_int_equal(listen(silent, 8), 0);
    getsockname(silent, (struct sockaddr *)&at, &len);
    snprintf(url, sizeof url, "http://127.0.0.1:%d/status", ntohs(at.sin_port));
    struct options *options = start("1");
    assert_true(callback_sender_send(server.callbacks,
                                     &(struct callback_job){.id = TEXT("SM1"),
                                                            .url = text_of(url),
                                                            .body = TEXT("MessageStatus=sent"),
                                                            .auth_token = TEXT("simtoken"),
                                                            .idempotency_token = TEXT("token"),
                                                            .attempted = attempted,
                                                            .context = &over},
                                     &why));
    test_clock_wait_due(TEST_CLOCK_START_MS + 15000);
    assert_rest("a callback without an answer");
    test_clock_jump(15000);
    assert_true(
        callback_sender_wait_idle(server.callbacks, clock_real_mono_us() + TEST_CLOCK_GUARD_S * 1000000LL));
    assert_true(over);
    test_clock_wait_none();
    assert_rest("after the callback");
    stop(options);
    close(silent);
}

static void nobody_wakes_up_while_nothing_happens(void **state)
{
    (void)state;
    static const char *const threads[] = {"1", "3"};
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        struct options *options = start(threads[i]);
        assert_rest("idle");
        int health = connect_and_say("GET /sim/v1/health HTTP/1.1\r\nHost: localhost\r\n\r\n");
        wait_answer(health);
        int stream = connect_and_say("GET /sim/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assert_rest("an idle connection and a stream");
        assert_int_equal(test_clock_open(), 0);
        int next =
            connect_and_say("GET /sim/v1/messages/next?timeout=10m HTTP/1.1\r\nHost: localhost\r\n\r\n");
        test_clock_wait_due(TEST_CLOCK_START_MS + 600000);
        assert_rest("a parked request");
        assert_int_equal(test_clock_open(), 1);
        test_clock_jump(600000);
        wait_answer(next);
        test_clock_wait_none();
        assert_rest("at the end");
        close(health);
        close(stream);
        close(next);
        stop(options);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_wakes_up_while_nothing_happens),
        cmocka_unit_test(a_callback_without_an_answer_is_waited_for_in_silence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
