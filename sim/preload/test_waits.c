/* The table, and one small function a call. Expected is the same of all: time-out at exactly the deadline. */
#include "test_waits.h"

#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

int __poll_chk(struct pollfd *fds, nfds_t count, int timeout_ms, size_t fds_bytes);
int __ppoll_chk(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask,
                size_t fds_bytes);

static struct timespec span(int64_t ms)
{
    return (struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
}

static struct timespec moment(clockid_t clock, int64_t ms)
{
    struct timespec now;
    clock_gettime(clock, &now);
    int64_t ns = now.tv_nsec + ms % 1000 * 1000000;
    return (struct timespec){.tv_sec = now.tv_sec + ms / 1000 + ns / 1000000000, .tv_nsec = ns % 1000000000};
}

/* -1 with errno, 0 for a time-out, more for something. */
static enum test_wait_end of_count(long result)
{
    if (result >= 0)
        return result == 0 ? WAIT_TIMED_OUT : WAIT_WOKEN;
    return errno == EINTR                          ? WAIT_INTERRUPTED
           : errno == ETIMEDOUT || errno == EAGAIN ? WAIT_TIMED_OUT
                                                   : WAIT_FAILED;
}

/* An error number. */
static enum test_wait_end of_error(int error)
{
    return error == 0           ? WAIT_WOKEN
           : error == ETIMEDOUT ? WAIT_TIMED_OUT
           : error == EINTR     ? WAIT_INTERRUPTED
                                : WAIT_FAILED;
}

static enum test_wait_end of_errno(long result)
{
    return of_error(result == 0 ? 0 : errno);
}

/* A sleep has slept when it says nothing. */
static enum test_wait_end of_sleep(int error)
{
    return error == 0 ? WAIT_TIMED_OUT : error == EINTR ? WAIT_INTERRUPTED : WAIT_FAILED;
}

/* ---- descriptors */

static void write_pipe(struct test_place *place)
{
    if (write(place->pipe[1], "x", 1) != 1)
        place->signalled = true;
}

static enum test_wait_end wait_poll(struct test_place *place, int64_t ms)
{
    struct pollfd fds = {.fd = place->pipe[0], .events = POLLIN};
    return of_count(poll(&fds, 1, (int)ms));
}

static enum test_wait_end wait_ppoll(struct test_place *place, int64_t ms)
{
    struct pollfd fds = {.fd = place->pipe[0], .events = POLLIN};
    struct timespec timeout = span(ms);
    return of_count(ppoll(&fds, 1, &timeout, NULL));
}

static enum test_wait_end wait_poll_chk(struct test_place *place, int64_t ms)
{
    struct pollfd fds = {.fd = place->pipe[0], .events = POLLIN};
    return of_count(__poll_chk(&fds, 1, (int)ms, sizeof fds));
}

static enum test_wait_end wait_ppoll_chk(struct test_place *place, int64_t ms)
{
    struct pollfd fds = {.fd = place->pipe[0], .events = POLLIN};
    struct timespec timeout = span(ms);
    return of_count(__ppoll_chk(&fds, 1, &timeout, NULL, sizeof fds));
}

static enum test_wait_end wait_poll_call(struct test_place *place, int64_t ms)
{
    struct pollfd fds = {.fd = place->pipe[0], .events = POLLIN};
    struct timespec timeout = span(ms);
    return of_count(syscall(SYS_ppoll, &fds, 1, &timeout, NULL, 8));
}

static enum test_wait_end wait_poll_many(struct test_place *place, int64_t ms)
{
    struct pollfd fds[300];
    for (int i = 0; i < 300; i++)
        fds[i] = (struct pollfd){.fd = place->pipe[0], .events = i == 299 ? POLLIN : 0};
    return of_count(poll(fds, 300, (int)ms));
}

static enum test_wait_end wait_select(struct test_place *place, int64_t ms)
{
    fd_set in;
    FD_ZERO(&in);
    FD_SET(place->pipe[0], &in);
    struct timeval timeout = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
    return of_count(select(place->pipe[0] + 1, &in, NULL, NULL, &timeout));
}

static enum test_wait_end wait_pselect(struct test_place *place, int64_t ms)
{
    fd_set in;
    FD_ZERO(&in);
    FD_SET(place->pipe[0], &in);
    struct timespec timeout = span(ms);
    return of_count(pselect(place->pipe[0] + 1, &in, NULL, NULL, &timeout, NULL));
}

static enum test_wait_end wait_epoll(struct test_place *place, int64_t ms)
{
    struct epoll_event events[4];
    return of_count(epoll_wait(place->epoll, events, 4, (int)ms));
}

static enum test_wait_end wait_epoll_pwait(struct test_place *place, int64_t ms)
{
    struct epoll_event events[4];
    return of_count(epoll_pwait(place->epoll, events, 4, (int)ms, NULL));
}

static enum test_wait_end wait_epoll_pwait2(struct test_place *place, int64_t ms)
{
    struct epoll_event events[4];
    struct timespec timeout = span(ms);
    return of_count(epoll_pwait2(place->epoll, events, 4, &timeout, NULL));
}

static enum test_wait_end wait_timer_file(struct test_place *place, int64_t ms)
{
    struct itimerspec value = {.it_value = span(ms)};
    uint64_t count = 0;
    if (timerfd_settime(place->timer, 0, &value, NULL) != 0)
        return WAIT_FAILED;
    ssize_t got = read(place->timer, &count, sizeof count);
    return got == sizeof count && count == 1 ? WAIT_TIMED_OUT
           : errno == EINTR                  ? WAIT_INTERRUPTED
                                             : WAIT_FAILED;
}

/* ---- sleeps */

static enum test_wait_end wait_nanosleep(struct test_place *place, int64_t ms)
{
    struct timespec wanted = span(ms);
    (void)place;
    return of_sleep(nanosleep(&wanted, NULL) == 0 ? 0 : errno);
}

static enum test_wait_end wait_clock_nanosleep(struct test_place *place, int64_t ms)
{
    struct timespec wanted = span(ms);
    (void)place;
    return of_sleep(clock_nanosleep(CLOCK_REALTIME, 0, &wanted, NULL));
}

static enum test_wait_end wait_nanosleep_mono(struct test_place *place, int64_t ms)
{
    struct timespec wanted = moment(CLOCK_MONOTONIC, ms);
    (void)place;
    return of_sleep(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &wanted, NULL));
}

