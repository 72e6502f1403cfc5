/* tree: copying, walking and removing folders.
 *
 *     struct tree_visit visit = {.entry = note, .leave = note_end, .context = list};
 *     if (!tree_walk("/home/me/shop", &visit, &why)) ...
 *     tree_copy(from, to, &why);
 *     tree_remove(folder, &why);
 *
 * Symbolic links are never followed; other file systems mounted below are not entered. Sockets, pipes and
 * devices are left out of copies. Bounds: TREE_DEPTH_MAX levels; TREE_FILES_MAX entries and
 * TREE_COPY_MAX_BYTES in a copy: more is an error, never a part. Modes and times are kept in a copy. */
#ifndef TREE_H
#define TREE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "fail.h"

enum { TREE_FILES_MAX = 200000, TREE_DEPTH_MAX = 64 };
#define TREE_COPY_MAX_BYTES ((int64_t)2 * 1024 * 1024 * 1024)

enum tree_go { TREE_ON, TREE_SKIP, TREE_STOP };

struct tree_entry {
    const char *path;     /* of the entry */
    const char *relative; /* to the folder walked */
    const char *name;
    struct stat about;
};

struct tree_visit {
    /* Before a folder's entries; TREE_SKIP does not enter it, TREE_STOP ends the walk (having set *why). */
    enum tree_go (*entry)(void *context, const struct tree_entry *entry, struct fail *why);
    /* After a folder's entries; may be NULL. */
    enum tree_go (*leave)(void *context, const struct tree_entry *entry, struct fail *why);
    void *context;
};

/* Visits all below `folder`, not the folder itself. */
bool tree_walk(const char *folder, const struct tree_visit *visit, struct fail *why);

/* What a copy does with an entry. */
enum tree_choice { TREE_COPY, TREE_LEAVE_OUT, TREE_LINK };

/* Copies what is below `from` into `to`, which is made when missing. `choose` (NULL: copy all) is asked for
 * each entry; TREE_LINK makes a symbolic link to the original. */
bool tree_copy(const char *from, const char *to, enum tree_choice (*choose)(void *context, const char *name),
               void *context, struct fail *why);

/* Removes the folder and what is below it. One that is not there is fine. */
bool tree_remove(const char *folder, struct fail *why);

#endif
