/* pool: workers side by side, each given the next job when it has finished one.
 *
 *     struct pool_options options = {.rig = rig_plan, .selection = selection, .way = way, .workers = 2};
 *     options.ended = report_it;
 *     bool came_up = pool_run(&options, &why);
 *
 * A worker that dies is an error of the scenario it was running, not of the run: another one takes its place.
 * When the first POOL_NOT_BEGUN_MAX results all say that the environment did not come up, it is as if no
 * worker had come up: a backend that never gets ready is not waited for by every scenario. A scenario that
 * does not end within its time limit and POOL_GRACE_MS is ended with its worker. When a worker's surroundings
 * do not come up nothing more is started: false with *why, and the jobs that did not run are reported as
 * skipped. So it is after SIGINT, SIGTERM and SIGHUP, which end the workers first. A scenario that fails with
 * `pause` given stands there until a person lets it go; its time limit stands still, and the other workers
 * get nothing new. One thread; the caller must have no other (sandbox_start). */
#ifndef POOL_H
#define POOL_H

#include "rig.h"
#include "scenario_result.h"
#include "selection.h"

enum { POOL_GRACE_MS = 15000, POOL_DEATHS_MAX = 10, POOL_NOT_BEGUN_MAX = 3 };

struct pool_pause_stand;

struct pool_options {
    struct rig_plan rig;
    const struct selection *selection;
    enum sandbox_way way;
    const char *const *keep;  /* folders that stay visible in the sandbox */
    const char *const *hosts; /* the providers' names */
    const char *scratch;      /* each worker gets a folder of its own in it */
    bool scratch_is_ours;     /* it is to be gone in the end, even when we are killed */
    int workers;
    bool fail_fast;
    const struct pool_pause_stand *pause; /* NULL: a failing scenario does not stop the run */
    void *context;
    void (*began)(void *context, const struct job *job);
    void (*ended)(void *context, const struct scenario_result *result);
};

bool pool_run(const struct pool_options *options, struct fail *why);

#endif
