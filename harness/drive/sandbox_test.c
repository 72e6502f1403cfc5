/* The sealed sandbox, proved from inside by programs that know nothing of it. */
#include <arpa/inet.h>
#include <grp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "clock.h"
#include "sandbox_trial.h"

/* ---- inside: a listener on every address, which must never hear a foreign connection */

static void *answer_once(void *context)
{
    int listener = *(int *)context;
    int fd;
    while ((fd = accept(listener, NULL, NULL)) >= 0) {
        static const char answer[] = "HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nsim";
        char request[2048];
        if (recv(fd, request, sizeof request, 0) > 0)
            send(fd, answer, sizeof answer - 1, MSG_NOSIGNAL);
        close(fd);
    }
    return NULL;
}

static void listen_everywhere(int port)
{
    static int listener;
    static pthread_t thread;
    listener = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    REQUIRE(bind(listener, (struct sockaddr *)&any, sizeof any) == 0);
    REQUIRE(listen(listener, 16) == 0);
    REQUIRE(pthread_create(&thread, NULL, answer_once, &listener) == 0);
}

/* Connects, or for UDP sends and waits for an answer; says the errno's name and whether it came at once. */
static void try_address(struct trial *trial, int type, const char *address, int port)
{
    struct sockaddr_storage to = {0};
    struct sockaddr_in *v4 = (struct sockaddr_in *)&to;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&to;
    bool is_ip6 = strchr(address, ':') != NULL;
    to.ss_family = is_ip6 ? AF_INET6 : AF_INET;
    v4->sin_port = htons((uint16_t)port); /* at the same place in both */
    inet_pton(to.ss_family, address, is_ip6 ? (void *)&v6->sin6_addr : (void *)&v4->sin_addr);
    int fd = socket(to.ss_family, type | SOCK_CLOEXEC, 0);
    struct timeval limit = {.tv_sec = 5};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    int64_t before_us = clock_real_mono_us();
    int result = connect(fd, (struct sockaddr *)&to, sizeof to);
    char byte = 'x';
    if (result == 0 && type == SOCK_DGRAM)
        result = send(fd, &byte, 1, 0) < 0 || recv(fd, &byte, 1, 0) < 0 ? -1 : 0;
    int error = result == 0 ? 0 : errno;
    bool at_once = clock_real_mono_us() - before_us < 500000;
    close(fd);
    char line[128];
    snprintf(line, sizeof line, "%s %s%s", address, error == 0 ? "connected" : strerrorname_np(error),
             at_once ? "" : " late");
    trial_say(trial, line);
}

static void body_connects_elsewhere(struct sandbox *sandbox, struct trial *trial)
{
    (void)sandbox;
    listen_everywhere(443);
    try_address(trial, SOCK_STREAM, "127.0.0.1", 443);
    try_address(trial, SOCK_STREAM, "127.3.0.1", 443);
    try_address(trial, SOCK_STREAM, "::1", 443);
    try_address(trial, SOCK_STREAM, "1.1.1.1", 443);
    try_address(trial, SOCK_STREAM, "10.0.0.7", 5432);
    try_address(trial, SOCK_STREAM, "2606:4700:4700::1111", 443);
    try_address(trial, SOCK_DGRAM, "8.8.8.8", 53);
    try_address(trial, SOCK_DGRAM, "2001:4860:4860::8888", 53);
    try_address(trial, SOCK_STREAM, "192.0.2.1", 443);
    try_address(trial, SOCK_STREAM, "2001:db8::1", 443);
}

static void check_elsewhere(const struct trial *trial)
{
    assert_string_equal(trial->said, "127.0.0.1 connected\n"
                                     "127.3.0.1 connected\n"
                                     "::1 connected\n"
                                     "1.1.1.1 ECONNREFUSED\n"
                                     "10.0.0.7 ECONNREFUSED\n"
                                     "2606:4700:4700::1111 ECONNREFUSED\n"
                                     "8.8.8.8 ECONNREFUSED\n"
                                     "2001:4860:4860::8888 ECONNREFUSED\n"
                                     "192.0.2.1 ECONNREFUSED\n"
                                     "2001:db8::1 ECONNREFUSED\n");
    assert_string_equal(trial->refusals, "tcp 1.1.1.1 443\n"
                                         "tcp 10.0.0.7 5432\n"
                                         "tcp 2606:4700:4700::1111 443\n"
                                         "udp 8.8.8.8 53\n"
                                         "udp 2001:4860:4860::8888 53\n"
                                         "tcp 192.0.2.1 443\n"
                                         "tcp 2001:db8::1 443\n");
}

