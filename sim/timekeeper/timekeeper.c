/* The owner's thread and what may be asked of it. Everything happens under one lock; a caller that waits for
 * the stack hangs a wish into a list, and the owner takes it out when it is fulfilled or its guard has come.
 */
#include "timekeeper.h"

#include <pthread.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "clock.h"
#include "clock_kernel.h"
#include "clock_member.h"
#include "clock_census.h"
#include "deadlines.h"
#include "mem.h"
#include "rest.h"
#include "still_look.h"
#include "waiters.h"
#include "wishes.h"

#define NS_PER_MS  INT64_C(1000000)
#define NS_PER_DAY (INT64_C(86400000) * NS_PER_MS)

enum {
    LOOK_LEAST_NS = 50000,
    LOOK_MOST_NS = 2000000,
    LOOK_SLACK_NS = 1000,     /* how late the kernel may wake the owner */
    STAND_AHEAD_NS = 3000000, /* time to stop the clock before the moment at which it is to stand */
    TABLE_BYTES = 32768,
};

struct timekeeper {
    pthread_mutex_t lock;
    pthread_cond_t done; /* a wish is over, the owner has begun */
    pthread_t thread;
    bool begun, ending;
    struct fail no_rest; /* why the owner could not begin */
    char *path;
    struct clock_page *page;
    void (*jumped)(void *context, const struct timekeeper_jump *jump);
    void *context;
    pid_t root;
    _Atomic size_t
        callers; /* who is inside a call and does not wait for a wish: they are no part of any rest */
    _Atomic uint32_t *poke; /* futex: there is something to do */
    struct wish *wishes;
    struct rest *rest;      /* the owner's */
    struct deadlines *open; /* the owner's */
    struct clock_census *census;
    int64_t delay_ns;
    int64_t creep_seen_ns;
    int64_t patience_real_us;
    _Atomic uint64_t jumps;
    bool stuck;
    struct text_buf stuck_why;
};

/* ---- the lock */

/* A thread that waits for the lock looks asleep although it is at work: so it is counted. */
static void enter(struct timekeeper *tk)
{
    atomic_fetch_add(&tk->callers, 1);
    pthread_mutex_lock(&tk->lock);
}

static void leave(struct timekeeper *tk)
{
    pthread_mutex_unlock(&tk->lock);
    atomic_fetch_sub(&tk->callers, 1);
}

static void poke(struct timekeeper *tk)
{
    atomic_fetch_add(tk->poke, 1);
    kernel_futex_wake(tk->poke);
}

/* As leave(), and the owner looks again. */
static void leave_and_poke(struct timekeeper *tk)
{
    poke(tk);
    leave(tk);
}

/* ---- waking and jumping */

/* So many wishes are over. From now on those who had them are at work, before they know it themselves. */
static void tell(struct timekeeper *tk, size_t count)
{
    atomic_fetch_add(&tk->callers, count);
    if (count > 0)
        pthread_cond_broadcast(&tk->done);
}

static void gather(struct timekeeper *tk)
{
    deadlines_gather(tk->open, tk->rest->stack);
    for (const struct wish *wish = tk->wishes; wish != NULL; wish = wish->next)
        if (wish->to_ns != CLOCK_PAGE_NEVER)
            deadlines_add_advance(tk->open, wish->to_ns, clock_member_party());
}

/* Everybody, in no order, for a stack that does not come to rest; or at the end of an instant the owner's. */
static void wake_all_due(struct timekeeper *tk, bool owner_only)
{
    int64_t now_ns = clock_page_mono_ns(tk->page);
    gather(tk);
    for (size_t i = 0; i < tk->open->count; i++)
        if (tk->open->facts[i].due_ns <= now_ns &&
            (!owner_only || tk->open->facts[i].role == CLOCK_ROLE_OWNER))
            deadlines_wake(tk->open, i);
    tell(tk, wishes_end_come(&tk->wishes, now_ns));
}

static void jump(struct timekeeper *tk, const struct jump_fact *fact)
{
    int64_t from_ns = clock_page_mono_ns(tk->page);
    if (fact->due_ns <= from_ns)
        return;
    clock_page_set(tk->page, fact->due_ns, false);
    tk->jumps++;
    struct timekeeper_jump told = {.from_mono_ms = from_ns / NS_PER_MS,
                                   .to_mono_ms = clock_page_mono_ns(tk->page) / NS_PER_MS,
                                   .party = deadlines_party(tk->open, fact->party),
                                   .process = fact->process};
    if (tk->jumped != NULL)
        tk->jumped(tk->context, &told);
}