static enum test_wait_end wait_nanosleep_wall(struct test_place *place, int64_t ms)
{
    struct timespec wanted = moment(CLOCK_REALTIME, ms);
    (void)place;
    return of_sleep(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &wanted, NULL));
}

static enum test_wait_end wait_usleep(struct test_place *place, int64_t ms)
{
    (void)place;
    return of_sleep(usleep((useconds_t)(ms * 1000)) == 0 ? 0 : errno);
}

static enum test_wait_end wait_thrd_sleep(struct test_place *place, int64_t ms)
{
    struct timespec wanted = span(ms);
    (void)place;
    return of_sleep(thrd_sleep(&wanted, NULL) == -1 ? EINTR : 0);
}

static enum test_wait_end wait_nanosleep_call(struct test_place *place, int64_t ms)
{
    struct timespec wanted = span(ms);
    (void)place;
    return of_sleep(syscall(SYS_nanosleep, &wanted, NULL) == 0 ? 0 : errno);
}

static enum test_wait_end wait_sigtimedwait(struct test_place *place, int64_t ms)
{
    struct timespec timeout = span(ms);
    sigset_t set;
    (void)place;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    return of_count(sigtimedwait(&set, NULL, &timeout));
}

/* ---- conditions */

static void unlock_mutex(void *mutex)
{
    pthread_mutex_unlock(mutex);
}

