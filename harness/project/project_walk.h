/* project_walk: finds the files of a project that could tell something and hands them to project_facts.
 *
 *     struct project_facts *facts = project_facts_new();
 *     if (!project_walk("/home/awa/shop", facts, &why)) ...          // no such folder, or not to be read
 *
 * Bounded: WALK_FILES_MAX files of at most WALK_FILE_BYTES, WALK_ENTRIES_MAX entries, WALK_DEPTH_MAX folders
 * deep. Links are not followed, what is no plain file is not opened (a FIFO never blocks), and a file `.env`
 * is never read. Folders of dependencies, builds and tests are left out. What was left unread though it could
 * tell something is noted in the facts. */
#ifndef PROJECT_WALK_H
#define PROJECT_WALK_H

#include "fail.h"
#include "project_facts.h"

enum {
    WALK_FILE_BYTES = 512 * 1024,
    WALK_FILES_MAX = 1000,
    WALK_ENTRIES_MAX = 20000,
    WALK_DEPTH_MAX = 8,
    WALK_PATH_BYTES = 4096,
};

bool project_walk(const char *folder, struct project_facts *facts, struct fail *why);

/* A plain file of at most `max_bytes` without waiting for anything; false with *why: no such file, no plain
 * file, too large. On success the buffer is the caller's to release. */
bool plain_file_read(const char *path, size_t max_bytes, struct text_buf *ret_content, struct fail *why);

#endif
