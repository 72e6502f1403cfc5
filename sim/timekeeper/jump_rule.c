/* Looks through the facts once for each question; there are hundreds at most. */
#include "jump_rule.h"

#include <string.h>

#define NONE SIZE_MAX

static bool is_owner(const struct jump_fact *fact)
{
    return fact->role == CLOCK_ROLE_OWNER;
}

bool jump_rule_is_housekeeping(const struct jump_fact *fact)
{
    return fact->length_ns <= JUMP_HOUSEKEEPING_NS && fact->alike >= 1;
}

bool jump_rule_is_passive(const struct jump_fact *fact)
{
    switch (fact->role) {
    case CLOCK_ROLE_STORE:
        return fact->owes == 0;
    case CLOCK_ROLE_BACKEND:
        return jump_rule_is_housekeeping(fact);
    case CLOCK_ROLE_SIMULATOR:
    case CLOCK_ROLE_OWNER:
        break;
    }
    return false;
}

/* The owner's earliest deadline; of two at one moment the one that waits for something. */
static size_t find_bound(const struct jump_fact *facts, size_t count)
{
    size_t best = NONE;
    for (size_t i = 0; i < count; i++) {
        if (!is_owner(&facts[i]) || facts[i].woken)
            continue;
        if (best == NONE || facts[i].due_ns < facts[best].due_ns ||
            (facts[i].due_ns == facts[best].due_ns && !facts[i].advancing && facts[best].advancing))
            best = i;
    }
    return best;
}

/* Nothing counts by itself, and the owner waits: then the loops that poll count. */
static bool loops_count(const struct jump_fact *facts, size_t count)
{
    size_t bound = find_bound(facts, count);
    if (bound == NONE || facts[bound].advancing)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!is_owner(&facts[i]) && !facts[i].woken && !jump_rule_is_passive(&facts[i]))
            return false;
    return true;
}

static bool counts(const struct jump_fact *fact, bool loops)
{
    if (fact->woken || is_owner(fact))
        return false;
    return !jump_rule_is_passive(fact) || (loops && fact->role != CLOCK_ROLE_STORE);
}

static int order(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static bool goes_before(const struct jump_fact *a, const struct jump_fact *b)
{
    int by = order(a->due_ns, b->due_ns);
    by = by != 0 ? by : order(a->party, b->party);
    by = by != 0 ? by : strcmp(a->process, b->process);
    by = by != 0 ? by : order(a->pid, b->pid);
    by = by != 0 ? by : order(a->tid, b->tid);
    by = by != 0 ? by : order(a->length_ns, b->length_ns);
    return (by != 0 ? by : order(a->slot, b->slot)) < 0;
}

static size_t find_first(const struct jump_fact *facts, size_t count, bool loops)
{
    size_t best = NONE;
    for (size_t i = 0; i < count; i++)
        if (counts(&facts[i], loops) && (best == NONE || goes_before(&facts[i], &facts[best])))
            best = i;
    return best;
}

static bool wakes_first(const struct jump_fact *fact, bool loops, int64_t now_ns)
{
    return fact->due_ns <= now_ns && !fact->woken && !is_owner(fact) && !counts(fact, loops);
}

bool jump_rule_wakes_first(const struct jump_fact *facts, size_t count, int64_t now_ns, size_t which)
{
    return wakes_first(&facts[which], loops_count(facts, count), now_ns);
}

struct jump_step jump_rule_next(const struct jump_fact *facts, size_t count, int64_t now_ns)
{
    bool loops = loops_count(facts, count);
    for (size_t i = 0; i < count; i++)
        if (wakes_first(&facts[i], loops, now_ns))
            return (struct jump_step){.kind = JUMP_WAKE_PASSIVE};
    size_t first = find_first(facts, count, loops), bound = find_bound(facts, count);
    if (first != NONE && facts[first].due_ns <= now_ns)
        return (struct jump_step){.kind = JUMP_WAKE_ONE, .which = first};
    if (bound == NONE)
        return (struct jump_step){.kind = JUMP_NOTHING};
    if (facts[bound].due_ns <= now_ns)
        return (struct jump_step){.kind = JUMP_WAKE_OWNER};
    if (first == NONE && !facts[bound].advancing)
        return (struct jump_step){.kind = JUMP_STUCK, .which = bound, .to_ns = facts[bound].due_ns};
    if (first == NONE || facts[first].due_ns > facts[bound].due_ns)
        first = bound;
    return (struct jump_step){.kind = JUMP_MOVE, .which = first, .to_ns = facts[first].due_ns};
}
