/* redo: what was answered and is not in the database yet, in a file beside it ("FILE-redo") that survives
 * kill -9: a ring of fixed size, written with one system call a record, so that no answer has to wait for
 * SQLite.
 *
 *     struct redo *redo = redo_new("my.db-redo", &why);      // an empty one, whatever was there
 *     if (!redo_put(redo, rows)) ...they are safe once the database has them...
 *     struct redo_mark mark = redo_mark(redo);               // stored with the rows, in their transaction
 *     redo_forget(redo, &mark);                              // the database has them: the room is free
 *     redo_free(redo); unlink(...)                           // all is in the database
 *
 *     if (!redo_read("my.db-redo", &mark, &rows, &why)) ...  // after a kill: what the database has not
 *
 * A record is what one redo_put() wrote. Reading begins at a mark and ends where no whole record with the
 * next number follows: each has a checksum over its number and its bytes, so neither a half-written one nor
 * what an earlier lap left is taken. Where whole ones of later numbers are found the file is damaged.
 *
 * The room is allocated when the file is made: a disk that fills up later does not reach it (but on file
 * systems that write a copy of each change, where redo_put() fails as it does for any error).
 *
 * Not thread-safe: the owner locks. */
#ifndef REDO_H
#define REDO_H

#include <stdint.h>

#include "fail.h"
#include "text.h"

enum { REDO_HEADER_BYTES = 64, REDO_RING_BYTES = 4 * 1024 * 1024 };

/* A place between two records of one file. */
struct redo_mark {
    uint64_t file; /* drawn when the file was made; 0: there is none */
    uint64_t next; /* the number of the record behind it, from 1 */
    uint64_t at;   /* where that stands or would stand: bytes since the first lap began */
};

struct redo;

/* New; for the owner's eyes alone. */
struct redo *redo_new(const char *path, struct fail *why);
/* The file stays. NULL is allowed. */
void redo_free(struct redo *redo);

/* False when there is no room, or it cannot be written. */
bool redo_put(struct redo *redo, struct text rows);
/* Behind the newest record. */
struct redo_mark redo_mark(const struct redo *redo);
/* What stands before the mark is overwritten by and by. */
void redo_forget(struct redo *redo, const struct redo_mark *mark);

/* Appends the rows of every record behind the mark. False when the file is not the one of the mark, or is
 * damaged. An empty file is one that somebody made to go on without. */
bool redo_read(const char *path, const struct redo_mark *mark, struct text_buf *rows, struct fail *why);

#endif
