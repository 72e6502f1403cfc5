/* schedule: a message's course after its creation, on the clock, and the status callbacks on the way.
 *
 *     struct schedule *schedule = schedule_new(sim, timers, sender);
 *     schedule_start(schedule, message, &course, now);       // under the store's lock; never waits, never
 * blocks schedule_free(schedule);                               // after timers and sender are ended
 *
 * Steps that are due at once and call nobody back happen inside schedule_start() (a simulator on its own
 * delivers immediately, and a busy one must not pay for a timer). A step that comes when its message was
 * deleted, or the simulator reset, does nothing. A status never goes backwards (message_states.h); what a
 * planned fault orders instead of the usual callbacks is sent as ordered. Thread-safe. */
#ifndef SCHEDULE_H
#define SCHEDULE_H

#include "callback_sender.h"
#include "progress_rules.h"
#include "sim.h"
#include "timers.h"

struct schedule;

struct course {
    struct progress_step steps[PROGRESS_STEPS_MAX];
    size_t count;
    const struct fault_rule
        *fault; /* with has_callbacks: these are sent and no others. Borrowed during the call */
};

struct schedule *schedule_new(struct sim *sim, struct timers *timers, struct callback_sender *sender);
void schedule_free(struct schedule *schedule);

/* The store's lock is held. */
void schedule_start(struct schedule *schedule, struct message *message, const struct course *course,
                    const struct journal_stamp *now);

/* One callback made by hand (the control API): as if the message had entered `state`. */
struct forged_callback {
    enum message_state state;
    int code; /* 0 = none */
    enum callback_signature signature;
    struct text url;           /* TEXT_NONE: the message's own */
    const struct form *change; /* parameters that replace or join the usual ones; NULL = none */
};

/* The store's lock is held. *ret_id is the idempotency token. False with the reason when it cannot be sent.
 */
bool schedule_forge(struct schedule *schedule, const struct message *message,
                    const struct forged_callback *forged, char ret_id[IDS_UUID_BYTES], struct fail *why);

/* An ordinary form post on behalf of an account (an inbound message's webhook), journalled like a callback.
 * The store's lock is held. */
void schedule_post(struct schedule *schedule, struct account *account, const char *sid, struct text url,
                   struct text body);

/* What was still due when the simulator ended comes back from a store that survives: a row of TABLE_PROGRESS
 * or TABLE_CALLBACK. Steps that have become due meanwhile happen now. A callback that was under way is sent
 * anew with its idempotency token, from its first attempt: its receiver may see it twice. One whose account
 * is gone is left out. The store's lock is held. False when the row makes no sense. */
bool schedule_restore(struct schedule *schedule, const struct row *row, const struct journal_stamp *now,
                      struct fail *why);

#endif
