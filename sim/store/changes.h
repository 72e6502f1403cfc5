/* changes: what has to be written down, for a store that survives; nothing when nobody writes it down.
 *
 *     changes_message(&sim->changes, message->number);  // beside every change, under the store's lock
 *     ...
 *     sim_lock(sim);                                    // whoever writes it down, from time to time:
 *     uint64_t ticket = changes_take(sim, &rows);       // everything since the last time, as rows (row.h)
 *     sim_unlock(sim);
 *
 * A change is only noted where it happens; the rows are made of what is there when they are taken, so that a
 * message that was created, sent and delivered meanwhile costs one. What happens within one holding of the
 * lock is never torn apart. Each holding that changed something gets a ticket, counted up: when the group of
 * a ticket is written, so is everything before it. The lock guards all of it, but `ticket` may be read
 * without. */
#ifndef CHANGES_H
#define CHANGES_H

#include <stdatomic.h>

#include "account.h"
#include "journal.h"
#include "row.h"

struct sim;

struct changes {
    bool on;
    /* Called after a change, without the lock; the context is set first. */
    void (*_Atomic noted)(void *context);
    void *noted_context;
    _Atomic uint64_t ticket; /* of the newest change */

    bool touched;  /* since the lock was taken */
    bool accounts; /* some account has `unsaved` */
    bool simulator;
    struct text_buf rows; /* those that were made at once */
    uint64_t *messages;
    size_t message_count, message_room;
    struct changed_person *people;
    size_t person_count;
    struct journal_place journal_saved;
    uint64_t journal_oldest, messages_oldest;
};

void changes_release(struct changes *changes);

/* Created, changed or deleted. */
void changes_message(struct changes *changes, uint64_t number);
/* A new account, or more than the following changed: all that belongs to it is written anew. */
void changes_account(struct changes *changes, struct account *account);
/* What it sent today, and the counts of its faults. */
void changes_counts(struct changes *changes, struct account *account);
/* A person, caller ID or opt-out of this number. */
void changes_person(struct changes *changes, const struct account *account, const char *e164);
/* A row of a table that the store does not know: what happens later. */
void changes_row(struct changes *changes, const struct row *row);
/* All is forgotten; what is there afterwards is noted anew. */
void changes_reset(struct changes *changes);

/* From now on changes are noted; `all`: what is there already, too. The lock is held. */
void changes_begin(struct sim *sim, bool all);
/* Forgets what was noted: it will not be written. The lock is held. */
void changes_drop(struct changes *changes);
/* Appends the rows of everything noted and returns the ticket that they include. The lock is held. */
uint64_t changes_take(struct sim *sim, struct text_buf *out);

/* Of sim_unlock(): the holding ends; true when something changed in it. */
bool changes_end(struct sim *sim);

#endif
