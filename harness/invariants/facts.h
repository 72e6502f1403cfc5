/* facts: a history arranged for the judges: requests with their answers, provider calls and messages in the
 * order in which they happened, each put down to the send request that led to it.
 *
 *     struct facts facts;
 *     facts_init(&facts, history, policy);
 *     for (size_t i = 0; i < facts.call_count; i++) ...
 *     facts_release(&facts);
 *
 * Waves. A provider call does not say which request of the client led to it. A wave is a send request for a
 * number together with those that overlap it in time; it lasts until the next one begins. A call belongs to
 * the wave during which it was made; but where a resend brings a new code, a call that carries a code belongs
 * to the wave in which that code first appeared (a backend may go on trying for an older request). Within a
 * wave an *occasion* is one code, or the calls without a code. An occasion is one send (`one_send`) when its
 * wave has a single request, or when each request has a code of its own; where it is not, requests cannot be
 * told apart, and judges leave it alone or allow for all of them.
 *
 * Times are real microseconds since the start, `_ms` ones virtual. Texts and lines are borrowed from the
 * history, which outlives the facts. Linear or n log n in the history's length. Pure. */
#ifndef FACTS_H
#define FACTS_H

#include "invariants.h"

enum fact_does { FACT_SENDS, FACT_VERIFIES, FACT_OTHER };

struct fact_request {
    const struct history_line *line;
    const struct history_line *answer; /* NULL: none was noted */
    enum fact_does does;
    struct text phone, purpose, code, channel, verdict; /* TEXT_NONE where not known */
    int64_t began_us, ended_us;                         /* ended_us INT64_MAX without an answer */
};

/* A create call at the provider, or a message that it accepted. */
struct fact_send {
    const struct history_line *line;
    struct text to, channel, code; /* code: the one-time code it carries, TEXT_NONE when not known */
    int64_t at_us;
    int wave;     /* index, -1: no send request came before it */
    int occasion; /* index, -1 likewise */
};

struct fact_wave {
    struct text phone;
    int64_t began_us, ended_us;
    int sends; /* requests in it that were not answered `limited` */
    bool channel_asked;
};

struct fact_occasion {
    int wave;
    struct text code;
    bool one_send;
};

struct facts {
    const struct invariant_policy *policy;
    const struct history_line **lines; /* in order */
    size_t line_count;
    struct fact_request *requests; /* by began_us */
    size_t request_count;
    struct fact_send *calls; /* create calls, by occasion, then by time */
    size_t call_count;
    struct fact_send *messages; /* accepted, by occasion, then by time */
    size_t message_count;
    struct fact_wave *waves; /* by phone, then by time */
    size_t wave_count;
    struct fact_occasion *occasions;
    size_t occasion_count;
};

void facts_init(struct facts *facts, const struct history *history, const struct invariant_policy *policy);
void facts_release(struct facts *facts);

/* The verify requests, sorted by phone, purpose, code, ended_us. New array; entries borrowed. */
const struct fact_request **facts_verifies(const struct facts *facts, size_t *ret_count);

/* True when a message with that code went to that number within [from_us, to_us]. */
bool facts_code_was_sent(const struct facts *facts, struct text phone, struct text code, int64_t from_us,
                         int64_t to_us);

/* The run of digits in `text` that is exactly `length` long and has no digit beside it, the first one;
 * TEXT_NONE when there is none or length is 0. */
struct text facts_code_in(struct text text, int length);

#endif
