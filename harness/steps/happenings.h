/* happenings: a history as lists of what the provider, the client and the backend's log saw, for checks and
 * waiting steps.
 *
 *     struct happenings seen;
 *     happenings_read(history, happenings_mark(history), &seen);
 *     for (size_t i = 0; i < seen.call_count; i++) ... seen.calls[i].to
 *     happenings_release(&seen);
 *
 * Lists are in the order in which things happened. Texts are borrowed from the history. What happened before
 * the mark is left out, but a later status of an earlier message is never taken for a message of its own. One
 * thread at a time. */
#ifndef HAPPENINGS_H
#define HAPPENINGS_H

#include "history.h"

/* One request that reached the provider. */
struct seen_call {
    int64_t n;
    struct text id, provider, operation, to, channel, from, text, code_text, sid;
    int64_t start_ms, end_ms; /* end: of its reply, or when it was noted while there is none */
    bool ended;
    int64_t status, code; /* 0 = none */
};

/* One message that was created. */
struct seen_message {
    int64_t n;
    struct text sid, provider, to, channel, from, text, code_text, status, cause;
    int64_t t_ms;        /* created */
    int64_t status_t_ms; /* its present status */
    bool outbound, delivered;
};

struct seen_callback {
    int64_t n;
    struct text id, sid, to, url, message_status, answer, error;
    int64_t status; /* 0 = no answer */
    bool forged;
};

struct seen_answer {
    int64_t n, status; /* 0 = none came */
};

struct seen_log {
    int64_t n;
    struct text process, text;
};

struct happenings {
    struct seen_call *calls;
    size_t call_count;
    struct seen_message *messages;
    size_t message_count;
    struct seen_callback *callbacks;
    size_t callback_count;
    struct seen_answer *answers;
    size_t answer_count;
    struct seen_log *logs;
    size_t log_count;
};

/* The moment (real time since the start) from which checks count: when the phase `steps` began after a phase
 * `given`. Without `given` everything counts, what the backend did while it started too: 0. */
int64_t happenings_mark(const struct history *history);
/* Everything at and after since_real_us. */
void happenings_read(const struct history *history, int64_t since_real_us, struct happenings *ret);
void happenings_release(struct happenings *seen);

/* "message.create" and the like: what asks for a message to a person. */
bool seen_call_creates(const struct seen_call *call);
/* A message is at its end: no further status follows. */
bool seen_message_is_final(const struct seen_message *message);
/* Message reached the phone: the statuses that say so. */
bool status_means_delivered(struct text status);

#endif
