/* mem: the one place that allocates.
 *
 * Out of memory aborts here, with a line on stderr: no caller has recovery code that no test runs.
 * What comes back is *new*: the caller ends it with mem_free(). Thread-safe, as malloc is. */
#ifndef MEM_H
#define MEM_H

#include <stddef.h>

/* A zeroed block. size_bytes 0 gives a block of one byte. */
void *mem_new(size_t size_bytes);

/* A zeroed array; aborts when count * size_bytes does not fit. */
void *mem_new_array(size_t count, size_t size_bytes);

/* Grows or shrinks a block (NULL: a new one). What is new is not zeroed. */
void *mem_resize(void *block, size_t size_bytes);

/* A copy of `len` bytes with a NUL behind them. */
char *mem_copy(const char *at, size_t len);

/* A copy of a C string; NULL gives NULL. */
char *mem_string(const char *string);

/* Ends a block; NULL is allowed. */
void mem_free(void *block);

/* For a process that grows by many small blocks on several threads: one heap that grows by large steps,
 * instead of one a thread that asks the kernel for each page. Call once, before threads start. */
void mem_expect_growth(void);

/* Makes jansson allocate here too. Call once, before the first json_*(). */
void mem_serve_jansson(void);

#endif
