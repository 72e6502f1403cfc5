/* clock: the only place that reads time, and the only place that waits for it.
 *
 * Two clocks: wall (what dates show; may be set) and mono (what deadlines use; never goes back), both in
 * milliseconds. They are the real ones, or those of a clock page (clock_page.h) once the process has joined
 * one: then they are virtual here as they are in all other processes on it. `clock_real_*` stays real
 * whatever happens: for guards against hangs and for measuring, never for behaviour. Thread-safe. Dates: RFC
 * 2822 as Twilio's 2010 API shows them (reference/twilio-messaging.md 2.2). */
#ifndef CLOCK_H
#define CLOCK_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "clock_member.h"
#include "fail.h"
#include "text.h"

/* From now on time is that of the page: "PATH" or "PATH:PARTY". Before any thread waits. */
bool clock_join(const char *page, struct fail *why);

int64_t clock_wall_ms(void);
int64_t clock_mono_ms(void);
int64_t clock_real_wall_ms(void);
int64_t clock_real_mono_us(void);

/* All three of one moment, with fewer looks at the clock than one by one. */
void clock_read(int64_t *ret_wall_ms, int64_t *ret_mono_ms, int64_t *ret_real_mono_us);

/* Never: a deadline that does not come. */
#define CLOCK_NEVER INT64_MAX

/* A condition variable that clock_cond_wait() can wait on. */
void clock_cond_init(pthread_cond_t *cond);
/* Waits until signalled (or woken for nothing) or until clock_mono_ms() >= until_mono_ms; false at the
 * deadline. */
bool clock_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex, int64_t until_mono_ms);
/* The same against the real clock: guards only. */
bool clock_cond_wait_real(pthread_cond_t *cond, pthread_mutex_t *mutex, int64_t until_real_mono_us);
/* The poll(2) timeout that ends at until_mono_ms: -1 for CLOCK_NEVER, 0 when it has passed. While virtual
 * time stands still it is -1: then only a clock_alarm ends the poll. */
int clock_poll_timeout_ms(int64_t until_mono_ms);

/* An alarm ends a wait that is none of the above (a poll in a library): on a virtual clock `wake` is called,
 * by another thread, once until_mono_ms has come, and again until clock_alarm_end(); it must not block. On
 * the real clock it does nothing: there clock_poll_timeout_ms() is enough. One at a time for a thread;
 * `alarm` is the caller's memory. */
struct clock_alarm {
    struct clock_call call;
    void (*wake)(void *context);
    void *context;
};
void clock_alarm_begin(struct clock_alarm *alarm, int64_t until_mono_ms, void (*wake)(void *context),
                       void *context);
void clock_alarm_end(struct clock_alarm *alarm);

enum { CLOCK_TEXT_BYTES = 40 };

/* "Fri, 16 Jun 2023 17:29:30 +0000" */
const char *clock_rfc2822(int64_t wall_ms, char out[CLOCK_TEXT_BYTES]);
/* "Fri, 16 Jun 2023 17:29:30 GMT", for the Date header. */
const char *clock_http_date(int64_t wall_ms, char out[CLOCK_TEXT_BYTES]);
/* "2023-06-16T17:29:30.123Z" */
const char *clock_iso8601(int64_t wall_ms, char out[CLOCK_TEXT_BYTES]);
/* "2306161729" (YYMMDDhhmm), for RawDlrDoneDate. */
const char *clock_compact(int64_t wall_ms, char out[CLOCK_TEXT_BYTES]);
/* Reads "2023-06-16", "2023-06-16 17:29:30[.000]", "2023-06-16T17:29:30[.000]Z", RFC 2822 and "06/16/2023
 * 17:29:30 MST" (reference/twilio-messaging.md 2.5), all as UTC. *ret_whole_day tells a date without a time
 * of day. */
bool clock_parse(struct text date, int64_t *ret_wall_ms, bool *ret_whole_day);
/* The first millisecond of that UTC day. */
int64_t clock_day_start(int64_t wall_ms);

#endif
