/* Every call of the net half, in a plain program with the library preloaded: what the program sees, and what
 * is named. This process plays the simulator (it listens) and reads the reports. */
#include <arpa/inet.h>
#include <limits.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mem.h"
#include "preload_way.h"
#include "refusal_inbox.h"
#include "test_support.h"

enum { TEXT_MAX_BYTES = 16 * 1024, GUARD_MS = 20000, PATIENCE_MS = 10 };

struct world {
    int listener;
    int port;
    pthread_t simulator;
    _Atomic(const char *) outcome; /* what becomes of simulated names */
    _Atomic int lookups;
    struct refusal_inbox inbox;
    char library[PATH_MAX], early[PATH_MAX], program[PATH_MAX];
    struct text_buf said, named;
    int output;        /* of the program that runs */
    bool spoke_before; /* it wrote while nobody had taken its report */
};

/* Answers look-ups; whatever else connects is let go. */
static void *play_simulator(void *context)
{
    struct world *world = context;
    char bytes[1024];
    struct timeval guard = {.tv_sec = 2};
    for (int fd; (fd = accept(world->listener, NULL, NULL)) >= 0; close(fd)) {
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &guard, sizeof guard);
        ssize_t got = recv(fd, bytes, sizeof bytes, 0);
        if (got <= 0 || !text_starts(text_span(bytes, (size_t)got), "POST /sim/v1/lookups "))
            continue;
        world->lookups++;
        int len = snprintf(bytes, sizeof bytes, "HTTP/1.1 200 OK\r\n\r\n{\"outcome\":\"%s\"}\n",
                           atomic_load(&world->outcome));
        send(fd, bytes, (size_t)len, MSG_NOSIGNAL);
    }
    return NULL;
}

static int setup(void **state)
{
    struct world *world = mem_new(sizeof *world);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    struct fail why = {0};
    *state = world;
    world->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(world->listener, (struct sockaddr *)&address, size) != 0 || listen(world->listener, 64) != 0 ||
        getsockname(world->listener, (struct sockaddr *)&address, &size) != 0)
        return -1;
    world->port = ntohs(address.sin_port);
    text_buf_init(&world->said, TEXT_MAX_BYTES);
    text_buf_init(&world->named, TEXT_MAX_BYTES);
    bool fine = preload_library_find(world->library, &why) &&
                preload_file_find("test-net-calls", world->program, &why) &&
                preload_file_find("test-net-early.so", world->early, &why) &&
                refusal_inbox_open(&world->inbox, &why);
    if (!fine)
        fprintf(stderr, "%s\n", why.text);
    world->outcome = "found";
    return fine && pthread_create(&world->simulator, NULL, play_simulator, world) == 0 ? 0 : -1;
}

static int teardown(void **state)
{
    struct world *world = *state;
    shutdown(world->listener, SHUT_RDWR);
    pthread_join(world->simulator, NULL);
    close(world->listener);
    refusal_inbox_close(&world->inbox);
    text_buf_release(&world->said);
    text_buf_release(&world->named);
    mem_free(world);
    return 0;
}

static void note_refusal(void *context, const struct refusal *refusal)
{
    struct world *world = context;
    text_putf(&world->named, "%s %s %d\n", refusal->protocol, refusal->target, refusal->port);
    assert_string_equal(refusal->process, "test-net-calls");
    assert_true(refusal->pid > 0);
    struct pollfd output = {.fd = world->output, .events = POLLIN};
    world->spoke_before = world->spoke_before || poll(&output, 1, PATIENCE_MS) != 0;
}

/* Its output, while its reports are answered. */
static void listen_to(struct world *world, FILE *program)
{
    struct pollfd waits[] = {{.fd = fileno(program), .events = POLLIN},
                             {.fd = world->inbox.fd, .events = POLLIN}};
    char bytes[1024];
    world->output = fileno(program);
    while (poll(waits, 2, GUARD_MS) > 0) {
        if ((waits[1].revents & POLLIN) != 0)
            refusal_inbox_take(&world->inbox, note_refusal, world);
        if (waits[0].revents == 0)
            continue;
        ssize_t got = read(fileno(program), bytes, sizeof bytes);
        if (got <= 0)
            return;
        text_put(&world->said, text_span(bytes, (size_t)got));
    }
}

