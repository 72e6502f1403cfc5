/* GET /metrics: the counters of sim/store/metrics.h for a scraper, as OpenMetrics 1.0 where Accept asks for
 * it, else in the text format 0.0.4. One family after another, from tables; every label set that is known
 * beforehand is there from the start, with 0.
 *
 * What only the backend knows is left to the backend: its own requests, fallbacks, verifications, its queue.
 * Names, units and buckets: reference/fallback-queue-logging.md section 6.2. Formats: section 6.3, and the
 * OpenMetrics 1.0 specification (a counter's family has no _total, a family of seconds has its UNIT, bounds
 * are written as floats, the last line is "# EOF"). */
#include "control.h"

#include <inttypes.h>
#include <string.h>
#include <sys/resource.h>

#include "callback_sender.h"

enum { MS_A_SECOND = 1000, ONE = 1 };

struct page {
    struct text_buf *out;
    const struct metrics *metrics;
    bool open; /* OpenMetrics */
};

enum family_kind { COUNTER, HISTOGRAM };

static void put_family(struct page *page, const char *name, enum family_kind kind, const char *unit,
                       const char *help)
{
    bool total = kind == COUNTER && !page->open;
    text_putf(page->out, "# HELP %s%s %s\n", name, total ? "_total" : "", help);
    text_putf(page->out, "# TYPE %s%s %s\n", name, total ? "_total" : "",
              kind == COUNTER ? "counter" : "histogram");
    if (page->open && unit != NULL)
        text_putf(page->out, "# UNIT %s %s\n", name, unit);
}

/* `scale` of the number make one of the unit; three decimals are enough for milliseconds. */
static void put_scaled(struct page *page, int64_t number, int64_t scale)
{
    int64_t rest = number % scale * MS_A_SECOND / scale;
    text_putf(page->out, "%" PRId64 ".%03d", number / scale, (int)rest);
}

/* As 0.1, 2.5 or 10.0; without ".0" in 0.0.4, where clients write bounds so. */
static void put_bound(struct page *page, int64_t bound, int64_t scale)
{
    char decimals[8];
    int rest = (int)(bound % scale * MS_A_SECOND / scale);
    snprintf(decimals, sizeof decimals, "%03d", rest);
    for (size_t len = 3; len > 1 && decimals[len - 1] == '0'; len--)
        decimals[len - 1] = '\0';
    text_putf(page->out, "%" PRId64, bound / scale);
    if (rest != 0 || page->open)
        text_putf(page->out, ".%s", decimals);
}

static void put_histogram(struct page *page, const char *name, const char *labels,
                          const struct metrics_histogram *histogram, const int64_t *bounds, size_t count,
                          int64_t scale)
{
    uint64_t sum = 0;
    const char *comma = labels[0] == '\0' ? "" : ",";
    for (size_t i = 0; i < count; i++) {
        sum += histogram->counts[i];
        text_putf(page->out, "%s_bucket{%s%sle=\"", name, labels, comma);
        put_bound(page, bounds[i], scale);
        text_putf(page->out, "\"} %" PRIu64 "\n", sum);
    }
    sum += histogram->counts[count];
    text_putf(page->out, "%s_bucket{%s%sle=\"+Inf\"} %" PRIu64 "\n", name, labels, comma, sum);
    char braced[96];
    snprintf(braced, sizeof braced, labels[0] == '\0' ? "%s" : "{%s}", labels);
    text_putf(page->out, "%s_count%s %" PRIu64 "\n%s_sum%s ", name, braced, sum, name, braced);
    put_scaled(page, histogram->sum, scale);
    text_put_char(page->out, '\n');
}

/* Everybody sends by these; the others are shown when they have been used. */
static bool is_usual(size_t channel)
{
    return channel == CHANNEL_SMS || channel == CHANNEL_WHATSAPP;
}

static void put_sends(struct page *page)
{
    static const char *const outcomes[] = {"accepted", "temporary_error", "permanent_error"};
    put_family(page, "otp_send_attempts", COUNTER, NULL,
               "Requests to send a message, by what the provider made of them.");
    for (size_t c = 0; c < CHANNEL_COUNT; c++)
        for (size_t o = 0; o < SEND_OUTCOME_COUNT; o++)
            if (is_usual(c) || page->metrics->sends[c][o] > 0)
                text_putf(
                    page->out,
                    "otp_send_attempts_total{provider=\"twilio\",channel=\"%s\",outcome=\"%s\"} %" PRIu64
                    "\n",
                    channel_name((enum channel)c), outcomes[o], page->metrics->sends[c][o]);
}

static uint64_t histogram_count(const struct metrics_histogram *histogram)
{
    uint64_t sum = 0;
    for (size_t i = 0; i <= METRICS_BUCKETS_MAX; i++)
        sum += histogram->counts[i];
    return sum;
}

