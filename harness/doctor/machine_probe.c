/* Doing it: sandboxes, a clock page under small programs, versions asked of the programs themselves. */
#include <fcntl.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock_page.h"
#include "file_bytes.h"
#include "machine_programs.h"
#include "mem.h"
#include "preload_way.h"
#include "process.h"
#include "project_walk.h"
#include "sandbox.h"

enum { ASK_WITHIN_MS = 20000, SAID_BYTES = 4096, SECONDS_SPREAD = 600 };

#define CLOCK_PROGRAM "twilio-sim-preload-probe"

/* A moment that no real clock shows any more. */
#define PROBE_SECONDS INT64_C(1000000000)
#define NS_PER_S      INT64_C(1000000000)

struct probe_clock {
    char folder[64], page_path[96];
    char library[PATH_MAX];
    struct clock_page *page;
    struct environment *environment;
};

static int64_t kernel_setting(const char *path)
{
    struct text_buf content;
    struct fail ignored = {0};
    int64_t value = -1;
    if (!plain_file_read(path, SAID_BYTES, &content, &ignored))
        return -1;
    text_to_int(text_trim(text_buf_view(&content)), INT32_MIN, INT32_MAX, &value);
    text_buf_release(&content);
    return value;
}

static bool file_says(const char *path, const char *words)
{
    struct text_buf content;
    struct fail ignored = {0};
    if (!plain_file_read(path, SAID_BYTES, &content, &ignored))
        return false;
    bool says = text_contains(text_buf_view(&content), text_of(words));
    text_buf_release(&content);
    return says;
}

static void probe_ways(struct machine_facts *facts)
{
    static const enum sandbox_way tried[MACHINE_WAYS] = {
        [WAY_NAMESPACE] = SANDBOX_NAMESPACE, [WAY_PRELOAD] = SANDBOX_PRELOAD, [WAY_PROXY] = SANDBOX_PROXY};
    for (size_t i = 0; i < MACHINE_WAYS; i++) {
        struct fail why = {0};
        facts->ways[i].works = sandbox_probe(tried[i], &why);
        snprintf(facts->ways[i].why, sizeof facts->ways[i].why, "%.250s", why.text);
    }
}

static void probe_kernel(struct machine_facts *facts)
{
    facts->root = geteuid() == 0;
    facts->container = access("/.dockerenv", F_OK) == 0 || access("/run/.containerenv", F_OK) == 0;
    facts->seccomp = file_says("/proc/self/status", "Seccomp:\t2");
    facts->userns_clone = kernel_setting("/proc/sys/kernel/unprivileged_userns_clone");
    facts->max_user_namespaces = kernel_setting("/proc/sys/user/max_user_namespaces");
    facts->apparmor_restricts = kernel_setting("/proc/sys/kernel/apparmor_restrict_unprivileged_userns");
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    facts->sock_diag = fd >= 0;
    if (fd >= 0)
        close(fd);
}

/* The first line of what a program says; false when it failed. */
static bool answer(const struct process_options *asked, char *ret, size_t size)
{
    struct text_buf said;
    struct drive_exit end = {0};
    text_buf_init(&said, SAID_BYTES);
    bool done = process_run(asked, ASK_WITHIN_MS, &end, &said, NULL) && end.status == 0;
    struct text line = text_first(text_buf_view(&said), text_find(text_buf_view(&said), '\n'));
    snprintf(ret, size, "%.*s", TEXT_ARGS(text_first(text_trim(line), size - 1)));
    text_buf_release(&said);
    return done && ret[0] != '\0';
}

static bool ask(const char *shell, const struct environment *environment, char *ret, size_t size)
{
    struct process_options options = {
        .name = "doctor", .shell = shell, .environment = environment_list(environment)};
    return answer(&options, ret, size);
}

static bool page_make(struct probe_clock *clock, struct fail *why)
{
    enum clock_page_problem problem;
    struct clock_page_start start = {.wall_ns = PROBE_SECONDS * NS_PER_S, .mono_ns = NS_PER_S, .runs = true};
    const char *above = environment_get(clock->environment, "TMPDIR");
    if (snprintf(clock->folder, sizeof clock->folder, "%s/otp-doctor-XXXXXX",
                 above == NULL ? "/tmp" : above) >= (int)sizeof clock->folder)
        snprintf(clock->folder, sizeof clock->folder, "/tmp/otp-doctor-XXXXXX");
    if (mkdtemp(clock->folder) == NULL) {
        clock->folder[0] = '\0';
        return fail_set(why, "no folder for trials can be made below %s", above == NULL ? "/tmp" : above);
    }
    snprintf(clock->page_path, sizeof clock->page_path, "%s/clock", clock->folder);
    clock->page = clock_page_create(clock->page_path, &start, &problem);
    return clock->page != NULL || fail_set(why, "its shared page %s", clock_page_problem_text(problem));
}

