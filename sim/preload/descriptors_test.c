/* Programs that close and duplicate what is not theirs, and waits that survive it. */
#include "descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock_member.h"
#include "kernel_calls.h"
#include "preloaded.h"
#include "test_owner.h"
#include "test_support.h"
#include "wake_socket.h"

enum { MS = 1000000 };

static struct test_owner owner;

static int our_socket(void)
{
    return wake_socket_of(owner.page, clock_member_thread_slot());
}

struct sleeper {
    pthread_t thread;
    int result;
    int64_t ended_ms;
};

static void *sleep_in_poll(void *context)
{
    struct sleeper *sleeper = context;
    sleeper->result = poll(NULL, 0, 60000);
    sleeper->ended_ms = clock_page_mono_ns(owner.page) / MS;
    return NULL;
}

static void *sleep_in_select(void *context)
{
    struct sleeper *sleeper = context;
    struct timeval timeout = {.tv_sec = 60};
    sleeper->result = select(0, NULL, NULL, NULL, &timeout);
    sleeper->ended_ms = clock_page_mono_ns(owner.page) / MS;
    return NULL;
}

static int socket_of_the_other_thread(void)
{
    int own = preloaded_thread.wake_page == NULL ? -1 : preloaded_thread.wake_fd;
    for (int fd = 0; fd < 4096; fd++)
        if (descriptors_kind(fd) == DESCRIPTOR_WAKE && fd != own)
            return fd;
    return -1;
}

static void begin(struct sleeper *sleeper, void *(*how)(void *))
{
    test_owner_begin_here(&owner, false);
    assert_int_equal(pthread_create(&sleeper->thread, NULL, how, sleeper), 0);
    test_owner_await_armed(&owner, 1);
}

static void expect_the_wait_to_end_in_time(struct sleeper *sleeper)
{
    test_owner_set(&owner, 1059999LL * MS, false);
    test_owner_set(&owner, 1060000LL * MS, false);
    pthread_join(sleeper->thread, NULL);
    assert_int_equal(sleeper->result, 0);
    assert_int_equal(sleeper->ended_ms, 1060000);
    test_owner_end(&owner);
}

static void who_closes_everything_does_not_close_the_wake_socket(void **state)
{
    (void)state;
    struct sleeper sleeper;
    begin(&sleeper, sleep_in_poll);
    int fd = socket_of_the_other_thread();
    assert_true(fd >= 512);
    assert_int_equal(close(fd), 0);
    assert_int_equal(syscall(SYS_close, fd), 0);
    assert_int_equal(close_range((unsigned)fd - 1, (unsigned)fd + 1, 0), 0);
    closefrom(fd - 2);
    assert_true(fcntl(fd, F_GETFD) >= 0);
    expect_the_wait_to_end_in_time(&sleeper);
}

static void close_range_closes_what_lies_around_it(void **state)
{
    (void)state;
    test_owner_begin_here(&owner, false);
    int fd = our_socket(), zero = open("/dev/null", O_RDONLY);
    assert_int_equal(fcntl(zero, F_DUPFD, fd - 1), fd - 1);
    assert_int_equal(fcntl(zero, F_DUPFD, fd + 1), fd + 1);
    assert_int_equal(close_range((unsigned)fd - 1, (unsigned)fd + 1, 0), 0);
    assert_int_equal(fcntl(fd - 1, F_GETFD), -1);
    assert_int_equal(fcntl(fd + 1, F_GETFD), -1);
    assert_true(fcntl(fd, F_GETFD) >= 0);
    close(zero);
    test_owner_end(&owner);
}

static void a_file_that_is_put_on_its_number_moves_it_away(void **state)
{
    (void)state;
    test_owner_begin_here(&owner, false);
    int fd = our_socket(), zero = open("/dev/null", O_RDONLY);
    assert_int_equal(dup2(zero, fd), fd);
    int moved = our_socket();
    assert_int_not_equal(moved, fd);
    assert_int_equal(descriptors_kind(fd), DESCRIPTOR_FOREIGN);
    assert_int_equal(descriptors_kind(moved), DESCRIPTOR_WAKE);
    int64_t due_ns = clock_page_mono_ns(owner.page) + 10LL * MS;
    clock_slot_arm(owner.page, clock_member_thread_slot(), CLOCK_WAIT_DESCRIPTOR, due_ns, 10LL * MS);
    clock_slot_wake(owner.page, clock_member_thread_slot(), owner.wake_fd);
    struct pollfd woken = {.fd = moved, .events = POLLIN};
    assert_int_equal(poll(&woken, 1, 0), 1);
    clock_slot_disarm(owner.page, clock_member_thread_slot(), false);
    close(fd);
    close(zero);
    test_owner_end(&owner);
}

