/* What a store owes: counted for stores only, by what was read and written last on accepted connections. */
#include "store_debts.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock_member.h"
#include "test_owner.h"
#include "test_support.h"

ssize_t __read_chk(int fd, void *to, size_t size, size_t room);
ssize_t __recv_chk(int fd, void *to, size_t size, size_t room, int flags);

static struct test_owner owner;
static int listener, client, served;

static uint32_t owed(void)
{
    return owner.page->slots[clock_member_process_slot()].owes;
}

static void connect_client(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof address;
    listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(listener, 1), 0);
    getsockname(listener, (struct sockaddr *)&address, &len);
    client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(client, (struct sockaddr *)&address, len), 0);
    served = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    assert_true(served >= 0);
}

static void begin(uint32_t party)
{
    test_owner_begin_here(&owner, false);
    clock_member_join_page(owner.page, party);
    connect_client();
}

static void end(void)
{
    close(client);
    close(served);
    close(listener);
    test_owner_end(&owner);
}

static void ask(void)
{
    assert_int_equal(write(client, "GET", 3), 3);
}

static void from_reading_to_writing_an_answer_is_owed(void **state)
{
    (void)state;
    char bytes[8];
    struct iovec part = {.iov_base = bytes, .iov_len = 3};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    begin(1);
    for (int way = 0; way < 7; way++) {
        assert_int_equal(owed(), 0);
        ask();
        ssize_t got = way == 0   ? read(served, bytes, 8)
                      : way == 1 ? readv(served, &part, 1)
                      : way == 2 ? recv(served, bytes, 8, 0)
                      : way == 3 ? recvfrom(served, bytes, 8, 0, NULL, NULL)
                      : way == 4 ? recvmsg(served, &message, 0)
                      : way == 5 ? __read_chk(served, bytes, 8, sizeof bytes)
                                 : __recv_chk(served, bytes, 8, sizeof bytes, 0);
        assert_int_equal(got, 3);
        assert_int_equal(owed(), 1);
        part.iov_len = 3;
        ssize_t put = way % 3 == 0   ? write(served, "OK", 2)
                      : way % 3 == 1 ? writev(served, &part, 1)
                                     : send(served, "OK", 2, 0);
        assert_true(put > 0);
    }
    assert_int_equal(owed(), 0);
    end();
}

static void reading_nothing_owes_nothing(void **state)
{
    (void)state;
    char bytes[8];
    begin(1);
    assert_int_equal(recv(served, bytes, 8, MSG_DONTWAIT), -1);
    assert_int_equal(owed(), 0);
    shutdown(client, SHUT_WR);
    assert_int_equal(read(served, bytes, 8), 0);
    assert_int_equal(owed(), 0);
    end();
}

static void a_connection_that_is_closed_is_owed_nothing_more(void **state)
{
    (void)state;
    char bytes[8];
    begin(1);
    ask();
    assert_int_equal(read(served, bytes, 8), 3);
    assert_int_equal(owed(), 1);
    close(served);
    assert_int_equal(owed(), 0);
    end();
}

/* Postgres: the parent accepts, the child answers. */
static void a_child_counts_its_own_debts(void **state)
{
    (void)state;
    char bytes[8];
    int status = -1;
    begin(1);
    pid_t child = fork();
    if (child == 0) {
        bool fine = owed() == 0;
        ask();
        fine = fine && read(served, bytes, 8) == 3 && owed() == 1;
        fine = fine && write(served, "OK", 2) == 2 && owed() == 0;
        _exit(fine ? 0 : 1);
    }
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    assert_int_equal(owed(), 0);
    clock_slots_free_of(owner.page, child);
    end();
}

static void who_is_no_store_owes_nothing(void **state)
{
    (void)state;
    char bytes[8];
    begin(0);
    ask();
    assert_int_equal(read(served, bytes, 8), 3);
    assert_int_equal(owed(), 0);
    end();
}

static void connections_that_were_made_are_not_counted(void **state)
{
    (void)state;
    char bytes[8];
    begin(1);
    assert_int_equal(write(served, "OK", 2), 2);
    assert_int_equal(read(client, bytes, 8), 2);
    assert_int_equal(owed(), 0);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(from_reading_to_writing_an_answer_is_owed),
        cmocka_unit_test(reading_nothing_owes_nothing),
        cmocka_unit_test(a_connection_that_is_closed_is_owed_nothing_more),
        cmocka_unit_test(a_child_counts_its_own_debts),
        cmocka_unit_test(who_is_no_store_owes_nothing),
        cmocka_unit_test(connections_that_were_made_are_not_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
