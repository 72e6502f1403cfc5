/* usage: twilio-sim-preload-probe [clock]
 *
 * A program that knows nothing, started with the library preloaded and "simulated.invalid" as the simulated
 * domain, to find out whether the preload way works on a machine. Exit status: 0 it does, 2 the library is
 * not in it, 3 a simulated name does not lead to loopback, 4 another name exists, 5 a connection left. With
 * "clock" it prints the time in seconds instead, as it sees it. */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int library_is_here(void)
{
    Dl_info info;
    return dladdr(dlsym(RTLD_DEFAULT, "connect"), &info) != 0 && info.dli_fname != NULL &&
           strstr(info.dli_fname, "twilio-sim-preload") != NULL;
}

static int leads_to_loopback(const char *name)
{
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *found = NULL;
    struct sockaddr_in address;
    if (getaddrinfo(name, "443", &hints, &found) != 0)
        return 0;
    memcpy(&address, found->ai_addr, sizeof address);
    freeaddrinfo(found);
    return address.sin_addr.s_addr == htonl(INADDR_LOOPBACK);
}

static int is_refused(const char *number)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(9)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    inet_pton(AF_INET, number, &address.sin_addr);
    int result = connect(fd, (struct sockaddr *)&address, sizeof address);
    int error = errno;
    close(fd);
    return result != 0 && error == ECONNREFUSED;
}

int main(int argc, char **argv)
{
    struct addrinfo *found = NULL;
    if (argc > 1 && strcmp(argv[1], "clock") == 0)
        return printf("%lld\n", (long long)time(NULL)) < 0;
    if (!library_is_here())
        return 2;
    if (!leads_to_loopback("api.simulated.invalid"))
        return 3;
    if (getaddrinfo("elsewhere.invalid", "443", NULL, &found) != EAI_NONAME)
        return 4;
    return is_refused("192.0.2.1") ? 0 : 5;
}
