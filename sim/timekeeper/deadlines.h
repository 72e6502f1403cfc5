/* deadlines: the open deadlines of a clock page, as facts for jump_rule; waking them; slots of the dead.
 *
 *     struct deadlines *open = deadlines_new(page);
 *     deadlines_sweep(open, stack);
 *     deadlines_gather(open, stack);
 *     ... jump_rule_next(open->facts, open->count, now_ns) ...
 *     deadlines_wake(open, which);
 *     deadlines_free(open);
 *
 * One thread, the owner's. */
#ifndef DEADLINES_H
#define DEADLINES_H

#include "clock_page.h"
#include "clock_slots.h"
#include "jump_rule.h"
#include "stack_threads.h"

struct deadlines {
    struct clock_page *page; /* borrowed */
    int wake_fd;
    struct jump_fact *facts; /* until the next gathering */
    size_t count, room;
    uint64_t swept;    /* the stack's `changes` at the last sweep for threads */
    int64_t *woken_ns; /* of each slot: the deadline for which it was woken */
};

struct deadlines *deadlines_new(struct clock_page *page);
void deadlines_free(struct deadlines *open);

/* True when one of the owner's is open. */
bool deadlines_owner_waits(const struct deadlines *open);
void deadlines_gather(struct deadlines *open, struct stack_threads *stack);
/* One more, without a slot: the owner lets time pass up to there. */
void deadlines_add_advance(struct deadlines *open, int64_t to_ns, uint32_t party);
/* Once for each deadline; more often does nothing. */
void deadlines_wake(struct deadlines *open, size_t which);
/* Everybody, to look at the clock again. */
void deadlines_wake_everybody(struct deadlines *open);
/* Frees the slots of processes that are no more, and of threads that ended without giving theirs back. */
void deadlines_sweep(struct deadlines *open, struct stack_threads *stack);
/* The party's name; "" when there is none of that number. */
const char *deadlines_party(const struct deadlines *open, uint32_t party);

#endif
