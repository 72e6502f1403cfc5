/* Walking is one recursion with a bound; copying and removing are visits of it. */
#include "tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"

struct walk {
    const struct tree_visit *visit;
    struct fail *why;
    dev_t device;
    size_t root_len;
    char path[PATH_MAX];
};

static bool walk_folder(struct walk *walk, int depth);

static bool fail_on(struct fail *why, const char *verb, const char *path)
{
    return fail_set(why, "cannot %s %s: %s", verb, path, strerror(errno));
}

/* One entry whose path stands in walk->path. */
static bool walk_entry(struct walk *walk, size_t name_at, int depth)
{
    struct tree_entry entry = {
        .path = walk->path, .relative = walk->path + walk->root_len + 1, .name = walk->path + name_at};
    if (lstat(walk->path, &entry.about) != 0)
        return errno == ENOENT || fail_on(walk->why, "look at", walk->path);
    enum tree_go go = walk->visit->entry(walk->visit->context, &entry, walk->why);
    bool enters = go == TREE_ON && S_ISDIR(entry.about.st_mode) && entry.about.st_dev == walk->device;
    if (enters && !walk_folder(walk, depth + 1))
        return false;
    if (enters && walk->visit->leave != NULL)
        go = walk->visit->leave(walk->visit->context, &entry, walk->why);
    return go != TREE_STOP;
}

static bool walk_folder(struct walk *walk, int depth)
{
    size_t len = strlen(walk->path);
    if (depth > TREE_DEPTH_MAX)
        return fail_set(walk->why, "%s is more than %d folders deep", walk->path, TREE_DEPTH_MAX);
    DIR *folder = opendir(walk->path);
    if (folder == NULL) /* one below may have gone since it was listed */
        return (depth > 1 && errno == ENOENT) || fail_on(walk->why, "open", walk->path);
    bool fine = true;
    struct dirent *entry;
    while (fine && (entry = readdir(folder)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        int put = snprintf(walk->path + len, sizeof walk->path - len, "/%s", entry->d_name);
        fine = (size_t)put < sizeof walk->path - len
                   ? walk_entry(walk, len + 1, depth)
                   : fail_set(walk->why, "a path below %.200s is too long", walk->path);
        walk->path[len] = '\0';
    }
    closedir(folder);
    return fine;
}

bool tree_walk(const char *folder, const struct tree_visit *visit, struct fail *why)
{
    struct stat about;
    if (stat(folder, &about) != 0)
        return fail_on(why, "open", folder);
    if (!S_ISDIR(about.st_mode)) {
        errno = ENOTDIR;
        return fail_on(why, "open", folder);
    }
    struct walk *walk = mem_new(sizeof *walk);
    walk->visit = visit;
    walk->why = why;
    walk->device = about.st_dev;
    walk->root_len = strlen(folder);
    bool fine = walk->root_len < sizeof walk->path || fail_set(why, "the path of a folder is too long");
    if (fine) {
        memcpy(walk->path, folder, walk->root_len + 1);
        fine = walk_folder(walk, 1);
    }
    mem_free(walk);
    return fine;
}

/* ---- removing */

static enum tree_go remove_entry(void *context, const struct tree_entry *entry, struct fail *why)
{
    (void)context;
    if (S_ISDIR(entry->about.st_mode)) {
        chmod(entry->path, 0700); /* a folder without permissions cannot be emptied */
        return TREE_ON;
    }
    if (unlink(entry->path) == 0 || errno == ENOENT)
        return TREE_ON;
    fail_on(why, "remove", entry->path);
    return TREE_STOP;
}

static enum tree_go remove_folder(void *context, const struct tree_entry *entry, struct fail *why)
{
    (void)context;
    if (rmdir(entry->path) == 0 || errno == ENOENT)
        return TREE_ON;
    fail_on(why, "remove", entry->path);
    return TREE_STOP;
}

bool tree_remove(const char *folder, struct fail *why)
{
    static const struct tree_visit visit = {.entry = remove_entry, .leave = remove_folder};
    if (access(folder, F_OK) != 0 && errno == ENOENT)
        return true;
    return tree_walk(folder, &visit, why) && (rmdir(folder) == 0 || fail_on(why, "remove", folder));
}
