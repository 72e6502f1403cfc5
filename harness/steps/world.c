/* The world's own knowledge: ids of requests, and waiting until the provider's side of the history is
 * complete. */
#include "world.h"

#include <stdio.h>

#include "clock.h"

void world_init(struct world *world)
{
    world->faults = planned_faults_new();
    pthread_mutex_init(&world->mutex, NULL);
    pthread_mutex_init(&world->stage_mutex, NULL);
}

void world_release(struct world *world)
{
    planned_faults_free(world->faults);
    world->faults = NULL;
    pthread_mutex_destroy(&world->mutex);
    pthread_mutex_destroy(&world->stage_mutex);
}

void world_request_id(struct world *world, char out[16])
{
    pthread_mutex_lock(&world->mutex);
    unsigned number = ++world->last_request;
    pthread_mutex_unlock(&world->mutex);
    snprintf(out, 16, "q%u", number);
}

int64_t world_deadline(const struct world *world, int64_t ms)
{
    int64_t left_ms = (world->until_real_us - clock_real_mono_us()) / 1000;
    bool limited = world->clock == NULL && left_ms < ms;
    return clock_mono_ms() + (limited ? (left_ms > 0 ? left_ms : 0) : ms);
}

bool world_is_late(const struct world *world)
{
    /* waits end at whole milliseconds, rounded down twice: one that ended by the limit may be that much early
     */
    return clock_real_mono_us() + 2000 >= world->until_real_us;
}

bool world_rest(struct world *world, struct fail *why)
{
    return world->clock == NULL || timekeeper_settle(world->clock, world->until_real_us, why);
}

bool world_catch_up(struct world *world, struct fail *why)
{
    int64_t n;
    if (!world_rest(world, why))
        return false;
    if (world->stage != NULL) {
        pthread_mutex_lock(&world->stage_mutex);
        stage_hear_backend(world->stage, WORLD_WITHIN_MS);
        pthread_mutex_unlock(&world->stage_mutex);
    }
    return simulator_last_event(world->simulator, &n, why) &&
           event_pump_reach(world->pump, n, WORLD_WITHIN_MS, why);
}

/* Something is under way: a call without reply, or a message that moved lately and is not at its end. */
static bool is_busy(const struct world *world)
{
    struct happenings seen;
    bool busy = false;
    int64_t now_ms = clock_mono_ms() - world->started_mono_ms;
    happenings_read(world->history, 0, &seen);
    for (size_t i = 0; i < seen.call_count && !busy; i++)
        busy = !seen.calls[i].ended && now_ms - seen.calls[i].end_ms < WORLD_STALE_MS;
    for (size_t i = 0; i < seen.message_count && !busy; i++)
        busy = seen.messages[i].outbound && !seen_message_is_final(&seen.messages[i]) &&
               now_ms - seen.messages[i].status_t_ms < WORLD_STALE_MS;
    happenings_release(&seen);
    return busy;
}

/* At rest nothing is under way but what waits for time. */
static bool settle_virtually(struct world *world, struct fail *why)
{
    int64_t until_ms = clock_mono_ms() + WORLD_SETTLE_MS;
    bool fine = world_catch_up(world, why);
    while (fine && is_busy(world) && clock_mono_ms() < until_ms)
        fine =
            timekeeper_advance(world->clock, clock_mono_ms() + WORLD_QUIET_MS, world->until_real_us, why) &&
            world_catch_up(world, why);
    return fine;
}

bool world_settle(struct world *world, struct fail *why)
{
    if (world->clock != NULL)
        return settle_virtually(world, why);
    int64_t until_ms = world_deadline(world, WORLD_SETTLE_MS);
    bool fine = world_catch_up(world, why);
    while (fine && clock_mono_ms() < until_ms) {
        size_t seen = history_count(world->history);
        int64_t quiet_ms = world_deadline(world, WORLD_QUIET_MS);
        bool moved = history_wait(world->history, seen, quiet_ms < until_ms ? quiet_ms : until_ms);
        if (!moved && !is_busy(world))
            break;
    }
    return fine && world_catch_up(world, why);
}
