/* Waiting until a process can be used: a line, a port, an HTTP answer. Each is looked at again when a line
 * comes, and at short intervals for what makes no noise. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "http_client.h"
#include "mem.h"
#include "process_parts.h"

enum {
    WITHIN_DEFAULT_MS = 10000,
    LOOK_FIRST_MS = 2,
    LOOK_MAX_MS = 50,
    HTTP_TRY_MS = 2000,
    HTTP_SAID_BYTES = 160
};

/* What has held already need not be looked at again. */
struct progress {
    size_t matched_to; /* bytes of start_lines that were looked at */
    bool matched, port, http;
    char http_said[HTTP_SAID_BYTES]; /* what the last look got */
};

static bool connects(int family, int port)
{
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    v6.sin6_addr = in6addr_loopback;
    struct timeval limit = {.tv_sec = 1}; /* a full backlog answers nothing */
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    bool open = family == AF_INET ? connect(fd, (struct sockaddr *)&v4, sizeof v4) == 0
                                  : connect(fd, (struct sockaddr *)&v6, sizeof v6) == 0;
    close(fd);
    return open;
}

static bool http_answers(const struct process_ready *ready, char said[HTTP_SAID_BYTES])
{
    char url[1024];
    snprintf(url, sizeof url, "http://localhost:%d%s", ready->http_port, ready->http_path);
    struct http_client *client = http_client_new(NULL);
    struct http_call call = {.url = url, .within_ms = HTTP_TRY_MS};
    struct http_result result;
    bool answered = http_client_run(client, &call, &result);
    bool right = ready->http_status == 0 ? result.status / 100 == 2 : result.status == ready->http_status;
    if (answered)
        snprintf(said, HTTP_SAID_BYTES, "status %d", result.status);
    else
        snprintf(said, HTTP_SAID_BYTES, "%.*s", HTTP_SAID_BYTES - 1, result.error_text);
    http_result_release(&result);
    http_client_free(client);
    return answered && right;
}

/* Looks at the lines that came since; the process is locked by the caller for the copy only. */
static bool lines_match(struct process *process, const struct process_ready *ready, struct progress *progress)
{
    pthread_mutex_lock(&process->mutex);
    struct text fresh = text_from(text_buf_view(&process->start_lines), progress->matched_to);
    char *copy = text_copy(fresh);
    size_t len = fresh.len;
    pthread_mutex_unlock(&process->mutex);
    progress->matched_to += len;
    struct text rest = text_span(copy, len);
    struct text line;
    bool found = false;
    while (!found && text_split(&rest, '\n', &line))
        found = line.at != NULL && ready->matches(ready->matches_context, line);
    mem_free(copy);
    return found;
}

static bool is_ready(struct process *process, const struct process_ready *ready, struct progress *progress)
{
    progress->matched = progress->matched || ready->matches == NULL || lines_match(process, ready, progress);
    progress->port = progress->port || ready->port == 0 || connects(AF_INET, ready->port) ||
                     connects(AF_INET6, ready->port);
    if (!progress->matched || !progress->port)
        return false;
    progress->http = progress->http || ready->http_path == NULL || http_answers(ready, progress->http_said);
    return progress->http;
}

/* Waits for a line, the end, or the moment to look again; true when the process has ended. */
static bool wait_for_change(struct process *process, size_t seen_lines, int64_t until_mono_ms)
{
    pthread_mutex_lock(&process->mutex);
    while (!process->ended && process->line_count == seen_lines &&
           clock_cond_wait(&process->changed, &process->mutex, until_mono_ms))
        ;
    bool ended = process->ended;
    pthread_mutex_unlock(&process->mutex);
    return ended;
}

static size_t lines_seen(struct process *process)
{
    pthread_mutex_lock(&process->mutex);
    size_t count = process->line_count;
    pthread_mutex_unlock(&process->mutex);
    return count;
}

static void start_over(struct process *process)
{
    pthread_mutex_lock(&process->mutex);
    process->start_over = true;
    text_buf_release(&process->start_lines);
    text_buf_init(&process->start_lines, START_LINES_MAX_BYTES);
    pthread_mutex_unlock(&process->mutex);
}

static bool fail_with_lines(struct process *process, struct fail *why, const char *what)
{
    struct text_buf all;
    text_buf_init(&all, (size_t)PROCESS_LAST_LINES * (KEPT_LINE_MAX_BYTES + 1));
    process_put_last_lines(process, &all);
    struct text last = text_buf_view(&all);
    size_t room = sizeof why->text - strlen(what) - sizeof ": it said nothing";
    if (last.len > room)
        last = text_from(last, last.len - room);
    fail_set(why, last.len > 0 ? "%s:\n%.*s" : "%s: it said nothing%.*s", what, TEXT_ARGS(last));
    text_buf_release(&all);
    return false;
}

static bool fail_ended(struct process *process, struct fail *why)
{
    struct drive_exit end;
    process_wait_exit(process, CLOCK_NEVER, &end);
    char what[256];
    if (end.signal != 0)
        snprintf(what, sizeof what, "%s was ended by signal %d before it was ready", process->name,
                 end.signal);
    else
        snprintf(what, sizeof what, "%s ended with status %d before it was ready%s", process->name,
                 end.status, end.status == 0 ? " (it must stay in the foreground)" : "");
    return fail_with_lines(process, why, what);
}

static bool fail_late(struct process *process, const struct process_ready *ready, int64_t within_ms,
                      const struct progress *progress, struct fail *why)
{
    char what[512], missing[400] = "no line matched";
    if (progress->matched && !progress->port)
        snprintf(missing, sizeof missing, "nobody listens on port %d", ready->port);
    else if (progress->matched)
        snprintf(missing, sizeof missing, "GET http://localhost:%d%.120s: %s", ready->http_port,
                 ready->http_path, progress->http_said);
    snprintf(what, sizeof what, "%s was not ready within %lld ms (%s)", process->name, (long long)within_ms,
             missing);
    return fail_with_lines(process, why, what);
}

bool process_wait_ready(struct process *process, const struct process_ready *ready, struct fail *why)
{
    int64_t within_ms = ready->within_ms > 0 ? ready->within_ms : WITHIN_DEFAULT_MS;
    int64_t until = clock_mono_ms() + within_ms;
    int64_t pause_ms = LOOK_FIRST_MS;
    struct progress progress = {0};
    for (;;) {
        size_t seen = lines_seen(process);
        bool running = process_is_running(process);
        bool done = is_ready(process, ready, &progress);
        int64_t now = clock_mono_ms();
        if (!running)
            return fail_ended(process, why);
        if (done) {
            start_over(process);
            return true;
        }
        if (now >= until)
            return fail_late(process, ready, within_ms, &progress, why);
        wait_for_change(process, seen, now + pause_ms < until ? now + pause_ms : until);
        pause_ms = pause_ms * 2 < LOOK_MAX_MS ? pause_ms * 2 : LOOK_MAX_MS;
    }
}
