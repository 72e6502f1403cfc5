/* A header of REDO_HEADER_BYTES, then the ring. A record never wraps: where it would, it stands at the next
 * lap's beginning, and a reader looks there too. Numbers are of this machine's byte order. */
#include "redo.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ids.h"
#include "mem.h"

enum { RING = REDO_RING_BYTES };

static const char magic[16] = "twilio-sim redo";

struct header {
    char magic[sizeof magic];
    uint64_t file;
};

struct record {
    uint64_t number;
    uint64_t sum;
    uint64_t bytes; /* of the rows behind it */
};

struct redo {
    int fd;
    struct redo_mark end;
    uint64_t begin; /* the oldest byte that is wanted */
    struct text_buf record;
};

/* Enough to tell a torn or foreign record from a whole one; it does not keep out who wants to deceive. */
static uint64_t mix(uint64_t sum, uint64_t word)
{
    sum = (sum ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    return sum ^ sum >> 32;
}

static uint64_t checksum(uint64_t file, uint64_t number, struct text rows)
{
    uint64_t word, sum = mix(mix(mix(0, file), number), rows.len);
    for (; rows.len >= sizeof word; rows = text_from(rows, sizeof word)) {
        memcpy(&word, rows.at, sizeof word);
        sum = mix(sum, word);
    }
    word = 0;
    memcpy(&word, rows.at, rows.len);
    return mix(sum, word);
}

static uint64_t lap_after(uint64_t at)
{
    return (at / RING + 1) * RING;
}

/* ---- writing */

static bool prepare(int fd, uint64_t file)
{
    struct header header = {.file = file};
    memcpy(header.magic, magic, sizeof magic);
    int error = posix_fallocate(fd, 0, REDO_HEADER_BYTES + RING);
    if (error != 0)
        errno = error;
    return error == 0 && pwrite(fd, &header, sizeof header, 0) == (ssize_t)sizeof header;
}

/* Always a file of its own: what is called so may be a link to another one. */
static int create(const char *path)
{
    if (unlink(path) != 0 && errno != ENOENT)
        return -1;
    return open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
}

struct redo *redo_new(const char *path, struct fail *why)
{
    struct ids ids;
    ids_init(&ids, 0);
    uint64_t file = 1 + ids_below(&ids, INT64_MAX); /* it becomes a number of SQLite's */
    int fd = create(path);
    if (fd < 0 || !prepare(fd, file)) {
        fail_set(why, "%s cannot be written: %s", path, strerror(errno));
        if (fd >= 0) {
            unlink(path);
            close(fd);
        }
        return NULL;
    }
    struct redo *redo = mem_new(sizeof *redo);
    redo->fd = fd;
    redo->end = (struct redo_mark){.file = file, .next = 1};
    text_buf_init(&redo->record, RING);
    return redo;
}

void redo_free(struct redo *redo)
{
    if (redo == NULL)
        return;
    close(redo->fd);
    text_buf_release(&redo->record);
    mem_free(redo);
}

/* Where a record of that size goes; false when something that is wanted stands there. */
static bool find_place(const struct redo *redo, size_t size, uint64_t *ret_at)
{
    if (size > RING / 2)
        return false;
    *ret_at = redo->end.at % RING + size <= RING ? redo->end.at : lap_after(redo->end.at);
    return *ret_at + size - redo->begin <= RING;
}

bool redo_put(struct redo *redo, struct text rows)
{
    uint64_t at, number = redo->end.next;
    size_t size = sizeof(struct record) + rows.len;
    if (!find_place(redo, size, &at))
        return false;
    struct record record = {number, checksum(redo->end.file, number, rows), rows.len};
    text_buf_clear(&redo->record);
    text_put(&redo->record, text_span((const char *)&record, sizeof record));
    text_put(&redo->record, rows);
    off_t place = (off_t)(REDO_HEADER_BYTES + at % RING);
    if (pwrite(redo->fd, redo->record.at, size, place) != (ssize_t)size)
        return false;
    redo->end.next++;
    redo->end.at = at + size;
    return true;
}

struct redo_mark redo_mark(const struct redo *redo)
{
    return redo->end;
}

void redo_forget(struct redo *redo, const struct redo_mark *mark)
{
    redo->begin = mark->at;
}

/* ---- reading */

/* The record of that number at `at`, if it stands there whole. */
static bool read_record(struct text ring, const struct redo_mark *want, uint64_t at, struct text *ret_rows)
{
    struct record record;
    struct text rest = text_from(ring, at % RING);
    if (rest.len < sizeof record)
        return false;
    memcpy(&record, rest.at, sizeof record);
    rest = text_from(rest, sizeof record);
    if (record.number != want->next || record.bytes > rest.len)
        return false;
    *ret_rows = text_first(rest, record.bytes);
    return record.sum == checksum(want->file, record.number, *ret_rows);
}

/* A whole record of a later number, wherever it stands. */
static bool has_later(struct text ring, const struct redo_mark *mark)
{
    struct text found;
    struct redo_mark later = *mark;
    for (uint64_t at = 0; at + sizeof(struct record) <= ring.len; at++) {
        memcpy(&later.next, ring.at + at, sizeof later.next);
        bool may_be = later.next > mark->next && later.next - mark->next <= RING / sizeof(struct record);
        if (may_be && read_record(ring, &later, at, &found))
            return true;
    }
    return false;
}

/* A kill can tear the last record only. */
static bool read_ring(const char *path, struct text ring, struct redo_mark mark, struct text_buf *rows,
                      struct fail *why)
{
    struct text found;
    for (;; mark.next++) {
        bool wraps = !read_record(ring, &mark, mark.at, &found);
        if (wraps)
            mark.at = lap_after(mark.at);
        if (wraps && !read_record(ring, &mark, mark.at, &found))
            break;
        text_put(rows, found);
        mark.at += sizeof(struct record) + found.len;
    }
    return !has_later(ring, &mark) ||
           fail_set(why, "%s is damaged: its record %llu is broken, and later ones are there", path,
                    (unsigned long long)mark.next);
}

static bool is_of(const char *path, struct text content, const struct redo_mark *mark, struct fail *why)
{
    struct header header;
    if (content.len != REDO_HEADER_BYTES + RING || memcmp(content.at, magic, sizeof magic) != 0)
        return fail_set(why, "%s is damaged: it is no redo log of twilio-sim", path);
    memcpy(&header, content.at, sizeof header);
    return header.file == mark->file || fail_set(why, "%s belongs to another store", path);
}

static bool read_all(int fd, struct text_buf *content)
{
    ssize_t bytes = 1;
    char *at = text_buf_extend(content, REDO_HEADER_BYTES + RING + 1);
    size_t room = content->len;
    for (content->len = 0; bytes > 0 && content->len<room; content->len += bytes> 0 ? (size_t)bytes : 0)
        bytes = read(fd, at + content->len, room - content->len);
    return bytes >= 0;
}

bool redo_read(const char *path, const struct redo_mark *mark, struct text_buf *rows, struct fail *why)
{
    struct text_buf content;
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO would wait for its other end */
    if (fd < 0)
        return fail_set(why, "%s cannot be read: %s", path, strerror(errno));
    text_buf_init(&content, REDO_HEADER_BYTES + RING + 1);
    bool fine = fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
    if (!fine)
        fail_set(why, "%s is no ordinary file", path);
    else if (!read_all(fd, &content))
        fine = fail_set(why, "%s cannot be read: %s", path, strerror(errno));
    struct text bytes = text_buf_view(&content);
    if (fine && bytes.len > 0)
        fine = is_of(path, bytes, mark, why);
    if (fine && bytes.len > 0)
        fine = read_ring(path, text_from(bytes, REDO_HEADER_BYTES), *mark, rows, why);
    text_buf_release(&content);
    close(fd);
    return fine;
}
