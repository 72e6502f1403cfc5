/* messages: every message of every account, oldest first, found by SID.
 *
 * A message is one block: the struct and its texts behind it. When there are more than the maximum, the
 * oldest is dropped and counted. Owned by the store; pointers are borrowed and valid while the store's lock
 * is held. */
#ifndef MESSAGES_H
#define MESSAGES_H

#include "account.h"
#include "message_states.h"

enum message_direction { DIRECTION_OUTBOUND_API, DIRECTION_INBOUND };

enum message_text {
    MESSAGE_TO,   /* as the API shows it: with "whatsapp:" */
    MESSAGE_FROM, /* likewise */
    MESSAGE_BODY,
    MESSAGE_CALLBACK_URL,
    MESSAGE_CAUSE, /* the request that made it: RQ… */
    MESSAGE_SERVICE_SID,
    MESSAGE_TEXT_COUNT,
};

struct message {
    uint64_t number; /* from 1, in order of creation */
    unsigned tenant;
    char sid[SID_BYTES];
    uint8_t channel;   /* enum channel */
    uint8_t direction; /* enum message_direction */
    uint8_t state;     /* enum message_state */
    uint8_t media_count;
    bool redacted;
    bool deleted; /* it keeps its place, without its texts */
    uint16_t segments;
    int32_t error_code;   /* 0 = none */
    int32_t fault_number; /* the planned fault that hit its creation; 0 = none */
    int64_t created_wall_ms, updated_wall_ms;
    int64_t sent_wall_ms; /* 0 = not yet */
    int64_t created_mono_ms;
    uint32_t text_start[MESSAGE_TEXT_COUNT + 1];
    uint32_t text_is_null; /* a bit a text */
    char texts[];
};

struct messages {
    struct message **items; /* a ring, oldest at `first` */
    size_t first, count, room, max_count;
    size_t holes;     /* among the count: deleted ones */
    uint32_t *by_sid; /* open addressing over `number`; 0 = empty */
    size_t by_sid_room, by_sid_used;
    uint64_t last_number;
    uint64_t dropped;
};

void messages_init(struct messages *messages, size_t max_count);
void messages_release(struct messages *messages);
void messages_clear(struct messages *messages);

/* Stores a message: fields from `fields` (its number is set here), texts copied. Borrowed. */
struct message *messages_add(struct messages *messages, const struct message *fields,
                             const struct text texts[MESSAGE_TEXT_COUNT]);
/* Puts one back that was stored: with its number, deleted or not. False when that does not follow the last.
 */
bool messages_restore(struct messages *messages, const struct message *fields,
                      const struct text texts[MESSAGE_TEXT_COUNT]);
struct message *messages_find(const struct messages *messages, struct text sid);
/* The number of a message, also of a deleted one that is still in its place (where a page of a list ended);
 * 0 = none. Its tenant in *ret_tenant. */
uint64_t messages_number(const struct messages *messages, struct text sid, unsigned *ret_tenant);
bool messages_remove(struct messages *messages, struct text sid);

/* How many there are; `count` has the deleted ones too. */
size_t messages_kept(const struct messages *messages);

/* By number; NULL when it is gone or not there yet. */
struct message *messages_at(const struct messages *messages, uint64_t number);
/* What stands at that place, deleted or not. */
const struct message *messages_place(const struct messages *messages, uint64_t number);
/* The numbers of the oldest one kept and of the newest. */
uint64_t messages_oldest(const struct messages *messages);

struct text message_text(const struct message *message, enum message_text which);
/* To and From without the channel's prefix. */
struct text message_address(const struct message *message, enum message_text which);

#endif
