/* Reports of the preloaded library as events. The library's own side: sim/preload/net_calls_test.c. */
#include "refusal_listener.h"

#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "preload_way.h"
#include "sandbox_trial.h"

enum { REPORTS = 200 };

static void refusal_put(void *context, const struct drive_refusal *refusal)
{
    text_putf(context, "%s %s %s %d\n", refusal->kind == DRIVE_REFUSED_NAME ? "name" : "address",
              refusal->protocol, refusal->target, refusal->port);
}

/* As the library does it: returns when it was handled. */
static void report(const char *inbox, const char *datagram)
{
    static const sa_family_t any_address = AF_UNIX;
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    char answer;
    memcpy(to.sun_path + 1, inbox + 1, strlen(inbox) - 1);
    socklen_t size = (socklen_t)(sizeof to.sun_family + strlen(inbox));
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&any_address, sizeof any_address), 0);
    assert_true(sendto(fd, datagram, strlen(datagram), 0, (struct sockaddr *)&to, size) > 0);
    assert_int_equal(recv(fd, &answer, 1, 0), 0);
    close(fd);
}

static void who_is_refused_goes_on_when_it_is_recorded(void **state)
{
    (void)state;
    struct text_buf seen;
    struct fail why = {0};
    text_buf_init(&seen, 4096);
    struct drive_events events = {.context = &seen, .refused = refusal_put};
    struct refusal_listener *listener = refusal_listener_new(&events, &why);
    assert_non_null(listener);
    report(refusal_listener_name(listener), "name dns 0 12 db.example.com node");
    assert_string_equal(text_buf_z(&seen), "name dns db.example.com 0\n");
    report(refusal_listener_name(listener), "no report at all");
    report(refusal_listener_name(listener), "address tcp 443 12 203.0.113.7 node");
    assert_string_equal(text_buf_z(&seen), "name dns db.example.com 0\naddress tcp 203.0.113.7 443\n");
    refusal_listener_free(listener);
    text_buf_release(&seen);
}

static void body_asks_and_connects(struct sandbox *sandbox, struct trial *trial)
{
    trial_command(sandbox, trial, "getent ahostsv4 api.twilio.com | head -1 | cut -d' ' -f1");
    trial_command(sandbox, trial, "getent ahosts database.internal.example.com; echo $?");
    trial_command(sandbox, trial, "getent ahosts localhost >/dev/null; echo $?");
    trial_command(sandbox, trial, "curl -s --max-time 5 http://www.example.com/ || echo curl $?");
    trial_command(sandbox, trial, "curl -s --max-time 5 https://203.0.113.7/ || echo curl $?");
    trial_command(sandbox, trial, "sh -c 'curl -s --max-time 5 https://203.0.113.8/'; exit 3");
}

static void ordinary_programs_and_their_children_are_held_and_named(void **state)
{
    (void)state;
    if (!trial_has_program("curl"))
        skip();
    struct trial *trial = trial_new();
    trial_run(trial, SANDBOX_PRELOAD, body_asks_and_connects);
    assert_string_equal(trial->said, "127.0.0.1\nexit 0\n"
                                     "2\nexit 0\n"
                                     "0\nexit 0\n"
                                     "curl 6\nexit 0\n"
                                     "curl 7\nexit 0\n"
                                     "exit 3\n");
    assert_string_equal(trial->refusals, "dns database.internal.example.com 0\n"
                                         "dns www.example.com 0\n"
                                         "tcp 203.0.113.7 443\n"
                                         "tcp 203.0.113.8 443\n");
    trial_free(trial);
}

/* ---- inside a namespace, whose own watchers see every question and every packet that the library lets by */

static char programs[2][PATH_MAX]; /* folders */
static char library[PATH_MAX], calls[PATH_MAX];

static void body_is_watched(struct sandbox *sandbox, struct trial *trial)
{
    static const char *const commands[] = {
        "getent ahosts db.example.com; getent hosts db.example.com; getent ahosts api.twilio.com >/dev/null",
        "curl -s --max-time 5 https://db.example.com/; curl -s --max-time 5 https://203.0.113.7/",
        "$calls connect; $calls send; $calls lookup; $calls resolve; $calls handler; $calls child"};
    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        char command[3 * PATH_MAX];
        snprintf(command, sizeof command,
                 "calls=%s; export LD_PRELOAD=%s TWILIO_SIM_NET=4010 TWILIO_SIM_HOSTS=twilio.com; "
                 "{ %s; } >/dev/null 2>&1; true",
                 calls, library, commands[i]);
        trial_command(sandbox, trial, command);
    }
}

static void not_one_packet_or_question_passes_the_library(void **state)
{
    (void)state;
    struct fail why = {0};
    if (!trial_namespaces_allowed())
        skip();
    assert_true(preload_library_find(library, &why) && preload_file_find("test-net-calls", calls, &why));
    snprintf(programs[0], PATH_MAX, "%.*s", (int)(strrchr(library, '/') - library), library);
    snprintf(programs[1], PATH_MAX, "%.*s", (int)(strrchr(calls, '/') - calls), calls);
    const char *keep[] = {programs[0], programs[1], NULL};
    struct trial *trial = trial_new();
    trial->keep = keep;
    trial_run(trial, SANDBOX_NAMESPACE, body_is_watched);
    assert_null(strstr(trial->said, "failed"));
    assert_string_equal(trial->refusals, "");
    trial_free(trial);
}

/* More than a socket keeps waiting: nobody is dropped. */
static void body_connects_often(struct sandbox *sandbox, struct trial *trial)
{
    trial_command(sandbox, trial,
                  "python3 -c \"\n"
                  "import socket, threading\n"
                  "def go(n):\n"
                  "  for i in range(10):\n"
                  "    socket.socket().connect_ex(('203.0.113.' + str(n), 443))\n"
                  "threads = [threading.Thread(target=go, args=[n]) for n in range(20)]\n"
                  "for t in threads: t.start()\n"
                  "for t in threads: t.join()\n"
                  "\"");
}

static void none_is_lost_in_a_crowd(void **state)
{
    (void)state;
    size_t lines = 0;
    if (!trial_has_program("python3"))
        skip();
    struct trial *trial = trial_new();
    trial_run(trial, SANDBOX_PRELOAD, body_connects_often);
    assert_string_equal(trial->said, "exit 0\n");
    for (const char *c = trial->refusals; *c != '\0'; c++)
        lines += *c == '\n';
    assert_int_equal(lines, REPORTS);
    trial_free(trial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_refused_goes_on_when_it_is_recorded),
        cmocka_unit_test(ordinary_programs_and_their_children_are_held_and_named),
        cmocka_unit_test(not_one_packet_or_question_passes_the_library),
        cmocka_unit_test(none_is_lost_in_a_crowd),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
