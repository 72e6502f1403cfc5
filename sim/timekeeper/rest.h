/* rest: is the whole stack at rest? Threads by still_look, connections by loopback_pairs, packets
 * by packet_backlog.
 *
 *     struct rest *rest = rest_new(root, gettid(), &why);
 *     if (!rest_reached(rest, page)) ... rest->why says who runs ...
 *     rest_free(rest);
 *
 * One thread, the owner's. */
#ifndef REST_H
#define REST_H

#include "clock_page.h"
#include "fail.h"
#include "loopback_pairs.h"
#include "packet_backlog.h"
#include "stack_threads.h"

enum { REST_WHY_BYTES = 256 };

struct rest {
    struct stack_threads *stack;
    struct loopback_pairs *pairs;
    struct packet_backlog *backlog;
    char why[REST_WHY_BYTES]; /* of the last time that there was none: "never at rest: ..." */
};

/* NULL with the reason. */
struct rest *rest_new(pid_t root, pid_t left_out, struct fail *why);
void rest_free(struct rest *rest);
/* Who has a slot on the page belongs to the stack too. */
bool rest_reached(struct rest *rest, const struct clock_page *page);

#endif
