/* turn: taking steps, one after the other.
 *
 *     struct turn turn = {.world = world, .variables = world->variables, .findings = findings};
 *     bool fine = steps_take(&turn, &scenario->steps, "steps");
 *
 * steps_take() stops at the first step that fails; what did not hold is in `findings`. A step's verb is
 * looked up in one table (step_table.c); each verb has a file of its own. What all verbs share stands in
 * turn.c: `times`, `expect`, `save`, the lines `step` of the history. */
#ifndef TURN_H
#define TURN_H

#include <pthread.h>

#include "answer.h"
#include "world.h"

/* Statuses of answers, for `expect: { answers: … }`; every answer also counts in the outer one. Thread-safe.
 */
struct tally {
    pthread_mutex_t mutex;
    int *statuses;
    size_t count;
    struct tally *outer;
};

void tally_init(struct tally *tally, struct tally *outer);
void tally_release(struct tally *tally);
void tally_add(struct tally *tally, int status);

/* One branch's place at the barrier of `parallel`: it passes once. */
struct ticket {
    pthread_barrier_t *barrier;
    bool passed;
};

/* Waits for all others, the first time; nothing when ticket is NULL. */
void ticket_pass(struct ticket *ticket);

/* Where a step runs. */
struct turn {
    struct world *world;
    struct variables *variables; /* of the scenario, or of the action */
    struct findings *findings;
    struct tally *tally;   /* or NULL */
    struct ticket *ticket; /* or NULL */
    bool lenient;          /* answers are counted further out: without `expect` one asks for nothing */
    const char *path;      /* "steps[2]" */
    const char *label;     /* "steps[2] verify-otp" */
};

bool steps_take(const struct turn *turn, const struct steps *steps, const char *prefix);
bool step_take(const struct turn *turn, const struct step *step, const char *path);
/* Without `times` and the history's lines; turn->path and label are the step's. */
bool step_take_once(const struct turn *turn, const struct step *step);

/* `times` of a step, 1 when it was not written. */
bool step_times(const struct turn *turn, const struct step *step, int64_t *ret, struct fail *why);
/* `within` of a step, or WORLD_WITHIN_MS; never more than the scenario has left. */
bool step_within_ms(const struct turn *turn, const struct step *step, int64_t *ret, struct fail *why);
/* "steps[2] verify-otp" */
enum { STEP_PATH_BYTES = 160, STEP_LABEL_BYTES = 240 };
void step_label(const struct step *step, const char *path, char out[STEP_LABEL_BYTES]);
/* A finding at the step. Always false. */
bool turn_fail(const struct turn *turn, const struct step *step, const struct fail *why);

/* ---- verbs */
enum step_outcome {
    STEP_FAILED, /* a finding says why */
    STEP_DONE,
    STEP_ANSWERED, /* *answer is filled: `expect` and `save` follow */
};

struct step_row {
    enum verb verb;
    enum step_outcome (*take)(const struct turn *turn, const struct step *step, struct answer *answer);
    bool meets_barrier; /* it passes the barrier by itself, as late as it can */
};

const struct step_row *step_row_of(enum verb verb);

extern const struct step_row step_action, step_request, step_receive, step_reply, step_advance, step_faults,
    step_callback, step_parallel, step_repeat, step_process, step_run, step_check, step_clock;

#endif
