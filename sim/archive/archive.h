/* archive: keeps a simulator's memory in a file, so that a later one has it (--store).
 *
 *     struct archive *archive = archive_open(path, &why);                     // nothing is written yet
 *     if (archive == NULL || !archive_load(archive, &config, &why)) ...       // what was stored is in memory
 *     if (!archive_start(archive, &why)) ...                                  // from now on changes are
 * written
 *     ...
 *     struct archive_pass pass;
 *     if (!archive_enter(archive, &pass, &why)) ...refuse...                  // before a request is handled
 *     ...handle...
 *     archive_leave(archive, &pass);                                          // it waits for pass.ticket
 *     ...decided(context, ticket) was called...
 *     if (archive_lost(archive, &pass)) ...an error instead of the answer...
 *     archive_close(archive);                              // writes the rest; before sim_free()
 *
 * Memory is the store, the file follows: a thread of its own takes what changed (changes.h), writes it in one
 * transaction, and tells up to which ticket everything is decided. While it writes, the changes of all other
 * requests gather for the next group. An answer that waits for its ticket says nothing that is not in the
 * file, neither what it did itself nor what it saw; only streams of events may be ahead of it by one group.
 *
 * When a group cannot be written (the disk is full), everything since the last one that was is lost: those
 * answers become errors, all that was planned for later stops, and archive_enter() refuses, until it finds
 * that there is room again: then memory is loaded from the file anew. So nothing is ever seen that was not
 * acknowledged, and nothing acknowledged is lost. It is logged once each time.
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
    /* Everything up to this ticket is written or lost. From the archive's thread, without a lock. */
    void (*decided)(void *context, uint64_t ticket);
    void *context;
};

/* One request's way through. */
struct archive_pass {
    unsigned epoch;
    uint64_t ticket; /* what its answer waits for; 0 = nothing */
};

struct archive *archive_open(const char *path, struct fail *why);
/* With a file that has accounts the simulator's memory becomes what was stored; what is planned needs the
 * simulator's schedule. */
bool archive_load(struct archive *archive, const struct archive_config *config, struct fail *why);
/* True when there was nothing to load. */
bool archive_is_new(const struct archive *archive);
const char *archive_path(const struct archive *archive);
bool archive_start(struct archive *archive, struct fail *why);
/* NULL is allowed. */
void archive_close(struct archive *archive);

bool archive_enter(struct archive *archive, struct archive_pass *ret, struct fail *why);
void archive_leave(struct archive *archive, struct archive_pass *pass);
bool archive_lost(struct archive *archive, const struct archive_pass *pass);

#endif
