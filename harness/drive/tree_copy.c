/* Copies a folder: the visit that tree_walk makes for tree_copy(). */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "private_files.h"
#include "tree.h"

struct copy {
    const char *to;
    enum tree_choice (*choose)(void *context, const char *name);
    void *context;
    int64_t files;
    int64_t bytes;
};

static bool fail_copy(struct fail *why, const char *path)
{
    return fail_set(why, "cannot copy %s: %s", path, strerror(errno));
}

/* In the kernel where it can (that shares blocks on some file systems), by hand elsewhere. */
static bool content_copy(int from, int to)
{
    ssize_t moved;
    while ((moved = copy_file_range(from, NULL, to, NULL, 1 << 30, 0)) > 0)
        ;
    if (moved == 0)
        return true;
    if (errno != EXDEV && errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP)
        return false;
    char piece[64 * 1024];
    ssize_t got;
    while ((got = read(from, piece, sizeof piece)) > 0)
        if (write(to, piece, (size_t)got) != got)
            return false;
    return got == 0;
}

static bool file_copy(const struct tree_entry *entry, const char *target, struct fail *why)
{
    int from = open(entry->path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (from < 0)
        return fail_copy(why, entry->path);
    int to = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const struct timespec times[2] = {entry->about.st_atim, entry->about.st_mtim};
    bool done = to >= 0 && content_copy(from, to) && fchmod(to, entry->about.st_mode & 0777) == 0;
    int error = errno;
    if (done)
        futimens(to, times);
    if (to >= 0)
        close(to);
    close(from);
    errno = error;
    return done || fail_copy(why, entry->path);
}

static bool link_copy(const struct tree_entry *entry, const char *target, struct fail *why)
{
    char leads_to[PATH_MAX];
    ssize_t len = readlink(entry->path, leads_to, sizeof leads_to - 1);
    if (len < 0)
        return fail_copy(why, entry->path);
    leads_to[len] = '\0';
    return symlink(leads_to, target) == 0 || fail_copy(why, entry->path);
}

static bool entry_copy(struct copy *copy, const struct tree_entry *entry, const char *target,
                       struct fail *why)
{
    if (S_ISDIR(entry->about.st_mode))
        return mkdir(target, (entry->about.st_mode & 0777) | 0700) == 0 || errno == EEXIST ||
               fail_copy(why, entry->path);
    if (S_ISLNK(entry->about.st_mode))
        return link_copy(entry, target, why);
    if (!S_ISREG(entry->about.st_mode))
        return true;
    copy->bytes += entry->about.st_size;
    if (copy->bytes > TREE_COPY_MAX_BYTES)
        return fail_set(why, "more than 2 GiB to copy at %s", entry->path);
    return file_copy(entry, target, why);
}

static enum tree_go copy_visit(void *context, const struct tree_entry *entry, struct fail *why)
{
    struct copy *copy = context;
    enum tree_choice choice = copy->choose == NULL ? TREE_COPY : copy->choose(copy->context, entry->name);
    if (choice == TREE_LEAVE_OUT)
        return TREE_SKIP;
    char target[PATH_MAX];
    if (snprintf(target, sizeof target, "%s/%s", copy->to, entry->relative) >= (int)sizeof target) {
        fail_set(why, "the path of the copy of %.200s is too long", entry->path);
        return TREE_STOP;
    }
    if (++copy->files > TREE_FILES_MAX) {
        fail_set(why, "more than %d files to copy at %s", TREE_FILES_MAX, entry->path);
        return TREE_STOP;
    }
    if (choice == TREE_LINK) {
        if (symlink(entry->path, target) == 0)
            return TREE_SKIP;
        fail_copy(why, entry->path);
        return TREE_STOP;
    }
    return entry_copy(copy, entry, target, why) ? TREE_ON : TREE_STOP;
}

bool tree_copy(const char *from, const char *to, enum tree_choice (*choose)(void *context, const char *name),
               void *context, struct fail *why)
{
    struct copy copy = {.to = to, .choose = choose, .context = context};
    struct tree_visit visit = {.entry = copy_visit, .context = &copy};
    if (!folders_make(to, true))
        return fail_set(why, "cannot make %s: %s", to, strerror(errno));
    return tree_walk(from, &visit, why);
}
