/* still_look: has every thread of a stack stopped running? Two looks prove one instant at which all slept.
 *
 *     if (still_first(look, &runner) && nothing_is_under_way() && still_again(look, &runner))
 *         ... there was an instant after the call of nothing_is_under_way() began at which nobody ran ...
 *
 * Why two. The first look reads of each thread how often and how long it was on a CPU, and after that its
 * state; the second its state, and after that the count. A thread that was asleep both times with one count
 * did not run in between, and could not have gone back to sleep without: so it slept from its first state to
 * its second. (How often is not enough: a thread shows as asleep from the moment that it means to sleep, and
 * one that is woken before it has left its CPU goes on without being given it anew. How long tells it. And
 * one that is put off its CPU in that moment waits for the next with the same count:
 * stack_thread_is_queued().) All first states were read before all second ones, so between the two looks lies
 * an instant at which all of them slept. And "all of them" is all there were: from the search for threads to
 * the end of the first look nobody was born (the youngest pid is the same, and who had it already but did not
 * show yet is searched for again, stack_threads_settle()), and after that all slept who might have borne one.
 * The second look ends with that question too, for the thread that went on and bore a child. State alone is
 * not enough (a reply may be read and sent between two reads of one file), nor are counts (a thread that
 * waits for a CPU has the count it had asleep).
 *
 * Asleep are S, T, t, Z, X and I; D is not: a disk answers by itself. One thread. */
#ifndef STILL_LOOK_H
#define STILL_LOOK_H

#include "stack_threads.h"

/* Who kept the stack from being still. */
struct still_runner {
    pid_t pid, tid;
    char name[PROC_NAME_BYTES];
    char state; /* '+': was born, '-': ended or ran between the looks */
};

bool still_first(struct stack_threads *stack, struct still_runner *ret_runner);
bool still_again(struct stack_threads *stack, struct still_runner *ret_runner);
/* That process was woken just now: looks begin with it, and are over soon while it works. */
void still_expect(struct stack_threads *stack, pid_t pid);

#endif
