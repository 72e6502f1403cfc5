/* metrics: what has happened since the start, as counters that only grow. GET /metrics shows them
 * (sim/control/control_metrics.c has the names).
 *
 *     metrics_count_send(&sim->metrics, &send);
 *     metrics_count_status(&sim->metrics, CHANNEL_SMS, MESSAGE_DELIVERED, 0, age_ms);
 *
 * All accounts together. A reset of the simulator turns nothing back: a counter that goes backward is taken
 * for a restart, and what had happened in between is lost. Only what is being waited for is forgotten (tries
 * that have not succeeded yet). Nothing survives the process.
 *
 * Everything has its place from the start: counting allocates nothing and costs some additions. Labels are
 * bounded: they are rows of our own tables, never a number, a SID or a text of a request. Times are the
 * clock's, virtual where it is. The store's lock guards all of it. */
#ifndef METRICS_H
#define METRICS_H

#include "error_codes.h"
#include "fault_rules.h"

enum metrics_outcome { SEND_ACCEPTED, SEND_TEMPORARY_ERROR, SEND_PERMANENT_ERROR, SEND_OUTCOME_COUNT };

enum {
    METRICS_BUCKETS_MAX = 9,
    METRICS_CALLBACK_ERRORS_MAX = 16, /* more than there are in enum callback_error (sim/callback) */
    METRICS_FAULT_KINDS_MAX = FAULT_PASS + 1,
    METRICS_NUMBERS_MAX = 1024,
};

/* Counts by upper bound, the last one without. Bounds are in the unit of `sum`: milliseconds, or tries. */
struct metrics_histogram {
    uint64_t counts[METRICS_BUCKETS_MAX + 1];
    int64_t sum;
};

extern const int64_t metrics_duration_bounds_ms[METRICS_BUCKETS_MAX]; /* .1 s to 60 s */
extern const int64_t metrics_delay_bounds_ms[METRICS_BUCKETS_MAX];    /* .1 s to a day */
enum { METRICS_TRIES_BOUNDS = 6 };
extern const int64_t metrics_tries_bounds[METRICS_TRIES_BOUNDS]; /* 1 to 10 */

struct metrics {
    uint64_t sends[CHANNEL_COUNT][SEND_OUTCOME_COUNT];
    /* Of sends that were answered: from the request's arrival to its answer. */
    struct metrics_histogram send_duration[CHANNEL_COUNT];
    struct metrics_histogram tries;
    uint64_t errors[ERROR_ID_COUNT]; /* by id; ERROR_NONE: without a code, or with one that has no row */
    uint64_t plain_errors[2];        /* the same without a code, by enum error_nature */
    uint64_t statuses[CHANNEL_COUNT][MESSAGE_STATE_COUNT];  /* entered without an error */
    uint64_t failures[CHANNEL_COUNT][2][ERROR_ID_COUNT];    /* undelivered, failed */
    struct metrics_histogram delivery_delay;                /* created to delivered */
    uint64_t callbacks_answered[6];                         /* by status / 100 */
    uint64_t callbacks_failed[METRICS_CALLBACK_ERRORS_MAX]; /* by enum callback_error */
    uint64_t callbacks_not_sent;
    uint64_t faults[METRICS_FAULT_KINDS_MAX]; /* hits, by enum fault_kind */
    /* How many sends to a number were not accepted since the last that was. One place for all numbers that
     * share a hash: the later takes it over, so a try may be forgotten where more than a few hundred numbers
     * fail. */
    struct {
        uint64_t hash;
        unsigned failed;
    } numbers[METRICS_NUMBERS_MAX];
};

/* A request to send a message, and what came of it. */
struct metrics_send {
    unsigned tenant;
    struct text to; /* any channel: a fallback is a further try to the same number */
    enum channel channel;
    bool accepted;                  /* a message was made, whatever became of the answer */
    const struct error_code *error; /* of the answer; NULL = none */
    int status;                     /* of the answer; 0 = there was none */
    int64_t took_ms;                /* arrival to answer */
};

/* Also of other requests, where only the error counts. */
void metrics_count_error(struct metrics *metrics, const struct error_code *error, int status);
void metrics_count_send(struct metrics *metrics, const struct metrics_send *send);
/* A message enters a state, so long after its creation. `code`: 0 = none. */
void metrics_count_status(struct metrics *metrics, enum channel channel, enum message_state state, int code,
                          int64_t age_ms);
/* A callback's attempt: its status, or with status 0 the enum callback_error. */
void metrics_count_callback(struct metrics *metrics, int status, int error);
void metrics_count_fault(struct metrics *metrics, enum fault_kind kind);
/* At a reset: tries that have not succeeded are over. */
void metrics_forget_tries(struct metrics *metrics);

#endif
