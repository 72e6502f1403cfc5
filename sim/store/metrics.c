/* Additions. Names, units and text are control_metrics.c's. */
#include "metrics.h"

#include <string.h>

const int64_t metrics_duration_bounds_ms[METRICS_BUCKETS_MAX] = {100,  250,   500,   1000, 2500,
                                                                 5000, 10000, 30000, 60000};
const int64_t metrics_delay_bounds_ms[METRICS_BUCKETS_MAX] = {100,    1000,   5000,    30000,   60000,
                                                              300000, 600000, 3600000, 86400000};
const int64_t metrics_tries_bounds[METRICS_TRIES_BOUNDS] = {1, 2, 3, 4, 5, 10};

static void observe(struct metrics_histogram *histogram, const int64_t *bounds, size_t count, int64_t value)
{
    size_t i = 0;
    while (i < count && value > bounds[i])
        i++;
    histogram->counts[i]++;
    histogram->sum += value;
}

/* What has no code is judged by its status: 429 and 5xx pass, so does a connection without an answer. */
static enum error_nature nature_of(const struct error_code *error, int status)
{
    if (error != NULL)
        return error->nature;
    return status == 0 || status == 429 || status >= 500 ? NATURE_TEMPORARY : NATURE_PERMANENT;
}

void metrics_count_error(struct metrics *metrics, const struct error_code *error, int status)
{
    if (error != NULL)
        metrics->errors[error->id]++;
    else if (status == 0 || status >= 400)
        metrics->plain_errors[nature_of(error, status)]++;
}

/* FNV-1a; 0 stands for nobody. */
static uint64_t number_hash(unsigned tenant, struct text to)
{
    uint64_t hash = UINT64_C(14695981039346656037) ^ tenant;
    for (size_t i = 0; i < to.len; i++)
        hash = (hash ^ (unsigned char)to.at[i]) * UINT64_C(1099511628211);
    return hash | 1;
}

static void count_try(struct metrics *metrics, const struct metrics_send *send)
{
    uint64_t hash = number_hash(send->tenant, send->to);
    size_t at = (hash >> 20) % METRICS_NUMBERS_MAX;
    bool known = metrics->numbers[at].hash == hash;
    unsigned failed = known ? metrics->numbers[at].failed : 0;
    if (send->accepted) {
        observe(&metrics->tries, metrics_tries_bounds, METRICS_TRIES_BOUNDS, failed + 1);
        if (known)
            metrics->numbers[at].hash = 0;
        return;
    }
    metrics->numbers[at].hash = hash;
    metrics->numbers[at].failed = failed + 1;
}

void metrics_count_send(struct metrics *metrics, const struct metrics_send *send)
{
    enum metrics_outcome outcome = SEND_ACCEPTED;
    if (!send->accepted)
        outcome = nature_of(send->error, send->status) == NATURE_TEMPORARY ? SEND_TEMPORARY_ERROR
                                                                           : SEND_PERMANENT_ERROR;
    metrics->sends[send->channel][outcome]++;
    if (send->status != 0)
        observe(&metrics->send_duration[send->channel], metrics_duration_bounds_ms, METRICS_BUCKETS_MAX,
                send->took_ms);
    if (send->to.len > 0)
        count_try(metrics, send);
}

void metrics_count_status(struct metrics *metrics, enum channel channel, enum message_state state, int code,
                          int64_t age_ms)
{
    if (state == MESSAGE_UNDELIVERED || state == MESSAGE_FAILED) {
        const struct error_code *error = code == 0 ? NULL : error_code_find(code);
        metrics->failures[channel][state == MESSAGE_FAILED][error == NULL ? ERROR_NONE : error->id]++;
        metrics->errors[error == NULL ? ERROR_NONE : error->id]++;
    } else {
        metrics->statuses[channel][state]++;
    }
    if (state == MESSAGE_DELIVERED)
        observe(&metrics->delivery_delay, metrics_delay_bounds_ms, METRICS_BUCKETS_MAX, age_ms);
}

void metrics_count_callback(struct metrics *metrics, int status, int error)
{
    if (status > 0)
        metrics->callbacks_answered[status >= 100 && status < 600 ? status / 100 : 0]++;
    else if (error >= 0 && error < METRICS_CALLBACK_ERRORS_MAX)
        metrics->callbacks_failed[error]++;
    else
        metrics->callbacks_not_sent++;
}

void metrics_count_fault(struct metrics *metrics, enum fault_kind kind)
{
    metrics->faults[kind]++;
}

void metrics_forget_tries(struct metrics *metrics)
{
    memset(metrics->numbers, 0, sizeof metrics->numbers);
}
