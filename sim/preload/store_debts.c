/* The state of a connection is its mark in the table of descriptors. */
#include "store_debts.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "clock_member.h"
#include "descriptors.h"
#include "kernel_calls.h"
#include "preloaded.h"
#include "real_calls.h"

WRAPS int accept(int fd, struct sockaddr *restrict address, socklen_t *restrict len);
WRAPS int accept4(int fd, struct sockaddr *restrict address, socklen_t *restrict len, int flags);
WRAPS ssize_t read(int fd, void *to, size_t size);
WRAPS ssize_t readv(int fd, const struct iovec *parts, int count);
WRAPS ssize_t recv(int fd, void *to, size_t size, int flags);
WRAPS ssize_t recvfrom(int fd, void *restrict to, size_t size, int flags, struct sockaddr *restrict address,
                       socklen_t *restrict len);
WRAPS ssize_t recvmsg(int fd, struct msghdr *message, int flags);
WRAPS ssize_t write(int fd, const void *from, size_t size);
WRAPS ssize_t writev(int fd, const struct iovec *parts, int count);
WRAPS ssize_t send(int fd, const void *from, size_t size, int flags);
/* What programs call that were built with -D_FORTIFY_SOURCE. */
WRAPS ssize_t __read_chk(int fd, void *to, size_t size, size_t room);
WRAPS ssize_t __recv_chk(int fd, void *to, size_t size, size_t room, int flags);
WRAPS ssize_t __recvfrom_chk(int fd, void *restrict to, size_t size, size_t room, int flags,
                             struct sockaddr *restrict address, socklen_t *restrict len);
/* libc's: ends the process with its message. */
extern void __chk_fail(void) __attribute__((noreturn));

/* ---- the count */

static void owes_more(int more)
{
    struct clock_page *page = clock_member_page();
    uint32_t slot = clock_member_process_slot();
    if (page != NULL && slot != CLOCK_NO_SLOT)
        atomic_fetch_add(&page->slots[slot].owes, (uint32_t)more);
}

static void becomes(int fd, enum descriptor_kind kind)
{
    enum descriptor_kind before = descriptors_kind(fd);
    if (before == kind || !descriptors_are_ours())
        return;
    descriptors_mark(fd, kind);
    owes_more((kind == DESCRIPTOR_OWES) - (before == DESCRIPTOR_OWES));
}

static inline bool is_connection(int fd)
{
    return __builtin_expect(descriptors_kind(fd) >= DESCRIPTOR_CONNECTION, 0);
}

static inline ssize_t has_read(int fd, ssize_t got)
{
    if (is_connection(fd) && got > 0)
        becomes(fd, DESCRIPTOR_OWES);
    return got;
}

static inline ssize_t has_written(int fd, ssize_t put)
{
    if (is_connection(fd) && put > 0)
        becomes(fd, DESCRIPTOR_CONNECTION);
    return put;
}

void store_debts_closed(int fd)
{
    becomes(fd, DESCRIPTOR_FOREIGN);
}

void store_debts_forked(void)
{
    for (int fd = 0; fd < DESCRIPTORS_MAX; fd++)
        if (descriptors_kind(fd) == DESCRIPTOR_OWES)
            descriptors_mark(fd, DESCRIPTOR_CONNECTION);
}

static int has_accepted(int fd)
{
    const struct clock_page *page = preloaded_page();
    if (page == NULL || fd < 0 || page->parties[clock_member_party()].role != CLOCK_ROLE_STORE)
        return fd;
    becomes(fd, DESCRIPTOR_CONNECTION);
    return fd;
}

/* ---- the calls */

/* Before the library is loaded (other libraries' constructors read files) by the kernel, afterwards by libc,
 * where they can be cancelled. */
#define BY_LIBC PRELOADED_LIKELY(atomic_load_explicit(&real_calls_known, memory_order_acquire))

int accept(int fd, struct sockaddr *restrict address, socklen_t *restrict len)
{
    return has_accepted(real()->accept(fd, address, len));
}

int accept4(int fd, struct sockaddr *restrict address, socklen_t *restrict len, int flags)
{
    return has_accepted(real()->accept4(fd, address, len, flags));
}

ssize_t read(int fd, void *to, size_t size)
{
    if (BY_LIBC)
        return has_read(fd, real()->read(fd, to, size));
    return kernel_call_errno(SYS_read, fd, (long)to, (long)size, 0, 0, 0);
}

ssize_t readv(int fd, const struct iovec *parts, int count)
{
    return has_read(fd, real()->readv(fd, parts, count));
}

ssize_t recv(int fd, void *to, size_t size, int flags)
{
    return has_read(fd, real()->recv(fd, to, size, flags));
}

ssize_t recvfrom(int fd, void *restrict to, size_t size, int flags, struct sockaddr *restrict address,
                 socklen_t *restrict len)
{
    return has_read(fd, real()->recvfrom(fd, to, size, flags, address, len));
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
    return has_read(fd, real()->recvmsg(fd, message, flags));
}

ssize_t write(int fd, const void *from, size_t size)
{
    if (BY_LIBC)
        return has_written(fd, real()->write(fd, from, size));
    return kernel_call_errno(SYS_write, fd, (long)from, (long)size, 0, 0, 0);
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    return has_written(fd, real()->writev(fd, parts, count));
}

ssize_t send(int fd, const void *from, size_t size, int flags)
{
    return has_written(fd, real()->send(fd, from, size, flags));
}

ssize_t __read_chk(int fd, void *to, size_t size, size_t room)
{
    if (size > room)
        __chk_fail();
    return read(fd, to, size);
}

ssize_t __recv_chk(int fd, void *to, size_t size, size_t room, int flags)
{
    if (size > room)
        __chk_fail();
    return recv(fd, to, size, flags);
}

ssize_t __recvfrom_chk(int fd, void *restrict to, size_t size, size_t room, int flags,
                       struct sockaddr *restrict address, socklen_t *restrict len)
{
    if (size > room)
        __chk_fail();
    return recvfrom(fd, to, size, flags, address, len);
}
