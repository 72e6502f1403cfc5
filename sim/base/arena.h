/* arena: memory that dies together, with a ceiling.
 *
 *     struct arena *arena = arena_new(64 * 1024);
 *     char *name = arena_copy(arena, view);
 *     arena_reset(arena);          // all pieces are gone; its first block is kept for the next request
 *     arena_free(arena);
 *
 * A piece that would pass the ceiling is refused with NULL (input decides how much is asked for, so the
 * caller answers it); pieces are aligned for any type and zeroed. One thread at a time. */
#ifndef ARENA_H
#define ARENA_H

#include <stddef.h>

#include "text.h"

struct arena;

struct arena *arena_new(size_t max_bytes);
void arena_free(struct arena *arena);
void arena_reset(struct arena *arena);

/* A zeroed piece, or NULL at the ceiling. Borrowed from the arena. */
void *arena_alloc(struct arena *arena, size_t size_bytes);
/* A copy as a view; TEXT_NONE at the ceiling. */
struct text arena_text(struct arena *arena, struct text view);
/* A copy with a NUL behind it, or NULL at the ceiling. */
char *arena_copy(struct arena *arena, struct text view);

#endif