static void remember_stuck(struct timekeeper *tk, const char *reason)
{
    tk->stuck = true;
    text_buf_clear(&tk->stuck_why);
    text_putf(&tk->stuck_why, "%s\n", reason);
    waiters_put(&tk->stuck_why, tk->open, tk->rest->stack, clock_page_mono_ns(tk->page));
}

static void wake_first(struct timekeeper *tk, int64_t now_ns)
{
    for (size_t i = 0; i < tk->open->count; i++)
        if (jump_rule_wakes_first(tk->open->facts, tk->open->count, now_ns, i))
            deadlines_wake(tk->open, i);
}

/* False: time goes on at once, nobody has run. */
static bool wake_due(struct timekeeper *tk, const struct jump_step *step, int64_t now_ns)
{
    switch (step->kind) {
    case JUMP_WAKE_PASSIVE:
        wake_first(tk, now_ns);
        return true;
    case JUMP_WAKE_ONE:
        deadlines_wake(tk->open, step->which);
        still_expect(tk->rest->stack, tk->open->facts[step->which].pid);
        return true;
    case JUMP_WAKE_OWNER:
        wake_all_due(tk, true);
        return true;
    default:
        return false;
    }
}

/* At rest: whoever is due is woken, or time jumps and then they are. How long until the next look. */
static int64_t act(struct timekeeper *tk)
{
    deadlines_sweep(tk->open, tk->rest->stack);
    clock_census_look(tk->census, tk->page, tk->rest->stack);
    for (;;) {
        int64_t now_ns = clock_page_mono_ns(tk->page);
        gather(tk);
        struct jump_step step = jump_rule_next(tk->open->facts, tk->open->count, now_ns);
        if (wake_due(tk, &step, now_ns))
            return LOOK_LEAST_NS;
        size_t rested = wishes_end_rested(&tk->wishes);
        tell(tk, rested);
        if (rested > 0)
            return LOOK_LEAST_NS;
        if (step.kind == JUMP_NOTHING || clock_page_runs(tk->page))
            return LOOK_MOST_NS;
        if (step.kind == JUMP_STUCK)
            remember_stuck(tk, "nothing can happen any more: nobody waits for a time");
        jump(tk, &tk->open->facts[step.which]);
    }
}

/* ---- the owner's thread */

/* The wait that is open is ended by moving time to its deadline. */
static void lose_patience(struct timekeeper *tk)
{
    const struct jump_fact *bound = NULL;
    gather(tk);
    for (size_t i = 0; i < tk->open->count; i++) {
        const struct jump_fact *fact = &tk->open->facts[i];
        if (fact->role == CLOCK_ROLE_OWNER && !fact->woken && (bound == NULL || fact->due_ns < bound->due_ns))
            bound = fact;
    }
    if (bound == NULL)
        return;
    remember_stuck(tk, tk->rest->why);
    jump(tk, bound);
    wake_all_due(tk, false);
}

static int64_t not_yet(struct timekeeper *tk)
{
    int64_t creep_ns = tk->page->creep_ns;
    if (!clock_page_runs(tk->page) && clock_real_mono_us() >= tk->patience_real_us)
        lose_patience(tk);
    else if (creep_ns != tk->creep_seen_ns)
        wake_all_due(tk,
                     false); /* a spinner moves time on and never rests: the others must not wait for that */
    tk->creep_seen_ns = creep_ns;
    int64_t delay_ns = tk->delay_ns;
    tk->delay_ns = delay_ns * 2 < LOOK_MOST_NS ? delay_ns * 2 : LOOK_MOST_NS;
    return delay_ns;
}

/* One look, and what follows from it. How long the owner may sleep then. */
static int64_t turn(struct timekeeper *tk)
{
    if (tk->wishes == NULL && (clock_page_runs(tk->page) || !deadlines_owner_waits(tk->open))) {
        tk->delay_ns = LOOK_LEAST_NS;
        return INT64_MAX;
    }
    bool rested = rest_reached(tk->rest, tk->page) && tk->callers == 0;
    tell(tk, wishes_end_late(&tk->wishes, clock_real_mono_us(),
                             rested ? "the moment has not come" : tk->rest->why));
    if (!rested)
        return not_yet(tk);
    tk->delay_ns = LOOK_LEAST_NS;
    return act(tk);
}

static void *own(void *context)
{
    struct timekeeper *tk = context;
    prctl(PR_SET_NAME, "timekeeper");
    prctl(PR_SET_TIMERSLACK, LOOK_SLACK_NS);
    pthread_mutex_lock(&tk->lock);
    tk->rest = rest_new(tk->root, gettid(), &tk->no_rest);
    tk->begun = true;
    pthread_cond_broadcast(&tk->done);
    while (tk->rest != NULL && !tk->ending) {
        uint32_t before = *tk->poke;
        int64_t sleep_ns = turn(tk);
        pthread_mutex_unlock(&tk->lock);
        kernel_futex_wait(tk->poke, before, sleep_ns);
        pthread_mutex_lock(&tk->lock);
    }
    pthread_mutex_unlock(&tk->lock);
    return NULL;
}

