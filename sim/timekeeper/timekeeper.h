/* timekeeper: who moves the clock of a stack of processes.
 *
 *     struct timekeeper *tk = timekeeper_new(&options, &why);          // time runs at real speed
 *     char *clock = timekeeper_add_party(tk, "redis", CLOCK_ROLE_STORE);   // for TWILIO_SIM_CLOCK
 *     ... start the stack ...
 *     timekeeper_stand(tk, 1000000000);                                // from the next whole second on
 *     ... clock_cond_wait(...) with a step's limit: time jumps while it waits ...
 *     if (!timekeeper_advance(tk, clock_mono_ms() + 600000, guard_us, &why)) ...
 *     timekeeper_run(tk);                                              // for teardown
 *     timekeeper_free(tk);
 *
 * While time stands it moves only by jumps, and only when all of this holds: a wait of this process is open
 * (a slot whose party has the role CLOCK_ROLE_OWNER, or an advance), the whole stack is at rest
 * (still_look.h, loopback_pairs.h), and nothing is due that was not woken. Where to is jump_rule.h's. Who is
 * due is then woken in one fixed order, with a rest between one and the next; this process's own waits last.
 *
 * One thread, the owner, does all of it; while nobody here waits it sleeps and uses no CPU. The process joins
 * the page by clock_member: from timekeeper_new() to timekeeper_free() its clock.h is the page's.
 *
 * Limits. What waits in real time for anything but loopback TCP (a process on the real clock, a datagram
 * behind a busy softirq, a kernel timer) is not known to be under way. `until_real_us` is a moment of
 * clock_real_mono_us(), a guard and nothing else; CLOCK_NEVER is allowed. Thread-safe, but timekeeper_free().
 */
#ifndef TIMEKEEPER_H
#define TIMEKEEPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "clock_page.h"
#include "fail.h"
#include "text.h"

struct timekeeper;

/* For whom time jumped: the party and the process of the deadline. Borrowed during the call. */
struct timekeeper_jump {
    int64_t from_mono_ms, to_mono_ms;
    const char *party;
    const char *process;
};

struct timekeeper_options {
    const char *path;  /* of the page; made here, removed by timekeeper_free() */
    int64_t wall_ms;   /* virtual wall time at the start */
    const char *party; /* ours */
    /* Our own waits are like anybody's and do not let time pass: only timekeeper_advance() and
     * timekeeper_move_to_wall() do. For a simulator whose clock is moved by hand. */
    bool by_hand;
    pid_t root; /* the stack is this process and its descendants; 0: every process that /proc shows. Whoever
                   has a slot on the page and this process belong to it in any case */
    /* Called on the owner's thread after time was moved and before anybody is woken; may be NULL. It must not
     * call the timekeeper, nor wait for a thread that may. */
    void (*jumped)(void *context, const struct timekeeper_jump *jump);
    void *context;
};

/* NULL with the reason. Monotonic time starts not before the real one, at as whole a moment of a UTC day as
 * wall time: both are round together. */
struct timekeeper *timekeeper_new(const struct timekeeper_options *options, struct fail *why);
/* Time runs again, everybody is woken, the process leaves the page. Open waits and advances of other threads
 * must be over. The page stays mapped, since threads may still look at it. NULL is allowed. */
void timekeeper_free(struct timekeeper *tk);

/* Borrowed; stays mapped. */
struct clock_page *timekeeper_page(struct timekeeper *tk);
/* The value of CLOCK_PAGE_VARIABLE for that party's processes, "PATH:N": a new C string; NULL when there are
 * CLOCK_PARTIES_MAX already. A party of that name keeps its role. */
char *timekeeper_add_party(struct timekeeper *tk, const char *name, enum clock_role role);

/* ---- how time goes; each wakes everybody, to look at the clock again */

void timekeeper_run(struct timekeeper *tk);
/* Time stands still from the next moment on that is a whole multiple of align_ns (which divides a day) on the
 * wall and the monotonic clock; 1 for now. */
void timekeeper_stand(struct timekeeper *tk, int64_t align_ns);
/* Jumps forward to that wall moment at once, over everything between; a moment that is past changes nothing.
 */
void timekeeper_move_to_wall(struct timekeeper *tk, int64_t wall_ms);
/* What that party's wall clock shows more than everybody's. False when there is no such party. */
bool timekeeper_set_skew(struct timekeeper *tk, const char *party, int64_t skew_ms);

/* ---- waiting for the stack */

/* Until the stack is at rest and nothing is due, without moving time; false with the reason at the guard. */
bool timekeeper_settle(struct timekeeper *tk, int64_t until_real_us, struct fail *why);
/* Lets time pass to that moment, from deadline to deadline, then waits for rest. False with the reason when
 * time does not stand still, or at the guard; time is then where it had come to. */
bool timekeeper_advance(struct timekeeper *tk, int64_t to_mono_ms, int64_t until_real_us, struct fail *why);
/* When the stack has not come to rest by then although a wait is open, the wait is ended by a jump to its
 * deadline, and every later one too, until this is called again; timekeeper_stuck() has the reason. */
void timekeeper_set_patience(struct timekeeper *tk, int64_t until_real_us);

/* ---- what happened */

/* How often time jumped since timekeeper_new(). */
uint64_t timekeeper_jump_count(struct timekeeper *tk);
/* True when, since the last call, a wait of this process was ended because nothing could make progress any
 * more, or for want of patience: appends the reason in one line, and then the table of who waited for what
 * as it was at that moment. `ret_why` may be NULL: only forgets. */
bool timekeeper_stuck(struct timekeeper *tk, struct text_buf *ret_why);
/* Appends one line for each thread and timer that waits: party, process, what it waits for, until when. */
void timekeeper_waiters(struct timekeeper *tk, struct text_buf *out);

enum { TIMEKEEPER_NAME_BYTES = 32 };

/* On which clock a process is. */
struct timekeeper_process {
    pid_t pid;
    char name[TIMEKEEPER_NAME_BYTES];
    char party[TIMEKEEPER_NAME_BYTES]; /* "" when it never had a slot */
    bool is_virtual;
    const char *reason; /* "": virtual; else "Go", "static binary", … (clock_census.h); a literal */
};

/* Every process of the stack that was seen by a look so far, also those that have ended; how many there are
 * (no more than `room` are written). */
size_t timekeeper_census(struct timekeeper *tk, struct timekeeper_process *ret, size_t room);
/* Those that have ended are no longer in the census. */
void timekeeper_forget_dead(struct timekeeper *tk);

#endif