struct cond_wait {
    struct test_place *place;
    pthread_cond_t *cond;
    clockid_t clock;
    bool named; /* the clock is an argument */
    struct timespec until;
    int error;
};

static void wait_while_not_signalled(struct cond_wait *wait)
{
    pthread_mutex_t *mutex = &wait->place->mutex;
    while (!wait->place->signalled && wait->error == 0)
        wait->error = wait->named ? pthread_cond_clockwait(wait->cond, mutex, wait->clock, &wait->until)
                                  : pthread_cond_timedwait(wait->cond, mutex, &wait->until);
}

static enum test_wait_end wait_cond(struct test_place *place, pthread_cond_t *cond, clockid_t clock,
                                    bool named, int64_t ms)
{
    struct cond_wait wait = {place, cond, clock, named, moment(clock, ms), 0};
    pthread_mutex_lock(&place->mutex);
    pthread_cleanup_push(unlock_mutex, &place->mutex);
    wait_while_not_signalled(&wait);
    pthread_cleanup_pop(1);
    return of_error(wait.error);
}

static enum test_wait_end wait_wall_cond(struct test_place *place, int64_t ms)
{
    return wait_cond(place, &place->wall_cond, CLOCK_REALTIME, false, ms);
}

static enum test_wait_end wait_mono_cond(struct test_place *place, int64_t ms)
{
    return wait_cond(place, &place->mono_cond, CLOCK_MONOTONIC, false, ms);
}

static enum test_wait_end wait_cond_clockwait(struct test_place *place, int64_t ms)
{
    return wait_cond(place, &place->wall_cond, CLOCK_MONOTONIC, true, ms);
}

static enum test_wait_end wait_cnd(struct test_place *place, int64_t ms)
{
    struct timespec until = moment(CLOCK_REALTIME, ms);
    int result = thrd_success;
    mtx_lock(&place->c_mutex);
    while (!place->signalled && result == thrd_success)
        result = cnd_timedwait(&place->c_cond, &place->c_mutex, &until);
    mtx_unlock(&place->c_mutex);
    return result == thrd_success ? WAIT_WOKEN : result == thrd_timedout ? WAIT_TIMED_OUT : WAIT_FAILED;
}

static void signal_conds(struct test_place *place)
{
    pthread_mutex_lock(&place->mutex);
    mtx_lock(&place->c_mutex);
    place->signalled = true;
    pthread_cond_signal(&place->wall_cond);
    pthread_cond_signal(&place->mono_cond);
    cnd_signal(&place->c_cond);
    mtx_unlock(&place->c_mutex);
    pthread_mutex_unlock(&place->mutex);
}

/* ---- semaphores and locks */

static void post(struct test_place *place)
{
    sem_post(&place->sem);
}

static enum test_wait_end wait_sem(struct test_place *place, int64_t ms)
{
    struct timespec until = moment(CLOCK_REALTIME, ms);
    return of_errno(sem_timedwait(&place->sem, &until));
}

static enum test_wait_end wait_sem_clockwait(struct test_place *place, int64_t ms)
{
    struct timespec until = moment(CLOCK_MONOTONIC, ms);
    return of_errno(sem_clockwait(&place->sem, CLOCK_MONOTONIC, &until));
}

static void unlock_held(struct test_place *place)
{
    pthread_mutex_unlock(&place->held);
}

static enum test_wait_end and_unlock(int error, pthread_mutex_t *mutex)
{
    if (error == 0)
        pthread_mutex_unlock(mutex);
    return of_error(error);
}

static enum test_wait_end wait_mutex(struct test_place *place, int64_t ms)
{
    struct timespec until = moment(CLOCK_REALTIME, ms);
    return and_unlock(pthread_mutex_timedlock(&place->held, &until), &place->held);
}

static enum test_wait_end wait_mutex_clocklock(struct test_place *place, int64_t ms)
{
    struct timespec until = moment(CLOCK_MONOTONIC, ms);
    return and_unlock(pthread_mutex_clocklock(&place->held, CLOCK_MONOTONIC, &until), &place->held);
}