static void a_connection_elsewhere_fails_at_once_and_is_named(void **state)
{
    (void)state;
    if (!trial_namespaces_allowed())
        skip();
    struct trial *trial = trial_new();
    trial_run(trial, SANDBOX_NAMESPACE, body_connects_elsewhere);
    check_elsewhere(trial);
    trial_free(trial);
}

/* As user 65534 without groups, when the test itself is root. */
static int as_nobody(struct trial *trial)
{
    pid_t pid = fork();
    if (pid == 0) {
        struct fail why = {0};
        if (setgroups(0, NULL) != 0 || setgid(65534) != 0 || setuid(65534) != 0)
            _exit(90);
        pid_t worker = trial_start(trial, SANDBOX_NAMESPACE, body_connects_elsewhere, &why);
        if (worker < 0)
            trial_say(trial, why.text);
        int status = 0;
        while (worker > 0 && waitpid(worker, &status, 0) < 0 && errno == EINTR)
            ;
        _exit(worker > 0 ? WEXITSTATUS(status) : 91);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    return WEXITSTATUS(status);
}

static void an_ordinary_user_gets_the_same_sandbox(void **state)
{
    (void)state;
    if (geteuid() != 0) {
        print_message("this test runs as an ordinary user: the others show it\n");
        skip();
    }
    if (!trial_namespaces_allowed())
        skip();
    struct trial *trial = trial_new();
    int status = as_nobody(trial);
    if (status == 91) {
        print_message("skipped, namespaces are for root only here: %s", trial->said);
        skip();
    }
    assert_int_equal(status, 0);
    check_elsewhere(trial);
    trial_free(trial);
}

/* ---- names */

static void body_asks_for_names(struct sandbox *sandbox, struct trial *trial)
{
    listen_everywhere(80);
    trial_command(sandbox, trial, "getent ahostsv4 api.twilio.com | head -1 | cut -d' ' -f1");
    trial_command(sandbox, trial, "getent hosts database.internal.example.com; echo $?");
    trial_command(sandbox, trial, "getent ahosts localhost >/dev/null; echo $?");
    trial_command(sandbox, trial, "curl -s --max-time 5 http://api.twilio.com/ || echo curl $?");
    trial_command(sandbox, trial, "curl -s --max-time 5 http://www.example.com/ || echo curl $?");
}

static void listed_names_lead_here_and_others_do_not_exist(void **state)
{
    (void)state;
    if (!trial_namespaces_allowed() || !trial_has_program("curl"))
        skip();
    struct trial *trial = trial_new();
    trial_run(trial, SANDBOX_NAMESPACE, body_asks_for_names);
    assert_string_equal(trial->said, "127.0.0.1\nexit 0\n"
                                     "2\nexit 0\n"
                                     "0\nexit 0\n"
                                     "sim\nexit 0\n"
                                     "curl 6\nexit 0\n");
    assert_string_equal(trial->refusals, "dns database.internal.example.com 0\n"
                                         "dns www.example.com 0\n");
    trial_free(trial);
}

/* Plays the simulator: the first look-up finds nothing, the second fails, the others are well. */
static _Atomic int lookups;

static void *judge_lookups(void *context)
{
    static const char *const outcomes[] = {"unknown", "servfail"};
    int listener = *(int *)context;
    char bytes[1024];
    for (int fd; (fd = accept(listener, NULL, NULL)) >= 0; close(fd)) {
        ssize_t got = recv(fd, bytes, sizeof bytes - 1, 0);
        bytes[got < 0 ? 0 : got] = '\0';
        if (strstr(bytes, "{\"name\":\"api.twilio.com\"}") == NULL)
            continue;
        int number = lookups++;
        int len = snprintf(bytes, sizeof bytes, "HTTP/1.1 200 OK\r\n\r\n{\"outcome\":\"%s\"}",
                           number < 2 ? outcomes[number] : "found");
        send(fd, bytes, (size_t)len, MSG_NOSIGNAL);
    }
    return NULL;
}

static void body_loses_names(struct sandbox *sandbox, struct trial *trial)
{
    static int listener;
    pthread_t simulator;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(4010)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 8) != 0 ||
        pthread_create(&simulator, NULL, judge_lookups, &listener) != 0)
        return;
    sandbox_meet_simulator(sandbox, 4010);
    for (int i = 0; i < 3; i++)
        trial_command(sandbox, trial,
                      "/usr/bin/python3 -c \"import socket\n"
                      "try: print(socket.getaddrinfo('api.twilio.com', 443)[0][4])\n"
                      "except socket.gaierror as e: print(e.strerror)\"");
    trial_command(sandbox, trial, "getent hosts db.example.com localhost | wc -l");
    size_t len = strlen(trial->said);
    snprintf(trial->said + len, sizeof trial->said - len, "%d look-ups\n", lookups);
    shutdown(listener, SHUT_RDWR);
    pthread_join(simulator, NULL);
    close(listener);
}

