/* invariants: what must hold in every run (DESIGN's list), judged on its history alone.
 *
 *     struct invariant_results results;
 *     invariants_judge(history, &policy, &results);
 *     for (int i = 0; i < INVARIANTS; i++) ... results.rows[i].verdict, .exercised, .text
 *     invariants_note(history, &results);          // a line each for those judged
 *     invariants_release(&results);
 *
 * Each is counted: `exercised` says how often the run gave it an occasion to break; zero occasions is
 * INVARIANT_NOT_EXERCISED, never held. A policy entry that is missing (0, NULL) leaves its invariants not
 * exercised. The readings are such that a sound backend is never accused: where two concurrent requests
 * cannot be told apart, the occasion is not judged. Each invariant's file says its reading. Pure but for the
 * memory of the results. */
#ifndef INVARIANTS_H
#define INVARIANTS_H

#include "history.h"

enum { INVARIANTS = 17 };

enum invariant_resend { RESEND_NOT_SAID, RESEND_NEW, RESEND_SAME };
enum invariant_unknown { UNKNOWN_NOT_SAID, UNKNOWN_LOOK_UP, UNKNOWN_RETRY, UNKNOWN_STOP };

/* The profile's `policy`. All borrowed. 0 or NULL = the entry is missing. */
struct invariant_policy {
    int code_length;
    int64_t code_lifetime_ms;
    int code_guesses;
    enum invariant_resend resend;
    int sends_limit;
    int64_t sends_per_ms;
    int retry_tries;
    const int64_t *permanent; /* codes that end the attempts on a channel */
    size_t permanent_count;
    enum invariant_unknown unknown_outcome;
    const char *const *channels; /* in the promised order */
    size_t channel_count;
};

enum invariant_verdict { INVARIANT_NOT_EXERCISED, INVARIANT_HELD, INVARIANT_BROKEN, INVARIANT_LATER };

struct invariant_result {
    int number; /* 1..17 */
    const char *title;
    enum invariant_verdict verdict;
    int64_t exercised;
    char *
        text; /* when broken: the first finding, with its line numbers, and how many more; owned. Else NULL */
};

struct invariant_results {
    struct invariant_result rows[INVARIANTS]; /* rows[i].number == i + 1 */
};

/* What the invariant says, in a sentence. */
const char *invariant_title(int number);
/* "held", "broken", "not exercised", "a later issue" */
const char *invariant_verdict_name(enum invariant_verdict verdict);

/* Fills *ret; end it with invariants_release(). */
void invariants_judge(const struct history *history, const struct invariant_policy *policy,
                      struct invariant_results *ret);
void invariants_release(struct invariant_results *results);

/* Nothing judged yet: for sums. */
void invariants_init(struct invariant_results *results);
/* Adds one run's counts and verdicts: broken beats held beats not exercised; the first text stays. */
void invariants_sum(struct invariant_results *sum, const struct invariant_results *one);

/* True when none is broken. */
bool invariants_all_hold(const struct invariant_results *results);
/* Writes a line `invariant` for each one judged. */
void invariants_note(struct history *history, const struct invariant_results *results);

/* For the pipe between processes and for reports. New; and back, false when it is no such value. */
json_t *invariants_to_json(const struct invariant_results *results);
bool invariants_from_json(const json_t *value, struct invariant_results *ret);

#endif
