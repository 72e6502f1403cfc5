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

/* How the handset's WhatsApp was set, or what its person has written since. */
enum whatsapp_state {
    WHATSAPP_NONE,
    WHATSAPP_OPEN,           /* it has it, and its window never closes: somebody who writes every day */
    WHATSAPP_JOINED,         /* joined the sandbox, and opened the window with that */
    WHATSAPP_OUTSIDE_WINDOW, /* likewise, but its last message is long ago */
    WHATSAPP_BLOCKED
};

enum {
    WHATSAPP_WINDOW_MS = 24 * 60 * 60 * 1000,  /* section 3, 63016: from the person's last message on */
    WHATSAPP_SANDBOX_MS = 72 * 60 * 60 * 1000, /* section 6.3: how long a join holds */
};

struct progress_facts {
    enum channel channel;
    bool reachable;
    enum whatsapp_state whatsapp;
    bool sandbox_sender; /* WhatsApp's sandbox: only those who joined */
    bool joined;         /* the sandbox, and that still holds */
    bool window_open;    /* the person wrote within WHATSAPP_WINDOW_MS */
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
