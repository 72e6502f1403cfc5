/* The life of a process that we started: its pump thread, its end, signals to its group. Starting is
 * program_spawn's, readiness process_ready's. The leader is not reaped before process_free(), so that its
 * group id cannot pass to others. */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "line_reader.h"
#include "mem.h"
#include "process_family.h"
#include "process_parts.h"
#include "program_spawn.h"

enum { STREAMS = 2, READ_BYTES = 16 * 1024, LOOK_AGAIN_MS = 5 };

static struct kept_line *kept_at(struct process *process, size_t index)
{
    return &process->kept[index % PROCESS_LAST_LINES];
}

static void line_keep(struct process *process, struct text line)
{
    struct kept_line *slot = kept_at(process, process->line_count++);
    mem_free(slot->text);
    slot->text = text_copy(text_first(line, KEPT_LINE_MAX_BYTES));
    if (!process->start_over) {
        text_put(&process->start_lines, line);
        text_put_char(&process->start_lines, '\n');
    }
}

static void stream_line(void *context, struct text line, bool continued)
{
    struct process_stream *stream = context;
    struct process *process = stream->process;
    if (process->events != NULL && process->events->line != NULL) {
        struct drive_line event = {
            .at = drive_time_now(),
            .process = process->name,
            .stream = stream->kind,
            .text = line,
            .continued = continued,
        };
        process->events->line(process->events->context, &event);
    }
    pthread_mutex_lock(&process->mutex);
    line_keep(process, line);
    if (process->output != NULL) {
        text_put(process->output, line);
        text_put_z(process->output, continued ? "" : "\n");
    }
    pthread_cond_broadcast(&process->changed);
    pthread_mutex_unlock(&process->mutex);
}

static void stream_close(struct process_stream *stream)
{
    pthread_mutex_lock(&stream->process->mutex);
    close(stream->fd);
    stream->fd = -1;
    pthread_mutex_unlock(&stream->process->mutex);
}

static void pumping_set(struct process *process, bool pumping)
{
    pthread_mutex_lock(&process->mutex);
    process->pumping = pumping;
    pthread_cond_broadcast(&process->changed);
    pthread_mutex_unlock(&process->mutex);
}

/* Reads what is there; closes the stream at its end. */
static void stream_read(struct process_stream *stream)
{
    char bytes[READ_BYTES];
    ssize_t got = read(stream->fd, bytes, sizeof bytes);
    if (got > 0) {
        line_reader_feed(&stream->lines, text_span(bytes, (size_t)got));
        return;
    }
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    line_reader_end(&stream->lines);
    stream_close(stream);
}

static struct drive_exit end_of(const struct process *process, const siginfo_t *info)
{
    bool exited = info->si_code == CLD_EXITED;
    return (struct drive_exit){
        .at = drive_time_now(),
        .process = process->name,
        .pid = process->pid,
        .status = exited ? info->si_status : -1,
        .signal = exited ? 0 : info->si_status,
    };
}

static void end_report(struct process *process, struct drive_exit *end)
{
    pthread_mutex_lock(&process->mutex);
    end->requested = process->stop_requested;
    pthread_mutex_unlock(&process->mutex);
    if (process->events != NULL && process->events->exited != NULL)
        process->events->exited(process->events->context, end);
    pthread_mutex_lock(&process->mutex);
    process->end = *end;
    process->ended = true;
    pthread_cond_broadcast(&process->changed);
    pthread_mutex_unlock(&process->mutex);
}

/* Polls the streams, and the process while it lives; false when `timeout_ms` passed in silence. */
static bool pump_once(struct process *process, bool lives, int timeout_ms, bool *ret_ended)
{
    struct pollfd waits[STREAMS + 1];
    for (int i = 0; i < STREAMS; i++)
        waits[i] = (struct pollfd){.fd = process->streams[i].fd, .events = POLLIN};
    waits[STREAMS] = (struct pollfd){.fd = lives ? process->pidfd : -1, .events = POLLIN};
    int ready = poll(waits, STREAMS + 1, timeout_ms);
    if (ready <= 0)
        return ready < 0 && errno == EINTR;
    pumping_set(process, true);
    for (int i = 0; i < STREAMS; i++)
        if (waits[i].revents != 0)
            stream_read(&process->streams[i]);
    pumping_set(process, false);
    *ret_ended = waits[STREAMS].revents != 0;
    return true;
}

static bool streams_open(const struct process *process)
{
    return process->streams[0].fd >= 0 || process->streams[1].fd >= 0;
}

static void *pump_run(void *context)
{
    struct process *process = context;
    bool ended = false;
    while (!ended)
        pump_once(process, true, -1, &ended);
    siginfo_t info = {0};
    waitid(P_PID, (id_t)process->pid, &info, WEXITED | WNOWAIT);
    struct drive_exit end = end_of(process, &info);
    int64_t until_us = clock_real_mono_us() + PROCESS_DRAIN_MS * 1000;
    while (streams_open(process) && clock_real_mono_us() < until_us)
        if (!pump_once(process, false, PROCESS_DRAIN_MS, &ended))
            break;
    for (int i = 0; i < STREAMS; i++)
        if (process->streams[i].fd >= 0) {
            line_reader_end(&process->streams[i].lines);
            stream_close(&process->streams[i]);
        }
    end_report(process, &end);
    return NULL;
}

static void stream_init(struct process *process, int index, int fd)
{
    struct process_stream *stream = &process->streams[index];
    *stream = (struct process_stream){.process = process, .fd = fd};
    stream->kind = index == 0 ? DRIVE_STDOUT : DRIVE_STDERR;
    line_reader_init(&stream->lines, PROCESS_LINE_MAX_BYTES, stream_line, stream);
}

