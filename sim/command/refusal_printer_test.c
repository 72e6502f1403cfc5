/* What a person sees of what was refused. */
#include "refusal_printer.h"

#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "test_support.h"

/* As the library does it: returns when it was printed. */
static void report(const char *inbox, const char *datagram)
{
    static const sa_family_t any_address = AF_UNIX;
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    char answer;
    memcpy(to.sun_path + 1, inbox + 1, strlen(inbox) - 1);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(inbox));
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&any_address, sizeof any_address), 0);
    assert_true(sendto(fd, datagram, strlen(datagram), 0, (struct sockaddr *)&to, size) > 0);
    assert_int_equal(recv(fd, &answer, 1, 0), 0);
    close(fd);
}

static void each_place_is_named_once(void **state)
{
    (void)state;
    char printed[1024] = "";
    struct fail why = {0};
    FILE *out = fmemopen(printed, sizeof printed, "w");
    struct refusal_printer *printer = refusal_printer_new(out, &why);
    assert_non_null(printer);
    const char *inbox = refusal_printer_name(printer);
    report(inbox, "name dns 0 12 db.example.com node server");
    report(inbox, "address tcp 443 12 203.0.113.7 node server");
    report(inbox, "address tcp 443 13 203.0.113.7 node server");
    report(inbox, "nonsense");
    report(inbox, "address udp 53 14 203.0.113.7 sh");
    refusal_printer_free(printer);
    fclose(out);
    assert_string_equal(printed, "twilio-sim: refused   node server (12) looked up db.example.com\n"
                                 "twilio-sim: refused   node server (12) to 203.0.113.7 port 443 (tcp)\n"
                                 "twilio-sim: refused   sh (14) to 203.0.113.7 port 53 (udp)\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_place_is_named_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
