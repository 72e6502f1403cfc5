/* refusal_listener: what the preloaded library refused, in whichever process of the sandbox, as events.
 *
 *     struct refusal_listener *listener = refusal_listener_new(&events, &why);
 *     char *net = preload_net_value(port, refusal_listener_name(listener));   // preload_way.h
 *     refusal_listener_free(listener);
 *
 * A thread of its own takes the reports from an inbox (refusal_inbox.h) and calls events->refused; the
 * process that was refused goes on after that. `events` is borrowed. */
#ifndef REFUSAL_LISTENER_H
#define REFUSAL_LISTENER_H

#include "drive_events.h"
#include "fail.h"

struct refusal_listener;

/* New; NULL with *why. */
struct refusal_listener *refusal_listener_new(const struct drive_events *events, struct fail *why);
void refusal_listener_free(struct refusal_listener *listener);

/* Borrowed. */
const char *refusal_listener_name(const struct refusal_listener *listener);
/* How many it has passed on. */
int refusal_listener_count(const struct refusal_listener *listener);

#endif
