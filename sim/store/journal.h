/* journal: everything that happened, in order, as compact records that are turned into JSON only when
 * somebody reads.
 *
 *     struct text texts[] = {sid, status, cause};
 *     journal_add(&sim->journal, JOURNAL_STATUS, stamp, tenant, texts, (int64_t[]){code});
 *
 * A kind's texts and numbers are the columns of its row in the table below, in that order (TEXT_NONE and
 * JOURNAL_NULL are null). Records live in chunks; when all together pass the maximum the oldest chunk is
 * dropped and counted. The owner's lock guards it. What the keys mean: harness/history/FORMAT.md. */
#ifndef JOURNAL_H
#define JOURNAL_H

#include <stdint.h>

#include "text.h"

#define JOURNAL_NULL INT64_MIN

/* kind, its name, keys of its texts, keys of its numbers */
#define JOURNAL_KINDS(ROW)                                                                                   \
    ROW(JOURNAL_CALL, "call",                                                                                \
        KEYS("id", "provider", "operation", "method", "host", "path", "account", "to", "channel", "from",    \
             "text", "sid", "outcome", "client", "person", "input"),                                         \
        KEYS("start_ms", "status", "code", "rule"))                                                          \
    ROW(JOURNAL_REPLY, "reply", KEYS("call", "how"), KEYS("end_ms"))                                         \
    ROW(JOURNAL_MESSAGE, "message",                                                                          \
        KEYS("sid", "provider", "channel", "direction", "account", "to", "from", "text", "status", "cause"), \
        KEYS("segments"))                                                                                    \
    ROW(JOURNAL_STATUS, "status", KEYS("sid", "status", "cause"), KEYS("code"))                              \
    ROW(JOURNAL_CALLBACK, "callback",                                                                        \
        KEYS("id", "sid", "url", "message_status", "signature", "error", "body", "answer"),                  \
        KEYS("attempt", "status", "start_ms", "end_ms", "forged"))                                           \
    ROW(JOURNAL_FAULT, "fault", KEYS("call", "outcome"), KEYS("rule"))                                       \
    ROW(JOURNAL_UNREAD, "unread", KEYS("client", "what"), KEYS("status"))

enum journal_kind {
#define ROW(id, name, texts, numbers) id,
    JOURNAL_KINDS(ROW)
#undef ROW
        JOURNAL_KIND_COUNT
};

enum { JOURNAL_TEXTS_MAX = 16, JOURNAL_NUMBERS_MAX = 6 };

/* When something happened, read once for all that one event writes. */
struct journal_stamp {
    int64_t wall_ms;
    int64_t mono_ms;
    int64_t real_us;
};

struct journal_record {
    uint64_t n; /* from 1, without gaps but for journal_skip_to() */
    enum journal_kind kind;
    unsigned tenant; /* the account's number in the store; 0 = none */
    struct journal_stamp stamp;
    struct text texts[JOURNAL_TEXTS_MAX]; /* borrowed, until the next change */
    int64_t numbers[JOURNAL_NUMBERS_MAX];
};

struct journal {
    struct journal_chunk **chunks; /* oldest first */
    size_t chunk_count, chunk_room;
    size_t bytes, max_bytes;
    uint64_t last_n;
    uint64_t dropped; /* records that are gone */
};

/* Some records in a row, as they are kept: for a store that survives. Kinds stand in it by their place in the
 * table above, numbers in the byte order of this machine. */
struct journal_pack {
    uint64_t first_n, last_n;
    struct text bytes; /* borrowed, until the next change */
};

/* How far somebody who takes packs has come; zero: nothing was taken. */
struct journal_place {
    uint64_t n; /* the newest record taken, or skipped */
    size_t offset_bytes;
};

void journal_init(struct journal *journal, size_t max_bytes);
void journal_release(struct journal *journal);
/* Forgets everything; numbers go on. */
void journal_clear(struct journal *journal);

struct journal_stamp journal_now(void);
/* `texts` and `numbers` have as many items as the kind has keys. Returns n. */
uint64_t journal_add(struct journal *journal, enum journal_kind kind, struct journal_stamp stamp,
                     unsigned tenant, const struct text *texts, const int64_t *numbers);

/* Numbers go on behind last_n, when that is more: what a store that survived had come to. */
void journal_skip_to(struct journal *journal, uint64_t last_n);
/* The number of the oldest record that is kept; last_n + 1 when there is none. */
uint64_t journal_oldest(const struct journal *journal);

/* The first record after number `after`, or false. */
bool journal_next(const struct journal *journal, uint64_t after, struct journal_record *ret);

/* Calls visit(context, record) for each record after number `after`, in order, until it returns false. One
 * walk: for whoever looks at many. */
void journal_visit(const struct journal *journal, uint64_t after,
                   bool (*visit)(void *context, const struct journal_record *record), void *context);

/* Takes the next pack behind the place; false when there is none. */
bool journal_next_pack(const struct journal *journal, struct journal_place *place, struct journal_pack *ret);
/* The place behind the newest record. */
struct journal_place journal_end(const struct journal *journal);
/* Appends the records of a pack; first_n is behind last_n of the journal. False when its bytes are not the
 * records that it says: then some of them may have been appended. */
bool journal_put_pack(struct journal *journal, const struct journal_pack *pack);

/* "call", "status": borrowed. */
const char *journal_kind_name(enum journal_kind kind);
/* False when no kind has that name. */
bool journal_kind_from_name(struct text name, enum journal_kind *ret);

/* Appends the record as one JSON object, without a line break. */
void journal_write(const struct journal_record *record, struct text_buf *out);
/* The value of one of its texts by key; TEXT_NONE when it has none. */
struct text journal_text(const struct journal_record *record, const char *key);
int64_t journal_number(const struct journal_record *record, const char *key);

size_t journal_text_count(enum journal_kind kind);
size_t journal_number_count(enum journal_kind kind);
/* The key of one of a kind's texts or numbers; NULL behind the last. */
const char *journal_text_key(enum journal_kind kind, size_t index);
const char *journal_number_key(enum journal_kind kind, size_t index);

#endif
