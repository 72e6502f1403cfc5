/* Makes the page, tells processes of it, and moves it at the edges of a scenario. When which deadline counts
 * is the timekeeper's knowledge. */
#include "rig_clock.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "mem.h"
#include "preload_way.h"
#include "rig_census.h"
#include "stage.h"

/* A scenario begins LEAD_MS before noon. What starts takes real time; then time stands still at the next
 * whole second, and the wall clock is set to the next whole LEAD_MS: noon, unless that took longer. Only the
 * wall clock goes that far: ten idle seconds would make garbage collectors run. */
enum {
    LEAD_MS = 10000,
    ROUND_MS = 1000,
    DAY_MS = 24 * 60 * 60 * 1000,
    NOON_MS = 12 * 60 * 60 * 1000,
    NS_PER_MS = 1000000,
    PATH_BYTES = 4096
};

#define OWN_PARTY "harness"

static void jumped(void *context, const struct timekeeper_jump *jump)
{
    struct rig *rig = context;
    narrator_note_jump(rig->plan.narrator, jump->from_mono_ms, jump->to_mono_ms, jump->party, jump->process,
                       NULL);
}

/* The last noon that has not come yet is a day away at most: what is dated by the machine (files) stays near.
 */
static int64_t next_lead_wall_ms(int64_t wall_ms)
{
    int64_t lead_ms = clock_day_start(wall_ms) + NOON_MS - LEAD_MS;
    return lead_ms >= wall_ms ? lead_ms : lead_ms + DAY_MS;
}

static int64_t start_wall_ms(const struct rig *rig)
{
    int64_t now_ms = clock_real_wall_ms();
    return rig->plan.begins_now ? now_ms : clock_day_start(now_ms) + NOON_MS - LEAD_MS;
}

static bool open(struct rig *rig, struct fail *why)
{
    char path[PATH_BYTES], library[PATH_MAX];
    snprintf(path, sizeof path, "%s/clock", workspace_scratch(rig->workspace));
    if (!preload_library_find(library, why))
        return false;
    rig->library = mem_string(library);
    struct timekeeper_options options = {.path = path,
                                         .wall_ms = start_wall_ms(rig),
                                         .party = OWN_PARTY,
                                         .root = sandbox_fixed_ports(rig->plan.sandbox) ? 0 : getpid(),
                                         .jumped = jumped,
                                         .context = rig};
    rig->clock = timekeeper_new(&options, why);
    return rig->clock != NULL;
}

bool rig_clock_open(struct rig *rig, struct fail *why)
{
    struct text wanted = text_of(rig->plan.settings->clock);
    if (text_is(wanted, "real") || rig->plan.real_because != NULL || open(rig, &rig->no_clock))
        return true;
    if (text_is(wanted, "virtual"))
        return fail_set(why, "no virtual clock: %s", rig->no_clock.text);
    return true;
}

const char *rig_clock_real_because(const struct rig *rig)
{
    return rig->plan.real_because != NULL ? rig->plan.real_because
           : rig->no_clock.set            ? rig->no_clock.text
                                          : NULL;
}

void rig_clock_close(struct rig *rig)
{
    timekeeper_free(rig->clock);
    rig->clock = NULL;
    mem_free(rig->library);
    rig->library = NULL;
}

void rig_clock_equip_own(struct rig *rig, const char *name, enum clock_role role,
                         struct environment *environment)
{
    if (rig->clock == NULL)
        return;
    char *page = timekeeper_add_party(rig->clock, name, role);
    REQUIRE(page != NULL); /* there are fewer services than parties */
    environment_set(environment, CLOCK_PAGE_VARIABLE, page);
    mem_free(page);
}

void rig_clock_equip(struct rig *rig, const char *name, enum clock_role role, struct environment *environment)
{
    if (rig->clock == NULL)
        return;
    rig_clock_equip_own(rig, name, role, environment);
    environment_append(environment, "LD_PRELOAD", ':', rig->library);
    /* io_uring waits inside the kernel, on the real clock */
    environment_set(environment, "UV_USE_IO_URING", "0");
}

struct history_time rig_clock_begin(struct rig *rig)
{
    if (rig->clock == NULL)
        return history_now();
    rig->off_clock = (struct fail){0};
    timekeeper_run(rig->clock);
    if (!rig->plan.begins_now)
        timekeeper_move_to_wall(rig->clock, next_lead_wall_ms(clock_wall_ms()));
    struct history_time start = history_now();
    start.mono_ms += ROUND_MS - start.mono_ms % ROUND_MS;
    start.wall_ms += LEAD_MS - start.wall_ms % LEAD_MS;
    return start;
}

bool rig_clock_stand(struct rig *rig, int64_t until_real_us, struct fail *why)
{
    if (rig->clock == NULL)
        return true;
    timekeeper_stand(rig->clock, (int64_t)ROUND_MS * NS_PER_MS);
    int64_t wall_ms = clock_wall_ms();
    if (!rig->plan.begins_now)
        clock_page_set_wall_ns(timekeeper_page(rig->clock),
                               (wall_ms + (LEAD_MS - wall_ms % LEAD_MS) % LEAD_MS) * NS_PER_MS);
    timekeeper_set_patience(rig->clock, until_real_us);
    timekeeper_stuck(rig->clock, NULL);
    if (!timekeeper_settle(rig->clock, until_real_us, why))
        return false;
    return rig_census_begin(rig, &rig->off_clock) || fail_set(why, "%s", rig->off_clock.text);
}

void rig_clock_end(struct rig *rig, bool ran_commands)
{
    if (rig->clock == NULL)
        return;
    rig_census_end(rig, ran_commands, &rig->off_clock);
    timekeeper_run(rig->clock);
    timekeeper_set_skew(rig->clock, STAGE_BACKEND, 0);
    timekeeper_set_skew(rig->clock, STAGE_SIMULATOR, 0);
    for (size_t i = 0; i < rig->plan.profile->services.count; i++) {
        char *name = text_copy(rig->plan.profile->services.items[i].name);
        timekeeper_set_skew(rig->clock, name, 0);
        mem_free(name);
    }
}
