/* typed_file: a file read by a shape (for what has a grammar). */
#ifndef TYPED_FILE_H
#define TYPED_FILE_H

#include "shape.h"

/* Reads one file (`bytes` NULL: from disk). NULL when anything was wrong: it is reported. What comes back
 * lives in the document. */
void *typed_file_read(struct document *document, const struct text *bytes, const struct shape *shape);

#endif
