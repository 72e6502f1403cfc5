/* place: where something stands in a file. Every struct of the typed tree begins with one, so that whatever
 * goes wrong later can say file:line:col. file == NULL: it was not written. */
#ifndef PLACE_H
#define PLACE_H

#include <stdbool.h>
#include <stddef.h>

struct place {
    const char *file; /* as it was given to the reader; lives as long as the tree */
    int line;         /* from 1 */
    int col;          /* from 1, in characters */
};

static inline bool place_given(struct place at)
{
    return at.file != NULL;
}

#endif
