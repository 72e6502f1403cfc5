/* `otp-harness up`, from outside the sandbox: starts the worker, waits until it is up, stands by it until a
 * signal ends it. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attendant.h"
#include "build_commands.h"
#include "dialer.h"
#include "folders.h"
#include "interrupts.h"
#include "line_reader.h"
#include "mem.h"
#include "report.h"
#include "rig_hosts.h"
#include "runner.h"
#include "runner_parts.h"
#include "stack_folder.h"
#include "surroundings.h"
#include "up_worker.h"

enum { LINE_MAX = 8 * 1024 * 1024, BYTES_AT_ONCE = 64 * 1024, LINES_AT = 0, DESK_AT = 1 };

static const char farewell[] = "Ctrl-C ends it.";

struct up {
    const struct settings *settings;
    const struct surroundings *surroundings;
    char *folder; /* of the desks */
    char *name;
    pid_t worker;
    int orders_fd, lines_fd, channel;
    json_t *hello;
    struct attendant *attendant;
    bool ended; /* nothing more will be told */
    int status;
};

/* ---- the worker */

struct ends {
    int orders[2], lines[2], channel[2];
};

/* The sandbox's processes inherit all of it: an end of the orders that must be seen is one by shutdown(2). */
static bool ends_open(struct ends *ends, struct fail *why)
{
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends->orders) != 0 ||
        pipe2(ends->lines, O_CLOEXEC) != 0)
        return fail_set(why, "no pipe for the stack: %s", strerror(errno));
    return dialer_channel(ends->channel, why);
}

static bool worker_start(struct up *up, const struct selection *selection, const struct job *job,
                         struct narrator *narrator, struct fail *why)
{
    struct ends ends;
    if (!ends_open(&ends, why))
        return false;
    char **hosts = rig_hosts_names(selection->profile);
    struct up_plan plan = {
        .rig = {.settings = up->settings,
                .profile = selection->profile,
                .narrator = narrator,
                .scratch = up->surroundings->scratch,
                .cwd = up->surroundings->cwd,
                .simulator = up->surroundings->simulator,
                .begins_now = selection->job_count == 0},
        .job = job,
        .hold = {.orders_fd = ends.orders[0], .lines_fd = ends.lines[1], .channel = ends.channel[1]}};
    struct sandbox_options sandbox = {.way = up->surroundings->choice.way,
                                      .hosts = (const char *const *)hosts,
                                      .keep = up->surroundings->keep,
                                      .events = narrator_events(narrator),
                                      .scratch = up->surroundings->scratch_is_ours ? up->surroundings->scratch
                                                                                   : NULL};
    fflush(NULL);
    up->worker = sandbox_start(&sandbox, up_worker_run, &plan, why);
    rig_words_free(hosts);
    close(ends.orders[0]);
    close(ends.lines[1]);
    close(ends.channel[1]);
    up->orders_fd = ends.orders[1];
    up->lines_fd = ends.lines[0];
    up->channel = ends.channel[0];
    return up->worker > 0;
}

/* The first time it is asked to end, the second time it is ended. */
static void worker_end(struct up *up, bool at_once)
{
    if (!at_once && up->attendant != NULL) {
        shutdown(up->orders_fd, SHUT_WR);
        fprintf(stderr, "otp-harness: ending; again, to end at once\n");
        return;
    }
    kill(up->worker, up->surroundings->choice.way == SANDBOX_NAMESPACE ? SIGKILL : SIGTERM);
}

/* ---- what it tells */

static void attendant_come(struct up *up, const json_t *hello)
{
    struct fail why = {0};
    const char *no_color = getenv("NO_COLOR");
    up->hello = json_deep_copy(hello);
    struct attendant_options options = {.folder = up->folder,
                                        .name = up->name,
                                        .project = up->surroundings->cwd,
                                        .what = "up",
                                        .farewell = farewell,
                                        .hello = up->hello,
                                        .orders_fd = up->orders_fd,
                                        .channel = up->channel,
                                        .port = up->settings->port,
                                        .inbox_port = up->settings->inbox_port,
                                        .out = STDOUT_FILENO};
    options.colour = isatty(STDOUT_FILENO) == 1 && (no_color == NULL || no_color[0] == '\0');
    up->attendant = attendant_new(&options, &why);
    if (up->attendant != NULL)
        return;
    up->status = runner_complain(EXIT_ENVIRONMENT, &why);
    worker_end(up, true);
}

static void line_came(void *context, struct text words, bool continued)
{
    struct up *up = context;
    struct fail why = {0};
    json_t *line = NULL;
    (void)continued;
    if (!json_read(words, "the stack's line", &line, &why))
        return;
    struct text setup = json_text(line, "setup");
    const json_t *hello = json_object_get(line, "up");
    if (setup.at != NULL) {
        fprintf(stderr, "otp-harness: %.*s\n", TEXT_ARGS(setup));
        up->status = (int)json_integer_value(json_object_get(line, "status"));
    } else if (hello != NULL) {
        attendant_come(up, hello);
    } else if (up->attendant != NULL) {
        attendant_take(up->attendant, line);
    }
    json_decref(line);
}

