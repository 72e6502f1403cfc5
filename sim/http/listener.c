/* Listening sockets. What arrives on them is the acceptor's business. */
#include "listener.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "address.h"

static bool refuse(int fd, const char *ip, int port, int error, struct fail *why)
{
    if (fd >= 0)
        close(fd);
    if (error == EADDRINUSE)
        return fail_set(why, "port %d on %s is taken by another program", port, ip);
    if (error == EACCES)
        return fail_set(why, "port %d on %s needs more privilege than this process has", port, ip);
    if (error == EADDRNOTAVAIL)
        return fail_set(why, "%s is not an address of this machine", ip);
    return fail_set(why, "cannot listen on %s, port %d: %s", ip, port, strerror(error));
}

bool listener_open(const char *ip, int port, int *ret_fd, int *ret_port, struct fail *why)
{
    struct address address;
    if (!address_parse(ip, port, &address, why))
        return false;
    int fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return refuse(fd, ip, port, errno, why);
    int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (address.any.sa_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    if (bind(fd, &address.any, address.len) != 0 || listen(fd, SOMAXCONN) != 0)
        return refuse(fd, ip, port, errno, why);
    if (getsockname(fd, &address.any, &address.len) != 0)
        return refuse(fd, ip, port, errno, why);
    *ret_fd = fd;
    *ret_port = address_port(&address);
    return true;
}