static void a_planned_fault_loses_a_name_once_a_lookup(void **state)
{
    (void)state;
    if (!trial_namespaces_allowed())
        skip();
    struct trial *trial = trial_new();
    trial_run(trial, SANDBOX_NAMESPACE, body_loses_names);
    assert_string_equal(trial->said, "Name or service not known\nexit 0\n"
                                     "Temporary failure in name resolution\nexit 0\n"
                                     "('127.0.0.1', 443)\nexit 0\n"
                                     "1\nexit 0\n"
                                     "3 look-ups\n");
    assert_string_equal(trial->refusals, "dns db.example.com 0\n");
    trial_free(trial);
}

/* ---- TLS: the CA is trusted by programs that were not told so */

static void make_certificates(char folder[static 64])
{
    snprintf(folder, 64, "/tmp/sandbox_test.XXXXXX");
    assert_non_null(mkdtemp(folder));
    char command[1200];
    snprintf(
        command, sizeof command,
        "cd %s && chmod 755 . && exec 2>/dev/null && "
        "openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=trial-ca && "
        "openssl req -newkey rsa:2048 -nodes -keyout leaf.key -out leaf.csr -subj /CN=api.twilio.com && "
        "printf 'subjectAltName=DNS:api.twilio.com' > names && "
        "openssl x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names "
        "-out leaf.pem",
        folder);
    assert_int_equal(system(command), 0);
}

static void body_speaks_tls(struct sandbox *sandbox, struct trial *trial)
{
    struct fail why = {0};
    char ca[96];
    snprintf(ca, sizeof ca, "%s/ca.pem", trial->folder);
    if (!sandbox_trust(sandbox, ca, trial->folder, &why))
        trial_say(trial, why.text);
    const char *argv[] = {"openssl", "s_server", "-accept", "127.0.0.1:443", "-cert", "leaf.pem",
                          "-key",    "leaf.key", "-www",    "-quiet",        NULL};
    struct process_options options = {.name = "tls", .argv = argv, .cwd = trial->folder};
    struct process *server = process_start(&options, &why);
    struct process_ready ready = {.port = 443};
    if (server == NULL || !process_wait_ready(server, &ready, &why))
        trial_say(trial, why.text);
    trial_command(sandbox, trial,
                  "curl -s -o /dev/null -w '%{http_code}' --max-time 9 https://api.twilio.com/");
    trial_command(
        sandbox, trial,
        "env -u SSL_CERT_FILE -u CURL_CA_BUNDLE curl -s -o /dev/null -w '%{http_code}' --max-time 9 "
        "https://api.twilio.com/");
    trial_command(sandbox, trial,
                  "command -v node >/dev/null || { echo node 200; exit; }; "
                  "node -e \"require('https').get('https://api.twilio.com/', r => { console.log('node', "
                  "r.statusCode); process.exit() }).on('error', e => console.log(e.message))\"");
    trial_command(sandbox, trial,
                  "command -v python3 >/dev/null || { echo python 200; exit; }; python3 -c \"import "
                  "urllib.request as u; "
                  "print('python', u.urlopen('https://api.twilio.com/').status)\"");
    process_free(server);
}

static void remove_folder(const char *folder)
{
    char command[128];
    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
}

