/* Records are packed behind each other in chunks of 256 KiB: a fixed head, the lengths of the texts, the
 * numbers, the bytes. One that is larger than a chunk gets a chunk of its own. */
#include "journal.h"

#include <string.h>

#include "clock.h"
#include "fail.h"
#include "json.h"
#include "mem.h"

enum { CHUNK_BYTES = 256 * 1024 };

struct kind_row {
    const char *name;
    const char *texts[JOURNAL_TEXTS_MAX + 1];
    const char *numbers[JOURNAL_NUMBERS_MAX + 1];
};

static const struct kind_row kinds[JOURNAL_KIND_COUNT] = {
#define KEYS(...)                                                                                            \
    {                                                                                                        \
        __VA_ARGS__                                                                                          \
    }
#define ROW(id, name, texts, numbers) [id] = {name, texts, numbers},
    JOURNAL_KINDS(ROW)
#undef ROW
#undef KEYS
};

/* How many keys a kind has: asked for at every record. */
static const struct {
    unsigned char texts, numbers;
} key_counts[JOURNAL_KIND_COUNT] = {
#define KEYS(...)                     sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)
#define ROW(id, name, texts, numbers) [id] = {texts, numbers},
    JOURNAL_KINDS(ROW)
#undef ROW
#undef KEYS
};

struct head {
    uint32_t size_bytes;            /* of the whole record, a multiple of 8 */
    uint32_t kind : 6, tenant : 26; /* tenants are counted on over resets */
    struct journal_stamp stamp;
};

struct journal_chunk {
    uint64_t first_n;
    size_t count;
    size_t used, room;
    _Alignas(8) char bytes[];
};

enum { TEXT_IS_NULL = -1 };

size_t journal_text_count(enum journal_kind kind)
{
    return key_counts[kind].texts;
}

size_t journal_number_count(enum journal_kind kind)
{
    return key_counts[kind].numbers;
}

void journal_init(struct journal *journal, size_t max_bytes)
{
    *journal = (struct journal){.max_bytes = max_bytes};
}

void journal_clear(struct journal *journal)
{
    for (size_t i = 0; i < journal->chunk_count; i++)
        mem_free(journal->chunks[i]);
    journal->chunk_count = 0;
    journal->bytes = 0;
}

void journal_release(struct journal *journal)
{
    journal_clear(journal);
    mem_free(journal->chunks);
}

struct journal_stamp journal_now(void)
{
    struct journal_stamp now;
    clock_read(&now.wall_ms, &now.mono_ms, &now.real_us);
    return now;
}

/* Takes the oldest chunk out; the caller ends it or uses it again. */
static struct journal_chunk *drop_oldest(struct journal *journal)
{
    struct journal_chunk *oldest = journal->chunks[0];
    journal->dropped += oldest->count;
    journal->bytes -= oldest->room;
    journal->chunk_count--;
    memmove(journal->chunks, journal->chunks + 1, journal->chunk_count * sizeof *journal->chunks);
    return oldest;
}

/* Room for a chunk of this size: a dropped one of the same size serves again, so that a full journal costs no
 * new memory. */
static struct journal_chunk *find_chunk(struct journal *journal, size_t room)
{
    struct journal_chunk *chunk = NULL;
    while (journal->chunk_count > 0 && journal->bytes + room > journal->max_bytes) {
        mem_free(chunk);
        chunk = drop_oldest(journal);
    }
    if (chunk != NULL && chunk->room == room)
        return chunk;
    mem_free(chunk);
    return mem_resize(NULL, sizeof *chunk + room);
}

static struct journal_chunk *add_chunk(struct journal *journal, size_t least)
{
    size_t room = least > CHUNK_BYTES ? least : CHUNK_BYTES;
    struct journal_chunk *chunk = find_chunk(journal, room);
    if (journal->chunk_count == journal->chunk_room) {
        journal->chunk_room = journal->chunk_room == 0 ? 16 : journal->chunk_room * 2;
        journal->chunks = mem_resize(journal->chunks, journal->chunk_room * sizeof *journal->chunks);
    }
    *chunk = (struct journal_chunk){.first_n = journal->last_n + 1, .room = room};
    journal->chunks[journal->chunk_count++] = chunk;
    journal->bytes += room;
    return chunk;
}

/* Where a record of `size` bytes goes. */
static char *reserve(struct journal *journal, size_t size)
{
    struct journal_chunk *last = journal->chunk_count == 0 ? NULL : journal->chunks[journal->chunk_count - 1];
    if (last == NULL || last->room - last->used < size)
        last = add_chunk(journal, size);
    char *at = last->bytes + last->used;
    last->used += size;
    last->count++;
    return at;
}

/* Of a record whose texts are empty. */
static size_t size_of(enum journal_kind kind)
{
    return sizeof(struct head) + journal_number_count(kind) * sizeof(int64_t) +
           journal_text_count(kind) * sizeof(int32_t);
}

