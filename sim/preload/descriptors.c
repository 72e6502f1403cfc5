/* Closing and duplicating. What is marked is dealt with by whose it is; the call itself goes on to the kernel
 * or to libc. */
#include "descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel_calls.h"
#include "preloaded.h"
#include "real_calls.h"
#include "store_debts.h"
#include "timer_files.h"
#include "wake_socket.h"

WRAPS int close(int fd);
WRAPS int dup(int fd);
WRAPS int dup2(int from, int to);
WRAPS int dup3(int from, int to, int flags);
WRAPS int fcntl(int fd, int command, ...);
WRAPS int fcntl64(int fd, int command, ...);
WRAPS int close_range(unsigned first, unsigned last, int flags);
WRAPS void closefrom(int first);

_Atomic uint8_t descriptors_kinds[DESCRIPTORS_MAX];
static _Atomic int32_t owner; /* of the marks; 0: nobody asked yet */

bool descriptors_are_ours(void)
{
    int32_t nobody = 0, self = getpid();
    return atomic_compare_exchange_strong(&owner, &nobody, self) || nobody == self;
}

void descriptors_forked(void)
{
    owner = getpid();
}

/* The number means something else from now on. */
static void is_gone(int fd)
{
    enum descriptor_kind kind = descriptors_kind(fd);
    if (!descriptors_are_ours())
        return;
    if (kind == DESCRIPTOR_TIMER)
        timer_files_closed(fd);
    else if (kind == DESCRIPTOR_CONNECTION || kind == DESCRIPTOR_OWES)
        store_debts_closed(fd);
}

static int real_close(int fd)
{
    if (atomic_load_explicit(&real_calls_known, memory_order_acquire))
        return real()->close(fd);
    return (int)kernel_call_errno(SYS_close, fd, 0, 0, 0, 0, 0);
}

int close(int fd)
{
    enum descriptor_kind kind = descriptors_kind(fd);
    if (PRELOADED_LIKELY(kind == DESCRIPTOR_FOREIGN))
        return real_close(fd);
    if (kind ==
        DESCRIPTOR_WAKE) /* who closes all it finds means no harm, and is told what it wants to hear */
        return 0;
    is_gone(fd);
    return real_close(fd);
}

static int duplicated(int from, int to)
{
    if (to >= 0 && descriptors_kind(from) == DESCRIPTOR_TIMER && descriptors_are_ours())
        timer_files_duplicated(from, to);
    return to;
}

/* Before another file is put under this number. */
static void make_way(int fd)
{
    enum descriptor_kind kind = descriptors_kind(fd);
    if (kind == DESCRIPTOR_FOREIGN)
        return;
    if (kind == DESCRIPTOR_WAKE && descriptors_are_ours())
        wake_socket_move_away(fd);
    else
        is_gone(fd);
}

int dup(int fd)
{
    return duplicated(fd, (int)kernel_call_errno(SYS_dup, fd, 0, 0, 0, 0, 0));
}

int dup3(int from, int to, int flags)
{
    if (from != to)
        make_way(to);
    return duplicated(from, (int)kernel_call_errno(SYS_dup3, from, to, flags, 0, 0, 0));
}

int dup2(int from, int to)
{
    if (from != to)
        return dup3(from, to, 0);
    return kernel_call_errno(SYS_fcntl, from, F_GETFD, 0, 0, 0, 0) < 0 ? -1 : to;
}

static int any_fcntl(int fd, int command, long argument)
{
    if (command != F_DUPFD && command != F_DUPFD_CLOEXEC) {
        if (atomic_load_explicit(&real_calls_known, memory_order_acquire))
            return real()->fcntl64(fd, command, argument); /* F_SETLKW can be cancelled */
        return (int)kernel_call_errno(SYS_fcntl, fd, command, argument, 0, 0, 0);
    }
    return duplicated(fd, (int)kernel_call_errno(SYS_fcntl, fd, command, argument, 0, 0, 0));
}

int fcntl(int fd, int command, ...)
{
    va_list arguments;
    va_start(arguments, command);
    long argument = va_arg(arguments, long);
    va_end(arguments);
    return any_fcntl(fd, command, argument);
}

int fcntl64(int fd, int command, ...)
{
    va_list arguments;
    va_start(arguments, command);
    long argument = va_arg(arguments, long);
    va_end(arguments);
    return any_fcntl(fd, command, argument);
}

/* In pieces, around what must stay. */
int close_range(unsigned first, unsigned last, int flags)
{
    unsigned from = first;
    if (first > last || flags != 0) /* flags: shared tables, or only a mark: close-on-exec is what ours are */
        return (int)kernel_call_errno(SYS_close_range, first, last, flags, 0, 0, 0);
    for (unsigned fd = first; fd <= last && fd < DESCRIPTORS_MAX; fd++) {
        enum descriptor_kind kind = descriptors_kind((int)fd);
        if (kind == DESCRIPTOR_FOREIGN)
            continue;
        if (kind != DESCRIPTOR_WAKE) {
            is_gone((int)fd);
            continue;
        }
        if (fd > from && kernel_call_errno(SYS_close_range, from, fd - 1, 0, 0, 0, 0) < 0)
            return -1;
        from = fd + 1;
    }
    return from > last ? 0 : (int)kernel_call_errno(SYS_close_range, from, last, 0, 0, 0, 0);
}

void closefrom(int first)
{
    close_range(first > 0 ? (unsigned)first : 0, UINT32_MAX, 0);
}