static struct process *process_new(const struct process_options *options, pid_t pid, const int fds[STREAMS],
                                   struct text_buf *output)
{
    struct process *process = mem_new(sizeof *process);
    process->name = mem_string(options->name);
    process->cwd = mem_string(options->cwd);
    process->events = options->events;
    process->stop_signal = options->stop_signal != 0 ? options->stop_signal : SIGTERM;
    process->pid = pid;
    process->pidfd = pidfd_open(pid, 0);
    process->output = output;
    REQUIRE(process->pidfd >= 0);
    pthread_mutex_init(&process->mutex, NULL);
    clock_cond_init(&process->changed);
    text_buf_init(&process->start_lines, START_LINES_MAX_BYTES);
    for (int i = 0; i < STREAMS; i++)
        stream_init(process, i, fds[i]);
    REQUIRE(pthread_create(&process->pump, NULL, pump_run, process) == 0);
    return process;
}

struct process *process_start_into(const struct process_options *options, struct text_buf *output,
                                   struct fail *why)
{
    int out[2], err[2];
    if (pipe2(out, O_CLOEXEC) != 0) {
        fail_set(why, "cannot make a pipe: %s", strerror(errno));
        return NULL;
    }
    if (pipe2(err, O_CLOEXEC) != 0) {
        fail_set(why, "cannot make a pipe: %s", strerror(errno));
        close(out[0]);
        close(out[1]);
        return NULL;
    }
    pid_t pid;
    bool started = program_spawn(options, out[1], err[1], &pid, why);
    close(out[1]);
    close(err[1]);
    if (started)
        return process_new(options, pid, (const int[STREAMS]){out[0], err[0]}, output);
    close(out[0]);
    close(err[0]);
    return NULL;
}

struct process *process_start(const struct process_options *options, struct fail *why)
{
    return process_start_into(options, NULL, why);
}

void process_free(struct process *process)
{
    if (process == NULL)
        return;
    process_kill(process);
    pthread_join(process->pump, NULL);
    waitpid(process->pid, NULL, 0);
    close(process->pidfd);
    for (int i = 0; i < STREAMS; i++)
        line_reader_release(&process->streams[i].lines);
    for (size_t i = 0; i < PROCESS_LAST_LINES; i++)
        mem_free(process->kept[i].text);
    text_buf_release(&process->start_lines);
    pthread_cond_destroy(&process->changed);
    pthread_mutex_destroy(&process->mutex);
    mem_free(process->name);
    mem_free(process->cwd);
    mem_free(process);
}

pid_t process_pid(const struct process *process)
{
    return process->pid;
}

const char *process_name(const struct process *process)
{
    return process->name;
}

bool process_is_running(struct process *process)
{
    siginfo_t info = {0};
    return waitid(P_PID, (id_t)process->pid, &info, WEXITED | WNOWAIT | WNOHANG) == 0 && info.si_pid == 0;
}

/* Nothing that was written is unread or untold. The mutex is held. */
static bool is_drained(const struct process *process)
{
    for (int i = 0; i < STREAMS && !process->ended; i++) {
        int waiting = 0, fd = process->streams[i].fd;
        if (fd >= 0 && ioctl(fd, FIONREAD, &waiting) == 0 && waiting > 0)
            return false;
    }
    return process->ended || !process->pumping;
}

bool process_catch_up(struct process *process, int64_t within_real_ms)
{
    int64_t until_us = clock_real_mono_us() + within_real_ms * 1000;
    pthread_mutex_lock(&process->mutex);
    bool drained = is_drained(process);
    while (!drained && clock_real_mono_us() < until_us) {
        /* the pump may not have woken yet */
        clock_cond_wait_real(&process->changed, &process->mutex, clock_real_mono_us() + LOOK_AGAIN_MS * 1000);
        drained = is_drained(process);
    }
    pthread_mutex_unlock(&process->mutex);
    return drained;
}

bool process_wait_exit(struct process *process, int64_t until_mono_ms, struct drive_exit *ret_end)
{
    pthread_mutex_lock(&process->mutex);
    while (!process->ended && clock_cond_wait(&process->changed, &process->mutex, until_mono_ms))
        ;
    bool ended = process->ended;
    if (ended && ret_end != NULL)
        *ret_end = process->end;
    pthread_mutex_unlock(&process->mutex);
    return ended;
}

static void stop_request(struct process *process)
{
    pthread_mutex_lock(&process->mutex);
    process->stop_requested = true;
    pthread_mutex_unlock(&process->mutex);
}

static void family_end(struct process *process)
{
    family_kill(process->pid);
    process_wait_exit(process, CLOCK_NEVER, NULL);
}

void process_stop(struct process *process, int64_t grace_ms)
{
    stop_request(process);
    kill(-process->pid, process->stop_signal);
    family_signal(process->pid, SIGCONT); /* a paused one could not hear it */
    process_wait_exit(process, clock_mono_ms() + grace_ms, NULL);
    family_end(process);
}

void process_kill(struct process *process)
{
    stop_request(process);
    family_end(process);
}

void process_pause(struct process *process)
{
    family_signal(process->pid, SIGSTOP);
}

void process_resume(struct process *process)
{
    family_signal(process->pid, SIGCONT);
}

void process_put_last_lines(struct process *process, struct text_buf *out)
{
    pthread_mutex_lock(&process->mutex);
    size_t count = process->line_count < PROCESS_LAST_LINES ? process->line_count : PROCESS_LAST_LINES;
    for (size_t i = process->line_count - count; i < process->line_count; i++) {
        text_put_z(out, kept_at(process, i)->text);
        text_put_char(out, '\n');
    }
    pthread_mutex_unlock(&process->mutex);
}
