/* document: one file being read, and what its tree lives in (for what has a grammar).
 *
 *     struct document *document = document_new(path, problems);
 *     const struct node *root = document_parse(document, bytes);      // NULL: the errors are in `problems`
 *     void *piece = document_alloc(document, size);                   // NULL when the tree is too large;
 * said once document_seal(document);                                        // `problems` may end before the
 * tree does document_free(document);
 */
#ifndef DOCUMENT_H
#define DOCUMENT_H

#include "arena.h"
#include "node.h"
#include "problems.h"

enum document_bounds {
    DOCUMENT_MAX_BYTES = 1024 * 1024,           /* a file */
    DOCUMENT_TREE_MAX_BYTES = 64 * 1024 * 1024, /* what one file may become in memory */
    DOCUMENT_ITEMS_MAX = 10000,                 /* entries of one list or map */
};

struct document {
    struct arena *arena;
    const char *path;          /* in the arena: what places point to */
    struct problems *problems; /* NULL once sealed */
    bool too_large;            /* said already */
    bool broken;               /* an error was reported */
};

struct document *document_new(const char *path, struct problems *problems);
void document_free(struct document *document);
void document_seal(struct document *document);

/* Zeroed, or NULL. */
void *document_alloc(struct document *document, size_t size_bytes);
/* Ends with NUL; TEXT_NONE when there is no room. */
struct text document_copy(struct document *document, struct text view);

/* Reports an error at a place. */
void document_error(struct document *document, struct place at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* An error that names the nearest of the known words, or all of them when they are few: "unknown key 'x'; did
 * you mean 'y'?" */
void document_unknown(struct document *document, struct place at, const char *what, struct text written,
                      const char *const *words, size_t count);

/* Reads a file of at most DOCUMENT_MAX_BYTES; *ret is new (mem_free). The error is reported. */
bool document_load(struct document *document, char **ret_bytes, size_t *ret_len);
/* Bytes to nodes. */
const struct node *document_parse(struct document *document, struct text bytes);

#endif
