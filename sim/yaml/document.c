/* A file's bytes, its memory, and its errors. What YAML is stands in yaml_tree.c. */
#include "document.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mem.h"
#include "nearest.h"
#include "yaml_tree.h"

/* Lists longer than this are not shown when no word is near. */
enum { WORDS_SHOWN_MAX = 12 };

struct document *document_new(const char *path, struct problems *problems)
{
    struct document *document = mem_new(sizeof *document);
    document->arena = arena_new(DOCUMENT_TREE_MAX_BYTES);
    document->path = arena_copy(document->arena, text_of(path));
    document->problems = problems;
    REQUIRE(document->path != NULL);
    return document;
}

void document_free(struct document *document)
{
    if (document == NULL)
        return;
    arena_free(document->arena);
    mem_free(document);
}

void document_seal(struct document *document)
{
    document->problems = NULL;
}

void *document_alloc(struct document *document, size_t size_bytes)
{
    void *piece = arena_alloc(document->arena, size_bytes);
    if (piece == NULL && !document->too_large) {
        document->too_large = true;
        document_error(document, (struct place){document->path, 1, 1},
                       "the file becomes larger than %d MiB in memory",
                       DOCUMENT_TREE_MAX_BYTES / (1024 * 1024));
    }
    return piece;
}

struct text document_copy(struct document *document, struct text view)
{
    char *copy = document_alloc(document, view.len + 1);
    if (copy == NULL)
        return TEXT_NONE;
    if (view.len > 0)
        memcpy(copy, view.at, view.len);
    return text_span(copy, view.len);
}

void document_error(struct document *document, struct place at, const char *format, ...)
{
    struct text_buf buf;
    text_buf_init(&buf, PROBLEM_TEXT_MAX_BYTES);
    va_list args;
    va_start(args, format);
    text_putv(&buf, format, args);
    va_end(args);
    document->broken = true;
    problems_add(document->problems, PROBLEM_ERROR, at, "%s", text_buf_z(&buf));
    text_buf_release(&buf);
}

void document_unknown(struct document *document, struct place at, const char *what, struct text written,
                      const char *const *words, size_t count)
{
    const char *near = nearest_word(written, words, count);
    struct text shown = text_first(written, 60);
    if (near != NULL) {
        document_error(document, at, "unknown %s '%.*s'; did you mean '%s'?", what, TEXT_ARGS(shown), near);
        return;
    }
    struct text_buf known;
    text_buf_init(&known, PROBLEM_TEXT_MAX_BYTES);
    for (size_t i = 0; i < count && count <= WORDS_SHOWN_MAX; i++)
        text_putf(&known, "%s%s", i == 0 ? "; known: " : ", ", words[i]);
    document_error(document, at, "unknown %s '%.*s'%s", what, TEXT_ARGS(shown), text_buf_z(&known));
    text_buf_release(&known);
}

/* Reads to the end or to the bound. */
static bool read_all(int fd, char *bytes, size_t room, size_t *ret_len)
{
    while (*ret_len < room) {
        ssize_t got = read(fd, bytes + *ret_len, room - *ret_len);
        if (got == 0)
            return true;
        if (got < 0 && errno != EINTR)
            return false;
        *ret_len += got > 0 ? (size_t)got : 0;
    }
    return true;
}

static bool open_plain_file(const char *path, int *ret_fd, const char **ret_why)
{
    struct stat about;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO must not hold us */
    if (fd < 0 || fstat(fd, &about) != 0)
        *ret_why = strerror(errno);
    else if (!S_ISREG(about.st_mode))
        *ret_why = S_ISDIR(about.st_mode) ? "it is a folder" : "it is no plain file";
    else {
        *ret_fd = fd;
        return true;
    }
    if (fd >= 0)
        close(fd);
    return false;
}

bool document_load(struct document *document, char **ret_bytes, size_t *ret_len)
{
    struct place whole = {document->path, 0, 0};
    const char *why = "";
    int fd = -1;
    if (!open_plain_file(document->path, &fd, &why)) {
        document_error(document, whole, "cannot be read: %s", why);
        return false;
    }
    char *bytes = mem_new(DOCUMENT_MAX_BYTES + 1);
    size_t len = 0;
    bool fine = read_all(fd, bytes, DOCUMENT_MAX_BYTES + 1, &len);
    if (!fine)
        document_error(document, whole, "cannot be read: %s", strerror(errno));
    close(fd);
    if (!fine) {
        mem_free(bytes);
        return false;
    }
    *ret_bytes = bytes;
    *ret_len = len;
    return true;
}

const struct node *document_parse(struct document *document, struct text bytes)
{
    if (bytes.len > DOCUMENT_MAX_BYTES) {
        document_error(document, (struct place){document->path, 0, 0}, "the file is larger than %d KiB",
                       DOCUMENT_MAX_BYTES / 1024);
        return NULL;
    }
    if (text_starts(bytes, "\xef\xbb\xbf")) /* a byte order mark, as some editors leave it */
        bytes = text_from(bytes, 3);
    problems_add_source(document->problems, document->path, bytes);
    return yaml_tree_read(document, bytes);
}
