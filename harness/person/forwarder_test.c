/* Connections through a forwarder process and a dialer, over real sockets of this machine: the test is server
 * and client of each. */
#include "forwarder.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dialer.h"
#include "mem.h"
#include "test_support.h"

enum { WITHIN_MS = 20000, LARGE_BYTES = 8 * 1024 * 1024, CHUNK_BYTES = 64 * 1024 };

/* A server inside, and the way to it. */
struct way {
    int server, listener, port;
    int channel[2];
    pid_t forwarder;
    struct dialer *dialer;
};

static int setup(void **state)
{
    struct way *way = mem_new(sizeof *way);
    struct fail why = {0};
    int inside;
    way->server = forwarder_listen(0, &inside, &why);
    way->listener = forwarder_listen(0, &way->port, &why);
    assert_true(way->server >= 0 && way->listener >= 0);
    assert_true(dialer_channel(way->channel, &why));
    const struct forward forward = {way->listener, inside, "the backend"};
    way->forwarder = forwarder_start(&forward, 1, way->channel[0], &why); /* before the dialer's thread */
    assert_true(way->forwarder > 0);
    way->dialer = dialer_new(way->channel[1]);
    *state = way;
    return 0;
}

static int teardown(void **state)
{
    struct way *way = *state;
    forwarder_stop(way->forwarder);
    dialer_free(way->dialer);
    const int fds[] = {way->server, way->listener, way->channel[0], way->channel[1]};
    for (size_t i = 0; i < COUNT_OF(fds); i++)
        if (fds[i] >= 0)
            close(fds[i]);
    mem_free(way);
    return 0;
}

static void wait_for(int fd, short events)
{
    struct pollfd polled = {.fd = fd, .events = events};
    if (poll(&polled, 1, WITHIN_MS) != 1)
        fail_msg("nothing happened on a socket");
}

static int client_new(const struct way *way)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)way->port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static int server_take(const struct way *way)
{
    wait_for(way->server, POLLIN);
    int fd = accept(way->server, NULL, NULL);
    assert_true(fd >= 0);
    return fd;
}

static void assert_arrives(int fd, const char *words)
{
    char got[256] = "";
    for (size_t len = 0; len < strlen(words);) {
        wait_for(fd, POLLIN);
        ssize_t some = recv(fd, got + len, strlen(words) - len, 0);
        assert_true(some > 0);
        len += (size_t)some;
    }
    assert_string_equal(got, words);
}

static void assert_ends(int fd)
{
    char byte;
    wait_for(fd, POLLIN);
    assert_int_equal(recv(fd, &byte, 1, 0), 0);
}

static void say(int fd, const char *words)
{
    assert_int_equal(send(fd, words, strlen(words), MSG_NOSIGNAL), (ssize_t)strlen(words));
}

static void bytes_go_both_ways_and_each_way_ends_alone(void **state)
{
    int client = client_new(*state), server = server_take(*state);
    say(client, "question");
    assert_arrives(server, "question");
    shutdown(client, SHUT_WR);
    assert_ends(server);
    say(server, "a stream: ");
    assert_arrives(client, "a stream: ");
    say(server, "goes on");
    assert_arrives(client, "goes on");
    close(server);
    assert_ends(client);
    close(client);
}

static void connections_do_not_wait_for_each_other(void **state)
{
    int clients[20], servers[20];
    for (size_t i = 0; i < COUNT_OF(clients); i++) {
        clients[i] = client_new(*state);
        servers[i] = server_take(*state);
    }
    for (size_t i = COUNT_OF(clients); i-- > 0;) {
        char words[16];
        snprintf(words, sizeof words, "number %zu", i);
        say(servers[i], words);
        assert_arrives(clients[i], words);
        close(servers[i]);
        assert_ends(clients[i]);
        close(clients[i]);
    }
}

