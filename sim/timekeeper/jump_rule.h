/* jump_rule: what is to be done when the whole stack is at rest: whom to wake, or where time jumps. Pure.
 *
 *     struct jump_step step = jump_rule_next(facts, count, now_ns);
 *
 * Which deadlines count, that is bound a jump:
 * - of the simulator: all (what it plans often comes again after the same few milliseconds);
 * - of the backend: all but housekeeping;
 * - of a store: all, while its process owes an answer; otherwise none (it is passive);
 * - when none of these is open and the owner waits for something to happen: the housekeeping of the backend
 *   too, for it may be a loop that polls for just that.
 * Housekeeping is a wait of at most JUMP_HOUSEKEEPING_NS that the same thread made just like that before.
 * A jump goes to the earliest deadline that counts, but never beyond the owner's earliest. Nothing that could
 * make progress, while the owner waits: stuck.
 *
 * What is due is woken before time moves on: first all that does not count, then what counts one by one (by
 * moment, party, process name, pid, thread), the owner's own last. So what happens at one instant happens in
 * one order. */
#ifndef JUMP_RULE_H
#define JUMP_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clock_page.h"

enum { JUMP_HOUSEKEEPING_NS = 250000000 };

/* An open deadline. */
struct jump_fact {
    int64_t due_ns;
    int64_t length_ns;
    enum clock_role role;
    uint32_t party;
    const char *process; /* its name; borrowed */
    int32_t pid, tid;
    uint32_t slot;
    uint32_t alike;
    uint32_t owes; /* of its process */
    bool advancing;
    bool woken; /* for this deadline already, and did not go on: something else keeps it */
};

enum jump_kind {
    JUMP_NOTHING,      /* the owner does not wait */
    JUMP_WAKE_PASSIVE, /* all for which jump_rule_wakes_first() holds */
    JUMP_WAKE_ONE,     /* `which` */
    JUMP_WAKE_OWNER,   /* every due one of the owner's */
    JUMP_MOVE,         /* time to to_ns, for `which` */
    JUMP_STUCK,        /* as JUMP_MOVE, to the owner's own deadline: nothing else can happen */
};

struct jump_step {
    enum jump_kind kind;
    size_t which; /* index of a fact */
    int64_t to_ns;
};

struct jump_step jump_rule_next(const struct jump_fact *facts, size_t count, int64_t now_ns);

bool jump_rule_is_housekeeping(const struct jump_fact *fact);
/* Does not bound a jump where other deadlines do. */
bool jump_rule_is_passive(const struct jump_fact *fact);
/* Due, not woken, and among those that JUMP_WAKE_PASSIVE is about. */
bool jump_rule_wakes_first(const struct jump_fact *facts, size_t count, int64_t now_ns, size_t which);

#endif
