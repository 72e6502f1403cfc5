/* Walking a folder, file names in order, so that two walks find the same. */
#include "project_walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mem.h"

enum { SNIFF_BYTES = 8192 };

static const char *const left_out[] = {
    "node_modules", "vendor", "dist",   "build",      "target",        "out", "venv",     "env",
    "__pycache__",  "tests",  "test",   "spec",       "__tests__",     "e2e", "coverage", "bower_components",
    "fixtures",     "docs",   "static", "migrations", "site-packages", "tmp", "log",
};

struct walk {
    struct project_facts *facts;
    const char *folder;
    size_t entries, files;
    bool full;
};

static bool fail_read(struct fail *why, const char *path, const char *reason)
{
    return fail_set(why, "cannot read %s: %s", path, reason);
}

/* All of an open file; false when it grows beyond the limit meanwhile. */
static bool read_all(int fd, size_t max_bytes, struct text_buf *content)
{
    char piece[16 * 1024];
    ssize_t got;
    text_buf_init(content, max_bytes);
    while ((got = read(fd, piece, sizeof piece)) > 0 && !content->overflowed)
        text_put(content, text_span(piece, (size_t)got));
    if (got == 0 && !content->overflowed)
        return true;
    text_buf_release(content);
    return false;
}

static bool open_read(const char *path, int flags, size_t max_bytes, struct text_buf *ret_content,
                      struct fail *why)
{
    struct stat about;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | flags);
    if (fd < 0)
        return fail_read(why, path, errno == ELOOP ? "it is a link" : strerror(errno));
    bool plain = fstat(fd, &about) == 0 && S_ISREG(about.st_mode);
    bool small = plain && (uintmax_t)about.st_size <= max_bytes;
    bool done = small && read_all(fd, max_bytes, ret_content);
    close(fd);
    if (!plain)
        return fail_read(why, path, "it is no plain file");
    if (!small)
        return fail_set(why, "cannot read %s: it has %lld bytes, more than %zu", path,
                        (long long)about.st_size, max_bytes);
    return done || fail_read(why, path, "it cannot be read to its end");
}

bool plain_file_read(const char *path, size_t max_bytes, struct text_buf *ret_content, struct fail *why)
{
    return open_read(path, 0, max_bytes, ret_content, why);
}

static void take_file(struct walk *walk, const char *path, const char *below)
{
    struct text_buf content;
    struct fail why = {0};
    if (!project_facts_wants(below))
        return;
    if (walk->files++ >= WALK_FILES_MAX) {
        walk->full = true;
        return;
    }
    if (!open_read(path, O_NOFOLLOW, WALK_FILE_BYTES, &content, &why)) {
        project_facts_note(walk->facts, "%s", why.text);
        return;
    }
    struct text bytes = text_buf_view(&content);
    if (text_find(text_first(bytes, SNIFF_BYTES), '\0') < text_first(bytes, SNIFF_BYTES).len)
        project_facts_note(walk->facts, "cannot read %s: it is no text", path);
    else if (bytes.len > 0)
        project_facts_add(walk->facts, below, bytes);
    text_buf_release(&content);
}

static bool is_left_out(const char *name)
{
    for (size_t i = 0; i < sizeof left_out / sizeof left_out[0]; i++)
        if (strcmp(name, left_out[i]) == 0)
            return true;
    return name[0] == '.';
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in a folder in order, new; as many as are still allowed. */
static char **names_of(struct walk *walk, const char *path, size_t *ret_count)
{
    size_t count = 0, room = 64;
    char **names = mem_new_array(room, sizeof *names);
    DIR *folder = opendir(path);
    for (struct dirent *entry = folder == NULL ? NULL : readdir(folder); entry != NULL;
         entry = readdir(folder)) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (walk->entries++ >= WALK_ENTRIES_MAX) {
            walk->full = true;
            break;
        }
        if (count == room)
            names = mem_resize(names, (room *= 2) * sizeof *names);
        names[count++] = mem_string(entry->d_name);
    }
    if (folder == NULL)
        project_facts_note(walk->facts, "cannot read %s: %s", path, strerror(errno));
    else
        closedir(folder);
    qsort(names, count, sizeof *names, by_name);
    *ret_count = count;
    return names;
}

static void walk_folder(struct walk *walk, const char *below, int depth);

static void walk_entry(struct walk *walk, const char *below, const char *name, bool folders, int depth)
{
    char path[WALK_PATH_BYTES], inner[WALK_PATH_BYTES];
    struct stat about;
    int inner_len = snprintf(inner, sizeof inner, "%s%s%s", below, below[0] == '\0' ? "" : "/", name);
    int len = snprintf(path, sizeof path, "%s/%s", walk->folder, inner);
    if (inner_len >= (int)sizeof inner || len >= (int)sizeof path || lstat(path, &about) != 0)
        return;
    bool folder = S_ISDIR(about.st_mode);
    if (!folder && !folders)
        take_file(walk, path, inner);
    else if (folder && folders && !is_left_out(name) && depth < WALK_DEPTH_MAX)
        walk_folder(walk, inner, depth + 1);
}

/* Files before folders: what stands at the top counts first. */
static void walk_folder(struct walk *walk, const char *below, int depth)
{
    char path[WALK_PATH_BYTES];
    size_t count;
    if (snprintf(path, sizeof path, "%s/%s", walk->folder, below) >= (int)sizeof path)
        return;
    char **names = names_of(walk, path, &count);
    for (int folders = 0; folders < 2; folders++)
        for (size_t i = 0; i < count; i++)
            walk_entry(walk, below, names[i], folders == 1, depth);
    for (size_t i = 0; i < count; i++)
        mem_free(names[i]);
    mem_free(names);
}

bool project_walk(const char *folder, struct project_facts *facts, struct fail *why)
{
    struct walk walk = {.facts = facts, .folder = folder};
    DIR *there = opendir(folder);
    if (there == NULL)
        return fail_set(why, "cannot read the project's folder %s: %s", folder, strerror(errno));
    closedir(there);
    walk_folder(&walk, "", 0);
    if (walk.full)
        project_facts_note(facts, "the project is large: %zu files were read and the rest was not",
                           walk.files);
    return true;
}
