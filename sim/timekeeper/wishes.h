/* wishes: what callers of the timekeeper wait for: rest, or a moment of virtual time.
 *
 *     struct wish wish = {.to_ns = CLOCK_PAGE_NEVER, .until_real_us = guard};
 *     wish_add(&list, &wish);                       // the caller then waits until wish.over
 *     if (wishes_end_rested(&list)) ...             // the owner: tell the callers
 *
 * A wish is its caller's memory, on the list until it is over. The caller's lock guards all of it. */
#ifndef WISHES_H
#define WISHES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WISH_REASON_BYTES = 256 };

struct wish {
    int64_t to_ns; /* CLOCK_PAGE_NEVER: rest only */
    int64_t until_real_us;
    bool over, fulfilled;
    char reason[WISH_REASON_BYTES]; /* why not */
    struct wish *next;
};

void wish_add(struct wish **list, struct wish *wish);
/* Each ends some, and says how many. */
size_t wishes_end_rested(struct wish **list);
size_t wishes_end_come(struct wish **list, int64_t now_ns);
size_t wishes_end_late(struct wish **list, int64_t real_us, const char *reason);

#endif
