/* Between the clock's mover, which knows no timekeeper, and the timekeeper, which knows no requests. */
#include "virtual_time.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "mem.h"
#include "timekeeper.h"

enum { PROCESSES_MAX = 256, WARNED_MAX = 32, PATH_BYTES = 1024 };

struct virtual_time {
    struct timekeeper *timekeeper;
    char path[PATH_BYTES];
    char warned[WARNED_MAX][TIMEKEEPER_NAME_BYTES]; /* programs */
    size_t warned_count;
};

/* An empty file of our own, which the page then replaces. */
static bool choose_path(char path[PATH_BYTES], struct fail *why)
{
    const char *folder = getenv("TMPDIR");
    if (folder == NULL || folder[0] == '\0')
        folder = "/tmp";
    int len = snprintf(path, PATH_BYTES, "%s/twilio-sim-clock-XXXXXX", folder);
    int fd = len < PATH_BYTES ? mkstemp(path) : -1;
    if (fd < 0)
        return fail_set(why, "--virtual-time: no file for the clock in %s: %s", folder, strerror(errno));
    close(fd);
    return true;
}

struct virtual_time *virtual_time_new(struct fail *why)
{
    struct fail reason = {0};
    struct virtual_time *time = mem_new(sizeof *time);
    if (choose_path(time->path, why)) {
        time->timekeeper = timekeeper_new(&(struct timekeeper_options){.path = time->path,
                                                                       .wall_ms = clock_real_wall_ms(),
                                                                       .party = "twilio-sim",
                                                                       .by_hand = true,
                                                                       .root = getpid()},
                                          &reason);
        if (time->timekeeper != NULL)
            return time;
        fail_set(why, "--virtual-time: %s", reason.text);
        unlink(time->path);
    }
    mem_free(time);
    return NULL;
}

void virtual_time_free(struct virtual_time *time)
{
    if (time == NULL)
        return;
    timekeeper_free(time->timekeeper);
    mem_free(time);
}

static bool advance(void *context, int64_t to_mono_ms, int64_t until_real_us, struct fail *why)
{
    struct virtual_time *time = context;
    return timekeeper_advance(time->timekeeper, to_mono_ms, until_real_us, why);
}

static void freeze(void *context)
{
    struct virtual_time *time = context;
    timekeeper_stand(time->timekeeper, 1);
}

static void resume(void *context)
{
    struct virtual_time *time = context;
    timekeeper_run(time->timekeeper);
}

static uint64_t jumps(void *context)
{
    struct virtual_time *time = context;
    return timekeeper_jump_count(time->timekeeper);
}

const struct clock_moves *virtual_time_moves(struct virtual_time *time, struct clock_moves *ret)
{
    *ret = (struct clock_moves){
        .context = time, .advance = advance, .freeze = freeze, .resume = resume, .jumps = jumps};
    return ret;
}

char *virtual_time_party(struct virtual_time *time, const char *name)
{
    return timekeeper_add_party(time->timekeeper, name, CLOCK_ROLE_BACKEND);
}

static bool was_warned(const struct virtual_time *time, const char *name)
{
    for (size_t i = 0; i < time->warned_count; i++)
        if (strcmp(time->warned[i], name) == 0)
            return true;
    return false;
}

void virtual_time_warn(struct virtual_time *time, FILE *out)
{
    struct timekeeper_process *processes = mem_new_array(PROCESSES_MAX, sizeof *processes);
    size_t count = timekeeper_census(time->timekeeper, processes, PROCESSES_MAX);
    for (size_t i = 0; i < count && i < PROCESSES_MAX && time->warned_count < WARNED_MAX; i++) {
        const struct timekeeper_process *process = &processes[i];
        if (process->is_virtual || was_warned(time, process->name))
            continue;
        fprintf(out,
                "twilio-sim: %s (%d) is on the real clock: %s. Its time does not move with the others'.\n",
                process->name, (int)process->pid, process->reason);
        snprintf(time->warned[time->warned_count++], TIMEKEEPER_NAME_BYTES, "%s", process->name);
    }
    fflush(out);
    mem_free(processes);
}