static void put_durations(struct page *page)
{
    put_family(page, "otp_send_duration_seconds", HISTOGRAM, "seconds",
               "From the arrival of a request to send to its answer, of those that were answered.");
    for (size_t c = 0; c < CHANNEL_COUNT; c++) {
        char labels[64];
        const struct metrics_histogram *histogram = &page->metrics->send_duration[c];
        snprintf(labels, sizeof labels, "provider=\"twilio\",channel=\"%s\"", channel_name((enum channel)c));
        if (is_usual(c) || histogram_count(histogram) > 0)
            put_histogram(page, "otp_send_duration_seconds", labels, histogram, metrics_duration_bounds_ms,
                          METRICS_BUCKETS_MAX, MS_A_SECOND);
    }
}

static void put_tries(struct page *page)
{
    put_family(page, "otp_attempts_before_success", HISTOGRAM, NULL,
               "Requests to send to one number until one was accepted, that one counted; any channel.");
    put_histogram(page, "otp_attempts_before_success", "", &page->metrics->tries, metrics_tries_bounds,
                  METRICS_TRIES_BOUNDS, ONE);
}

/* Rows of the table that share a number are one series: told at the first of them. */
static uint64_t errors_of_code(const uint64_t counts[ERROR_ID_COUNT], const struct error_code *error)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < error_code_count(); i++) {
        const struct error_code *other = error_code_at(i);
        if (other->code == error->code && other->nature == error->nature)
            sum += counts[other->id];
    }
    return sum;
}

static bool is_told_already(size_t index)
{
    const struct error_code *error = error_code_at(index);
    for (size_t i = 0; i < index; i++)
        if (error_code_at(i)->code == error->code && error_code_at(i)->nature == error->nature)
            return true;
    return false;
}

static void put_errors(struct page *page)
{
    static const char *const natures[] = {[NATURE_TEMPORARY] = "temporary", [NATURE_PERMANENT] = "permanent"};
    const char *const line =
        "otp_provider_errors_total{provider=\"twilio\",code=\"%s\",kind=\"%s\"} %" PRIu64 "\n";
    const struct metrics *metrics = page->metrics;
    put_family(page, "otp_provider_errors", COUNTER, NULL,
               "Errors in answers and statuses by Twilio's code; other: without one.");
    for (size_t i = 0; i < error_code_count(); i++) {
        char code[16];
        const struct error_code *error = error_code_at(i);
        snprintf(code, sizeof code, "%d", error->code);
        if (error->when != WHEN_DEBUGGER && !is_told_already(i))
            text_putf(page->out, line, code, natures[error->nature], errors_of_code(metrics->errors, error));
    }
    text_putf(page->out, line, "other", natures[NATURE_TEMPORARY], metrics->plain_errors[NATURE_TEMPORARY]);
    text_putf(page->out, line, "other", natures[NATURE_PERMANENT],
              metrics->plain_errors[NATURE_PERMANENT] + metrics->errors[ERROR_NONE]);
}

/* What an outbound message can come to without an error. */
static const enum message_state usual_states[] = {MESSAGE_QUEUED, MESSAGE_SENT, MESSAGE_DELIVERED,
                                                  MESSAGE_READ, MESSAGE_CANCELED};

static bool is_usual_state(size_t state)
{
    for (size_t i = 0; i < sizeof usual_states / sizeof usual_states[0]; i++)
        if (usual_states[i] == state)
            return true;
    return false;
}

static void put_message(struct page *page, size_t channel, enum message_state state, const char *code,
                        uint64_t count)
{
    text_putf(page->out, "otp_messages_total{channel=\"%s\",status=\"%s\",code=\"%s\"} %" PRIu64 "\n",
              channel_name((enum channel)channel), message_state_name(state), code, count);
}

static void put_failures(struct page *page, size_t channel, size_t failed)
{
    enum message_state state = failed ? MESSAGE_FAILED : MESSAGE_UNDELIVERED;
    const uint64_t *counts = page->metrics->failures[channel][failed];
    for (size_t i = 0; i < error_code_count(); i++) {
        char code[16];
        const struct error_code *error = error_code_at(i);
        uint64_t count = is_told_already(i) ? 0 : errors_of_code(counts, error);
        snprintf(code, sizeof code, "%d", error->code);
        if (count > 0)
            put_message(page, channel, state, code, count);
    }
    if (counts[ERROR_NONE] > 0 || is_usual(channel))
        put_message(page, channel, state, "none", counts[ERROR_NONE]);
}

