/* Look-ups by dlsym, and what stands in for them until they are made. */
#include "net_real.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <sys/syscall.h>

#include "kernel_calls.h"

void *net_real_find(_Atomic(void *) *found, const char *name)
{
    void *function = atomic_load_explicit(found, memory_order_acquire);
    if (function != NULL)
        return function;
    function = dlsym(RTLD_NEXT, name);
    if (function == NULL)
        abort();
    atomic_store_explicit(found, function, memory_order_release);
    return function;
}

static struct {
    __typeof__(&connect) connect;
    __typeof__(&sendto) sendto;
    __typeof__(&sendmsg) sendmsg;
    __typeof__(&sendmmsg) sendmmsg;
} real_calls;
static atomic_bool looked_up;

__attribute__((constructor)) static void look_up(void)
{
    real_calls.connect = (__typeof__(&connect))dlsym(RTLD_NEXT, "connect");
    real_calls.sendto = (__typeof__(&sendto))dlsym(RTLD_NEXT, "sendto");
    real_calls.sendmsg = (__typeof__(&sendmsg))dlsym(RTLD_NEXT, "sendmsg");
    real_calls.sendmmsg = (__typeof__(&sendmmsg))dlsym(RTLD_NEXT, "sendmmsg");
    atomic_store_explicit(&looked_up, true, memory_order_release);
}

static bool is_known(void)
{
    return atomic_load_explicit(&looked_up, memory_order_acquire);
}

int net_real_connect(int fd, const struct sockaddr *to, socklen_t size)
{
    if (is_known())
        return real_calls.connect(fd, to, size);
    return (int)kernel_call_errno(SYS_connect, fd, (long)to, size, 0, 0, 0);
}

ssize_t net_real_sendto(int fd, const void *bytes, size_t len, int flags, const struct sockaddr *to,
                        socklen_t size)
{
    if (is_known())
        return real_calls.sendto(fd, bytes, len, flags, to, size);
    return kernel_call_errno(SYS_sendto, fd, (long)bytes, (long)len, flags, (long)to, size);
}

ssize_t net_real_sendmsg(int fd, const struct msghdr *message, int flags)
{
    if (is_known())
        return real_calls.sendmsg(fd, message, flags);
    return kernel_call_errno(SYS_sendmsg, fd, (long)message, flags, 0, 0, 0);
}

int net_real_sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags)
{
    if (is_known())
        return real_calls.sendmmsg(fd, messages, count, flags);
    return (int)kernel_call_errno(SYS_sendmmsg, fd, (long)messages, count, flags, 0, 0);
}
