/* Goes through timekeeper's list. What is excused: this process and its ancestors, and stores that the
 * profile lets be. */
#include "rig_census.h"

#include <unistd.h>

#include "mem.h"
#include "process_table.h"
#include "rig_services.h"
#include "stage.h"

enum { CENSUS_MAX = 1024 };

/* One look at everybody. */
struct census {
    struct rig *rig;
    struct timekeeper_process *found;
    size_t count;
    struct process_table table;
    bool has_ignored; /* a store that may be on the real clock; of a process that has ended nobody knows whose
                         it was */
};

/* This process and those that watch over it. */
static bool is_ours(const struct process_table *table, pid_t pid)
{
    for (pid_t at = getpid(), up = 0; at > 0; at = up) {
        if (at == pid)
            return true;
        up = 0;
        for (size_t i = 0; i < table->count; i++)
            up = table->rows[i].pid == at ? table->rows[i].parent : up;
    }
    return false;
}

static bool is_of(const struct process_table *table, pid_t leader, pid_t pid)
{
    pid_t *family = NULL;
    size_t count = leader > 0 ? process_table_family(table, leader, &family) : 0;
    bool found = leader > 0 && leader == pid;
    for (size_t i = 0; i < count; i++)
        found = found || family[i] == pid;
    mem_free(family);
    return found;
}

/* Of a store that the profile lets be. */
static bool is_let_be(struct rig *rig, const struct process_table *table, pid_t pid)
{
    const struct services *services = &rig->plan.profile->services;
    bool found = false;
    for (size_t i = 0; i < services->count && !found; i++)
        found = !rig_service_shares_clock(rig, &services->items[i]) &&
                is_of(table, stage_service_pid(rig->stage, services->items[i].name), pid);
    return found;
}

static void process_note(struct rig *rig, const struct timekeeper_process *process, const char *reason)
{
    json_t *fields = json_object();
    json_set(fields, "process", json_string(process->name));
    if (process->party[0] != '\0')
        json_set(fields, "party", json_string(process->party));
    json_set(fields, "clock", json_string(process->is_virtual ? "virtual" : "real"));
    if (reason[0] != '\0')
        json_set(fields, "reason", json_string(reason));
    narrator_note_clock(rig->plan.narrator, fields);
}

static bool any_is_let_be(struct rig *rig)
{
    bool any = false;
    for (size_t i = 0; i < rig->plan.profile->services.count; i++)
        any = any || !rig_service_shares_clock(rig, &rig->plan.profile->services.items[i]);
    return any;
}

static struct census census_take(struct rig *rig)
{
    struct census census = {.rig = rig, .found = mem_new_array(CENSUS_MAX, sizeof *census.found)};
    census.count = timekeeper_census(rig->clock, census.found, CENSUS_MAX);
    census.count = census.count < CENSUS_MAX ? census.count : CENSUS_MAX;
    census.has_ignored = any_is_let_be(rig);
    process_table_read(&census.table);
    return census;
}

static void census_release(struct census *census)
{
    process_table_release(&census->table);
    mem_free(census->found);
}

static void blame(const struct timekeeper_process *process, struct fail *why)
{
    fail_set(why, "%s (pid %d) would be on the real clock: %s", process->name, (int)process->pid,
             process->reason);
}

bool rig_census_begin(struct rig *rig, struct fail *why)
{
    struct census census = census_take(rig);
    for (size_t i = 0; i < census.count; i++) {
        const struct timekeeper_process *process = &census.found[i];
        if (!process_table_has(&census.table, process->pid) || is_ours(&census.table, process->pid))
            continue;
        bool let_be = !process->is_virtual && is_let_be(rig, &census.table, process->pid);
        process_note(rig, process, let_be ? "the profile says `clock: ignored`" : process->reason);
        if (!process->is_virtual && !let_be)
            blame(process, why);
    }
    census_release(&census);
    return !why->set;
}

bool rig_census_end(struct rig *rig, bool ran_commands, struct fail *why)
{
    struct census census = census_take(rig);
    for (size_t i = 0; i < census.count; i++) {
        const struct timekeeper_process *process = &census.found[i];
        bool lives = process_table_has(&census.table, process->pid);
        bool excused = is_ours(&census.table, process->pid) || is_let_be(rig, &census.table, process->pid) ||
                       (!lives && (ran_commands || census.has_ignored));
        if (process->is_virtual || excused)
            continue;
        process_note(rig, process, process->reason);
        blame(process, why);
    }
    census_release(&census);
    timekeeper_forget_dead(rig->clock);
    return !why->set;
}
