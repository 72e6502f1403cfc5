/* callback_transfer: one attempt at a time as a libcurl transfer, and how it ended. Internal to this folder.
 *
 *     struct callback_transfer *transfer = callback_transfer_new(settings);
 *     callback_transfer_begin(transfer, post, 1, now);             // then add callback_transfer_easy() to a
 * multi handle if (now >= callback_transfer_due(transfer)) ...              // a time-out: remove it from the
 * multi handle error = callback_transfer_over(transfer, code);              // what libcurl's multi handle
 * said callback_transfer_report(transfer, error, now, last);
 *
 * It can begin again, with the same post or another. The post is borrowed. One thread, the sender's. */
#ifndef CALLBACK_TRANSFER_H
#define CALLBACK_TRANSFER_H

#include <curl/curl.h>

#include "callback_post.h"

struct callback_transfer;

/* New. */
struct callback_transfer *callback_transfer_new(const struct callback_settings *settings);
void callback_transfer_free(struct callback_transfer *transfer);

/* Makes it ready for attempt `number`; the total time runs from the first. */
void callback_transfer_begin(struct callback_transfer *transfer, struct callback_post *post, int number,
                             int64_t now_mono_ms);
CURL *callback_transfer_easy(struct callback_transfer *transfer);
struct callback_post *callback_transfer_post(const struct callback_transfer *transfer);

/* When the next of its time-outs is. */
int64_t callback_transfer_due(const struct callback_transfer *transfer);
/* Which time-out that is. */
enum callback_error callback_transfer_late(const struct callback_transfer *transfer, int64_t now_mono_ms);
/* What libcurl's result means; notes it for the report. */
enum callback_error callback_transfer_over(struct callback_transfer *transfer, CURLcode code);

/* Is there to be another attempt after this end? */
bool callback_transfer_again(const struct callback_transfer *transfer, enum callback_error error,
                             int64_t now_mono_ms);
/* The attempt's number; the next one is one more. */
int callback_transfer_number(const struct callback_transfer *transfer);
/* Calls attempted(). */
void callback_transfer_report(const struct callback_transfer *transfer, enum callback_error error,
                              int64_t now_mono_ms, bool last);

#endif