/* By a bare call, of which the library does not hear: something else, always readable, has its number. */
static void a_wake_socket_that_was_taken_away_is_made_anew(void **state)
{
    (void)state;
    test_owner_begin_here(&owner, true);
    int fd = our_socket(), zero = open("/dev/null", O_RDONLY);
    kernel_call(SYS_dup3, zero, fd, 0, 0, 0, 0);
    assert_int_equal(poll(NULL, 0, 5), 0);
    int another = our_socket();
    assert_int_not_equal(another, fd);
    assert_int_equal(descriptors_kind(another), DESCRIPTOR_WAKE);
    close(fd);
    kernel_call(SYS_close, another, 0, 0, 0, 0, 0); /* and nothing has its number */
    assert_int_equal(poll(NULL, 0, 5), 0);
    assert_true(fcntl(our_socket(), F_GETFD) >= 0);
    close(zero);
    test_owner_end(&owner);
}

static void select_waits_with_a_socket_beyond_the_size_of_its_sets(void **state)
{
    (void)state;
    struct sleeper sleeper;
    int fillers[600], count = 0, fd = open("/dev/null", O_RDONLY);
    while (count < 600 && (fillers[count] = fcntl(fd, F_DUPFD, 600)) >= 0 && fillers[count] < 1100)
        count++;
    begin(&sleeper, sleep_in_select);
    bool beyond = socket_of_the_other_thread() >= FD_SETSIZE;
    expect_the_wait_to_end_in_time(&sleeper);
    for (int i = 0; i < count; i++)
        close(fillers[i]);
    close(fd);
    if (!beyond)
        print_message("the limit of descriptors is too low to have one beyond %d\n", FD_SETSIZE);
}

static void a_thread_that_ends_leaves_no_descriptor(void **state)
{
    (void)state;
    struct sleeper sleeper;
    begin(&sleeper, sleep_in_poll);
    int fd = socket_of_the_other_thread();
    expect_the_wait_to_end_in_time(&sleeper);
    assert_int_equal(fcntl(fd, F_GETFD), -1);
    assert_int_equal(descriptors_kind(fd), DESCRIPTOR_FOREIGN);
}

static void a_child_of_fork_has_none_of_its_parents(void **state)
{
    (void)state;
    struct sleeper sleeper;
    begin(&sleeper, sleep_in_poll);
    int fd = socket_of_the_other_thread(), status = -1;
    test_owner_await_others_asleep();
    pid_t child = fork();
    if (child == 0)
        _exit(fcntl(fd, F_GETFD) == -1 && errno == EBADF ? 0 : 1);
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    expect_the_wait_to_end_in_time(&sleeper);
}

/* A child of a bare system call holds its parent's sockets, and no handler of fork has run. */
static void a_slot_whose_address_is_taken_is_left_for_another(void **state)
{
    (void)state;
    struct sleeper sleeper;
    struct sockaddr_un address;
    test_owner_begin_here(&owner, false);
    clock_member_process_slot();
    int squatter = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    socklen_t len = clock_slot_address(owner.page, 1, &address);
    assert_int_equal(bind(squatter, (struct sockaddr *)&address, len), 0);
    pthread_create(&sleeper.thread, NULL, sleep_in_poll, &sleeper);
    test_owner_await_armed(&owner, 1);
    assert_int_equal(owner.page->slots[1].due_ns, CLOCK_PAGE_NEVER);
    expect_the_wait_to_end_in_time(&sleeper);
    close(squatter);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_closes_everything_does_not_close_the_wake_socket),
        cmocka_unit_test(close_range_closes_what_lies_around_it),
        cmocka_unit_test(a_file_that_is_put_on_its_number_moves_it_away),
        cmocka_unit_test(a_wake_socket_that_was_taken_away_is_made_anew),
        cmocka_unit_test(select_waits_with_a_socket_beyond_the_size_of_its_sets),
        cmocka_unit_test(a_thread_that_ends_leaves_no_descriptor),
        cmocka_unit_test(a_child_of_fork_has_none_of_its_parents),
        cmocka_unit_test(a_slot_whose_address_is_taken_is_left_for_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
