/* message_states: the states of a message, their names, and which may follow which.
 *
 *     if (message_state_may_follow(MESSAGE_SENT, MESSAGE_DELIVERED, CHANNEL_SMS)) ...
 *
 * MESSAGE_NONE stands for "not created yet": what may follow it are the states a create can answer. No state
 * goes backwards. Source: reference/twilio-messaging.md 3 and 4. Thread-safe. */
#ifndef MESSAGE_STATES_H
#define MESSAGE_STATES_H

#include <stdbool.h>

#include "channels.h"
#include "text.h"

enum message_state {
    MESSAGE_NONE,
    MESSAGE_SCHEDULED,
    MESSAGE_ACCEPTED,
    MESSAGE_QUEUED,
    MESSAGE_SENDING,
    MESSAGE_SENT,
    MESSAGE_DELIVERED,
    MESSAGE_UNDELIVERED,
    MESSAGE_FAILED,
    MESSAGE_READ,
    MESSAGE_CANCELED,
    MESSAGE_RECEIVING,
    MESSAGE_RECEIVED,
    MESSAGE_PARTIALLY_DELIVERED, /* deprecated; never entered */
    MESSAGE_STATE_COUNT
};

/* "queued"; "" for MESSAGE_NONE. */
const char *message_state_name(enum message_state state);
/* False for what is no state's name (also for ""). */
bool message_state_from_name(struct text name, enum message_state *ret_state);

/* Whether `to` is a legal next step. */
bool message_state_may_follow(enum message_state from, enum message_state to, enum channel channel);

/* Whether delivery has been completed: what may be deleted and redacted. `delivered` counts although WhatsApp
 * and RCS may still go on to `read`. */
bool message_state_is_final(enum message_state state);

/* Whether Twilio calls back when a message enters it; `in_service`: the message was sent by a Messaging
 * Service. The state a create answers is never called back: that is the caller's to know. */
bool message_state_is_called_back(enum message_state state, bool in_service);

#endif