/* test-net-calls ACT; `net` is the variable's value, "" for none. */
static void run(struct world *world, const char *act, const char *net, const char *more_libraries)
{
    char command[4 * PATH_MAX];
    text_buf_clear(&world->said);
    text_buf_clear(&world->named);
    world->spoke_before = false;
    snprintf(command, sizeof command,
             "exec env -i LD_PRELOAD=%s%s %s%s TWILIO_SIM_HOSTS=twilio.com,maps.example.org %s %s 2>&1",
             world->library, more_libraries, net[0] == '\0' ? "" : "TWILIO_SIM_NET=", net, world->program,
             act);
    FILE *program = popen(command, "r");
    assert_non_null(program);
    listen_to(world, program);
    int status = pclose(program);
    if (status != 0)
        fail_msg("%s ended with %d:\n%s", act, status, text_buf_z(&world->said));
}

static void run_reporting(struct world *world, const char *act)
{
    char *net = preload_net_value(world->port, world->inbox.name);
    run(world, act, net, "");
    mem_free(net);
}

static void a_connection_goes_to_loopback_or_nowhere(void **state)
{
    struct world *world = *state;
    run_reporting(world, "connect");
    assert_string_equal(text_buf_z(&world->said), "tcp 203.0.113.7 443: ECONNREFUSED\n"
                                                  "tcp 2001:db8::7 443: ECONNREFUSED\n"
                                                  "tcp ::ffff:203.0.113.7 80: ECONNREFUSED\n"
                                                  "udp 203.0.113.7 53: ECONNREFUSED\n"
                                                  "udp 127.0.0.53 53: ECONNREFUSED\n"
                                                  "tcp 127.0.0.1 443: simulator\n"
                                                  "tcp 127.9.9.9 80: simulator\n"
                                                  "tcp ::1 443: simulator\n"
                                                  "tcp ::1 443: simulator\n"
                                                  "tcp ::ffff:127.0.0.1 443: simulator\n"
                                                  "tcp 127.0.0.1 1: ECONNREFUSED\n"
                                                  "udp 127.0.0.1 443: fine\n"
                                                  "unix: fine\n"
                                                  "disconnect: fine\n"
                                                  "no address: EFAULT\n"
                                                  "no socket: EBADF\n");
    assert_string_equal(text_buf_z(&world->named), "tcp 203.0.113.7 443\n"
                                                   "tcp 2001:db8::7 443\n"
                                                   "tcp 203.0.113.7 80\n"
                                                   "udp 203.0.113.7 53\n"
                                                   "udp 127.0.0.53 53\n");
}

static void a_datagram_leaves_by_no_call(void **state)
{
    struct world *world = *state;
    run_reporting(world, "send");
    assert_string_equal(text_buf_z(&world->said), "sendto far: ECONNREFUSED\n"
                                                  "sendto near: fine\n"
                                                  "sendmsg far: ECONNREFUSED\n"
                                                  "sendmsg near: fine\n"
                                                  "sendmmsg far first: ECONNREFUSED\n"
                                                  "sendmmsg near first: 1\n"
                                                  "sendto nameless: ECONNREFUSED\n"
                                                  "sendmmsg nameless: ECONNREFUSED\n"
                                                  "fast open: ECONNREFUSED\n"
                                                  "connected: fine\n"
                                                  "send: fine\n");
    assert_string_equal(text_buf_z(&world->named), "udp 203.0.113.7 53\n"
                                                   "udp 203.0.113.7 53\n"
                                                   "udp 203.0.113.7 53\n"
                                                   "udp 203.0.113.7 53\n"
                                                   "udp 203.0.113.7 53\n"
                                                   "tcp 203.0.113.7 53\n");
}

