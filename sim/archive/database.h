/* database: the SQLite file behind --store: tables as row.h says, so that a person can look into it with the
 * sqlite3 shell while no simulator has it, and how much of FILE-redo (redo.h) is in them.
 *
 *     struct database *database = database_open(path, &why);
 *     if (!database_load(database, take, context, &why)) ...    // nothing was written so far
 *     if (!database_begin(database, &why)) ...
 *     if (!database_write(database, rows, &mark, &why)) ...      // all of them, or none
 *     database_close(database);
 *
 * One process has the file: SQLite's EXCLUSIVE locking mode. A second one is refused at once, with the pid of
 * the first where /proc/locks tells it. Opening writes nothing into a file that is there, and closing one
 * that was refused or did not load leaves it, and the write-ahead log beside it, byte for byte as they are.
 *
 * What is noticed as damage: a header that is not ours or of a newer version, what quick_check finds (files
 * up to DATABASE_CHECK_MAX_BYTES; all others are read whole by the load all the same), pages that cannot be
 * read, and values that make no sense to who loads them. SQLite keeps no checksums: a flipped letter within a
 * text stays a letter.
 *
 * WAL, synchronous=OFF: what was committed is the kernel's, and survives kill -9; when the power goes or the
 * kernel dies the file may be lost. Asked for is the former, and a sync costs 20 to 60 ms each.
 *
 * One thread at a time (the owner locks). */
#ifndef DATABASE_H
#define DATABASE_H

#include "fail.h"
#include "redo.h"
#include "row.h"

enum { DATABASE_VERSION = 2, DATABASE_CHECK_MAX_BYTES = 256 * 1024 * 1024 };

struct database;

/* New; NULL with the reason. A file that is not there, or is empty, becomes a store. */
struct database *database_open(const char *path, struct fail *why);
/* NULL is allowed. */
void database_close(struct database *database);
/* True when there was no store before, or one into which nothing was ever written: its first start failed, or
 * was killed. */
bool database_is_new(const struct database *database);
const char *database_path(const struct database *database);

typedef bool database_visit(void *context, const struct row *row, struct fail *why);

/* Gives every row to `visit`, tables in the order of row.h, until it returns
 * false. */
bool database_load(struct database *database, database_visit *visit, void *context, struct fail *why);
/* Up to where the redo log is in here. */
bool database_mark(struct database *database, struct redo_mark *ret, struct fail *why);
/* From now on the file may be written. */
bool database_begin(struct database *database, struct fail *why);
/* One transaction. After a failure the file is as it was before. `rows` are sound (row.h). */
bool database_write(struct database *database, struct text rows, const struct redo_mark *mark,
                    struct fail *why);
/* After a failure: is there room again, for a group of usual size? */
bool database_has_room(struct database *database, struct fail *why);

#endif