static void a_reset_arrives_as_a_reset(void **state)
{
    const struct linger at_once = {.l_onoff = 1};
    char byte;
    int client = client_new(*state), server = server_take(*state);
    say(client, "hello");
    assert_arrives(server, "hello"); /* before, whoever dials may be told of the reset instead */
    setsockopt(server, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(server);
    wait_for(client, POLLIN);
    assert_int_equal(recv(client, &byte, 1, 0), -1);
    assert_int_equal(errno, ECONNRESET);
    close(client);
}

/* How much a writer gets rid of while nobody reads. */
static size_t write_until_it_stops(int fd, size_t at_most)
{
    char *chunk = mem_new(CHUNK_BYTES);
    struct pollfd writable = {.fd = fd, .events = POLLOUT};
    size_t written = 0;
    while (written < at_most && poll(&writable, 1, 300) == 1) { /* a guard: it has stopped by then */
        ssize_t put = send(fd, chunk, CHUNK_BYTES, MSG_NOSIGNAL | MSG_DONTWAIT);
        written += put > 0 ? (size_t)put : 0;
    }
    mem_free(chunk);
    return written;
}

static size_t read_all(int fd)
{
    char *chunk = mem_new(CHUNK_BYTES);
    size_t total = 0;
    ssize_t got;
    while (wait_for(fd, POLLIN), (got = recv(fd, chunk, CHUNK_BYTES, 0)) > 0)
        total += (size_t)got;
    assert_int_equal(got, 0);
    mem_free(chunk);
    return total;
}

/* Without a limit all of it would be taken at once. */
static void a_slow_reader_slows_the_writer_down_and_loses_nothing(void **state)
{
    const int small = 64 * 1024;
    int client = client_new(*state), server = server_take(*state);
    setsockopt(server, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    size_t written = write_until_it_stops(server, 64 * LARGE_BYTES);
    assert_in_range(written, 1, 64 * LARGE_BYTES - 1);
    close(server);
    assert_int_equal(read_all(client), written);
    close(client);
}

static void who_finds_nobody_inside_is_told_so(void **state)
{
    struct way *way = *state;
    close(way->server);
    way->server = -1;
    int client = client_new(way);
    say(client, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_arrives(client, "HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain\r\nContent-Length: 61\r\n"
                           "Connection: close\r\n\r\n"
                           "otp-harness: the backend does not answer: Connection refus");
    close(client);
}

static void more_than_the_most_wait_for_their_turn(void **state)
{
    int clients[FORWARD_CONNECTIONS_MAX], servers[FORWARD_CONNECTIONS_MAX];
    for (size_t i = 0; i < COUNT_OF(clients); i++) {
        clients[i] = client_new(*state);
        servers[i] = server_take(*state);
    }
    int late = client_new(*state);
    say(late, "late");
    say(clients[0], "early");
    assert_arrives(servers[0], "early"); /* the forwarder has turned since, and not taken the late one */
    struct pollfd none = {.fd = ((struct way *)*state)->server, .events = POLLIN};
    assert_int_equal(poll(&none, 1, 0), 0);
    close(servers[0]);
    assert_ends(clients[0]);
    close(clients[0]);
    int server = server_take(*state);
    assert_arrives(server, "late");
    close(server);
    close(late);
    for (size_t i = 1; i < COUNT_OF(clients); i++) {
        close(clients[i]);
        close(servers[i]);
    }
}

static void a_port_that_is_taken_is_refused_by_its_number(void **state)
{
    struct way *way = *state;
    struct fail why = {0};
    char expected[100];
    int port;
    snprintf(expected, sizeof expected,
             "port %d of this machine cannot be listened on: Address already in use", way->port);
    assert_int_equal(forwarder_listen(way->port, &port, &why), -1);
    assert_string_equal(why.text, expected);
}

int main(void)
{
#define WITH_WAY(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    static const struct CMUnitTest tests[] = {
        WITH_WAY(bytes_go_both_ways_and_each_way_ends_alone),
        WITH_WAY(connections_do_not_wait_for_each_other),
        WITH_WAY(a_reset_arrives_as_a_reset),
        WITH_WAY(a_slow_reader_slows_the_writer_down_and_loses_nothing),
        WITH_WAY(who_finds_nobody_inside_is_told_so),
        WITH_WAY(more_than_the_most_wait_for_their_turn),
        WITH_WAY(a_port_that_is_taken_is_refused_by_its_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
