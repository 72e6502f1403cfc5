/* file_bytes: a whole small file in or out.
 *
 *     struct text_buf content;
 *     if (!file_read(path, &content, &why)) return false;
 *     text_buf_release(&content);
 *
 * At most FILE_BYTES_MAX; a larger file is an error, never a part. Errors name the path. `why` may be NULL.
 */
#ifndef FILE_BYTES_H
#define FILE_BYTES_H

#include <stdbool.h>
#include <sys/types.h>

#include "fail.h"
#include "text.h"

enum { FILE_BYTES_MAX = 16 * 1024 * 1024 };

/* On success the buffer is the caller's to release; on failure there is nothing to release. */
bool file_read(const char *path, struct text_buf *ret_content, struct fail *why);
/* Made or replaced. */
bool file_write(const char *path, struct text content, mode_t mode, struct fail *why);
bool file_append(const char *path, struct text content, struct fail *why);

#endif
