/* `parallel`: every branch, as often as its `times` says, on a thread of its own; their requests are held at
 * a barrier on connections opened beforehand, and released together. */
#include "turn.h"

#include <stdio.h>

#include "expectation.h"
#include "http_client.h"
#include "mem.h"

/* One step of the list; `times` makes several instances of it. */
struct branch {
    const struct step *step;
    struct turn turn;
    char path[STEP_PATH_BYTES];
    char label[STEP_LABEL_BYTES];
    int64_t times;
    struct tally tally;
};

struct instance {
    struct branch *branch;
    struct ticket ticket;
    pthread_t thread;
    bool started, fine;
};

static bool branch_prepare(const struct turn *turn, const struct step *step, size_t index,
                           struct branch *branch, struct fail *why)
{
    branch->step = step;
    branch->turn = *turn;
    snprintf(branch->path, sizeof branch->path, "%s.parallel[%zu]", turn->path, index);
    step_label(step, branch->path, branch->label);
    branch->turn.path = branch->path;
    branch->turn.label = branch->label;
    tally_init(&branch->tally, turn->tally);
    branch->turn.tally = &branch->tally;
    branch->turn.lenient = turn->lenient || expectation_counts(step->expect);
    return step_times(turn, step, &branch->times, why);
}

static bool branch_judge(struct branch *branch)
{
    struct expectation expectation = {.expect = branch->step->expect,
                                      .answers = &branch->turn.world->profile->answers,
                                      .variables = branch->turn.variables,
                                      .findings = branch->turn.findings,
                                      .at = branch->step->verb_at,
                                      .step = branch->label};
    return expectation_judge_counts(&expectation, branch->tally.statuses, branch->tally.count);
}

/* An instance that fails early must pass the barrier all the same: the others wait for it. */
static void *instance_run(void *context)
{
    struct instance *instance = context;
    struct turn turn = instance->branch->turn;
    turn.ticket = &instance->ticket;
    instance->fine = step_take_once(&turn, instance->branch->step);
    ticket_pass(&instance->ticket);
    return NULL;
}

static bool instances_run(struct instance *instances, size_t count)
{
    pthread_barrier_t barrier;
    pthread_barrier_init(&barrier, NULL, (unsigned)count);
    for (size_t i = 0; i < count; i++) {
        instances[i].ticket = (struct ticket){&barrier, false};
        instances[i].started = pthread_create(&instances[i].thread, NULL, instance_run, &instances[i]) == 0;
        REQUIRE(instances[i].started); /* at most HTTP_TOGETHER_MAX; the others would wait for ever */
    }
    bool fine = true;
    for (size_t i = 0; i < count; i++) {
        pthread_join(instances[i].thread, NULL);
        fine = instances[i].fine && fine;
    }
    pthread_barrier_destroy(&barrier);
    return fine;
}

static bool instances_make(struct branch *branches, size_t branch_count, struct instance *instances,
                           size_t *ret_count, struct fail *why)
{
    *ret_count = 0;
    for (size_t i = 0; i < branch_count; i++) {
        for (int64_t k = 0; k < branches[i].times; k++) {
            if (*ret_count == HTTP_TOGETHER_MAX)
                return fail_set(why, "more than %d requests at once", HTTP_TOGETHER_MAX);
            instances[(*ret_count)++] = (struct instance){.branch = &branches[i]};
        }
    }
    return true;
}

static bool branches_run(struct branch *branches, size_t branch_count, struct fail *why)
{
    size_t count;
    struct instance *instances = mem_new_array(HTTP_TOGETHER_MAX, sizeof *instances);
    bool fine = instances_make(branches, branch_count, instances, &count, why) &&
                (count == 0 || instances_run(instances, count));
    for (size_t i = 0; i < branch_count && fine; i++)
        fine = branch_judge(&branches[i]);
    mem_free(instances);
    return fine;
}

static enum step_outcome take(const struct turn *turn, const struct step *step, struct answer *answer)
{
    (void)answer;
    struct fail why = {0};
    size_t count = step->parallel->count;
    struct branch *branches = mem_new_array(count + 1, sizeof *branches);
    bool fine = true;
    ticket_pass(turn->ticket);
    for (size_t i = 0; i < count; i++)
        fine = branch_prepare(turn, &step->parallel->items[i], i, &branches[i], &why) && fine;
    fine = fine && branches_run(branches, count, &why);
    for (size_t i = 0; i < count; i++)
        tally_release(&branches[i].tally);
    mem_free(branches);
    if (why.set)
        turn_fail(turn, step, &why);
    return fine ? STEP_DONE : STEP_FAILED;
}

const struct step_row step_parallel = {VERB_PARALLEL, take, true};
