/* One slot for an order and one thread that carries it out. Long advances are cut into slices of real time,
 * so that the end of the program need not wait for a stack that never rests. */
#include "clock_mover.h"

#include <pthread.h>
#include <signal.h>

#include "clock.h"
#include "clock_member.h"
#include "mem.h"

enum { RESULTS_KEPT = 16 };

struct result {
    const void *who; /* NULL = free */
    bool fine;
    struct fail why;
};

struct clock_mover {
    struct clock_moves moves;
    void (*over)(void *context);
    void *context;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t news;
    bool stopping;
    const void *who; /* whose order is under way; NULL = none */
    struct clock_order order;
    struct result results[RESULTS_KEPT]; /* not asked for yet; the oldest gives way */
    size_t last_result;
};

static bool is_stopping(struct clock_mover *mover)
{
    pthread_mutex_lock(&mover->lock);
    bool stopping = mover->stopping;
    pthread_mutex_unlock(&mover->lock);
    return stopping;
}

/* Slice by slice, for as long as time moves. */
static bool advance(struct clock_mover *mover, int64_t to_mono_ms, struct fail *why)
{
    int64_t patience_us = mover->moves.patience_us > 0 ? mover->moves.patience_us : CLOCK_MOVER_PATIENCE_US;
    int64_t slice_us = patience_us < CLOCK_MOVER_SLICE_US ? patience_us : CLOCK_MOVER_SLICE_US;
    int64_t came_to_ms = clock_mono_ms(), patient_until_us = clock_real_mono_us() + patience_us;
    for (;;) {
        struct fail reason = {0};
        int64_t until_us = clock_real_mono_us() + slice_us;
        if (mover->moves.advance(mover->moves.context, to_mono_ms, until_us, &reason))
            return true;
        if (is_stopping(mover))
            return fail_set(why, "the simulator ends");
        if (clock_mono_ms() != came_to_ms) {
            came_to_ms = clock_mono_ms();
            patient_until_us = clock_real_mono_us() + patience_us;
        }
        if (clock_real_mono_us() >= patient_until_us)
            return fail_set(why, "%s", reason.text);
    }
}

/* Running time is stopped meanwhile. */
static bool advance_and_go_on(struct clock_mover *mover, int64_t to_mono_ms, struct fail *why)
{
    const struct clock_page *page = clock_member_page();
    bool ran = page != NULL && clock_page_runs(page);
    if (ran)
        mover->moves.freeze(mover->moves.context);
    bool fine = advance(mover, to_mono_ms, why);
    if (ran)
        mover->moves.resume(mover->moves.context);
    return fine;
}

static bool carry_out(struct clock_mover *mover, const struct clock_order *order, struct fail *why)
{
    switch (order->kind) {
    case CLOCK_ORDER_ADVANCE:
        return advance_and_go_on(mover, order->to_mono_ms, why);
    case CLOCK_ORDER_FREEZE:
        mover->moves.freeze(mover->moves.context);
        return true;
    case CLOCK_ORDER_RESUME:
        mover->moves.resume(mover->moves.context);
        return true;
    }
    return true;
}

static void *mover_thread(void *context)
{
    struct clock_mover *mover = context;
    pthread_mutex_lock(&mover->lock);
    while (!mover->stopping) {
        if (mover->who == NULL) {
            clock_cond_wait(&mover->news, &mover->lock, CLOCK_NEVER);
            continue;
        }
        struct clock_order order = mover->order;
        struct result result = {.who = mover->who};
        pthread_mutex_unlock(&mover->lock);
        result.fine = carry_out(mover, &order, &result.why);
        pthread_mutex_lock(&mover->lock);
        mover->last_result = (mover->last_result + 1) % RESULTS_KEPT;
        mover->results[mover->last_result] = result;
        mover->who = NULL;
        pthread_mutex_unlock(&mover->lock);
        mover->over(mover->context);
        pthread_mutex_lock(&mover->lock);
    }
    pthread_mutex_unlock(&mover->lock);
    return NULL;
}

struct clock_mover *clock_mover_new(const struct clock_moves *moves, void (*over)(void *context),
                                    void *context)
{
    struct clock_mover *mover = mem_new(sizeof *mover);
    sigset_t all, before;
    mover->moves = *moves;
    mover->over = over;
    mover->context = context;
    pthread_mutex_init(&mover->lock, NULL);
    clock_cond_init(&mover->news);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    REQUIRE(pthread_create(&mover->thread, NULL, mover_thread, mover) == 0);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return mover;
}

void clock_mover_stop(struct clock_mover *mover)
{
    if (mover == NULL)
        return;
    pthread_mutex_lock(&mover->lock);
    bool stopped = mover->stopping;
    mover->stopping = true;
    pthread_cond_signal(&mover->news);
    pthread_mutex_unlock(&mover->lock);
    if (!stopped)
        pthread_join(mover->thread, NULL);
}

void clock_mover_free(struct clock_mover *mover)
{
    if (mover == NULL)
        return;
    clock_mover_stop(mover);
    pthread_cond_destroy(&mover->news);
    pthread_mutex_destroy(&mover->lock);
    mem_free(mover);
}

/* Called with the lock: the result of that one's order, which is taken. */
static bool take_result(struct clock_mover *mover, const void *who, struct result *ret)
{
    for (size_t i = 0; i < RESULTS_KEPT; i++) {
        if (mover->results[i].who != who)
            continue;
        *ret = mover->results[i];
        mover->results[i].who = NULL;
        return true;
    }
    return false;
}

/* Called with the lock. */
static enum clock_order_state answer(struct clock_mover *mover, const void *who, bool again,
                                     const struct clock_order *order, struct fail *why)
{
    struct result result = {.why.text = "its result was not fetched in time"};
    bool over = take_result(mover, who, &result); /* or one that nobody fetched, of who was here before */
    if (again && mover->who == who)
        return CLOCK_ORDER_UNDER_WAY;
    if (again && !result.fine)
        fail_set(why, "%s", result.why.text);
    if (again)
        return over && result.fine ? CLOCK_ORDER_DONE : CLOCK_ORDER_FAILED;
    if (mover->who != NULL)
        return CLOCK_ORDER_BUSY;
    mover->who = who;
    mover->order = *order;
    pthread_cond_signal(&mover->news);
    return CLOCK_ORDER_UNDER_WAY;
}

enum clock_order_state clock_mover_ask(struct clock_mover *mover, const void *who, bool again,
                                       const struct clock_order *order, struct fail *why)
{
    pthread_mutex_lock(&mover->lock);
    enum clock_order_state state = answer(mover, who, again, order, why);
    pthread_mutex_unlock(&mover->lock);
    return state;
}

uint64_t clock_mover_jumps(const struct clock_mover *mover)
{
    return mover->moves.jumps(mover->moves.context);
}