static void put_messages(struct page *page)
{
    put_family(page, "otp_messages", COUNTER, NULL,
               "Messages by the status that they entered, with the error's code or none.");
    for (size_t c = 0; c < CHANNEL_COUNT; c++) {
        for (size_t s = MESSAGE_NONE + 1; s < MESSAGE_STATE_COUNT; s++) {
            uint64_t count = page->metrics->statuses[c][s];
            if (count > 0 || (is_usual(c) && is_usual_state(s)))
                put_message(page, c, (enum message_state)s, "none", count);
        }
        put_failures(page, c, 0);
        put_failures(page, c, 1);
    }
}

static uint64_t receipts_of(const struct metrics *metrics, enum message_state state)
{
    uint64_t sum = 0;
    bool bad = state == MESSAGE_UNDELIVERED || state == MESSAGE_FAILED;
    for (size_t c = 0; c < CHANNEL_COUNT; c++) {
        sum += metrics->statuses[c][state];
        for (size_t i = 0; bad && i < ERROR_ID_COUNT; i++)
            sum += metrics->failures[c][state == MESSAGE_FAILED][i];
    }
    return sum;
}

static void put_receipts(struct page *page)
{
    static const enum message_state states[] = {MESSAGE_SENT, MESSAGE_DELIVERED, MESSAGE_UNDELIVERED,
                                                MESSAGE_FAILED, MESSAGE_READ};
    put_family(page, "otp_delivery_receipts", COUNTER, NULL,
               "What became of messages, whether or not a callback reported it.");
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        text_putf(page->out, "otp_delivery_receipts_total{provider=\"twilio\",status=\"%s\"} %" PRIu64 "\n",
                  message_state_name(states[i]), receipts_of(page->metrics, states[i]));
    put_family(page, "otp_delivery_delay_seconds", HISTOGRAM, "seconds",
               "From the creation of a message to its delivery.");
    put_histogram(page, "otp_delivery_delay_seconds", "provider=\"twilio\"", &page->metrics->delivery_delay,
                  metrics_delay_bounds_ms, METRICS_BUCKETS_MAX, MS_A_SECOND);
}

static void put_callbacks(struct page *page)
{
    static const char *const answered[] = {"other", "1xx", "2xx", "3xx", "4xx", "5xx"};
    const char *const line = "otp_callbacks_total{result=\"%s\"} %" PRIu64 "\n";
    put_family(page, "otp_callbacks", COUNTER, NULL,
               "Attempts to call back, by the answer's status or why there was none.");
    for (size_t i = 2; i < sizeof answered / sizeof answered[0]; i++)
        text_putf(page->out, line, answered[i], page->metrics->callbacks_answered[i]);
    text_putf(page->out, line, answered[0],
              page->metrics->callbacks_answered[0] + page->metrics->callbacks_answered[1]);
    for (int error = CALLBACK_ANSWERED + 1; error <= CALLBACK_STOPPED; error++)
        text_putf(page->out, line, callback_error_name((enum callback_error)error),
                  page->metrics->callbacks_failed[error]);
    text_putf(page->out, line, "not-sent", page->metrics->callbacks_not_sent);
}

static void put_faults(struct page *page)
{
    static const char *const names[] = {
        [FAULT_BESIDE] = "beside", [FAULT_FAIL] = "fail", [FAULT_STATUS] = "status", [FAULT_WIRE] = "wire",
        [FAULT_TLS] = "tls",       [FAULT_DNS] = "dns",   [FAULT_PASS] = "pass"};
    put_family(page, "otp_planned_faults", COUNTER, NULL,
               "Hits of planned faults by outcome; beside: delay, deliver or callbacks alone.");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        text_putf(page->out, "otp_planned_faults_total{outcome=\"%s\"} %" PRIu64 "\n", names[i],
                  page->metrics->faults[i]);
}

static void put_process(struct page *page)
{
    struct rusage used = {0};
    getrusage(RUSAGE_SELF, &used);
    int64_t ms = (int64_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * MS_A_SECOND +
                 (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000;
    put_family(page, "process_cpu_seconds", COUNTER, "seconds",
               "CPU time of the simulator, user and system.");
    text_put_z(page->out, "process_cpu_seconds_total ");
    put_scaled(page, ms, MS_A_SECOND);
    text_put_char(page->out, '\n');
}

void control_metrics(struct control_call *call)
{
    struct text accept = request_header(call->request, "Accept");
    struct page page = {.out = &call->response->body,
                        .metrics = &call->sim->metrics,
                        .open = text_contains(accept, TEXT("application/openmetrics-text"))};
    static void (*const families[])(struct page *) = {put_sends,     put_durations, put_tries,
                                                      put_errors,    put_messages,  put_receipts,
                                                      put_callbacks, put_faults,    put_process};
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++)
        families[i](&page);
    if (page.open)
        text_put_z(page.out, "# EOF\n");
    response_header_literal(call->response, "Content-Type",
                            page.open ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                      : "text/plain; version=0.0.4; charset=utf-8");
}