uint64_t journal_add(struct journal *journal, enum journal_kind kind, struct journal_stamp stamp,
                     unsigned tenant, const struct text *texts, const int64_t *numbers)
{
    size_t n_texts = journal_text_count(kind), n_numbers = journal_number_count(kind);
    int32_t lengths[JOURNAL_TEXTS_MAX];
    size_t bytes = 0;
    for (size_t i = 0; i < n_texts; i++) {
        lengths[i] = texts[i].at == NULL ? TEXT_IS_NULL : (int32_t)texts[i].len;
        bytes += texts[i].at == NULL ? 0 : texts[i].len;
    }
    size_t unpadded = size_of(kind) + bytes;
    size_t size = (unpadded + 7) & ~(size_t)7;
    char *at = reserve(journal, size);
    struct head head = {(uint32_t)size, (uint32_t)kind & 0x3F, tenant & 0x3FFFFFF, stamp};
    memcpy(at, &head, sizeof head);
    at += sizeof head;
    memcpy(at, numbers, n_numbers * sizeof(int64_t));
    at += n_numbers * sizeof(int64_t);
    memcpy(at, lengths, n_texts * sizeof(int32_t));
    at += n_texts * sizeof(int32_t);
    for (size_t i = 0; i < n_texts; i++) {
        if (lengths[i] > 0) {
            memcpy(at, texts[i].at, texts[i].len);
            at += texts[i].len;
        }
    }
    memset(at, 0, size - unpadded); /* packs go to files */
    return ++journal->last_n;
}

static void unpack(const char *at, uint64_t n, struct journal_record *ret)
{
    struct head head;
    int32_t lengths[JOURNAL_TEXTS_MAX];
    memcpy(&head, at, sizeof head);
    *ret = (struct journal_record){
        .n = n, .kind = (enum journal_kind)head.kind, .tenant = head.tenant, .stamp = head.stamp};
    size_t n_texts = journal_text_count(ret->kind), n_numbers = journal_number_count(ret->kind);
    at += sizeof head;
    memcpy(ret->numbers, at, n_numbers * sizeof(int64_t));
    at += n_numbers * sizeof(int64_t);
    memcpy(lengths, at, n_texts * sizeof(int32_t));
    at += n_texts * sizeof(int32_t);
    for (size_t i = 0; i < n_texts; i++) {
        ret->texts[i] = lengths[i] == TEXT_IS_NULL ? TEXT_NONE : text_span(at, (size_t)lengths[i]);
        at += ret->texts[i].len;
    }
}

