/* What the preloaded library reports, read and answered. */
#include "refusal_inbox.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "test_support.h"

static void a_refusal_is_read_field_by_field(void **state)
{
    (void)state;
    struct refusal refusal;
    assert_true(refusal_read(TEXT("address tcp 443 4711 203.0.113.7 node server"), &refusal));
    assert_false(refusal.is_name);
    assert_string_equal(refusal.protocol, "tcp");
    assert_int_equal(refusal.port, 443);
    assert_int_equal(refusal.pid, 4711);
    assert_string_equal(refusal.target, "203.0.113.7");
    assert_string_equal(refusal.process, "node server");
    assert_true(refusal_read(TEXT("name dns 0 1 db.example.com\x1b[2J sh"), &refusal));
    assert_true(refusal.is_name);
    assert_string_equal(refusal.target, "db.example.com?[2J"); /* it goes to terminals */
}

static void what_is_no_refusal_is_dropped(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "",
        "name",
        "name dns 0 1 db.example.com",       /* no process */
        "else dns 0 1 db.example.com sh",    /* no kind */
        "address tcp 65536 1 1.1.1.1 sh",    /* no port */
        "address tcp 443 -1 1.1.1.1 sh",     /* no process id */
        "address protocol 443 1 1.1.1.1 sh", /* longer than any */
        "address tcp 443 1  sh",             /* no target */
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct refusal refusal;
        if (refusal_read(text_of(rows[i]), &refusal))
            fail_msg("\"%s\" was taken", rows[i]);
    }
    char longest[600];
    struct refusal refusal;
    memset(longest, 'x', sizeof longest);
    memcpy(longest, "name dns 0 1 ", 13);
    memcpy(longest + sizeof longest - 3, " sh", 3);
    assert_false(refusal_read(text_span(longest, sizeof longest), &refusal));
}

static void count_and_keep(void *context, const struct refusal *refusal)
{
    snprintf(context, REFUSAL_TARGET_BYTES, "%s", refusal->target);
}

static void who_reports_is_answered_when_it_was_handled(void **state)
{
    (void)state;
    struct refusal_inbox inbox;
    struct fail why = {0};
    char target[REFUSAL_TARGET_BYTES] = "", byte;
    assert_true(refusal_inbox_open(&inbox, &why));
    assert_false(refusal_inbox_take(&inbox, count_and_keep, target));

    struct sockaddr_un to = {.sun_family = AF_UNIX};
    memcpy(to.sun_path + 1, inbox.name + 1, strlen(inbox.name) - 1);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sa_family_t any = AF_UNIX;
    assert_int_equal(bind(fd, (struct sockaddr *)&any, sizeof any), 0);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(inbox.name));
    static const char said[] = "name dns 0 7 db.example.com sh";
    assert_int_equal(sendto(fd, said, sizeof said - 1, 0, (struct sockaddr *)&to, size), sizeof said - 1);
    assert_int_equal(recv(fd, &byte, 1, MSG_DONTWAIT), -1);
    assert_true(refusal_inbox_take(&inbox, count_and_keep, target));
    assert_string_equal(target, "db.example.com");
    assert_int_equal(recv(fd, &byte, 1, MSG_DONTWAIT), 0);
    close(fd);
    refusal_inbox_close(&inbox);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refusal_is_read_field_by_field),
        cmocka_unit_test(what_is_no_refusal_is_dropped),
        cmocka_unit_test(who_reports_is_answered_when_it_was_handled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