static void unlock_c_held(struct test_place *place)
{
    mtx_unlock(&place->c_held);
}

static enum test_wait_end wait_mtx(struct test_place *place, int64_t ms)
{
    struct timespec until = moment(CLOCK_REALTIME, ms);
    int result = mtx_timedlock(&place->c_held, &until);
    if (result == thrd_success)
        mtx_unlock(&place->c_held);
    return result == thrd_success ? WAIT_WOKEN : result == thrd_timedout ? WAIT_TIMED_OUT : WAIT_FAILED;
}

static void unlock_rwlock(struct test_place *place)
{
    pthread_rwlock_unlock(&place->rwlock);
}

static enum test_wait_end and_unlock_rwlock(int error, struct test_place *place)
{
    if (error == 0)
        pthread_rwlock_unlock(&place->rwlock);
    return of_error(error);
}

static enum test_wait_end wait_rdlock(struct test_place *place, int64_t ms)
{
    struct timespec until = moment(CLOCK_REALTIME, ms);
    return and_unlock_rwlock(pthread_rwlock_timedrdlock(&place->rwlock, &until), place);
}

static enum test_wait_end wait_wrlock(struct test_place *place, int64_t ms)
{
    struct timespec until = moment(CLOCK_REALTIME, ms);
    return and_unlock_rwlock(pthread_rwlock_timedwrlock(&place->rwlock, &until), place);
}

static enum test_wait_end wait_clockrdlock(struct test_place *place, int64_t ms)
{
    struct timespec until = moment(CLOCK_MONOTONIC, ms);
    return and_unlock_rwlock(pthread_rwlock_clockrdlock(&place->rwlock, CLOCK_MONOTONIC, &until), place);
}

static enum test_wait_end wait_clockwrlock(struct test_place *place, int64_t ms)
{
    struct timespec until = moment(CLOCK_MONOTONIC, ms);
    return and_unlock_rwlock(pthread_rwlock_clockwrlock(&place->rwlock, CLOCK_MONOTONIC, &until), place);
}

/* ---- futexes */

