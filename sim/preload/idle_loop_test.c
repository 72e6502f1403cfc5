/* Which waits look like the rounds of an idle loop: only those between which nothing was found. */
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <unistd.h>

#include "clock_member.h"
#include "test_owner.h"
#include "test_support.h"

enum { ROUNDS = 3 };

static struct test_owner owner;
static int pipe_fds[2], epoll_fd;

static int look_by_poll(void)
{
    struct pollfd fd = {.fd = pipe_fds[0], .events = POLLIN};
    return poll(&fd, 1, 0);
}

static int look_by_select(void)
{
    struct timeval none = {0};
    fd_set in;
    FD_ZERO(&in);
    FD_SET(pipe_fds[0], &in);
    return select(pipe_fds[0] + 1, &in, NULL, NULL, &none);
}

static int look_by_epoll(void)
{
    struct epoll_event event;
    return epoll_wait(epoll_fd, &event, 1, 0);
}

static int (*const looks[])(void) = {look_by_poll, look_by_select, look_by_epoll};

/* The thread has waited on descriptors before, and its rounds so far were alike. */
static struct clock_slot *begin(void)
{
    test_owner_begin_here(&owner, false);
    assert_int_equal(pipe(pipe_fds), 0);
    assert_int_equal(write(pipe_fds[1], "x", 1), 1);
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN};
    assert_int_equal(epoll_ctl(epoll_fd, EPOLL_CTL_ADD, pipe_fds[0], &event), 0);
    struct pollfd fd = {.fd = pipe_fds[0], .events = POLLIN};
    assert_int_equal(poll(&fd, 1, 60000), 1);
    return &owner.page->slots[clock_member_thread_slot()];
}

static void end(void)
{
    close(epoll_fd);
    close(pipe_fds[0]);
    close(pipe_fds[1]);
    test_owner_end(&owner);
}

static void who_finds_something_without_waiting_is_no_idle_loop(void **state)
{
    (void)state;
    struct clock_slot *slot = begin();
    for (size_t i = 0; i < COUNT_OF(looks); i++) {
        slot->alike = ROUNDS;
        assert_int_equal(looks[i](), 1);
        assert_int_equal(slot->alike, 0);
    }
    end();
}

static void who_finds_nothing_goes_round_as_before(void **state)
{
    (void)state;
    char byte;
    struct clock_slot *slot = begin();
    assert_int_equal(read(pipe_fds[0], &byte, 1), 1);
    for (size_t i = 0; i < COUNT_OF(looks); i++) {
        slot->alike = ROUNDS;
        assert_int_equal(looks[i](), 0);
        assert_int_equal(slot->alike, ROUNDS);
    }
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_finds_something_without_waiting_is_no_idle_loop),
        cmocka_unit_test(who_finds_nothing_goes_round_as_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