static void a_name_is_simulated_or_ours_or_unknown(void **state)
{
    struct world *world = *state;
    run_reporting(world, "lookup");
    assert_string_equal(text_buf_z(&world->said),
                        "api.twilio.com v4 0: 127.0.0.1 port 443\n"
                        "API.twilio.com. v4 2: 127.0.0.1 port 443 called API.twilio.com.\n"
                        "api.twilio.com v6 0: No address associated with hostname\n"
                        "api.twilio.com v6 8: ::ffff:127.0.0.1 port 443\n"
                        "api.twilio.com v4 4: Name or service not known\n"
                        "api.twilio.com v4 0: Servname not supported for ai_socktype\n"
                        "maps.example.org v4 0: 127.0.0.1 port 0\n"
                        "203.0.113.7 v4 0: 203.0.113.7 port 443\n"
                        "127.1 v4 0: 127.0.0.1 port 443\n"
                        "2001:db8::7 v6 0: 2001:db8::7 port 443\n"
                        "localhost v4 0: 127.0.0.1 port 80\n"
                        "app.localhost v4 0: 127.0.0.1 port 80\n"
                        "db.example.com v4 0: Name or service not known\n"
                        "db.example.com v4 4: Name or service not known\n"
                        "plain: Name or service not known\n"
                        "own name: 127.0.0.1 port 1\n"
                        "no name: 0.0.0.0 port 1\n");
    assert_string_equal(text_buf_z(&world->named), "dns db.example.com 0\n"
                                                   "dns other.example.com 0\n");
}

static void the_older_ways_of_asking_say_the_same(void **state)
{
    struct world *world = *state;
    run_reporting(world, "resolve");
    assert_string_equal(text_buf_z(&world->said), "gethostbyname: api.twilio.com 127.0.0.1\n"
                                                  "gethostbyname: Unknown host\n"
                                                  "gethostbyname: 203.0.113.7 203.0.113.7\n"
                                                  "gethostbyname: localhost 127.0.0.1\n"
                                                  "gethostbyname2: No address associated with name\n"
                                                  "gethostbyname2: localhost ::1\n"
                                                  "api.twilio.com in 200: 0 api.twilio.com 0\n"
                                                  "api.twilio.com in 20: 34 nothing -1\n"
                                                  "older.example.com in 200: 0 nothing 1\n"
                                                  "named 127.0.0.1: fine\n"
                                                  "shown 127.0.0.1: by name\n"
                                                  "127.0.0.1: localhost 127.0.0.1\n"
                                                  "named 203.0.113.7: Name or service not known\n"
                                                  "shown 203.0.113.7: as a number\n"
                                                  "203.0.113.7: Unknown host\n"
                                                  "res_query: -1\n"
                                                  "res_search: -1\n"
                                                  "res_nquery: -1\n"
                                                  "res_send: -1\n"
                                                  "getaddrinfo_a: System error\n");
    assert_string_equal(text_buf_z(&world->named), "dns old.example.com 0\n"
                                                   "dns older.example.com 0\n"
                                                   "dns srv.example.com 0\n"
                                                   "dns txt.example.com 0\n"
                                                   "dns mx.example.com 0\n");
}

/* Lines that begin so. */
static void assert_line(struct world *world, const char *line)
{
    if (strstr(text_buf_z(&world->said), line) == NULL)
        fail_msg("\"%s\" is not in:\n%s", line, text_buf_z(&world->said));
}

static void a_planned_fault_takes_simulated_names_away(void **state)
{
    struct world *world = *state;
    world->outcome = "unknown";
    world->lookups = 0;
    run_reporting(world, "lookup");
    assert_line(world, "api.twilio.com v4 0: Name or service not known\n");
    assert_line(world, "maps.example.org v4 0: Name or service not known\n");
    assert_line(world, "localhost v4 0: 127.0.0.1 port 80\n");
    assert_int_equal(world->lookups, 6); /* one a call; a number that is wanted is none */
    run_reporting(world, "resolve");
    assert_line(world, "gethostbyname: Unknown host\n");
    assert_line(world, "api.twilio.com in 200: 0 nothing 1\n");
    world->outcome = "servfail";
    run_reporting(world, "lookup");
    assert_line(world, "api.twilio.com v4 0: Temporary failure in name resolution\n");
    run_reporting(world, "resolve");
    assert_line(world, "gethostbyname: Host name lookup failure\n");
    world->outcome = "found";
}