static void an_unmodified_program_reaches_the_simulator_over_tls(void **state)
{
    (void)state;
    if (!trial_namespaces_allowed() || !trial_has_program("openssl") || !trial_has_program("curl"))
        skip();
    char folder[64];
    make_certificates(folder);
    const char *keep[] = {folder, NULL};
    struct trial *trial = trial_new();
    trial->keep = keep;
    trial->folder = folder;
    trial_run(trial, SANDBOX_NAMESPACE, body_speaks_tls);
    assert_string_equal(trial->said, "200\nexit 0\n200\nexit 0\nnode 200\nexit 0\npython 200\nexit 0\n");
    trial_free(trial);
    remove_folder(folder);
}

/* ---- files, users, ports */

static void body_looks_around(struct sandbox *sandbox, struct trial *trial)
{
    trial_command(sandbox, trial, "id -u; id -un; cat kept; ls /tmp | wc -l; ls /run; hostname");
    trial_command(sandbox, trial, "touch /tmp/a /run/b /dev/shm/c && echo written");
    trial_command(sandbox, trial, "cd /proc && test $(ls -d [0-9]* | wc -l) -lt 10 && echo few");
}

static void the_machines_files_and_processes_are_out_of_sight(void **state)
{
    (void)state;
    if (!trial_namespaces_allowed())
        skip();
    char folder[64] = "/tmp/sandbox_test.XXXXXX";
    assert_non_null(mkdtemp(folder));
    char command[200];
    snprintf(command, sizeof command, "echo still here > %s/kept && touch /tmp/sandbox_test_other", folder);
    assert_int_equal(system(command), 0);
    const char *keep[] = {folder, NULL};
    struct trial *trial = trial_new();
    trial->keep = keep;
    trial->folder = folder;
    trial_run(trial, SANDBOX_NAMESPACE, body_looks_around);
    /* few: pid 1, the worker, the shell and its commands */
    assert_string_equal(trial->said, "1000\nsandbox\nstill here\n1\notp-harness\nsandbox\nexit 0\n"
                                     "written\nexit 0\nfew\nexit 0\n");
    assert_int_equal(access("/dev/shm/c", F_OK), -1);
    trial_free(trial);
    remove("/tmp/sandbox_test_other");
    remove_folder(folder);
}

/* ---- two at once */

static int meeting[2][2]; /* two pipes: each body writes when it has bound, and reads the other's byte */

static void body_binds_and_meets(struct trial *trial, int own, int other)
{
    listen_everywhere(6379);
    char byte = 'x';
    bool met = write(meeting[own][1], &byte, 1) == 1 && read(meeting[other][0], &byte, 1) == 1;
    trial_say(trial, met ? "bound while the other was bound" : "alone");
}

static void body_first(struct sandbox *sandbox, struct trial *trial)
{
    (void)sandbox;
    body_binds_and_meets(trial, 0, 1);
}

static void body_second(struct sandbox *sandbox, struct trial *trial)
{
    (void)sandbox;
    body_binds_and_meets(trial, 1, 0);
}

static void two_sandboxes_bind_the_same_port_at_once(void **state)
{
    (void)state;
    if (!trial_namespaces_allowed())
        skip();
    assert_int_equal(pipe(meeting[0]), 0);
    assert_int_equal(pipe(meeting[1]), 0);
    struct fail why = {0};
    struct trial *first = trial_new();
    struct trial *second = trial_new();
    pid_t first_pid = trial_start(first, SANDBOX_NAMESPACE, body_first, &why);
    pid_t second_pid = trial_start(second, SANDBOX_NAMESPACE, body_second, &why);
    assert_true(first_pid > 0 && second_pid > 0);
    trial_wait(first, first_pid);
    trial_wait(second, second_pid);
    assert_string_equal(first->said, "bound while the other was bound\n");
    assert_string_equal(second->said, "bound while the other was bound\n");
    for (int i = 0; i < 4; i++)
        close(meeting[i / 2][i % 2]);
    trial_free(first);
    trial_free(second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_connection_elsewhere_fails_at_once_and_is_named),
        cmocka_unit_test(an_ordinary_user_gets_the_same_sandbox),
        cmocka_unit_test(listed_names_lead_here_and_others_do_not_exist),
        cmocka_unit_test(a_planned_fault_loses_a_name_once_a_lookup),
        cmocka_unit_test(an_unmodified_program_reaches_the_simulator_over_tls),
        cmocka_unit_test(the_machines_files_and_processes_are_out_of_sight),
        cmocka_unit_test(two_sandboxes_bind_the_same_port_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
