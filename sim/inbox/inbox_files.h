/* inbox_files: the files of page/ as they were when the program was built; embed.cmake writes the table.
 * Constant. */
#ifndef INBOX_FILES_H
#define INBOX_FILES_H

#include <stddef.h>

struct inbox_file {
    const char *name; /* "app.js" */
    const char *type; /* its media type */
    const char *etag; /* with its quotes; another one when a byte differs */
    const unsigned char *bytes;
    size_t size_bytes;
};

extern const struct inbox_file inbox_files[];
extern const size_t inbox_file_count;

#endif
