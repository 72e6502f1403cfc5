/* condense: a group's rows made fewer before they are written, to the same effect: the journal's records of
 * many requests become one row, or a few, and of an account's rows, which come with every message (it counts
 * what was sent that day), the last one is enough.
 *
 *     struct condense condense;
 *     condense_init(&condense, apply, database);
 *     if (!condense_rows(&condense, rows)) ...                // apply(database, &row) was false
 *     condense_release(&condense);
 *
 * Pure, but for what it calls. Not thread-safe. */
#ifndef CONDENSE_H
#define CONDENSE_H

#include "row.h"

/* A row of the journal that has come to this grows no further. */
enum { CONDENSE_PACK_BYTES = 256 * 1024 };

/* The row's texts are borrowed for the call. */
typedef bool condense_visit(void *context, const struct row *row);

struct condense {
    condense_visit *visit;
    void *context;
    struct text_buf pack; /* records without a row yet, `first` to `last` */
    int64_t first, last;
    struct row account; /* put when another row must find it */
    bool has_account;
};

void condense_init(struct condense *condense, condense_visit *visit, void *context);
void condense_release(struct condense *condense);

/* Gives all of a group's rows (row.h) to `visit`, until that is false. */
bool condense_rows(struct condense *condense, struct text rows);

#endif