static bool clock_open(struct probe_clock *clock, struct fail *why)
{
    *clock = (struct probe_clock){.environment = environment_new()};
    environment_inherit(clock->environment, "PATH");
    environment_inherit(clock->environment, "HOME");
    environment_inherit(clock->environment, "TMPDIR");
    if (!preload_library_find(clock->library, why) || !page_make(clock, why))
        return false;
    environment_set(clock->environment, CLOCK_PAGE_VARIABLE, clock->page_path);
    environment_set(clock->environment, "LD_PRELOAD", clock->library);
    environment_set(clock->environment, "UV_USE_IO_URING", "0");
    return true;
}

static void clock_close(struct probe_clock *clock)
{
    if (clock->page != NULL)
        clock_page_detach(clock->page);
    if (clock->folder[0] != '\0') {
        unlink(clock->page_path);
        rmdir(clock->folder);
    }
    environment_free(clock->environment);
}

/* `said`: a program's time of day. */
static enum machine_clock judged(const char *said)
{
    int64_t seconds;
    if (!text_to_int(text_of(said), 0, INT64_MAX, &seconds))
        return CLOCK_NOT_TRIED;
    return seconds >= PROBE_SECONDS && seconds < PROBE_SECONDS + SECONDS_SPREAD ? CLOCK_FOLLOWS : CLOCK_REAL;
}

static enum machine_clock follows(const struct probe_clock *clock, const char *shell)
{
    char said[64];
    return ask(shell, clock->environment, said, sizeof said) ? judged(said) : CLOCK_NOT_TRIED;
}

/* By a program of ours: no other is sure to be there. */
static enum machine_clock our_program_follows(const struct probe_clock *clock)
{
    char path[PATH_MAX], said[64];
    const char *argv[] = {path, "clock", NULL};
    struct process_options options = {
        .name = "doctor", .argv = argv, .environment = environment_list(clock->environment)};
    if (!preload_file_find(CLOCK_PROGRAM, path, NULL) || !answer(&options, said, sizeof said))
        return CLOCK_NOT_TRIED;
    return judged(said);
}

static void probe_clock(struct machine_facts *facts, const struct probe_clock *clock, bool open,
                        const struct fail *why)
{
    enum machine_clock ours = open ? our_program_follows(clock) : CLOCK_NOT_TRIED;
    bool shows = ours == CLOCK_FOLLOWS;
    facts->library = clock->library[0] != '\0';
    snprintf(facts->library_why, sizeof facts->library_why, "%.250s", why->text);
    facts->clock = shows && facts->sock_diag;
    snprintf(facts->clock_why, sizeof facts->clock_why, "%.250s",
             !open                     ? why->text
             : ours == CLOCK_NOT_TRIED ? CLOCK_PROGRAM " cannot be started"
             : !shows                  ? "a program that should be on it shows the real time"
                                       : "the kernel tells nothing of connections (sock_diag)");
}

static void probe_programs(struct machine_facts *facts, const struct probe_clock *clock)
{
    struct environment *plain = environment_new();
    environment_inherit(plain, "PATH");
    environment_inherit(plain, "HOME");
    for (size_t i = 0; machine_program_rows[i].name != NULL; i++) {
        const struct machine_program_row *row = &machine_program_rows[i];
        struct machine_program *program = &facts->programs[i];
        program->found = ask(row->ask, plain, program->version, sizeof program->version);
        if (program->found && row->clock != NULL && facts->clock)
            program->clock = follows(clock, row->clock);
    }
    environment_free(plain);
}

void machine_probe(struct machine_facts *ret)
{
    struct probe_clock clock;
    struct fail why = {0};
    *ret = (struct machine_facts){0};
    probe_kernel(ret);
    probe_ways(ret); /* before anything that starts a thread */
    bool open = clock_open(&clock, &why);
    probe_clock(ret, &clock, open, &why);
    probe_programs(ret, &clock);
    clock_close(&clock);
}
