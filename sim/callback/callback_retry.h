/* callback_retry: is a failed attempt tried again? Pure; any thread.
 *
 * rp tells which failures are, rc how often (callback_overrides.h). A partial answer never is, nor is
 * anything after the total time. Ours, because the reference is silent: TLS failures count as ct, a
 * connection that ends without a byte of an answer counts as rt, an answer outside 4xx and 5xx and a host
 * that is not local are not tried again. */
#ifndef CALLBACK_RETRY_H
#define CALLBACK_RETRY_H

#include "callback_overrides.h"
#include "callback_sender.h"

/* The kind of failure; `answer_begun` is true once a byte of an answer came. CALLBACK_RETRY_NONE: never
 * again. */
enum callback_retry callback_retry_kind(enum callback_error error, int status, bool answer_begun);

/* `number` of the attempt just over, from 1; `left_ms` of the total time. */
bool callback_retry_due(const struct callback_overrides *overrides, enum callback_retry kind, int number,
                        int64_t left_ms);

#endif
