/* env_file: the lines NAME=value of a .env file, one after the other, as the usual readers of such files see
 * them.
 *
 *     struct env_reader reader = {.rest = bytes};
 *     struct env_pair pair;
 *     while (env_next(&reader, &pair)) ...        // pair.name, pair.value, pair.line; pair.faults
 *
 * `export ` before a name, quotes around a value, comments, a BOM and CRLF are understood. What some readers
 * take literally is told in `faults`: a container's `--env-file` and Cloud Run's set quotes as they are.
 * Views are borrowed from the bytes; values are not unescaped. Pure. */
#ifndef ENV_FILE_H
#define ENV_FILE_H

#include "text.h"

enum env_fault {
    ENV_NO_PAIR = 1,    /* neither NAME=value nor a comment: name is the line */
    ENV_QUOTED = 2,     /* quotes around the value */
    ENV_OPEN_QUOTE = 4, /* a quote that does not end on its line */
    ENV_SPACES = 8,     /* spaces beside '=' */
    ENV_CARRIAGE_RETURN = 16,
    ENV_BAD_NAME = 32, /* no shell would take this name */
};

struct env_pair {
    struct text name, value;
    int line;
    unsigned faults; /* enum env_fault */
};

struct env_reader {
    struct text rest;
    int line;
};

bool env_next(struct env_reader *reader, struct env_pair *ret);

/* The next line of a text without its end (LF or CRLF); false behind the last. *ret_cr: it ended in CRLF; may
 * be NULL. */
bool env_line(struct text *rest, struct text *ret_line, bool *ret_cr);
/* Letters, digits and underscores, no digit first. */
bool env_name_valid(struct text name);

#endif
