/* world: what a running scenario has at hand. The runner fills it; steps act on it.
 *
 *     struct world world = {.profile = profile, .scenario = scenario, .history = history, …};
 *     world_init(&world);
 *     bool fine = steps_take(&turn, &scenario->steps, "steps");
 *     world_release(&world);
 *
 * Everything is borrowed but what world_init() makes. Steps of `parallel` share it: its parts are
 * thread-safe. */
#ifndef WORLD_H
#define WORLD_H

#include <pthread.h>

#include "cast.h"
#include "event_pump.h"
#include "findings.h"
#include "history.h"
#include "planned_faults.h"
#include "profile.h"
#include "scenario.h"
#include "simulator.h"
#include "stage.h"
#include "timekeeper.h"

/* How long a step waits when it does not say (`within`). */
enum { WORLD_WITHIN_MS = 10000 };

struct world {
    const struct profile *profile;
    const struct scenario *scenario;
    const char *base_url;        /* of the backend, without a slash at its end */
    struct variables *variables; /* of the scenario */
    struct history *history;
    struct stage *stage; /* NULL: the backend runs by itself (--url) */
    struct simulator *simulator;
    struct event_pump *pump;
    struct cast *cast;
    const struct pattern *code; /* or NULL */
    struct timekeeper *clock;   /* NULL: everything is on the real clock */
    int64_t started_mono_ms;    /* the history's start */
    int64_t until_real_us;      /* the scenario's time limit, on the real clock */
    /* --url: the first send must reach the simulator; once it has, or the world is lost, this is over */
    bool prove_reach;
    bool is_lost; /* it did not: `lost` says so */
    struct fail lost;

    /* world_init() */
    struct planned_faults *faults;
    pthread_mutex_t stage_mutex; /* steps of `parallel` move processes one at a time */
    pthread_mutex_t mutex;
    unsigned last_request; /* requests get ids q1, q2, … */
};

void world_init(struct world *world);
void world_release(struct world *world);

/* The id of a new request. */
void world_request_id(struct world *world, char out[16]);

/* All events that the simulator and all lines that the backend has written by now are in the history when it
 * returns. */
bool world_catch_up(struct world *world, struct fail *why);
/* On a virtual clock: waits until everything is at rest; no time passes. False when the time limit came
 * first. */
bool world_rest(struct world *world, struct fail *why);
/* Waits until nothing is under way any more that the simulator knows of: calls without reply, messages
 * without an end, callbacks about to come. Bounded (WORLD_SETTLE_MS); what goes on longer is left to the
 * scenario's own `advance`. */
enum { WORLD_SETTLE_MS = 2000, WORLD_QUIET_MS = 60, WORLD_STALE_MS = 500 };
bool world_settle(struct world *world, struct fail *why);
/* clock_mono_ms() + ms; on the real clock the time limit when that comes first. On a virtual clock the limit
 * is whoever moves it's own (timekeeper_set_patience): a wait does not end by it. */
int64_t world_deadline(const struct world *world, int64_t ms);
/* The scenario's time limit is over. */
bool world_is_late(const struct world *world);

#endif
