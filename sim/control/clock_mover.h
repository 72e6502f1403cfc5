/* clock_mover: moves virtual time on behalf of requests, one order at a time, on a thread of its own, since a
 * handler must not block.
 *
 *     struct clock_mover *mover = clock_mover_new(&moves, tell_waiters, context);
 *     switch (clock_mover_ask(mover, request, request->called_again, &order, &why)) {
 *     case CLOCK_ORDER_UNDER_WAY: ... ask again when tell_waiters() was called
 *     case CLOCK_ORDER_BUSY:      ... somebody else's is under way
 *     case CLOCK_ORDER_DONE:      ...
 *     case CLOCK_ORDER_FAILED:    ... why
 *     }
 *     clock_mover_stop(mover); ... no more requests ...
 *     clock_mover_free(mover);
 *
 * An order goes on when who gave it asks no more; its result is forgotten after some more orders. How time is
 * moved is the caller's (`struct clock_moves`). The thread sleeps while there is no order. Thread-safe, but
 * clock_mover_free(). */
#ifndef CLOCK_MOVER_H
#define CLOCK_MOVER_H

#include <stdbool.h>
#include <stdint.h>

#include "fail.h"

/* Called on the mover's thread, except `jumps`. */
struct clock_moves {
    void *context;
    /* Lets time, which stands still, pass to that moment from deadline to deadline. False with the reason at
     * the guard; time is then where it had come to. */
    bool (*advance)(void *context, int64_t to_mono_ms, int64_t until_real_us, struct fail *why);
    void (*freeze)(void *context);
    void (*resume)(void *context);
    /* How often time jumped so far. From any thread. */
    uint64_t (*jumps)(void *context);
    int64_t patience_us; /* real time without any progress, then an advance has failed; 0 = the usual */
};

struct clock_order {
    enum { CLOCK_ORDER_ADVANCE, CLOCK_ORDER_FREEZE, CLOCK_ORDER_RESUME } kind;
    int64_t to_mono_ms; /* of an advance */
};

enum clock_order_state { CLOCK_ORDER_UNDER_WAY, CLOCK_ORDER_BUSY, CLOCK_ORDER_DONE, CLOCK_ORDER_FAILED };

enum {
    CLOCK_MOVER_SLICE_US = 500000, /* how long the end of the mover may have to wait for an advance */
    CLOCK_MOVER_PATIENCE_US = 30000000,
};

struct clock_mover;

/* `moves` is copied. `over(context)` is called, without a lock, when an order is over. */
struct clock_mover *clock_mover_new(const struct clock_moves *moves, void (*over)(void *context),
                                    void *context);
/* No order is carried out any more; one under way ends where it is. Requests may still ask. NULL is allowed;
 * so is stopping twice. */
void clock_mover_stop(struct clock_mover *mover);
/* Nobody asks any more. NULL is allowed. */
void clock_mover_free(struct clock_mover *mover);

/* `who` tells orders apart and is only compared; `again`: that one has given this order before. */
enum clock_order_state clock_mover_ask(struct clock_mover *mover, const void *who, bool again,
                                       const struct clock_order *order, struct fail *why);
uint64_t clock_mover_jumps(const struct clock_mover *mover);

#endif
