/* event_pump: follows the simulator's stream of events (GET /sim/v1/events) and relays each into a history,
 * in order.
 *
 *     struct event_pump_options options = {.address = address, .after = last, .history = history};
 *     struct event_pump *pump = event_pump_new(&options, &why);
 *     event_pump_reach(pump, n, deadline_mono_ms, &why);    // all events up to n are in the history
 *     event_pump_free(pump);
 *
 * What the simulator writes compactly is brought into the form of FORMAT.md: fault {rule, outcome} of a call,
 * `forged` as a bool, `code_text` found in the texts of calls and messages. One thread and one connection;
 * when that breaks, event_pump_reach() says so. Everything in the options is borrowed. Bounds: an event of
 * more than EVENT_MAX_BYTES ends the pump. */
#ifndef EVENT_PUMP_H
#define EVENT_PUMP_H

#include "history.h"
#include "pattern.h"

enum { EVENT_MAX_BYTES = 4 * 1024 * 1024 };

struct event_pump;

struct event_pump_options {
    const char *address;
    int64_t after; /* the first event is the one after this */
    struct history *history;
    const struct pattern *code; /* NULL: codes are not looked for */
    /* In place of a history (NULL then): each event, borrowed, on the pump's thread. */
    void (*take)(void *context, const json_t *event);
    void *context;
};

/* Connected and reading. New; NULL with *why. */
struct event_pump *event_pump_new(const struct event_pump_options *options, struct fail *why);
/* Stops reading at once. NULL is allowed. */
void event_pump_free(struct event_pump *pump);

/* Waits until event n is in the history. */
bool event_pump_reach(struct event_pump *pump, int64_t n, int64_t within_real_ms, struct fail *why);

/* One event brought into the form of the history. */
void event_shape(json_t *event, const struct pattern *code);

#endif
