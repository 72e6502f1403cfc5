/* timerfd_create, timerfd_settime, timerfd_gettime: an eventfd stands in the place of the timerfd, for
 * reading either gives the count since the last read, and the waker adds to it what expired. It holds a
 * number of its own for that, so that it never writes into a file that has taken the program's number. */
#include "timer_files.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "descriptors.h"
#include "kernel_calls.h"
#include "preloaded.h"
#include "virtual_timer.h"

WRAPS int timerfd_create(int clock, int flags);
WRAPS int timerfd_settime(int fd, int flags, const struct itimerspec *wanted, struct itimerspec *ret_before);
WRAPS int timerfd_gettime(int fd, struct itimerspec *ret_left);

enum { FILES_MAX = 256, HIGH_NUMBER = 512 };

struct timer_file {
    struct virtual_timer timer; /* first */
    clockid_t clock;
    int own_fd;
    int numbers; /* that the program has for it; 0: this place is free */
};

static struct {
    pthread_mutex_t lock;
    struct timer_file files[FILES_MAX];
    uint16_t of_number[DESCRIPTORS_MAX]; /* place + 1 */
} timers = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void lock(sigset_t *before)
{
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, before);
    pthread_mutex_lock(&timers.lock);
}

static void unlock(const sigset_t *before)
{
    pthread_mutex_unlock(&timers.lock);
    pthread_sigmask(SIG_SETMASK, before, NULL);
}

static struct timer_file *file_of(int fd)
{
    if (descriptors_kind(fd) != DESCRIPTOR_TIMER || timers.of_number[fd] == 0)
        return NULL;
    return &timers.files[timers.of_number[fd] - 1];
}

static void fire(struct virtual_timer *timer, uint64_t expirations)
{
    const struct timer_file *file = (struct timer_file *)timer;
    kernel_call(SYS_write, file->own_fd, (long)&expirations, sizeof expirations, 0, 0, 0);
}

static void note_number(struct timer_file *file, int fd)
{
    file->numbers++;
    timers.of_number[fd] = (uint16_t)(file - timers.files + 1);
    descriptors_mark(fd, DESCRIPTOR_TIMER);
}

static struct timer_file *new_file(clockid_t clock, int fd)
{
    struct timer_file *file = timers.files;
    while (file < timers.files + FILES_MAX && file->numbers != 0)
        file++;
    if (file == timers.files + FILES_MAX || fd >= DESCRIPTORS_MAX)
        return NULL;
    long own_fd = kernel_call(SYS_fcntl, fd, F_DUPFD_CLOEXEC, HIGH_NUMBER, 0, 0, 0);
    if (own_fd < 0)
        own_fd = kernel_call(SYS_fcntl, fd, F_DUPFD_CLOEXEC, 0, 0, 0, 0);
    if (own_fd < 0)
        return NULL;
    *file = (struct timer_file){.timer = {.fire = fire}, .clock = clock, .own_fd = (int)own_fd};
    virtual_timer_forget(&file->timer);
    note_number(file, fd);
    return file;
}

int timerfd_create(int clock, int flags)
{
    sigset_t before;
    if (preloaded_page() == NULL || !preloaded_is_virtual(clock) ||
        (flags & ~(TFD_CLOEXEC | TFD_NONBLOCK)) != 0)
        return (int)kernel_call_errno(SYS_timerfd_create, clock, flags, 0, 0, 0, 0);
    int fd = (int)kernel_call_errno(SYS_eventfd2, 0, flags, 0, 0, 0, 0);
    if (fd < 0)
        return fd;
    lock(&before);
    bool fine = new_file(clock, fd) != NULL;
    unlock(&before);
    if (fine)
        return fd;
    static _Atomic bool said;
    preloaded_warn_once(&said, "more timer descriptors than the virtual clock has room for: in real time");
    kernel_call(SYS_close, fd, 0, 0, 0, 0, 0);
    return (int)kernel_call_errno(SYS_timerfd_create, clock, flags, 0, 0, 0, 0);
}

/* What was not read yet belongs to the old setting. */
static void empty(int fd)
{
    uint64_t unread;
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    struct timespec none = {0};
    if (kernel_call(SYS_ppoll, (long)&wait, 1, (long)&none, 0, 0, 0) == 1)
        kernel_call(SYS_read, fd, (long)&unread, sizeof unread, 0, 0, 0);
}

static int set(struct timer_file *file, struct clock_page *page, int flags, const struct itimerspec *wanted)
{
    int64_t due_ns =
        virtual_timer_due_ns(page, file->clock, (flags & TFD_TIMER_ABSTIME) != 0, &wanted->it_value);
    virtual_timer_set(&file->timer, page, 0, 0);
    empty(file->own_fd);
    if (virtual_timer_set(&file->timer, page, due_ns, preloaded_ns(&wanted->it_interval)))
        return 0;
    errno = ENOMEM;
    return -1;
}

int timerfd_settime(int fd, int flags, const struct itimerspec *wanted, struct itimerspec *ret_before)
{
    struct clock_page *page = preloaded_page();
    sigset_t before;
    int result = -1;
    if (page == NULL || descriptors_kind(fd) != DESCRIPTOR_TIMER)
        return (int)kernel_call_errno(SYS_timerfd_settime, fd, flags, (long)wanted, (long)ret_before, 0, 0);
    if (!preloaded_time_is_valid(&wanted->it_value) || !preloaded_time_is_valid(&wanted->it_interval)) {
        errno = EINVAL;
        return -1;
    }
    lock(&before);
    struct timer_file *file = file_of(fd);
    if (file != NULL) {
        if (ret_before != NULL)
            *ret_before = virtual_timer_spec(&file->timer);
        result = set(file, page, flags, wanted);
    }
    unlock(&before);
    return result;
}

int timerfd_gettime(int fd, struct itimerspec *ret_left)
{
    sigset_t before;
    if (descriptors_kind(fd) != DESCRIPTOR_TIMER)
        return (int)kernel_call_errno(SYS_timerfd_gettime, fd, (long)ret_left, 0, 0, 0, 0);
    lock(&before);
    const struct timer_file *file = file_of(fd);
    *ret_left = file == NULL ? (struct itimerspec){0} : virtual_timer_spec(&file->timer);
    unlock(&before);
    return 0;
}

void timer_files_closed(int fd)
{
    sigset_t before;
    if (fd < 0 || fd >= DESCRIPTORS_MAX)
        return;
    lock(&before);
    struct timer_file *file = file_of(fd);
    if (file != NULL && --file->numbers == 0) {
        virtual_timer_end(&file->timer);
        kernel_call(SYS_close, file->own_fd, 0, 0, 0, 0, 0);
    }
    if (file != NULL)
        timers.of_number[fd] = 0;
    descriptors_mark(fd, DESCRIPTOR_FOREIGN);
    unlock(&before);
}

void timer_files_duplicated(int from, int to)
{
    sigset_t before;
    lock(&before);
    struct timer_file *file = file_of(from);
    if (file != NULL && to < DESCRIPTORS_MAX)
        note_number(file, to);
    unlock(&before);
}

void timer_files_forked(void)
{
    pthread_mutex_init(&timers.lock, NULL);
    for (int i = 0; i < FILES_MAX; i++)
        if (timers.files[i].numbers != 0)
            virtual_timer_forget(&timers.files[i].timer);
}