/* The chunk that holds record n, or the first one behind it. */
static size_t chunk_of(const struct journal *journal, uint64_t n)
{
    size_t low = 0, high = journal->chunk_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (journal->chunks[middle]->first_n + journal->chunks[middle]->count <= n)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint64_t journal_oldest(const struct journal *journal)
{
    return journal->chunk_count > 0 ? journal->chunks[0]->first_n : journal->last_n + 1;
}

/* Numbers are counted on within a chunk, so the last one gets no further record. */
void journal_skip_to(struct journal *journal, uint64_t last_n)
{
    if (last_n <= journal->last_n)
        return;
    journal->last_n = last_n;
    if (journal->chunk_count > 0) {
        struct journal_chunk *last = journal->chunks[journal->chunk_count - 1];
        journal->bytes -= last->room - last->used;
        last->room = last->used;
    }
}

static const char *next_head(const char *at)
{
    uint32_t size;
    memcpy(&size, at, sizeof size);
    return at + size;
}

bool journal_next(const struct journal *journal, uint64_t after, struct journal_record *ret)
{
    size_t index = chunk_of(journal, after + 1);
    if (index == journal->chunk_count)
        return false;
    const struct journal_chunk *chunk = journal->chunks[index];
    uint64_t n = chunk->first_n;
    const char *at = chunk->bytes;
    for (; n <= after; n++)
        at = next_head(at);
    unpack(at, n, ret);
    return true;
}

void journal_visit(const struct journal *journal, uint64_t after,
                   bool (*visit)(void *context, const struct journal_record *record), void *context)
{
    struct journal_record record;
    for (size_t i = chunk_of(journal, after + 1); i < journal->chunk_count; i++) {
        const struct journal_chunk *chunk = journal->chunks[i];
        const char *at = chunk->bytes;
        for (uint64_t n = chunk->first_n; n < chunk->first_n + chunk->count; n++, at = next_head(at)) {
            if (n <= after)
                continue;
            unpack(at, n, &record);
            if (!visit(context, &record))
                return;
        }
    }
}

/* ---- packs */

bool journal_next_pack(const struct journal *journal, struct journal_place *place, struct journal_pack *ret)
{
    size_t index = chunk_of(journal, place->n + 1);
    if (index == journal->chunk_count) {
        place->n = journal->last_n;
        return false;
    }
    const struct journal_chunk *chunk = journal->chunks[index];
    bool goes_on = chunk->first_n <= place->n;
    size_t from = goes_on ? place->offset_bytes : 0;
    *ret = (struct journal_pack){.first_n = goes_on ? place->n + 1 : chunk->first_n,
                                 .last_n = chunk->first_n + chunk->count - 1,
                                 .bytes = text_span(chunk->bytes + from, chunk->used - from)};
    *place = (struct journal_place){ret->last_n, chunk->used};
    return true;
}

struct journal_place journal_end(const struct journal *journal)
{
    struct journal_place end = {.n = journal->last_n};
    if (journal->chunk_count > 0)
        end.offset_bytes = journal->chunks[journal->chunk_count - 1]->used;
    return end;
}

/* Whether `bytes` begin with a whole record; its size. */
static bool is_record(struct text bytes, size_t *ret_size)
{
    static const int64_t year_9999_ms = INT64_C(253402300800000);
    struct head head;
    int32_t length;
    if (bytes.len < sizeof head)
        return false;
    memcpy(&head, bytes.at, sizeof head);
    *ret_size = head.size_bytes;
    if (head.kind >= JOURNAL_KIND_COUNT || head.size_bytes > bytes.len || head.size_bytes % 8 != 0 ||
        head.stamp.wall_ms < -year_9999_ms || head.stamp.wall_ms > year_9999_ms)
        return false;
    size_t size = size_of((enum journal_kind)head.kind),
           texts = journal_text_count((enum journal_kind)head.kind);
    if (head.size_bytes < size)
        return false;
    const char *at = bytes.at + size - texts * sizeof length;
    for (size_t i = 0; i < texts; i++, at += sizeof length) {
        memcpy(&length, at, sizeof length);
        if (length < TEXT_IS_NULL)
            return false;
        size += length > 0 ? (size_t)length : 0;
    }
    return size <= head.size_bytes && head.size_bytes - size < 8;
}

bool journal_put_pack(struct journal *journal, const struct journal_pack *pack)
{
    struct journal_record record;
    struct text rest = pack->bytes;
    size_t size = 0;
    REQUIRE(pack->first_n > journal->last_n);
    journal_skip_to(journal, pack->first_n - 1);
    while (is_record(rest, &size)) {
        unpack(rest.at, journal->last_n + 1, &record);
        journal_add(journal, record.kind, record.stamp, record.tenant, record.texts, record.numbers);
        rest = text_from(rest, size);
    }
    return rest.len == 0 && journal->last_n == pack->last_n;
}

const char *journal_kind_name(enum journal_kind kind)
{
    return kinds[kind].name;
}

bool journal_kind_from_name(struct text name, enum journal_kind *ret)
{
    for (int i = 0; i < JOURNAL_KIND_COUNT; i++) {
        if (text_is(name, kinds[i].name)) {
            *ret = (enum journal_kind)i;
            return true;
        }
    }
    return false;
}

void journal_write(const struct journal_record *record, struct text_buf *out)
{
    const struct kind_row *row = &kinds[record->kind];
    text_putf(out, "{\"n\":%llu,\"kind\":\"%s\",\"wall_ms\":%lld,\"mono_ms\":%lld,\"real_us\":%lld",
              (unsigned long long)record->n, row->name, (long long)record->stamp.wall_ms,
              (long long)record->stamp.mono_ms, (long long)record->stamp.real_us);
    for (size_t i = 0; i < journal_text_count(record->kind); i++) {
        text_putf(out, ",\"%s\":", row->texts[i]);
        json_put_text(out, record->texts[i]);
    }
    for (size_t i = 0; i < journal_number_count(record->kind); i++) {
        if (record->numbers[i] == JOURNAL_NULL)
            text_putf(out, ",\"%s\":null", row->numbers[i]);
        else
            text_putf(out, ",\"%s\":%lld", row->numbers[i], (long long)record->numbers[i]);
    }
    text_put_char(out, '}');
}

struct text journal_text(const struct journal_record *record, const char *key)
{
    for (size_t i = 0; i < journal_text_count(record->kind); i++)
        if (strcmp(kinds[record->kind].texts[i], key) == 0)
            return record->texts[i];
    return TEXT_NONE;
}

int64_t journal_number(const struct journal_record *record, const char *key)
{
    for (size_t i = 0; i < journal_number_count(record->kind); i++)
        if (strcmp(kinds[record->kind].numbers[i], key) == 0)
            return record->numbers[i];
    return JOURNAL_NULL;
}

const char *journal_text_key(enum journal_kind kind, size_t index)
{
    return index < journal_text_count(kind) ? kinds[kind].texts[index] : NULL;
}

const char *journal_number_key(enum journal_kind kind, size_t index)
{
    return index < journal_number_count(kind) ? kinds[kind].numbers[index] : NULL;
}
