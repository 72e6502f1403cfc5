/* Real sockets: what the kernel holds back is seen, what waits for a reader is not taken for it. Other tests
 * use TCP at the same time, so these run in a network namespace of their own where that is allowed. */
#include "loopback_pairs.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "test_support.h"

static struct loopback_pairs *pairs;
static struct text_buf what;
static int listener, client, server;

static bool at_rest(void)
{
    text_buf_clear(&what);
    return loopback_pairs_at_rest(pairs, clock_real_mono_us(), &what);
}

/* A guard, not a wait: what is looked for comes by itself. */
static bool comes_to_rest_within_ms(int ms)
{
    int64_t until_us = clock_real_mono_us() + ms * INT64_C(1000);
    while (!at_rest())
        if (clock_real_mono_us() > until_us)
            return false;
    return true;
}

static void own_network(void)
{
    struct ifreq loopback = {.ifr_name = "lo", .ifr_flags = IFF_UP};
    int fd;
    if (unshare(CLONE_NEWNET) != 0)
        return;
    fd = socket(AF_INET, SOCK_DGRAM, 0);
    assert_int_equal(ioctl(fd, SIOCSIFFLAGS, &loopback), 0);
    close(fd);
}

static int begin(void **state)
{
    struct fail why = {0};
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    (void)state;
    text_buf_init(&what, 256);
    pairs = loopback_pairs_new(&why);
    if (pairs == NULL)
        fail_msg("%s", why.text);
    listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 1), 0);
    getsockname(listener, (struct sockaddr *)&address, &len);
    client = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(client, (struct sockaddr *)&address, sizeof address), 0);
    server = accept(listener, NULL, NULL);
    assert_true(server >= 0);
    return 0;
}

static int end(void **state)
{
    (void)state;
    close(client);
    close(server);
    close(listener);
    loopback_pairs_free(pairs);
    text_buf_release(&what);
    return 0;
}

static void exchange(size_t count)
{
    char bytes[512] = "";
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(send(client, bytes, 200, 0), 200);
        assert_int_equal(recv(server, bytes, sizeof bytes, 0), 200);
        assert_int_equal(send(server, bytes, 500, 0), 500);
        assert_int_equal(recv(client, bytes, sizeof bytes, 0), 500);
    }
}

static void what_has_arrived_is_at_rest_at_once(void **state)
{
    (void)state;
    for (int i = 0; i < 60; i++) {
        exchange(1); /* on a warm connection the acknowledgement of the last answer is late */
        assert_true(at_rest());
    }
}

static void what_nobody_reads_is_at_rest(void **state)
{
    (void)state;
    assert_int_equal(send(client, "unread", 6, 0), 6);
    assert_true(at_rest());
}

/* Write, write, read: the second segment waits for the acknowledgement of the first, and that is delayed. */
static void a_segment_held_by_nagle_is_under_way(void **state)
{
    (void)state;
    size_t held = 0;
    for (int i = 0; i < 20; i++) {
        char bytes[8];
        exchange(4);
        assert_int_equal(send(client, "a", 1, 0), 1);
        assert_int_equal(send(client, "b", 1, 0), 1);
        held += !at_rest();
        assert_true(comes_to_rest_within_ms(5000));
        assert_int_equal(recv(server, bytes, sizeof bytes, MSG_DONTWAIT), 2);
    }
    assert_true(held > 0);
}

static void a_full_window_waits_for_its_reader(void **state)
{
    (void)state;
    static char bytes[65536];
    size_t sent = 0, got = 0;
    fcntl(client, F_SETFL, O_NONBLOCK);
    for (ssize_t n = 0; n >= 0; n = send(client, bytes, sizeof bytes, 0))
        sent += (size_t)n;
    assert_true(comes_to_rest_within_ms(10000));
    while (got < sent) {
        ssize_t n = recv(server, bytes, sizeof bytes, 0);
        assert_true(n > 0);
        got += (size_t)n;
    }
    assert_true(comes_to_rest_within_ms(10000));
}

static void a_closed_end_is_at_rest_when_the_other_knows(void **state)
{
    (void)state;
    char byte;
    exchange(3);
    shutdown(client, SHUT_WR);
    assert_true(comes_to_rest_within_ms(900)); /* less than what is given up */
    assert_int_equal(recv(server, &byte, 1, MSG_DONTWAIT), 0);
    assert_int_equal(send(server, "x", 1, 0), 1);
    assert_true(comes_to_rest_within_ms(900));
    close(server);
    server = -1;
    assert_true(comes_to_rest_within_ms(900));
}

static void a_peer_that_is_gone_is_at_rest(void **state)
{
    (void)state;
    struct linger at_once = {.l_onoff = 1};
    assert_int_equal(send(client, "unread", 6, 0), 6);
    setsockopt(server, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(server);
    server = -1;
    assert_true(comes_to_rest_within_ms(900));
}

/* A queue that is full answers no more: the opening is believed for a second. */
static void an_opening_that_nobody_answers_is_given_up(void **state)
{
    (void)state;
    struct sockaddr_in address;
    socklen_t len = sizeof address;
    int waiting[4];
    getsockname(listener, (struct sockaddr *)&address, &len);
    for (size_t i = 0; i < COUNT_OF(waiting); i++) {
        waiting[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        connect(waiting[i], (struct sockaddr *)&address, sizeof address);
    }
    int64_t now_us = clock_real_mono_us();
    text_buf_clear(&what);
    assert_false(loopback_pairs_at_rest(pairs, now_us, &what));
    assert_false(loopback_pairs_at_rest(pairs, now_us + 999999, &what));
    assert_true(loopback_pairs_at_rest(pairs, now_us + 1000000, &what));
    assert_true(loopback_pairs_at_rest(pairs, now_us + 1000001, &what));
    for (size_t i = 0; i < COUNT_OF(waiting); i++)
        close(waiting[i]);
}

static void who_is_under_way_is_named(void **state)
{
    (void)state;
    struct sockaddr_in there;
    socklen_t len = sizeof there;
    char expected[64], bytes[8];
    for (;;) {
        exchange(4);
        assert_int_equal(send(client, "a", 1, 0), 1);
        assert_int_equal(send(client, "b", 1, 0), 1);
        if (!at_rest())
            break;
        assert_int_equal(recv(server, bytes, sizeof bytes, 0), 2);
    }
    getpeername(client, (struct sockaddr *)&there, &len);
    snprintf(expected, sizeof expected, " to 127.0.0.1:%d", ntohs(there.sin_port));
    assert_true(text_contains(text_buf_view(&what), TEXT("bytes are under way from 127.0.0.1:")));
    assert_true(text_contains(text_buf_view(&what), text_of(expected)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_has_arrived_is_at_rest_at_once, begin, end),
        cmocka_unit_test_setup_teardown(what_nobody_reads_is_at_rest, begin, end),
        cmocka_unit_test_setup_teardown(a_segment_held_by_nagle_is_under_way, begin, end),
        cmocka_unit_test_setup_teardown(a_full_window_waits_for_its_reader, begin, end),
        cmocka_unit_test_setup_teardown(a_closed_end_is_at_rest_when_the_other_knows, begin, end),
        cmocka_unit_test_setup_teardown(a_peer_that_is_gone_is_at_rest, begin, end),
        cmocka_unit_test_setup_teardown(an_opening_that_nobody_answers_is_given_up, begin, end),
        cmocka_unit_test_setup_teardown(who_is_under_way_is_named, begin, end),
    };
    own_network();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
