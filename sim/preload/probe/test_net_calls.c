/* usage: test-net-calls (connect|send|lookup|resolve|handler|child)
 *
 * A plain program that makes each call of the net half and says what came of it, one line a call (tests
 * only). Started by net_calls_test.c with the library preloaded; whoever listens on the simulator's port is
 * that test. */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* 192.0.2.0/24 and its kin lead nowhere; should the library ever let one through, nobody waits long. */
static const struct timeval guard = {.tv_sec = 2};

static socklen_t address_make(const char *number, int port, struct sockaddr_storage *ret)
{
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    memset(ret, 0, sizeof *ret);
    if (inet_pton(AF_INET, number, &v4.sin_addr) == 1) {
        memcpy(ret, &v4, sizeof v4);
        return sizeof v4;
    }
    inet_pton(AF_INET6, number, &v6.sin6_addr);
    memcpy(ret, &v6, sizeof v6);
    return sizeof v6;
}

static int socket_make(int family, int type)
{
    int fd = socket(family, type | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &guard, sizeof guard);
    return fd;
}

static const char *result_name(long result)
{
    return result >= 0 ? "fine" : strerrorname_np(errno);
}

static void say(const char *what, long result)
{
    const char *name = result_name(result);
    printf("%s: %s\n", what, name);
}

/* ---- connect */

