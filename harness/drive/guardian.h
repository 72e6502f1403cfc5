/* guardian: the process that stands above a worker and lets nothing survive it.
 *
 *     struct guardian_plan plan = {.namespaces = true, .prepare = mount_files, .open = open_sockets,
 *                                  .work = run, .context = world};
 *     pid_t pid = guardian_start(&plan, &why);       // waitpid(pid) is the caller's
 *
 * With namespaces: the guardian enters them and its child is pid 1 there, which prepares, starts the
 * worker as pid 2 and buries orphans; when the worker ends pid 1 ends, and with it every process of the
 * namespace. Without: the guardian is a subreaper and kills what is left. When the caller is killed the
 * guardian ends in the same way (PR_SET_PDEATHSIG: so the thread that calls must live as long as its
 * process), and a `scratch` folder that the caller can no longer remove goes with it. The worker's exit
 * status is handed up; ended by signal N: 128 + N. Limit: without namespaces a guardian that is itself killed
 * with SIGKILL leaves what the worker had started. */
#ifndef GUARDIAN_H
#define GUARDIAN_H

#include <stdbool.h>
#include <sys/types.h>

#include "fail.h"

struct guardian_plan {
    bool namespaces;
    /* As pid 1, before the worker exists; NULL = nothing. Only with namespaces. */
    bool (*prepare)(void *context, struct fail *why);
    /* As the worker: first what may still fail, then the work, for good. */
    bool (*open)(void *context, struct fail *why);
    int (*work)(void *context);
    void *context; /* copied with the process */
    /* A folder of the caller's own making, absolute: removed when the caller was killed. Several guardians
     * may have the same. NULL = none. Only without namespaces. */
    const char *scratch;
};

/* The guardian's pid once `open` has succeeded; -1 with *why when any step failed: then nothing is left
 * behind. */
pid_t guardian_start(const struct guardian_plan *plan, struct fail *why);

#endif
