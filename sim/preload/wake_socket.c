/* One socket a thread, a table from descriptor to thread, and a key whose destructor closes it. Everything by
 * bare system calls: libc's close, dup2 and bind may be somebody else's by now. */
#include "wake_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "clock_slots.h"
#include "descriptors.h"
#include "kernel_calls.h"
#include "preloaded.h"

enum {
    TABLE_SIZE = 4096,   /* descriptors at or behind it are not protected */
    SELECT_LIMIT = 1024, /* what fits into an fd_set */
    ROOM = 256,          /* how far below that limit the search for a number begins */
    SIGNAL_SET_BYTES = 8,
};

static _Atomic(struct preloaded_thread *) owners[TABLE_SIZE];
static struct {
    pthread_key_t at_thread_end;
    _Atomic bool prepared;
    _Atomic int32_t pid; /* of the process whose sockets are in the table */
} sockets;

static long kernel_close(int fd)
{
    return kernel_call(SYS_close, fd, 0, 0, 0, 0, 0);
}

static void note(int fd, struct preloaded_thread *owner)
{
    if (fd < 0 || fd >= TABLE_SIZE)
        return;
    atomic_store(&owners[fd], owner);
    descriptors_mark(fd, owner == NULL ? DESCRIPTOR_FOREIGN : DESCRIPTOR_WAKE);
}

static void forget(struct preloaded_thread *thread)
{
    if (thread->wake_page == NULL)
        return;
    note(thread->wake_fd, NULL);
    thread->wake_page = NULL;
}

static void thread_ends(void *context)
{
    struct preloaded_thread *thread = context;
    int fd = thread->wake_fd;
    if (thread->wake_page == NULL || sockets.pid != getpid())
        return;
    forget(thread);
    kernel_close(fd);
}

/* In the child: its parent's sockets are open here too, and would keep their addresses after their threads
 * have ended. */
void wake_socket_forked(void)
{
    for (int fd = 0; fd < TABLE_SIZE; fd++) {
        if (owners[fd] == NULL)
            continue;
        note(fd, NULL);
        kernel_close(fd);
    }
    preloaded_thread = (struct preloaded_thread){0};
    sockets.pid = getpid();
}

void wake_socket_prepare(void)
{
    if (atomic_exchange(&sockets.prepared, true))
        return;
    sockets.pid = getpid();
    pthread_key_create(&sockets.at_thread_end, thread_ends);
}

/* The lowest free number from there on. */
static int search_from(void)
{
    struct rlimit limit;
    long most = SELECT_LIMIT;
    if (kernel_call(SYS_prlimit64, 0, RLIMIT_NOFILE, 0, (long)&limit, 0, 0) == 0 &&
        limit.rlim_cur < SELECT_LIMIT)
        most = (long)limit.rlim_cur;
    return most > 2 * ROOM ? (int)most - ROOM : (int)most / 2;
}

static int move_to(int fd, int from)
{
    long moved = kernel_call(SYS_fcntl, fd, F_DUPFD_CLOEXEC, from, 0, 0, 0);
    if (moved < 0)
        return fd;
    kernel_close(fd);
    return (int)moved;
}

static int make(struct clock_page *page, uint32_t slot)
{
    struct sockaddr_un address;
    socklen_t len = clock_slot_address(page, slot, &address);
    long fd = kernel_call(SYS_socket, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, 0, 0, 0), bound;
    if (fd < 0)
        return WAKE_SOCKET_NONE;
    bound = kernel_call(SYS_bind, fd, (long)&address, len, 0, 0, 0);
    if (bound == 0)
        return move_to((int)fd, search_from());
    kernel_close((int)fd);
    return bound == -EADDRINUSE ? WAKE_SOCKET_ADDRESS_TAKEN : WAKE_SOCKET_NONE;
}

static int make_ours(struct clock_page *page, uint32_t slot)
{
    struct preloaded_thread *thread = &preloaded_thread;
    wake_socket_prepare();
    if (thread->wake_page != NULL) { /* of a page or a slot that it had before */
        int old = thread->wake_fd;
        forget(thread);
        kernel_close(old);
    }
    int fd = make(page, slot);
    if (fd < 0)
        return fd;
    thread->wake_fd = fd;
    thread->wake_slot = slot;
    thread->wake_page = page;
    note(fd, thread);
    pthread_setspecific(sockets.at_thread_end, thread);
    return fd;
}

int wake_socket_of(struct clock_page *page, uint32_t slot)
{
    const struct preloaded_thread *thread = &preloaded_thread;
    if (PRELOADED_LIKELY(thread->wake_page == page && thread->wake_slot == slot))
        return thread->wake_fd;
    /* a handler that waits as well must not come in between */
    uint64_t all = ~UINT64_C(0), before = 0;
    kernel_call(SYS_rt_sigprocmask, SIG_SETMASK, (long)&all, (long)&before, SIGNAL_SET_BYTES, 0, 0);
    int fd = make_ours(page, slot);
    kernel_call(SYS_rt_sigprocmask, SIG_SETMASK, (long)&before, 0, SIGNAL_SET_BYTES, 0, 0);
    return fd;
}

/* Whoever closed it behind our back may have something else under its number by now. */
static bool is_still_ours(const struct preloaded_thread *thread)
{
    struct sockaddr_un ours, found;
    socklen_t len = clock_slot_address(thread->wake_page, thread->wake_slot, &ours), got = sizeof found;
    if (kernel_call(SYS_getsockname, thread->wake_fd, (long)&found, (long)&got, 0, 0, 0) != 0 || got != len)
        return false;
    return __builtin_memcmp(&found, &ours, len) == 0;
}

void wake_socket_drain(void)
{
    struct preloaded_thread *thread = &preloaded_thread;
    char bytes[8];
    if (thread->wake_page == NULL)
        return;
    if (!is_still_ours(thread)) {
        forget(thread);
        return;
    }
    while (kernel_call(SYS_recvfrom, thread->wake_fd, (long)bytes, sizeof bytes, MSG_DONTWAIT, 0, 0) >= 0)
        ;
}

void wake_socket_move_away(int fd)
{
    struct preloaded_thread *owner = fd < TABLE_SIZE ? owners[fd] : NULL;
    long moved = kernel_call(SYS_fcntl, fd, F_DUPFD_CLOEXEC, fd + 1, 0, 0, 0);
    if (moved < 0)
        moved = kernel_call(SYS_fcntl, fd, F_DUPFD_CLOEXEC, 0, 0, 0, 0);
    if (owner == NULL || moved < 0)
        return;
    note(fd, NULL);
    note((int)moved, owner);
    owner->wake_fd = (int)moved;
}