/* Whether the far end is the simulator's port shows in what getpeername says. */
static void try_connect(const char *number, int port, int type, bool only6)
{
    struct sockaddr_storage to, peer;
    socklen_t size = address_make(number, port, &to), peer_size = sizeof peer;
    int fd = socket_make(to.ss_family, type), on = 1;
    if (only6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    int result = connect(fd, (struct sockaddr *)&to, size);
    const char *name = result_name(result);
    bool elsewhere = result == 0 && getpeername(fd, (struct sockaddr *)&peer, &peer_size) == 0 &&
                     ((struct sockaddr_in *)&peer)->sin_port != htons((uint16_t)port);
    printf("%s %s %d: %s\n", type == SOCK_DGRAM ? "udp" : "tcp", number, port,
           elsewhere ? "simulator" : name);
    close(fd);
}

static void try_families(void)
{
    static const char name[] = "\0test-net-calls";
    struct sockaddr_un path = {.sun_family = AF_UNIX};
    struct sockaddr nothing = {.sa_family = AF_UNSPEC};
    memcpy(path.sun_path, name, sizeof name);
    socklen_t size = offsetof(struct sockaddr_un, sun_path) + sizeof name;
    int listener = socket_make(AF_UNIX, SOCK_STREAM), client = socket_make(AF_UNIX, SOCK_STREAM),
        udp = socket_make(AF_INET, SOCK_DGRAM);
    bind(listener, (struct sockaddr *)&path, size);
    listen(listener, 1);
    say("unix", connect(client, (struct sockaddr *)&path, size));
    say("disconnect", connect(udp, &nothing, sizeof nothing));
    say("no address", connect(udp, NULL, 16));
    say("no socket", connect(-1, &nothing, sizeof nothing));
}

static void do_connect(void)
{
    try_connect("203.0.113.7", 443, SOCK_STREAM, false);
    try_connect("2001:db8::7", 443, SOCK_STREAM, false);
    try_connect("::ffff:203.0.113.7", 80, SOCK_STREAM, false);
    try_connect("203.0.113.7", 53, SOCK_DGRAM, false);
    try_connect("127.0.0.53", 53, SOCK_DGRAM, false);
    try_connect("127.0.0.1", 443, SOCK_STREAM, false);
    try_connect("127.9.9.9", 80, SOCK_STREAM, false);
    try_connect("::1", 443, SOCK_STREAM, false);
    try_connect("::1", 443, SOCK_STREAM, true);
    try_connect("::ffff:127.0.0.1", 443, SOCK_STREAM, false);
    try_connect("127.0.0.1", 1, SOCK_STREAM, false);
    try_connect("127.0.0.1", 443, SOCK_DGRAM, false);
    try_families();
}

/* ---- send */

static struct msghdr message_make(struct sockaddr_storage *to, socklen_t size, struct iovec *part)
{
    static char byte = 'x';
    *part = (struct iovec){.iov_base = &byte, .iov_len = 1};
    return (struct msghdr){.msg_name = to, .msg_namelen = size, .msg_iov = part, .msg_iovlen = 1};
}

static void do_send(void)
{
    struct sockaddr_storage far, near;
    struct iovec parts[2];
    socklen_t size = address_make("203.0.113.7", 53, &far);
    address_make("127.0.0.1", 9, &near);
    int udp = socket_make(AF_INET, SOCK_DGRAM), tcp = socket_make(AF_INET, SOCK_STREAM);
    say("sendto far", sendto(udp, "x", 1, 0, (struct sockaddr *)&far, size));
    say("sendto near", sendto(udp, "x", 1, 0, (struct sockaddr *)&near, size));
    struct msghdr far_message = message_make(&far, size, &parts[0]),
                  near_message = message_make(&near, size, &parts[1]);
    say("sendmsg far", sendmsg(udp, &far_message, 0));
    say("sendmsg near", sendmsg(udp, &near_message, 0));
    struct mmsghdr far_first[] = {{.msg_hdr = far_message}, {.msg_hdr = near_message}};
    struct mmsghdr near_first[] = {{.msg_hdr = near_message}, {.msg_hdr = far_message}};
    say("sendmmsg far first", sendmmsg(udp, far_first, 2, 0));
    printf("sendmmsg near first: %d\n", sendmmsg(udp, near_first, 2, 0));
    far.ss_family = AF_UNSPEC; /* the kernel takes it for IPv4 */
    say("sendto nameless", sendto(udp, "x", 1, 0, (struct sockaddr *)&far, size));
    say("sendmmsg nameless", sendmmsg(udp, far_first, 1, 0));
    far.ss_family = AF_INET;
    say("fast open", sendto(tcp, "x", 1, MSG_FASTOPEN | MSG_NOSIGNAL, (struct sockaddr *)&far, size));
    say("connected", connect(udp, (struct sockaddr *)&near, size));
    say("send", send(udp, "x", 1, 0));
}

/* ---- names */

static void try_hints(const char *what, const char *node, const char *service, const struct addrinfo *hints)
{
    struct addrinfo *info = NULL;
    int result = getaddrinfo(node, service, hints, &info);
    printf("%s:", what);
    if (result != 0)
        printf(" %s", gai_strerror(result));
    for (struct addrinfo *at = result == 0 ? info : NULL; at != NULL; at = at->ai_next) {
        char number[64], port[16];
        getnameinfo(at->ai_addr, at->ai_addrlen, number, sizeof number, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV);
        printf(" %s port %s%s%s", number, port, at->ai_canonname == NULL ? "" : " called ",
               at->ai_canonname == NULL ? "" : at->ai_canonname);
    }
    printf("\n");
    if (result == 0)
        freeaddrinfo(info);
}

static void try_info(const char *node, const char *service, int family, int flags)
{
    struct addrinfo hints = {.ai_family = family, .ai_socktype = SOCK_STREAM, .ai_flags = flags};
    char what[128];
    snprintf(what, sizeof what, "%s %s %d", node, family == AF_INET6 ? "v6" : "v4", flags);
    try_hints(what, node, service, &hints);
}

static void do_lookup(void)
{
    char own[128];
    try_info("api.twilio.com", "https", AF_INET, 0);
    try_info("API.twilio.com.", "443", AF_UNSPEC, AI_CANONNAME);
    try_info("api.twilio.com", "443", AF_INET6, 0);
    try_info("api.twilio.com", "443", AF_INET6, AI_V4MAPPED);
    try_info("api.twilio.com", "443", AF_INET, AI_NUMERICHOST);
    try_info("api.twilio.com", "no-such-service", AF_INET, 0);
    try_info("maps.example.org", NULL, AF_INET, 0);
    try_info("203.0.113.7", "443", AF_INET, 0);
    try_info("127.1", "443", AF_INET, 0);
    try_info("2001:db8::7", "443", AF_INET6, 0);
    try_info("localhost", "80", AF_INET, 0);
    try_info("app.localhost", "80", AF_INET, 0);
    try_info("db.example.com", "443", AF_INET, 0);
    try_info("db.example.com", "443", AF_INET, AI_NUMERICHOST);
    try_hints("plain", "other.example.com", NULL, NULL);
    gethostname(own, sizeof own);
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
    try_hints("own name", own, "1", &hints);
    hints.ai_flags = AI_PASSIVE;
    try_hints("no name", NULL, "1", &hints);
}

/* ---- the older ways */

static void print_entry(const char *what, const struct hostent *entry)
{
    char number[64];
    if (entry == NULL)
        printf("%s: %s\n", what, h_errno == 0 ? "nothing" : hstrerror(h_errno));
    else
        printf("%s: %s %s\n", what, entry->h_name,
               inet_ntop(entry->h_addrtype, entry->h_addr_list[0], number, sizeof number));
}

static void try_entry_r(const char *name, size_t size)
{
    struct hostent entry, *found = NULL;
    char buffer[256];
    int error = 0;
    int result = gethostbyname_r(name, &entry, buffer + 1, size, &found, &error);
    printf("%s in %zu: %d %s %d\n", name, size, result, found == NULL ? "nothing" : found->h_name, error);
}

static void try_number(const char *number)
{
    struct sockaddr_storage address;
    socklen_t size = address_make(number, 443, &address);
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)&address;
    char host[256] = "";
    int result = getnameinfo((struct sockaddr *)&address, size, host, sizeof host, NULL, 0, NI_NAMEREQD);
    printf("named %s: %s\n", number, result == 0 ? "fine" : gai_strerror(result)); /* by /etc/hosts */
    getnameinfo((struct sockaddr *)&address, size, host, sizeof host, NULL, 0, 0);
    printf("shown %s: %s\n", number, strcmp(host, number) == 0 ? "as a number" : "by name");
    print_entry(number, gethostbyaddr(&v4->sin_addr, 4, AF_INET));
}

