/* identity: who the simulator's account is: by options, by what was remembered, or by what requests bring.
 *
 *     identity_recall(options, &settings, &identity, &why)      // before the simulator is made
 *     identity_keep(&identity, sim, &why)                       // when its account and its CA are there
 *     identity_announce(&identity, sim, people)                 // after changes: what was adopted, said once
 *     identity_release(&identity);                              // after the simulator
 *
 * identity_announce() may be called on any thread, the others on one. */
#ifndef IDENTITY_H
#define IDENTITY_H

#include <stdatomic.h>
#include <stdio.h>

#include "remember.h"
#include "sim_options.h"

struct identity_watch {
    struct remember *remember;         /* NULL: nothing is kept */
    const char *ca_dir;                /* where the CA is kept; NULL: nowhere. Borrowed */
    bool fixed_number, fixed_whatsapp; /* to be kept, too */
    _Atomic bool news;                 /* an account was adopted; set it under the store's lock */
    unsigned announced;                /* accounts up to this tenant were announced; under the store's lock */
};

/* Options first, then what was remembered; what neither says is made up by the simulator. */
bool identity_recall(const struct options *options, struct settings *settings, struct identity_watch *ret,
                     struct fail *why);
/* Remembers, where that is wanted, and ends the lock that makes other starts wait. */
bool identity_keep(struct identity_watch *identity, struct sim *sim, struct fail *why);
/* Says which accounts were adopted since, never their tokens: to `people`, or to the log when that is NULL.
 * Remembers the first one, where that is wanted. Cheap when there is no news. */
void identity_announce(struct identity_watch *identity, struct sim *sim, FILE *people);
void identity_release(struct identity_watch *identity);

/* "AC12…89ab" */
void identity_put_masked(struct text_buf *out, const char *sid);

#endif
