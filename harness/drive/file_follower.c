/* Follows one log file. The folder is watched, not the file: it may come later, or be replaced. */
#include "file_follower.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "line_reader.h"
#include "mem.h"
#include "process.h"
#include "watcher.h"

struct file_follower {
    char path[PATH_MAX];
    char *name;
    const struct drive_events *events;
    int inotify, file; /* file -1 = not there */
    ino_t inode;
    off_t offset;
    struct line_reader lines;
    struct watcher *watcher;
};

static void line_come(void *context, struct text line, bool continued)
{
    struct file_follower *follower = context;
    if (follower->events == NULL || follower->events->line == NULL)
        return;
    struct drive_line event = {
        .at = drive_time_now(),
        .process = follower->name,
        .stream = DRIVE_FILE,
        .text = line,
        .continued = continued,
    };
    follower->events->line(follower->events->context, &event);
}

/* Opens what stands at the path now, when it is not what is open already. */
static void file_open_again(struct file_follower *follower)
{
    struct stat about;
    if (stat(follower->path, &about) != 0)
        return;
    if (follower->file >= 0 && about.st_ino == follower->inode) {
        if (about.st_size < follower->offset) /* cut short */
            follower->offset = 0;
        return;
    }
    if (follower->file >= 0)
        close(follower->file);
    follower->file = open(follower->path, O_RDONLY | O_CLOEXEC);
    follower->inode = about.st_ino;
    follower->offset = 0;
}

static void file_read_on(struct file_follower *follower)
{
    char bytes[16 * 1024];
    ssize_t got;
    file_open_again(follower);
    while (follower->file >= 0 && (got = pread(follower->file, bytes, sizeof bytes, follower->offset)) > 0) {
        follower->offset += got;
        line_reader_feed(&follower->lines, text_span(bytes, (size_t)got));
    }
}

static void folder_changed(void *context)
{
    struct file_follower *follower = context;
    char notes[8 * 1024];
    while (read(follower->inotify, notes, sizeof notes) > 0)
        ; /* which file it was does not matter: a look costs little */
    file_read_on(follower);
}

static bool folder_watch(struct file_follower *follower)
{
    char folder[PATH_MAX];
    memcpy(folder, follower->path, sizeof folder);
    char *slash = strrchr(folder, '/');
    slash[slash == folder] = '\0';
    follower->inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    return follower->inotify >= 0 &&
           inotify_add_watch(follower->inotify, folder, IN_CREATE | IN_MODIFY | IN_MOVED_TO) >= 0;
}

struct file_follower *file_follower_new(const char *path, const char *name, const struct drive_events *events,
                                        struct fail *why)
{
    REQUIRE(path[0] == '/');
    struct file_follower *follower = mem_new(sizeof *follower);
    follower->name = mem_string(name);
    follower->events = events;
    follower->file = -1;
    line_reader_init(&follower->lines, PROCESS_LINE_MAX_BYTES, line_come, follower);
    bool fits = snprintf(follower->path, sizeof follower->path, "%s", path) < PATH_MAX;
    if (!fits || !folder_watch(follower)) {
        fail_set(why, "cannot follow %.300s: %s", path, fits ? strerror(errno) : "the path is too long");
        file_follower_free(follower);
        return NULL;
    }
    file_open_again(follower);
    if (follower->file >= 0)
        follower->offset = lseek(follower->file, 0, SEEK_END);
    follower->watcher = watcher_new(follower->inotify, folder_changed, follower);
    return follower;
}

void file_follower_free(struct file_follower *follower)
{
    if (follower == NULL)
        return;
    if (follower->watcher != NULL) {
        watcher_free(follower->watcher);
        file_read_on(follower);
        line_reader_end(&follower->lines);
    }
    if (follower->file >= 0)
        close(follower->file);
    if (follower->inotify >= 0)
        close(follower->inotify);
    line_reader_release(&follower->lines);
    mem_free(follower->name);
    mem_free(follower);
}
