/* Threads and connections together: one reason when there is no rest. */
#include "rest.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>

#include "clock_slots.h"
#include "test_children.h"

static struct clock_page *page;
static struct rest *rest;

static int begin(void **state)
{
    char path[64];
    enum clock_page_problem problem;
    struct fail why = {0};
    (void)state;
    snprintf(path, sizeof path, "/tmp/rest-test-%d", (int)getpid());
    page = clock_page_create(path, &(struct clock_page_start){0}, &problem);
    assert_non_null(page);
    unlink(path);
    rest = rest_new(getpid(), gettid(), &why);
    if (rest == NULL)
        fail_msg("%s", why.text);
    return 0;
}

static int end(void **state)
{
    (void)state;
    rest_free(rest);
    clock_page_detach(page);
    return 0;
}

static void run_idle(void *context)
{
    (void)context;
    pause();
}

static void run_spinner(void *context)
{
    (void)context;
    for (volatile unsigned i = 0;; i++)
        ;
}

static void a_spinner_is_the_reason(void **state)
{
    (void)state;
    char expected[128];
    struct test_child child = test_child_start(run_spinner, NULL);
    test_await_state(child.pid, 0, 'R');
    assert_false(rest_reached(rest, page));
    snprintf(expected, sizeof expected, "never at rest: sim_timekeeper. (%d) thread %d runs", (int)child.pid,
             (int)child.pid);
    assert_string_equal(rest->why, expected);
    test_child_end(&child);
}

static void a_connection_is_the_reason(void **state)
{
    (void)state;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    char bytes[8] = "";
    int listener = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 1), 0);
    getsockname(listener, (struct sockaddr *)&address, &len);
    assert_int_equal(connect(client, (struct sockaddr *)&address, sizeof address), 0);
    int server = accept(listener, NULL, NULL);
    bool seen = false;
    for (int i = 0; i < 100 && !seen; i++) {
        assert_int_equal(write(client, bytes, 1), 1);
        assert_int_equal(read(server, bytes, 1), 1);
        assert_int_equal(write(server, bytes, 1), 1);
        assert_int_equal(read(client, bytes, 1), 1);
        assert_int_equal(write(client, bytes, 1), 1);
        assert_int_equal(write(client, bytes, 1), 1); /* Nagle holds it */
        seen = !rest_reached(rest, page) && strstr(rest->why, "bytes are under way") != NULL;
        assert_int_equal(recv(server, bytes, 2, MSG_WAITALL), 2);
    }
    assert_true(seen);
    assert_true(strncmp(rest->why, "never at rest: bytes are under way from 127.0.0.1:", 50) == 0);
    close(client);
    close(server);
    close(listener);
}

static void who_has_a_slot_belongs_to_the_stack(void **state)
{
    (void)state;
    struct test_child root = test_child_start(run_idle, NULL), other = test_child_start(run_spinner, NULL);
    struct fail why = {0};
    struct rest *narrow = rest_new(root.pid, gettid(), &why);
    test_await_state(root.pid, 0, 'S');
    test_await_state(other.pid, 0, 'R');
    int64_t guard_us = clock_real_mono_us() + INT64_C(20000000);
    while (!rest_reached(narrow, page))
        assert_true(clock_real_mono_us() < guard_us);
    clock_slot_take(page, 0, other.pid, 0, CLOCK_NO_SLOT);
    assert_false(rest_reached(narrow, page));
    assert_non_null(strstr(narrow->why, " runs"));
    rest_free(narrow);
    test_child_end(&root);
    test_child_end(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_spinner_is_the_reason, begin, end),
        cmocka_unit_test_setup_teardown(a_connection_is_the_reason, begin, end),
        cmocka_unit_test_setup_teardown(who_has_a_slot_belongs_to_the_stack, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
