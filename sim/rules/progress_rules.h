/* progress_rules: what becomes of a message after it was created, as a short plan of states with times.
 *
 *     struct progress_step steps[PROGRESS_STEPS_MAX];
 *     size_t count = progress_plan(&facts, steps);
 *
 * Pure. The states and which code goes with `failed` or `undelivered` are reference/twilio-messaging.md 3;
 * that a person who is off the network gets 30003, and who is not on WhatsApp 63003, are LANGUAGE's words. */
#ifndef PROGRESS_RULES_H
#define PROGRESS_RULES_H

#include <stdint.h>

#include "message_states.h"

enum { PROGRESS_STEPS_MAX = 4 };

struct progress_step {
    enum message_state state;
    int code;         /* 0 = none */
    int64_t after_ms; /* since creation */
};

/* How the handset's WhatsApp is. */
enum whatsapp_state {
    WHATSAPP_NONE,
    WHATSAPP_OPEN,
    WHATSAPP_JOINED,
    WHATSAPP_OUTSIDE_WINDOW,
    WHATSAPP_BLOCKED
};

struct progress_facts {
    enum channel channel;
    bool reachable;
    enum whatsapp_state whatsapp;
    bool sandbox_sender; /* WhatsApp's sandbox: only those who joined */
    bool free_form;      /* no template: refused outside the window */
    int64_t sent_after_ms;
    int64_t delivered_after_ms; /* since sent */
    int failure_code;           /* a planned fault's asynchronous code; 0 = none */
    /* A planned fault's `deliver`: -1 and 0 and -1 when there is none. */
    int deliver_state, deliver_code;
    int64_t deliver_after_ms;
};

size_t progress_plan(const struct progress_facts *facts, struct progress_step steps[PROGRESS_STEPS_MAX]);

#endif
