/* A list of blocks; the first one stays over resets, so that a busy server does not go to malloc for each
 * request. */
#include "arena.h"

#include <stdint.h>
#include <string.h>

#include "mem.h"

enum { BLOCK_BYTES = 4096, ALIGNMENT = 16 };

struct block {
    struct block *next;
    size_t used;
    size_t room;
    _Alignas(ALIGNMENT) char bytes[];
};

struct arena {
    struct block *first;
    struct block *last;
    size_t max_bytes;
    size_t total;
};

static struct block *block_new(size_t room)
{
    struct block *block = mem_resize(NULL, sizeof *block + room);
    *block = (struct block){.room = room};
    return block;
}

struct arena *arena_new(size_t max_bytes)
{
    struct arena *arena = mem_new(sizeof *arena);
    arena->max_bytes = max_bytes;
    arena->first = arena->last = block_new(BLOCK_BYTES);
    return arena;
}

void arena_reset(struct arena *arena)
{
    struct block *block = arena->first->next;
    while (block != NULL) {
        struct block *next = block->next;
        mem_free(block);
        block = next;
    }
    arena->first->next = NULL;
    arena->first->used = 0;
    arena->last = arena->first;
    arena->total = 0;
}

void arena_free(struct arena *arena)
{
    if (arena == NULL)
        return;
    arena_reset(arena);
    mem_free(arena->first);
    mem_free(arena);
}

void *arena_alloc(struct arena *arena, size_t size_bytes)
{
    if (size_bytes > arena->max_bytes)
        return NULL;
    size_t size = (size_bytes + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (arena->total + size > arena->max_bytes)
        return NULL;
    if (arena->last->room - arena->last->used < size) {
        struct block *block = block_new(size > BLOCK_BYTES ? size : BLOCK_BYTES);
        arena->last->next = block;
        arena->last = block;
    }
    void *piece = arena->last->bytes + arena->last->used;
    arena->last->used += size;
    arena->total += size;
    return memset(piece, 0, size);
}

char *arena_copy(struct arena *arena, struct text view)
{
    char *copy = arena_alloc(arena, view.len + 1);
    if (copy != NULL && view.len > 0)
        memcpy(copy, view.at, view.len);
    return copy;
}

struct text arena_text(struct arena *arena, struct text view)
{
    char *copy = arena_copy(arena, view);
    return copy == NULL ? TEXT_NONE : text_span(copy, view.len);
}