static void lines_read(struct up *up, struct line_reader *reader)
{
    char *bytes = mem_new(BYTES_AT_ONCE);
    ssize_t got = read(up->lines_fd, bytes, BYTES_AT_ONCE);
    if (got > 0)
        line_reader_feed(reader, text_span(bytes, (size_t)got));
    else if (got == 0 || errno != EINTR)
        up->ended = true;
    mem_free(bytes);
}

/* ---- standing by */

static void stand_by(struct up *up, const struct interrupts *interrupts)
{
    struct line_reader reader;
    int seen = 0;
    line_reader_init(&reader, LINE_MAX, line_came, up);
    while (!up->ended) {
        struct pollfd polled[DESK_AT + ATTENDANT_POLLED_MAX] = {{.fd = up->lines_fd, .events = POLLIN}};
        const struct attendant *asked = up->attendant;
        size_t count = asked == NULL ? 0 : attendant_poll(asked, &polled[DESK_AT]);
        int ready = ppoll(polled, (nfds_t)(DESK_AT + count), NULL, &interrupts->before);
        for (; seen < interrupts_count(); seen++)
            worker_end(up, seen > 0);
        if (ready <= 0)
            continue;
        if (asked != NULL)
            attendant_turn(up->attendant, &polled[DESK_AT]);
        if (polled[LINES_AT].revents != 0)
            lines_read(up, &reader);
    }
    if (seen > 0)
        up->status = EXIT_PASSED;
    else if (up->attendant != NULL)
        fprintf(stderr, "otp-harness: the stack ended by itself\n");
    line_reader_release(&reader);
}

static int stack_run(struct up *up, const struct selection *selection, const struct job *job)
{
    struct fail why = {0};
    struct interrupts interrupts;
    struct narrator *narrator = narrator_new();
    interrupts_catch(&interrupts); /* the worker is to inherit this: it ends when we say so */
    if (worker_start(up, selection, job, narrator, &why)) {
        stand_by(up, &interrupts);
        attendant_free(up->attendant);
        while (waitpid(up->worker, NULL, 0) < 0 && errno == EINTR)
            ;
        close(up->orders_fd);
        close(up->lines_fd);
        close(up->channel);
    } else {
        up->status = runner_complain(EXIT_ENVIRONMENT, &why);
    }
    interrupts_restore(&interrupts);
    json_decref(up->hello);
    narrator_free(narrator);
    return up->status;
}

/* ---- what is to be up */

static const struct scenario nobodys = {.path = "up", .sentence.written = {"up", 2}};

/* One scenario, or none at all; of its cases the first. */
static bool job_choose(const struct selection *selection, const struct settings *settings, struct job *ret,
                       struct fail *why)
{
    if (selection->scenario_count > 1)
        return fail_set(why, "up takes one scenario, and there are %zu in %s", selection->scenario_count,
                        settings->paths.items[0]);
    *ret = (struct job){.scenario = &nobodys, .row = -1, .limit_ms = settings->time_limit_ms, .seed = 1};
    if (selection->job_count == 0)
        return settings->paths.count == 0 ||
               fail_set(why, "there is no scenario in %s", settings->paths.items[0]);
    *ret = selection->jobs[0];
    if (ret->case_name != NULL)
        printf("case: %s\n", ret->case_name);
    ret->history_path = NULL;
    return true;
}

static char *name_of(const struct settings *settings, const char *cwd)
{
    const char *slash = strrchr(cwd, '/');
    return mem_string(settings->name != NULL ? settings->name : slash == NULL ? cwd : slash + 1);
}

static int selection_up(const struct settings *settings, const struct selection *selection)
{
    struct fail why = {0};
    struct surroundings s;
    struct job job;
    int status = EXIT_ENVIRONMENT;
    if (!job_choose(selection, settings, &job, &why))
        return runner_complain(EXIT_USAGE, &why);
    if (!surroundings_find(&s, settings, selection, getenv("TWILIO_SIM"), &why) ||
        !attendant_ports_are_free(settings->port, settings->inbox_port, &why) ||
        !build_commands_run(selection->profile, s.cwd, &why)) {
        runner_complain(status, &why);
    } else {
        struct up up = {.settings = settings,
                        .surroundings = &s,
                        .folder = stack_folder(),
                        .name = name_of(settings, s.cwd),
                        .status = EXIT_ENVIRONMENT};
        printf("sandbox: %s (%s); backend: %s\n%s%s", sandbox_way_name(s.choice.way), s.choice.seal,
               selection->profile_path, s.choice.note, s.choice.note[0] == '\0' ? "" : "\n");
        fflush(stdout);
        status = stack_run(&up, selection, &job);
        mem_free(up.folder);
        mem_free(up.name);
    }
    surroundings_release(&s);
    return status;
}

int runner_up(const struct settings *settings)
{
    int status;
    struct settings own = *settings;
    struct problems *problems = problems_new();
    if (own.paths.count == 0 && !path_is_folder(own.paths.items[0]))
        own.paths.items[0] = ".";
    struct selection *selection = runner_select(&own, problems, &status);
    if (selection != NULL)
        status = selection_up(&own, selection);
    selection_free(selection);
    problems_free(problems);
    return status;
}
