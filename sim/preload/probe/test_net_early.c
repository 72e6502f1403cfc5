/* A library whose constructor connects and looks up names before ours has run its own (tests only). Its words
 * go to stdout at once. */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

__attribute__((constructor)) static void connect_early(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(443)};
    struct addrinfo *info = NULL;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    inet_pton(AF_INET, "203.0.113.7", &to.sin_addr);
    int result = connect(fd, (struct sockaddr *)&to, sizeof to);
    int error = errno;
    close(fd);
    dprintf(STDOUT_FILENO, "early: %s, %s, %s\n", result == 0 ? "connected" : strerrorname_np(error),
            gai_strerror(getaddrinfo("early.example.com", NULL, NULL, &info)),
            getaddrinfo("api.twilio.com", NULL, NULL, &info) == 0 ? "found" : "not found");
}