/* ---- life */

static bool make_page(struct timekeeper *tk, const struct timekeeper_options *options, struct fail *why)
{
    enum clock_page_problem problem;
    int64_t wall_ns = options->wall_ms * NS_PER_MS, real_ns = kernel_mono_ns();
    int64_t apart_ns = (wall_ns - real_ns) % NS_PER_DAY;
    struct clock_page_start start = {.wall_ns = wall_ns, .runs = true};
    start.mono_ns = real_ns + apart_ns + (apart_ns < 0 ? NS_PER_DAY : 0);
    tk->page = clock_page_create(options->path, &start, &problem);
    if (tk->page == NULL)
        return fail_set(why, "the clock page %s %s", options->path, clock_page_problem_text(problem));
    uint32_t party = clock_page_add_party(tk->page, options->party,
                                          options->by_hand ? CLOCK_ROLE_SIMULATOR : CLOCK_ROLE_OWNER);
    tk->open = deadlines_new(tk->page);
    tk->census = clock_census_new(options->path);
    clock_member_join_page(tk->page, party);
    return tk->open->wake_fd >= 0 || fail_set(why, "no socket to wake others");
}

static bool start_owner(struct timekeeper *tk, struct fail *why)
{
    if (pthread_create(&tk->thread, NULL, own, tk) != 0)
        return fail_set(why, "no thread for the clock");
    pthread_mutex_lock(&tk->lock);
    while (!tk->begun)
        pthread_cond_wait(&tk->done, &tk->lock);
    pthread_mutex_unlock(&tk->lock);
    if (tk->rest != NULL)
        return true;
    pthread_join(tk->thread, NULL);
    return fail_set(why, "%s", tk->no_rest.text);
}

static void release(struct timekeeper *tk)
{
    if (tk->page != NULL) {
        clock_member_leave();
        unlink(tk->path);
    }
    rest_free(tk->rest);
    deadlines_free(tk->open);
    clock_census_free(tk->census);
    text_buf_release(&tk->stuck_why);
    pthread_cond_destroy(&tk->done);
    pthread_mutex_destroy(&tk->lock);
    mem_free(tk->path);
    mem_free(tk);
}

struct timekeeper *timekeeper_new(const struct timekeeper_options *options, struct fail *why)
{
    struct timekeeper *tk = mem_new(sizeof *tk);
    pthread_mutex_init(&tk->lock, NULL);
    clock_cond_init(&tk->done);
    text_buf_init(&tk->stuck_why, TABLE_BYTES);
    tk->path = mem_string(options->path);
    tk->root = options->root;
    tk->jumped = options->jumped;
    tk->context = options->context;
    tk->poke = clock_member_watch();
    tk->delay_ns = LOOK_LEAST_NS;
    tk->patience_real_us = CLOCK_NEVER;
    if (make_page(tk, options, why) && start_owner(tk, why))
        return tk;
    release(tk);
    return NULL;
}

void timekeeper_free(struct timekeeper *tk)
{
    if (tk == NULL)
        return;
    timekeeper_run(tk);
    pthread_mutex_lock(&tk->lock);
    REQUIRE(tk->wishes == NULL);
    tk->ending = true;
    pthread_mutex_unlock(&tk->lock);
    poke(tk);
    pthread_join(tk->thread, NULL);
    release(tk);
}

struct clock_page *timekeeper_page(struct timekeeper *tk)
{
    return tk->page;
}

char *timekeeper_add_party(struct timekeeper *tk, const char *name, enum clock_role role)
{
    struct text_buf out;
    enter(tk);
    uint32_t party = clock_page_add_party(tk->page, name, role);
    leave(tk);
    if (party == CLOCK_PARTIES_MAX)
        return NULL;
    text_buf_init(&out, strlen(tk->path) + 16);
    text_putf(&out, "%s:%u", tk->path, (unsigned)party);
    return text_buf_take(&out);
}

/* ---- how time goes */

static void set_time(struct timekeeper *tk, int64_t mono_ns, bool run)
{
    clock_page_set(tk->page, mono_ns, run);
    deadlines_wake_everybody(tk->open);
}

void timekeeper_run(struct timekeeper *tk)
{
    enter(tk);
    set_time(tk, 0, true);
    leave_and_poke(tk);
}