static void wake_futex(struct test_place *place)
{
    place->word = 1;
    syscall(SYS_futex, &place->word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

/* It may end for nothing, as the kernel's own may. */
static enum test_wait_end wait_on_word(struct test_place *place, int operation,
                                       const struct timespec *timeout)
{
    long result = 0;
    while (place->word == 0 && result == 0)
        result = syscall(SYS_futex, &place->word, operation, 0, timeout, NULL, FUTEX_BITSET_MATCH_ANY);
    return place->word != 0 ? WAIT_WOKEN : of_errno(result);
}

static enum test_wait_end wait_futex(struct test_place *place, int64_t ms)
{
    struct timespec timeout = span(ms);
    return wait_on_word(place, FUTEX_WAIT_PRIVATE, &timeout);
}

static enum test_wait_end wait_futex_mono(struct test_place *place, int64_t ms)
{
    struct timespec until = moment(CLOCK_MONOTONIC, ms);
    return wait_on_word(place, FUTEX_WAIT_BITSET_PRIVATE, &until);
}

static enum test_wait_end wait_futex_wall(struct test_place *place, int64_t ms)
{
    struct timespec until = moment(CLOCK_REALTIME, ms);
    return wait_on_word(place, FUTEX_WAIT_BITSET_PRIVATE | FUTEX_CLOCK_REALTIME, &until);
}

const struct test_wait test_waits[] = {
    {"poll", wait_poll, write_pipe, true, true},
    {"ppoll", wait_ppoll, write_pipe, true, true},
    {"__poll_chk", wait_poll_chk, write_pipe, true, true},
    {"__ppoll_chk", wait_ppoll_chk, write_pipe, true, true},
    {"poll of 300", wait_poll_many, write_pipe, true, true},
    {"syscall ppoll", wait_poll_call, write_pipe, true, true},
    {"select", wait_select, write_pipe, true, true},
    {"pselect", wait_pselect, write_pipe, true, true},
    {"epoll_wait", wait_epoll, write_pipe, true, true},
    {"epoll_pwait", wait_epoll_pwait, write_pipe, true, true},
    {"epoll_pwait2", wait_epoll_pwait2, write_pipe, true, true},
    {"timerfd", wait_timer_file, NULL, true, true},
    {"nanosleep", wait_nanosleep, NULL, true, true},
    {"clock_nanosleep", wait_clock_nanosleep, NULL, true, true},
    {"clock_nanosleep until mono", wait_nanosleep_mono, NULL, true, true},
    {"clock_nanosleep until wall", wait_nanosleep_wall, NULL, true, true},
    {"usleep", wait_usleep, NULL, true, true},
    {"thrd_sleep", wait_thrd_sleep, NULL, true, true},
    {"syscall nanosleep", wait_nanosleep_call, NULL, true, true},
    {"sigtimedwait", wait_sigtimedwait, NULL, true, true},
    {"pthread_cond_timedwait, wall", wait_wall_cond, signal_conds, false, true},
    {"pthread_cond_timedwait, mono", wait_mono_cond, signal_conds, false, true},
    {"pthread_cond_clockwait", wait_cond_clockwait, signal_conds, false, true},
    {"cnd_timedwait", wait_cnd, signal_conds, false, false},
    {"sem_timedwait", wait_sem, post, true, true},
    {"sem_clockwait", wait_sem_clockwait, post, true, true},
    {"pthread_mutex_timedlock", wait_mutex, unlock_held, false, false},
    {"pthread_mutex_clocklock", wait_mutex_clocklock, unlock_held, false, false},
    {"mtx_timedlock", wait_mtx, unlock_c_held, false, false},
    {"pthread_rwlock_timedrdlock", wait_rdlock, unlock_rwlock, false, false},
    {"pthread_rwlock_timedwrlock", wait_wrlock, unlock_rwlock, false, false},
    {"pthread_rwlock_clockrdlock", wait_clockrdlock, unlock_rwlock, false, false},
    {"pthread_rwlock_clockwrlock", wait_clockwrlock, unlock_rwlock, false, false},
    {"futex", wait_futex, wake_futex, true, false},
    {"futex until mono", wait_futex_mono, wake_futex, true, false},
    {"futex until wall", wait_futex_wall, wake_futex, true, false},
};
const size_t test_waits_count = sizeof test_waits / sizeof *test_waits;

/* ---- the place */

void test_place_init(struct test_place *place)
{
    pthread_condattr_t attributes;
    *place = (struct test_place){0};
    place->signalled = pipe2(place->pipe, 0) != 0;
    place->epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN};
    epoll_ctl(place->epoll, EPOLL_CTL_ADD, place->pipe[0], &event);
    place->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    pthread_mutex_init(&place->held, NULL);
    pthread_mutex_lock(&place->held);
    pthread_mutex_init(&place->mutex, NULL);
    pthread_cond_init(&place->wall_cond, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&place->mono_cond, &attributes);
    pthread_condattr_destroy(&attributes);
    mtx_init(&place->c_held, mtx_timed);
    mtx_lock(&place->c_held);
    mtx_init(&place->c_mutex, mtx_plain);
    cnd_init(&place->c_cond);
    sem_init(&place->sem, 0, 0);
    pthread_rwlock_init(&place->rwlock, NULL);
    pthread_rwlock_wrlock(&place->rwlock);
}

void test_place_release(struct test_place *place)
{
    close(place->pipe[0]);
    close(place->pipe[1]);
    close(place->epoll);
    close(place->timer);
    sem_destroy(&place->sem);
    pthread_cond_destroy(&place->wall_cond);
    pthread_cond_destroy(&place->mono_cond);
}