static void a_signal_handler_may_connect(void **state)
{
    struct world *world = *state;
    run_reporting(world, "handler");
    assert_string_equal(text_buf_z(&world->said), "refused in a handler\n");
    assert_string_equal(text_buf_z(&world->named), "tcp 203.0.113.7 8443\n");
    assert_false(world->spoke_before); /* who is refused goes on when that is recorded */
}

static void children_are_held_too_and_nobody_gets_out_by_its_environment(void **state)
{
    struct world *world = *state;
    run_reporting(world, "child");
    assert_string_equal(text_buf_z(&world->said), "tcp 203.0.113.8 443: ECONNREFUSED\n"
                                                  "refused in a handler\n"
                                                  "tcp 203.0.113.9 443: ECONNREFUSED\n"
                                                  "child: 0\n");
    assert_string_equal(text_buf_z(&world->named), "tcp 203.0.113.8 443\n"
                                                   "tcp 203.0.113.7 8443\n"
                                                   "tcp 203.0.113.9 443\n");
}

static void a_constructor_before_ours_is_held_too(void **state)
{
    struct world *world = *state;
    char *net = preload_net_value(world->port, world->inbox.name), early[PATH_MAX + 1];
    snprintf(early, sizeof early, ":%s", world->early);
    run(world, "none", net, early);
    mem_free(net);
    assert_string_equal(text_buf_z(&world->said), "early: ECONNREFUSED, Name or service not known, found\n");
    assert_string_equal(text_buf_z(&world->named), "tcp 203.0.113.7 443\ndns early.example.com 0\n");
}

static void without_anybody_to_tell_it_is_refused_all_the_same(void **state)
{
    struct world *world = *state;
    char net[64];
    snprintf(net, sizeof net, "%d", world->port);
    run(world, "handler", net, "");
    assert_string_equal(text_buf_z(&world->said), "refused in a handler\n");
    snprintf(net, sizeof net, "%d:@nobody-listens-here", world->port);
    run(world, "handler", net, "");
    assert_string_equal(text_buf_z(&world->said), "refused in a handler\n");
    assert_string_equal(text_buf_z(&world->named), "");
}

static void what_cannot_be_read_is_said_and_nothing_leaves(void **state)
{
    struct world *world = *state;
    run(world, "handler", "4010:nowhere", "");
    assert_string_equal(
        text_buf_z(&world->said),
        "twilio-sim-preload: TWILIO_SIM_NET=4010:nowhere is no \"PORT\" or \"PORT:@NAME\": every "
        "connection is refused\nrefused in a handler\n");
}

static void without_its_variable_the_library_stays_out_of_the_way(void **state)
{
    struct world *world = *state;
    run(world, "none", "", "");
    assert_string_equal(text_buf_z(&world->said), "");
    char command[4 * PATH_MAX], said[256] = "";
    snprintf(command, sizeof command,
             "LD_PRELOAD=%s python3 -c \"import socket as s; l = s.create_server(('127.0.0.1', 0)); "
             "c = s.create_connection(l.getsockname()); c.sendall(b'x'); "
             "print(s.gethostbyname('localhost'), s.getaddrinfo('127.0.0.1', 80)[0][4][0])\"",
             world->library);
    FILE *program = popen(command, "r");
    assert_non_null(program);
    assert_non_null(fgets(said, sizeof said, program));
    pclose(program);
    assert_string_equal(said, "127.0.0.1 127.0.0.1\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_connection_goes_to_loopback_or_nowhere),
        cmocka_unit_test(a_datagram_leaves_by_no_call),
        cmocka_unit_test(a_name_is_simulated_or_ours_or_unknown),
        cmocka_unit_test(the_older_ways_of_asking_say_the_same),
        cmocka_unit_test(a_planned_fault_takes_simulated_names_away),
        cmocka_unit_test(a_signal_handler_may_connect),
        cmocka_unit_test(children_are_held_too_and_nobody_gets_out_by_its_environment),
        cmocka_unit_test(a_constructor_before_ours_is_held_too),
        cmocka_unit_test(without_anybody_to_tell_it_is_refused_all_the_same),
        cmocka_unit_test(what_cannot_be_read_is_said_and_nothing_leaves),
        cmocka_unit_test(without_its_variable_the_library_stays_out_of_the_way),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
