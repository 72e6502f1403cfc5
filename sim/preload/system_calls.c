/* syscall(): programs that go around libc's wrappers come by here, and get the replaced ones. What has none
 * goes to the kernel as it is. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "futex_waits.h"
#include "kernel_calls.h"
#include "preloaded.h"
#include "real_calls.h"

WRAPS long syscall(long number, ...);

struct system_call {
    long a, b, c, d, e, f;
};

typedef long replacement(const struct system_call *call);

static long call_clock_gettime(const struct system_call *call)
{
    return clock_gettime((clockid_t)call->a, (struct timespec *)call->b);
}

static long call_gettimeofday(const struct system_call *call)
{
    return gettimeofday((struct timeval *)call->a, (void *)call->b);
}

static long call_nanosleep(const struct system_call *call)
{
    return nanosleep((const struct timespec *)call->a, (struct timespec *)call->b);
}

static long call_clock_nanosleep(const struct system_call *call)
{
    int result = clock_nanosleep((clockid_t)call->a, (int)call->b, (const struct timespec *)call->c,
                                 (struct timespec *)call->d);
    if (result == 0)
        return 0;
    errno = result;
    return -1;
}

static long call_ppoll(const struct system_call *call)
{
    return ppoll((struct pollfd *)call->a, (nfds_t)call->b, (const struct timespec *)call->c,
                 (const sigset_t *)call->d);
}

static long call_pselect6(const struct system_call *call)
{
    const struct {
        const sigset_t *mask;
        size_t size;
    } *last = (const void *)call->f;
    return pselect((int)call->a, (fd_set *)call->b, (fd_set *)call->c, (fd_set *)call->d,
                   (const struct timespec *)call->e, last == NULL ? NULL : last->mask);
}

static long call_epoll_pwait(const struct system_call *call)
{
    return epoll_pwait((int)call->a, (struct epoll_event *)call->b, (int)call->c, (int)call->d,
                       (const sigset_t *)call->e);
}

static long call_futex(const struct system_call *call)
{
    return futex_waits_call(call->a, call->b, call->c, call->d, call->e, call->f);
}

static long call_timerfd_create(const struct system_call *call)
{
    return timerfd_create((int)call->a, (int)call->b);
}

static long call_timerfd_settime(const struct system_call *call)
{
    return timerfd_settime((int)call->a, (int)call->b, (const struct itimerspec *)call->c,
                           (struct itimerspec *)call->d);
}

static long call_timerfd_gettime(const struct system_call *call)
{
    return timerfd_gettime((int)call->a, (struct itimerspec *)call->b);
}

static long call_setitimer(const struct system_call *call)
{
    return setitimer((__itimer_which_t)call->a, (const struct itimerval *)call->b,
                     (struct itimerval *)call->c);
}

static long call_getitimer(const struct system_call *call)
{
    return getitimer((__itimer_which_t)call->a, (struct itimerval *)call->b);
}

static long call_sigtimedwait(const struct system_call *call)
{
    return sigtimedwait((const sigset_t *)call->a, (siginfo_t *)call->b, (const struct timespec *)call->c);
}

static long call_close(const struct system_call *call)
{
    return close((int)call->a);
}

static long call_close_range(const struct system_call *call)
{
    return close_range((unsigned)call->a, (unsigned)call->b, (int)call->c);
}

static long call_dup3(const struct system_call *call)
{
    return dup3((int)call->a, (int)call->b, (int)call->c);
}

#ifdef SYS_epoll_pwait2
static long call_epoll_pwait2(const struct system_call *call)
{
    return epoll_pwait2((int)call->a, (struct epoll_event *)call->b, (int)call->c,
                        (const struct timespec *)call->d, (const sigset_t *)call->e);
}
#endif
#ifdef SYS_time
static long call_time(const struct system_call *call)
{
    return (long)time((time_t *)call->a);
}

static long call_poll(const struct system_call *call)
{
    return poll((struct pollfd *)call->a, (nfds_t)call->b, (int)call->c);
}

static long call_select(const struct system_call *call)
{
    return select((int)call->a, (fd_set *)call->b, (fd_set *)call->c, (fd_set *)call->d,
                  (struct timeval *)call->e);
}

static long call_epoll_wait(const struct system_call *call)
{
    return epoll_wait((int)call->a, (struct epoll_event *)call->b, (int)call->c, (int)call->d);
}

static long call_alarm(const struct system_call *call)
{
    return (long)alarm((unsigned)call->a);
}

static long call_dup2(const struct system_call *call)
{
    return dup2((int)call->a, (int)call->b);
}
#endif

enum { NUMBERS = 512 };

static replacement *const replacements[NUMBERS] = {
    [SYS_clock_gettime] = call_clock_gettime,
    [SYS_gettimeofday] = call_gettimeofday,
    [SYS_nanosleep] = call_nanosleep,
    [SYS_clock_nanosleep] = call_clock_nanosleep,
    [SYS_ppoll] = call_ppoll,
    [SYS_pselect6] = call_pselect6,
    [SYS_epoll_pwait] = call_epoll_pwait,
    [SYS_futex] = call_futex,
    [SYS_timerfd_create] = call_timerfd_create,
    [SYS_timerfd_settime] = call_timerfd_settime,
    [SYS_timerfd_gettime] = call_timerfd_gettime,
    [SYS_setitimer] = call_setitimer,
    [SYS_getitimer] = call_getitimer,
    [SYS_rt_sigtimedwait] = call_sigtimedwait,
    [SYS_close] = call_close,
    [SYS_close_range] = call_close_range,
    [SYS_dup3] = call_dup3,
#ifdef SYS_epoll_pwait2
    [SYS_epoll_pwait2] = call_epoll_pwait2,
#endif
#ifdef SYS_time
    [SYS_time] = call_time,
    [SYS_poll] = call_poll,
    [SYS_select] = call_select,
    [SYS_epoll_wait] = call_epoll_wait,
    [SYS_alarm] = call_alarm,
    [SYS_dup2] = call_dup2,
#endif
};

/* It takes all six, as the kernel does, also those that the caller did not give. */
__attribute__((no_sanitize("address"))) long syscall(long number, ...)
{
    struct system_call call;
    va_list arguments;
    va_start(arguments, number);
    call.a = va_arg(arguments, long);
    call.b = va_arg(arguments, long);
    call.c = va_arg(arguments, long);
    call.d = va_arg(arguments, long);
    call.e = va_arg(arguments, long);
    call.f = va_arg(arguments, long);
    va_end(arguments);
    if (number >= 0 && number < NUMBERS && replacements[number] != NULL && clock_member_page() != NULL)
        return replacements[number](&call);
    return kernel_call_errno(number, call.a, call.b, call.c, call.d, call.e, call.f);
}