static void do_resolve(void)
{
    static const unsigned char query[] = "\0\1\1\0\0\1\0\0\0\0\0\0\2mx\7example\3com\0\0\17\0\1";
    unsigned char answer[512];
    struct __res_state state = {0};
    struct gaicb request = {.ar_name = "later.example.com"}, *list[] = {&request};
    print_entry("gethostbyname", gethostbyname("api.twilio.com"));
    print_entry("gethostbyname", gethostbyname("old.example.com"));
    print_entry("gethostbyname", gethostbyname("203.0.113.7"));
    print_entry("gethostbyname", gethostbyname("localhost"));
    print_entry("gethostbyname2", gethostbyname2("api.twilio.com", AF_INET6));
    print_entry("gethostbyname2", gethostbyname2("localhost", AF_INET6));
    try_entry_r("api.twilio.com", 200);
    try_entry_r("api.twilio.com", 20);
    try_entry_r("older.example.com", 200);
    try_number("127.0.0.1");
    try_number("203.0.113.7");
    printf("res_query: %d\n", res_query("srv.example.com", 1, 33, answer, sizeof answer));
    printf("res_search: %d\n", res_search("api.twilio.com", 1, 1, answer, sizeof answer));
    printf("res_nquery: %d\n", res_nquery(&state, "txt.example.com", 1, 16, answer, sizeof answer));
    printf("res_send: %d\n", res_send(query, sizeof query - 1, answer, sizeof answer));
    printf("getaddrinfo_a: %s\n", gai_strerror(getaddrinfo_a(GAI_WAIT, list, 1, NULL)));
}

/* ---- from unusual places */

static void connect_in_handler(int number)
{
    (void)number;
    struct sockaddr_storage to;
    socklen_t size = address_make("203.0.113.7", 8443, &to);
    int fd = socket_make(AF_INET, SOCK_STREAM);
    errno = 0;
    if (connect(fd, (struct sockaddr *)&to, size) != 0 && errno == ECONNREFUSED)
        write(STDOUT_FILENO, "refused in a handler\n", 21);
}

static void do_handler(void)
{
    signal(SIGUSR1, connect_in_handler);
    raise(SIGUSR1);
}

/* Its own children, started with what it was started with. */
static void do_child(void)
{
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        try_connect("203.0.113.8", 443, SOCK_STREAM, false);
        fflush(stdout);
        execl("/proc/self/exe", "test-net-calls", "handler", NULL);
        _exit(1);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    /* its own words overwritten, as programs do that set a title */
    for (char **at = environ; *at != NULL; at++)
        memset(*at, 'x', strlen(*at));
    try_connect("203.0.113.9", 443, SOCK_STREAM, false);
    printf("child: %d\n", WEXITSTATUS(status));
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*act)(void);
    } acts[] = {{"connect", do_connect}, {"send", do_send},       {"lookup", do_lookup},
                {"resolve", do_resolve}, {"handler", do_handler}, {"child", do_child}};
    for (size_t i = 0; argc > 1 && i < sizeof acts / sizeof acts[0]; i++)
        if (strcmp(argv[1], acts[i].name) == 0)
            acts[i].act();
    return fflush(stdout) == 0 ? 0 : 1;
}
