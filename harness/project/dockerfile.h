/* dockerfile: the instructions of a Dockerfile that say how a backend starts.
 *
 *     struct dockerfile_reader reader = {.rest = bytes};
 *     struct dockerfile_line line;
 *     while (dockerfile_next(&reader, &line)) ...      // line.word "CMD", line.rest "[\"node\", \"x.js\"]"
 *
 * Lines that a backslash joins are one; each is at most DOCKERFILE_LINE_BYTES, what is beyond is cut. The
 * views are valid until the next call. Pure. */
#ifndef DOCKERFILE_H
#define DOCKERFILE_H

#include "text.h"

enum { DOCKERFILE_LINE_BYTES = 4096 };

struct dockerfile_line {
    struct text word, rest;
    int line; /* where it begins */
};

struct dockerfile_reader {
    struct text rest;
    int line;
    char joined[DOCKERFILE_LINE_BYTES];
};

bool dockerfile_next(struct dockerfile_reader *reader, struct dockerfile_line *ret);

#endif
