/* A ring of pointers in order of creation, where a deleted message keeps its place, and a hash from SID to
 * number. The hash keeps 32 bits of the number: with at most a million messages kept, the ring tells which
 * one is meant. */
#include "messages.h"

#include <string.h>

#include "fail.h"
#include "mem.h"

void messages_init(struct messages *messages, size_t max_count)
{
    *messages = (struct messages){.max_count = max_count};
}

static struct message **slot(const struct messages *messages, size_t index)
{
    return &messages->items[(messages->first + index) % messages->room];
}

void messages_clear(struct messages *messages)
{
    for (size_t i = 0; i < messages->count; i++)
        mem_free(*slot(messages, i));
    messages->first = messages->count = messages->holes = 0;
    mem_free(messages->by_sid);
    messages->by_sid = NULL;
    messages->by_sid_room = messages->by_sid_used = 0;
}

void messages_release(struct messages *messages)
{
    messages_clear(messages);
    mem_free(messages->items);
}

uint64_t messages_oldest(const struct messages *messages)
{
    return messages->last_number - messages->count + 1;
}

size_t messages_kept(const struct messages *messages)
{
    return messages->count - messages->holes;
}

/* What stands at that place, deleted or not. */
static struct message *place(const struct messages *messages, uint64_t number)
{
    uint64_t oldest = messages_oldest(messages);
    if (number < oldest || number > messages->last_number)
        return NULL;
    return *slot(messages, (size_t)(number - oldest));
}

const struct message *messages_place(const struct messages *messages, uint64_t number)
{
    return place(messages, number);
}

struct message *messages_at(const struct messages *messages, uint64_t number)
{
    struct message *message = place(messages, number);
    return message == NULL || message->deleted ? NULL : message;
}

static size_t hash_of(struct text sid)
{
    uint64_t hash = 1469598103934665603u;
    for (size_t i = 0; i < sid.len; i++)
        hash = (hash ^ (unsigned char)sid.at[i]) * 1099511628211u;
    return (size_t)(hash ^ hash >> 32);
}

/* The message that a hash cell points to, or NULL when it is gone. */
static struct message *cell_message(const struct messages *messages, uint32_t cell)
{
    uint64_t oldest = messages_oldest(messages);
    return place(messages, oldest + (uint32_t)(cell - (uint32_t)oldest));
}

static void index_put(struct messages *messages, const struct message *message)
{
    size_t at = hash_of(text_of(message->sid)) & (messages->by_sid_room - 1);
    while (messages->by_sid[at] != 0)
        at = (at + 1) & (messages->by_sid_room - 1);
    messages->by_sid[at] = (uint32_t)message->number;
    messages->by_sid_used++;
}

/* A new index with twice the room that the messages kept need; cells of dropped ones stay behind. */
static void index_rebuild(struct messages *messages)
{
    size_t room = 1024;
    while (room < messages->count * 4)
        room *= 2;
    mem_free(messages->by_sid);
    messages->by_sid = mem_new_array(room, sizeof *messages->by_sid);
    messages->by_sid_room = room;
    messages->by_sid_used = 0;
    for (size_t i = 0; i < messages->count; i++)
        index_put(messages, *slot(messages, i));
}

static void ring_grow(struct messages *messages)
{
    size_t room = messages->room == 0 ? 1024 : messages->room * 2;
    struct message **items = mem_new_array(room, sizeof *items);
    for (size_t i = 0; i < messages->count; i++)
        items[i] = *slot(messages, i);
    mem_free(messages->items);
    messages->items = items;
    messages->room = room;
    messages->first = 0;
}

static void drop_oldest(struct messages *messages)
{
    bool deleted = (*slot(messages, 0))->deleted;
    mem_free(*slot(messages, 0));
    messages->first = (messages->first + 1) % messages->room;
    messages->count--;
    messages->holes -= deleted;
    messages->dropped += !deleted;
}

static struct message *message_new(const struct message *fields, const struct text texts[MESSAGE_TEXT_COUNT])
{
    size_t bytes = 0;
    for (size_t i = 0; i < MESSAGE_TEXT_COUNT; i++)
        bytes += texts[i].len;
    struct message *message = mem_resize(NULL, sizeof *message + bytes);
    *message = *fields;
    message->text_is_null = 0;
    size_t at = 0;
    for (size_t i = 0; i < MESSAGE_TEXT_COUNT; i++) {
        message->text_start[i] = (uint32_t)at;
        if (texts[i].at == NULL)
            message->text_is_null |= 1u << i;
        if (texts[i].len > 0)
            memcpy(message->texts + at, texts[i].at, texts[i].len);
        at += texts[i].len;
    }
    message->text_start[MESSAGE_TEXT_COUNT] = (uint32_t)at;
    return message;
}

struct message *messages_add(struct messages *messages, const struct message *fields,
                             const struct text texts[MESSAGE_TEXT_COUNT])
{
    if (messages->count == messages->max_count)
        drop_oldest(messages);
    if (messages->count == messages->room)
        ring_grow(messages);
    struct message *message = message_new(fields, texts);
    message->number = ++messages->last_number;
    messages->count++;
    *slot(messages, messages->count - 1) = message;
    if ((messages->by_sid_used + 1) * 2 > messages->by_sid_room)
        index_rebuild(messages);
    else
        index_put(messages, message);
    return message;
}

bool messages_restore(struct messages *messages, const struct message *fields,
                      const struct text texts[MESSAGE_TEXT_COUNT])
{
    if (messages->count == 0)
        messages->last_number = fields->number - 1;
    if (fields->number != messages->last_number + 1)
        return false;
    messages_add(messages, fields, texts);
    messages->holes += fields->deleted;
    return true;
}

/* Deleted or not. */
static struct message *find(const struct messages *messages, struct text sid)
{
    if (messages->by_sid_room == 0)
        return NULL;
    size_t at = hash_of(sid) & (messages->by_sid_room - 1);
    for (; messages->by_sid[at] != 0; at = (at + 1) & (messages->by_sid_room - 1)) {
        struct message *message = cell_message(messages, messages->by_sid[at]);
        if (message != NULL && text_is(sid, message->sid))
            return message;
    }
    return NULL;
}

struct message *messages_find(const struct messages *messages, struct text sid)
{
    struct message *message = find(messages, sid);
    return message == NULL || message->deleted ? NULL : message;
}

uint64_t messages_number(const struct messages *messages, struct text sid, unsigned *ret_tenant)
{
    const struct message *message = find(messages, sid);
    if (message == NULL)
        return 0;
    *ret_tenant = message->tenant;
    return message->number;
}

bool messages_remove(struct messages *messages, struct text sid)
{
    struct message *message = messages_find(messages, sid);
    if (message == NULL)
        return false;
    message->deleted = true;
    *slot(messages, (size_t)(message->number - messages_oldest(messages))) =
        mem_resize(message, sizeof *message);
    messages->holes++;
    return true;
}

struct text message_text(const struct message *message, enum message_text which)
{
    if (message->text_is_null & 1u << which)
        return TEXT_NONE;
    uint32_t start = message->text_start[which];
    return text_span(message->texts + start, message->text_start[which + 1] - start);
}

struct text message_address(const struct message *message, enum message_text which)
{
    struct text address = message_text(message, which);
    return text_starts(address, "whatsapp:") ? text_from(address, strlen("whatsapp:")) : address;
}
