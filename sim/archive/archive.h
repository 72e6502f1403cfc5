/* archive: keeps a simulator's memory in a file, so that a later one has it (--store).
 *
 *     struct archive *archive = archive_open(path, &why);                     // nothing is written yet
 *     if (archive == NULL || !archive_load(archive, &config, &why)) ...       // what was stored is in memory
 *     if (!archive_start(archive, &why)) ...                                  // changes are written now
 *     ...
 *     if (!archive_enter(archive, &why)) ...refuse...                         // before a request is handled
 *     ...handle...
 *     if (!archive_keep(archive, &why)) ...an error instead of the answer...  // before its answer leaves
 *     archive_close(archive);                                                 // before sim_free()
 *
 * Memory is the store, the files follow. archive_keep() takes what has changed (changes.h), whoever changed
 * it, and puts it into the redo log beside the file (redo.h): an answer says nothing that would not survive
 * kill -9, neither what it did itself nor what it saw; only streams of events may be ahead. A thread of its
 * own writes the same into the database, many requests in one transaction, and so makes room in the log.
 * What does not fit into the log (a load that the database cannot follow, a change of megabytes) waits for
 * that thread.
 *
 * When the database cannot be written (the disk is full), archive_enter() refuses until it finds that there
 * is room again; what was answered is in the log meanwhile, and whatever could not be kept there was answered
 * with an error, but is in memory, and is written with the rest. It is logged once each time. After a kill in
 * that state the next start needs the room.
 *
 * Thread-safe, but for open, load, start and close. */
#ifndef ARCHIVE_H
#define ARCHIVE_H

#include "sim.h"

struct archive;

struct archive_config {
    struct sim *sim;
    /* One row of what was stored; under the store's lock, tables in the order of row.h. */
    bool (*restore)(void *context, const struct row *row, const struct journal_stamp *now, struct fail *why);
    void *context;
};

struct archive *archive_open(const char *path, struct fail *why);
/* With a file that has accounts the simulator's memory becomes what was stored; what is planned needs the
 * simulator's schedule. */
bool archive_load(struct archive *archive, const struct archive_config *config, struct fail *why);
/* True when there was nothing to load. */
bool archive_is_new(const struct archive *archive);
bool archive_start(struct archive *archive, struct fail *why);
/* Writes the rest; where it cannot, the redo log stays, and the next start wants it. NULL is allowed. */
void archive_close(struct archive *archive);

/* False while the database cannot be written: the request must not be handled. */
bool archive_enter(struct archive *archive, struct fail *why);
/* False when what the answer says may be lost. Returns soon, unless it has to wait for the database. */
bool archive_keep(struct archive *archive, struct fail *why);

#endif
