/* report_file: a file that is written in one go or line by line, in folders that are made when they are
 * missing.
 *
 * A whole file is written beside its place and moved there by report_file_finish(), so that nobody reads half
 * of one; "-" is the descriptor given, a device or a pipe is written in place. Errors: bool and struct fail.
 * One thread at a time. */
#ifndef REPORT_FILE_H
#define REPORT_FILE_H

#include "fail.h"
#include "text.h"

struct report_file {
    int fd;
    char *path;   /* owned; NULL: somebody else's descriptor */
    bool in_part; /* written beside its place until it is finished */
    int error;    /* errno of the first failed write */
};

/* live: the file stands in its place at once. False with *why when it cannot be made. */
bool report_file_init(struct report_file *file, const char *path, int standard_fd, bool live,
                      struct fail *why);
void report_file_put(struct report_file *file, struct text bytes);
/* Moves it into place. False with *why when anything could not be written. */
bool report_file_finish(struct report_file *file, struct fail *why);
/* A file that others write to as well, one after the other: opened to write behind what is there, whose size
 * goes to *ret_bytes. False with *why when it cannot be opened. */
bool report_file_append(struct report_file *file, const char *path, size_t *ret_bytes, struct fail *why);
/* An unfinished part is removed. */
void report_file_release(struct report_file *file);

/* All bytes to a descriptor; 0 or an errno. */
int report_write(int fd, struct text bytes);

#endif
