/* The allocator of the house: libc's, but it aborts when there is nothing left. */
#include "mem.h"

#include <jansson.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GROWTH_STEP_BYTES = 1024 * 1024 };

static void *or_abort(void *block, size_t size_bytes)
{
    if (block == NULL) {
        fprintf(stderr, "out of memory: %zu bytes asked for\n", size_bytes);
        abort();
    }
    return block;
}

void *mem_new(size_t size_bytes)
{
    return mem_new_array(1, size_bytes);
}

void *mem_new_array(size_t count, size_t size_bytes)
{
    size_t size = size_bytes == 0 ? 1 : size_bytes;
    return or_abort(calloc(count == 0 ? 1 : count, size), size);
}

void *mem_resize(void *block, size_t size_bytes)
{
    size_t size = size_bytes == 0 ? 1 : size_bytes;
    return or_abort(realloc(block, size), size);
}

char *mem_copy(const char *at, size_t len)
{
    char *copy = or_abort(malloc(len + 1), len + 1);
    if (len > 0)
        memcpy(copy, at, len);
    copy[len] = '\0';
    return copy;
}

char *mem_string(const char *string)
{
    return string == NULL ? NULL : mem_copy(string, strlen(string));
}

void mem_free(void *block)
{
    free(block);
}

void mem_expect_growth(void)
{
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_TOP_PAD, GROWTH_STEP_BYTES);
}

static void *jansson_new(size_t size_bytes)
{
    return or_abort(malloc(size_bytes == 0 ? 1 : size_bytes), size_bytes);
}

void mem_serve_jansson(void)
{
    json_set_alloc_funcs(jansson_new, free);
}
