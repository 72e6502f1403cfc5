/* The life of a message as a table: what may follow what. When a message moves on is decided in sim/rules and
 * sim/schedule. */
#include "message_states.h"

#include "fail.h"

#define AFTER(state) (1u << (state))

static const struct {
    const char *name;
    unsigned next;         /* AFTER() of each state that may follow */
    unsigned next_receipt; /* the same where the channel has read receipts (WhatsApp, RCS) */
    bool final;
    bool called_back;
    bool called_back_in_service;
} states[MESSAGE_STATE_COUNT] = {
    [MESSAGE_NONE] = {"",
                      AFTER(MESSAGE_QUEUED) | AFTER(MESSAGE_ACCEPTED) | AFTER(MESSAGE_SCHEDULED) |
                          AFTER(MESSAGE_RECEIVING) | AFTER(MESSAGE_RECEIVED),
                      0, false, false, false},
    [MESSAGE_SCHEDULED] = {"scheduled",
                           AFTER(MESSAGE_ACCEPTED) | AFTER(MESSAGE_QUEUED) | AFTER(MESSAGE_CANCELED), 0,
                           false, false, false},
    [MESSAGE_ACCEPTED] = {"accepted", AFTER(MESSAGE_QUEUED) | AFTER(MESSAGE_FAILED), 0, false, false, false},
    [MESSAGE_QUEUED] = {"queued", AFTER(MESSAGE_SENDING) | AFTER(MESSAGE_FAILED), 0, false, false, true},
    [MESSAGE_SENDING] = {"sending", AFTER(MESSAGE_SENT) | AFTER(MESSAGE_FAILED), 0, false, false, false},
    [MESSAGE_SENT] = {"sent", AFTER(MESSAGE_DELIVERED) | AFTER(MESSAGE_UNDELIVERED), 0, false, true, true},
    [MESSAGE_DELIVERED] = {"delivered", 0, AFTER(MESSAGE_READ), true, true, true},
    [MESSAGE_UNDELIVERED] = {"undelivered", 0, 0, true, true, true},
    [MESSAGE_FAILED] = {"failed", 0, 0, true, true, true},
    [MESSAGE_READ] = {"read", 0, 0, true, true, true},
    [MESSAGE_CANCELED] = {"canceled", 0, 0, true, true, true},
    [MESSAGE_RECEIVING] = {"receiving", AFTER(MESSAGE_RECEIVED), 0, false, false, false},
    [MESSAGE_RECEIVED] = {"received", 0, 0, true, false, false},
    [MESSAGE_PARTIALLY_DELIVERED] = {"partially_delivered", 0, 0, true, false, false},
};

const char *message_state_name(enum message_state state)
{
    REQUIRE((size_t)state < MESSAGE_STATE_COUNT);
    return states[state].name;
}

bool message_state_from_name(struct text name, enum message_state *ret_state)
{
    for (int i = MESSAGE_NONE + 1; i < MESSAGE_STATE_COUNT; i++) {
        if (text_is(name, states[i].name)) {
            *ret_state = (enum message_state)i;
            return true;
        }
    }
    return false;
}

bool message_state_may_follow(enum message_state from, enum message_state to, enum channel channel)
{
    REQUIRE((size_t)from < MESSAGE_STATE_COUNT && (size_t)to < MESSAGE_STATE_COUNT);
    bool receipts = channel == CHANNEL_WHATSAPP || channel == CHANNEL_RCS;
    unsigned next = states[from].next | (receipts ? states[from].next_receipt : 0);
    return (next & AFTER(to)) != 0;
}

bool message_state_is_final(enum message_state state)
{
    REQUIRE((size_t)state < MESSAGE_STATE_COUNT);
    return states[state].final;
}

bool message_state_is_called_back(enum message_state state, bool in_service)
{
    REQUIRE((size_t)state < MESSAGE_STATE_COUNT);
    return in_service ? states[state].called_back_in_service : states[state].called_back;
}