/* Wall and monotonic time are a whole number of days apart, so what is round on one is round on the other. */
void timekeeper_stand(struct timekeeper *tk, int64_t align_ns)
{
    REQUIRE(align_ns > 0 && NS_PER_DAY % align_ns == 0);
    enter(tk);
    int64_t at_ns = 0, apart_ns = tk->page->wall_minus_mono_ns % align_ns;
    do {
        int64_t now_ns = clock_page_mono_ns(tk->page) + (clock_page_runs(tk->page) ? STAND_AHEAD_NS : 0);
        int64_t over_ns = (now_ns + apart_ns) % align_ns;
        at_ns = now_ns + (over_ns == 0 ? 0 : align_ns - over_ns);
        clock_page_set(tk->page, at_ns, false);
    } while (clock_page_mono_ns(tk->page) != at_ns && align_ns > 1);
    deadlines_wake_everybody(tk->open);
    tk->creep_seen_ns = tk->page->creep_ns;
    leave_and_poke(tk);
}

void timekeeper_move_to_wall(struct timekeeper *tk, int64_t wall_ms)
{
    enter(tk);
    int64_t to_ns = clock_page_mono_of_wall_ns(tk->page, CLOCK_PARTIES_MAX, wall_ms * NS_PER_MS);
    set_time(tk, to_ns, clock_page_runs(tk->page));
    leave_and_poke(tk);
}

bool timekeeper_set_skew(struct timekeeper *tk, const char *party, int64_t skew_ms)
{
    bool found = false;
    enter(tk);
    for (uint32_t i = 0; i < tk->page->party_count && !found; i++) {
        found = strncmp(tk->page->parties[i].name, party, CLOCK_PARTY_NAME_BYTES - 1) == 0;
        if (found)
            clock_page_set_skew_ns(tk->page, i, skew_ms * NS_PER_MS);
    }
    deadlines_wake_everybody(tk->open);
    leave_and_poke(tk);
    return found;
}

/* ---- waiting for the stack */

static bool wait_for(struct timekeeper *tk, struct wish *wish, struct fail *why)
{
    enter(tk);
    wish_add(&tk->wishes, wish);
    poke(tk);
    atomic_fetch_sub(&tk->callers, 1); /* tell() puts it back */
    while (!wish->over)
        pthread_cond_wait(&tk->done, &tk->lock);
    leave(tk);
    return wish->fulfilled || fail_set(why, "%s", wish->reason);
}

bool timekeeper_settle(struct timekeeper *tk, int64_t until_real_us, struct fail *why)
{
    struct wish wish = {.to_ns = CLOCK_PAGE_NEVER, .until_real_us = until_real_us};
    return wait_for(tk, &wish, why);
}

bool timekeeper_advance(struct timekeeper *tk, int64_t to_mono_ms, int64_t until_real_us, struct fail *why)
{
    struct wish wish = {.to_ns = to_mono_ms * NS_PER_MS, .until_real_us = until_real_us};
    if (clock_page_runs(tk->page))
        return fail_set(why, "time runs by itself, it cannot be advanced");
    return wait_for(tk, &wish, why) && timekeeper_settle(tk, until_real_us, why);
}

void timekeeper_set_patience(struct timekeeper *tk, int64_t until_real_us)
{
    enter(tk);
    tk->patience_real_us = until_real_us;
    leave_and_poke(tk);
}

/* ---- what happened */

uint64_t timekeeper_jump_count(struct timekeeper *tk)
{
    return tk->jumps;
}

bool timekeeper_stuck(struct timekeeper *tk, struct text_buf *ret_why)
{
    enter(tk);
    bool stuck = tk->stuck;
    if (stuck && ret_why != NULL)
        text_put(ret_why, text_buf_view(&tk->stuck_why));
    tk->stuck = false;
    leave(tk);
    return stuck;
}

/* The stack as it is now, rest or not: the owner is not in the middle of a look, it holds the lock then. */
static void look_anew(struct timekeeper *tk)
{
    stack_threads_refresh(tk->rest->stack);
    gather(tk);
}

void timekeeper_waiters(struct timekeeper *tk, struct text_buf *out)
{
    enter(tk);
    look_anew(tk);
    waiters_put(out, tk->open, tk->rest->stack, clock_page_mono_ns(tk->page));
    leave(tk);
}

size_t timekeeper_census(struct timekeeper *tk, struct timekeeper_process *ret, size_t room)
{
    enter(tk);
    look_anew(tk);
    clock_census_refresh(tk->census, tk->page, tk->rest->stack);
    size_t count = tk->census->count;
    for (size_t i = 0; i < count && i < room; i++)
        ret[i] = tk->census->entries[i].told;
    leave(tk);
    return count;
}

void timekeeper_forget_dead(struct timekeeper *tk)
{
    enter(tk);
    look_anew(tk);
    clock_census_forget_dead(tk->census, tk->rest->stack);
    leave(tk);
}
