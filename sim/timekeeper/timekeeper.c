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
#include "jump_rule.h"
#include "mem.h"
#include "still_look.h"

#define NS_PER_MS  INT64_C(1000000)
#define NS_PER_DAY (INT64_C(86400000) * NS_PER_MS)

enum {
    LOOK_LEAST_NS = 50000,
    LOOK_MOST_NS = 2000000,
    LOOK_SLACK_NS = 1000,     /* how late the kernel may wake the owner */
    STAND_AHEAD_NS = 3000000, /* time to stop the clock before the moment at which it is to stand */
    TABLE_BYTES = 32768,
    REASON_BYTES = 256,
};

/* What a caller waits for; on its stack. */
struct wish {
    int64_t to_ns; /* CLOCK_PAGE_NEVER: rest only */
    int64_t until_real_us;
    bool over, fulfilled;
    char reason[REASON_BYTES];
    struct wish *next;
};

struct timekeeper {
    pthread_mutex_t lock;
    pthread_cond_t done; /* a wish is over, the owner has begun */
    pthread_t thread;
    bool begun, ending;
    char *path;
    struct clock_page *page;
    void (*jumped)(void *context, const struct timekeeper_jump *jump);
    void *context;
    pid_t root;
    int wake_fd;
    _Atomic uint32_t *poke; /* futex: there is something to do */
    struct wish *wishes;
    struct stack_threads *stack;
    struct jump_fact *facts; /* CLOCK_SLOTS_MAX + one a wish at most */
    size_t fact_count, fact_room;
    int64_t *woken_ns; /* of each slot: the deadline that it was woken for */
    int64_t delay_ns;
    int64_t creep_seen_ns;
    int64_t patience_real_us;
    uint64_t jumps;
    char runner[REASON_BYTES]; /* why the stack is not at rest */
    bool stuck;
    struct text_buf stuck_why;
};

static const char *const no_name = "?";

/* ---- facts */

static struct jump_fact *new_fact(struct timekeeper *tk)
{
    if (tk->fact_count == tk->fact_room) {
        tk->fact_room = tk->fact_room == 0 ? 64 : tk->fact_room * 2;
        tk->facts = mem_resize(tk->facts, tk->fact_room * sizeof *tk->facts);
    }
    struct jump_fact *fact = &tk->facts[tk->fact_count++];
    *fact = (struct jump_fact){.slot = CLOCK_NO_SLOT, .process = no_name};
    return fact;
}

static enum clock_role role_of(const struct clock_page *page, uint32_t party)
{
    return party < CLOCK_PARTIES_MAX ? (enum clock_role)page->parties[party].role : CLOCK_ROLE_BACKEND;
}

static uint32_t owed_by(const struct clock_page *page, uint32_t process_slot, int32_t pid)
{
    if (process_slot >= CLOCK_SLOTS_MAX || page->slots[process_slot].pid != pid)
        return 0;
    return page->slots[process_slot].owes;
}

static void add_slot(struct timekeeper *tk, uint32_t number)
{
    const struct clock_slot *slot = &tk->page->slots[number];
    int64_t due_ns = slot->due_ns;
    if (slot->pid == 0 || due_ns == CLOCK_PAGE_NEVER || slot->wait == CLOCK_WAIT_NONE ||
        slot->wait == CLOCK_WAIT_PROCESS)
        return;
    const struct stack_process *process = stack_threads_process(tk->stack, slot->pid);
    struct jump_fact *fact = new_fact(tk);
    fact->due_ns = due_ns;
    fact->length_ns = slot->length_ns;
    fact->party = slot->party;
    fact->role = role_of(tk->page, slot->party);
    fact->process = process == NULL ? no_name : process->name;
    fact->pid = slot->pid;
    fact->tid = slot->tid;
    fact->slot = number;
    fact->alike = slot->alike;
    fact->owes = owed_by(tk->page, slot->process, slot->pid);
    fact->advancing = slot->advancing != 0;
    fact->woken = tk->woken_ns[number] == due_ns;
}

static void gather_facts(struct timekeeper *tk)
{
    uint32_t used = tk->page->slots_used;
    tk->fact_count = 0;
    for (uint32_t i = 0; i < used; i++)
        add_slot(tk, i);
    for (const struct wish *wish = tk->wishes; wish != NULL; wish = wish->next)
        if (wish->to_ns != CLOCK_PAGE_NEVER) {
            struct jump_fact *fact = new_fact(tk);
            fact->due_ns = wish->to_ns;
            fact->role = CLOCK_ROLE_OWNER;
            fact->party = clock_member_party();
            fact->advancing = true;
        }
}

/* Slots of processes that are no more, and of threads that ended without giving theirs back. */
static void sweep_slots(struct timekeeper *tk)
{
    uint32_t used = tk->page->slots_used;
    for (uint32_t i = 0; i < used; i++) {
        const struct clock_slot *slot = &tk->page->slots[i];
        int32_t pid = slot->pid, tid = slot->tid;
        if (pid == 0 || pid == tk->stack->self)
            continue;
        const struct stack_process *process = stack_threads_process(tk->stack, pid);
        if (process == NULL || !process->alive)
            clock_slots_free_of(tk->page, pid);
        else if (tid != 0 && !stack_threads_has(tk->stack, pid, tid))
            clock_slot_free(tk->page, i);
    }
}

static bool owner_waits(const struct clock_page *page)
{
    uint32_t used = page->slots_used;
    for (uint32_t i = 0; i < used; i++) {
        const struct clock_slot *slot = &page->slots[i];
        if (slot->pid != 0 && slot->due_ns != CLOCK_PAGE_NEVER &&
            role_of(page, slot->party) == CLOCK_ROLE_OWNER)
            return true;
    }
    return false;
}

/* ---- wishes */

static void end_wish(struct timekeeper *tk, struct wish **link, bool fulfilled)
{
    struct wish *wish = *link;
    *link = wish->next;
    wish->over = true;
    wish->fulfilled = fulfilled;
    if (!fulfilled)
        memcpy(wish->reason, tk->runner, sizeof wish->reason);
    pthread_cond_broadcast(&tk->done);
}

/* Rest has come. True when somebody was told so: then time does not move before they have gone on. */
static bool tell_of_rest(struct timekeeper *tk)
{
    bool told = false;
    for (struct wish **link = &tk->wishes; *link != NULL;) {
        if ((*link)->to_ns != CLOCK_PAGE_NEVER) {
            link = &(*link)->next;
            continue;
        }
        end_wish(tk, link, true);
        told = true;
    }
    return told;
}

static void end_advances(struct timekeeper *tk, int64_t now_ns)
{
    for (struct wish **link = &tk->wishes; *link != NULL;)
        if ((*link)->to_ns <= now_ns)
            end_wish(tk, link, true);
        else
            link = &(*link)->next;
}

static void end_late_wishes(struct timekeeper *tk)
{
    int64_t real_us = clock_real_mono_us();
    for (struct wish **link = &tk->wishes; *link != NULL;)
        if ((*link)->until_real_us <= real_us)
            end_wish(tk, link, false);
        else
            link = &(*link)->next;
}

/* ---- waking and jumping */

static void wake(struct timekeeper *tk, const struct jump_fact *fact)
{
    if (fact->slot == CLOCK_NO_SLOT)
        return;
    tk->woken_ns[fact->slot] = fact->due_ns;
    clock_slot_wake(tk->page, fact->slot, tk->wake_fd);
}

static void wake_passive(struct timekeeper *tk, int64_t now_ns)
{
    for (size_t i = 0; i < tk->fact_count; i++)
        if (jump_rule_wakes_first(tk->facts, tk->fact_count, now_ns, i))
            wake(tk, &tk->facts[i]);
}

static void wake_owner(struct timekeeper *tk, int64_t now_ns)
{
    for (size_t i = 0; i < tk->fact_count; i++)
        if (tk->facts[i].role == CLOCK_ROLE_OWNER && tk->facts[i].due_ns <= now_ns && !tk->facts[i].woken)
            wake(tk, &tk->facts[i]);
    end_advances(tk, now_ns);
}

/* Out of order, for a stack that does not come to rest. */
static void wake_all_due(struct timekeeper *tk)
{
    int64_t now_ns = clock_page_mono_ns(tk->page);
    gather_facts(tk);
    for (size_t i = 0; i < tk->fact_count; i++)
        if (tk->facts[i].due_ns <= now_ns && !tk->facts[i].woken)
            wake(tk, &tk->facts[i]);
}

static void jump(struct timekeeper *tk, const struct jump_fact *fact)
{
    int64_t from_ns = clock_page_mono_ns(tk->page), to_ns = fact->due_ns;
    struct timekeeper_jump told = {.party = no_name, .process = fact->process};
    clock_page_set(tk->page, to_ns, false);
    tk->jumps++;
    told.from_mono_ms = from_ns / NS_PER_MS;
    told.to_mono_ms = clock_page_mono_ns(tk->page) / NS_PER_MS;
    if (fact->party < CLOCK_PARTIES_MAX)
        told.party = tk->page->parties[fact->party].name;
    if (tk->jumped != NULL)
        tk->jumped(tk->context, &told);
}

static void remember_stuck(struct timekeeper *tk, const char *reason)
{
    tk->stuck = true;
    text_buf_clear(&tk->stuck_why);
    text_putf(&tk->stuck_why, "%s\n", reason);
}

/* At rest: one thing is done. How long until the next look. */
static int64_t act(struct timekeeper *tk)
{
    sweep_slots(tk);
    for (;;) {
        int64_t now_ns = clock_page_mono_ns(tk->page);
        gather_facts(tk);
        struct jump_step step = jump_rule_next(tk->facts, tk->fact_count, now_ns);
        switch (step.kind) {
        case JUMP_WAKE_PASSIVE:
            wake_passive(tk, now_ns);
            return LOOK_LEAST_NS;
        case JUMP_WAKE_ONE:
            wake(tk, &tk->facts[step.which]);
            return LOOK_LEAST_NS;
        case JUMP_WAKE_OWNER:
            wake_owner(tk, now_ns);
            return LOOK_LEAST_NS;
        case JUMP_NOTHING:
            tell_of_rest(tk);
            return LOOK_MOST_NS;
        case JUMP_STUCK:
        case JUMP_MOVE:
            if (tell_of_rest(tk) || clock_page_runs(tk->page))
                return LOOK_LEAST_NS;
            if (step.kind == JUMP_STUCK)
                remember_stuck(tk, "nothing can happen any more: nobody waits for a time");
            jump(tk, &tk->facts[step.which]); /* nobody has run since: go on at once */
            break;
        }
    }
}

/* ---- the owner's thread */

static bool runs(struct timekeeper *tk, const struct still_runner *runner)
{
    static const char *const texts[][2] = {{"R", "runs"}, {"D", "waits for a disk"}, {"+", "was born"}};
    const char *what = "ran in between";
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (runner->state == *texts[i][0])
            what = texts[i][1];
    struct text_buf text;
    text_buf_init(&text, sizeof tk->runner - 1);
    text_putf(&text, "never at rest: %s (%d) thread %d %s", runner->name, (int)runner->pid, (int)runner->tid,
              what);
    memccpy(tk->runner, text_buf_z(&text), '\0', sizeof tk->runner - 1);
    text_buf_release(&text);
    return false;
}

static bool at_rest(struct timekeeper *tk)
{
    struct still_runner runner = {0};
    uint32_t used = tk->page->slots_used;
    for (uint32_t i = 0; i < used; i++)
        if (tk->page->slots[i].pid != 0)
            stack_threads_include(tk->stack, tk->page->slots[i].pid);
    if (!still_first(tk->stack, &runner) || !still_again(tk->stack, &runner))
        return runs(tk, &runner);
    return true;
}

/* The wait that is open is ended by moving time to its deadline. */
static void lose_patience(struct timekeeper *tk)
{
    const struct jump_fact *bound = NULL;
    gather_facts(tk);
    for (size_t i = 0; i < tk->fact_count; i++)
        if (tk->facts[i].role == CLOCK_ROLE_OWNER && !tk->facts[i].woken &&
            (bound == NULL || tk->facts[i].due_ns < bound->due_ns))
            bound = &tk->facts[i];
    if (bound == NULL)
        return;
    remember_stuck(tk, tk->runner);
    jump(tk, bound);
    wake_all_due(tk);
    end_advances(tk, clock_page_mono_ns(tk->page));
}

static int64_t not_yet(struct timekeeper *tk)
{
    int64_t creep_ns = tk->page->creep_ns;
    end_late_wishes(tk);
    if (!clock_page_runs(tk->page) && clock_real_mono_us() >= tk->patience_real_us)
        lose_patience(tk);
    else if (creep_ns != tk->creep_seen_ns)
        wake_all_due(tk); /* a spinner moves time on and never rests: the others must not wait for that */
    tk->creep_seen_ns = creep_ns;
    int64_t delay_ns = tk->delay_ns;
    tk->delay_ns = delay_ns * 2 < LOOK_MOST_NS ? delay_ns * 2 : LOOK_MOST_NS;
    return delay_ns;
}

/* One look, and what follows from it. How long the owner may sleep then. */
static int64_t turn(struct timekeeper *tk)
{
    bool stands = !clock_page_runs(tk->page);
    if (tk->wishes == NULL && !(stands && owner_waits(tk->page))) {
        tk->delay_ns = LOOK_LEAST_NS;
        return INT64_MAX;
    }
    if (!at_rest(tk))
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
    tk->stack = stack_threads_new(tk->root, gettid());
    tk->begun = true;
    pthread_cond_broadcast(&tk->done);
    while (!tk->ending) {
        uint32_t before = *tk->poke;
        int64_t sleep_ns = turn(tk);
        pthread_mutex_unlock(&tk->lock);
        kernel_futex_wait(tk->poke, before, sleep_ns);
        pthread_mutex_lock(&tk->lock);
    }
    pthread_mutex_unlock(&tk->lock);
    return NULL;
}

static void poke(struct timekeeper *tk)
{
    atomic_fetch_add(tk->poke, 1);
    kernel_futex_wake(tk->poke);
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
    clock_member_join_page(tk->page, party);
    return true;
}

static bool start_owner(struct timekeeper *tk, struct fail *why)
{
    if (pthread_create(&tk->thread, NULL, own, tk) != 0)
        return fail_set(why, "no thread for the clock");
    pthread_mutex_lock(&tk->lock);
    while (!tk->begun)
        pthread_cond_wait(&tk->done, &tk->lock);
    pthread_mutex_unlock(&tk->lock);
    return true;
}

static void release(struct timekeeper *tk)
{
    if (tk->page != NULL) {
        clock_member_leave();
        unlink(tk->path);
    }
    if (tk->wake_fd >= 0)
        close(tk->wake_fd);
    stack_threads_free(tk->stack);
    text_buf_release(&tk->stuck_why);
    pthread_cond_destroy(&tk->done);
    pthread_mutex_destroy(&tk->lock);
    mem_free(tk->facts);
    mem_free(tk->woken_ns);
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
    tk->wake_fd = clock_wake_socket();
    tk->woken_ns = mem_new_array(CLOCK_SLOTS_MAX, sizeof *tk->woken_ns);
    tk->delay_ns = LOOK_LEAST_NS;
    tk->patience_real_us = CLOCK_NEVER;
    if (tk->wake_fd < 0)
        fail_set(why, "no socket to wake others");
    else if (make_page(tk, options, why) && start_owner(tk, why))
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
    pthread_mutex_lock(&tk->lock);
    uint32_t party = clock_page_add_party(tk->page, name, role);
    pthread_mutex_unlock(&tk->lock);
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
    clock_slots_wake_all(tk->page, tk->wake_fd);
}

void timekeeper_run(struct timekeeper *tk)
{
    pthread_mutex_lock(&tk->lock);
    set_time(tk, 0, true);
    pthread_mutex_unlock(&tk->lock);
    poke(tk);
}

/* Wall and monotonic time are a whole number of days apart, so what is round on one is round on the other. */
void timekeeper_stand(struct timekeeper *tk, int64_t align_ns)
{
    REQUIRE(align_ns > 0 && NS_PER_DAY % align_ns == 0);
    pthread_mutex_lock(&tk->lock);
    int64_t at_ns = 0, apart_ns = tk->page->wall_minus_mono_ns % align_ns;
    do {
        int64_t now_ns = clock_page_mono_ns(tk->page) + (clock_page_runs(tk->page) ? STAND_AHEAD_NS : 0);
        int64_t over_ns = (now_ns + apart_ns) % align_ns;
        at_ns = now_ns + (over_ns == 0 ? 0 : align_ns - over_ns);
        clock_page_set(tk->page, at_ns, false);
    } while (clock_page_mono_ns(tk->page) != at_ns && align_ns > 1);
    clock_slots_wake_all(tk->page, tk->wake_fd);
    tk->creep_seen_ns = tk->page->creep_ns;
    pthread_mutex_unlock(&tk->lock);
    poke(tk);
}

void timekeeper_move_to_wall(struct timekeeper *tk, int64_t wall_ms)
{
    pthread_mutex_lock(&tk->lock);
    int64_t to_ns = clock_page_mono_of_wall_ns(tk->page, CLOCK_PARTIES_MAX, wall_ms * NS_PER_MS);
    set_time(tk, to_ns, clock_page_runs(tk->page));
    pthread_mutex_unlock(&tk->lock);
    poke(tk);
}

bool timekeeper_set_skew(struct timekeeper *tk, const char *party, int64_t skew_ms)
{
    bool found = false;
    pthread_mutex_lock(&tk->lock);
    for (uint32_t i = 0; i < tk->page->party_count && !found; i++) {
        found = strncmp(tk->page->parties[i].name, party, CLOCK_PARTY_NAME_BYTES - 1) == 0;
        if (found)
            clock_page_set_skew_ns(tk->page, i, skew_ms * NS_PER_MS);
    }
    clock_slots_wake_all(tk->page, tk->wake_fd);
    pthread_mutex_unlock(&tk->lock);
    poke(tk);
    return found;
}

/* ---- waiting for the stack */

static bool wait_for(struct timekeeper *tk, struct wish *wish, struct fail *why)
{
    pthread_mutex_lock(&tk->lock);
    wish->next = tk->wishes;
    tk->wishes = wish;
    poke(tk);
    while (!wish->over)
        pthread_cond_wait(&tk->done, &tk->lock);
    pthread_mutex_unlock(&tk->lock);
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
    pthread_mutex_lock(&tk->lock);
    tk->patience_real_us = until_real_us;
    pthread_mutex_unlock(&tk->lock);
    poke(tk);
}

/* ---- what happened */

uint64_t timekeeper_jump_count(struct timekeeper *tk)
{
    pthread_mutex_lock(&tk->lock);
    uint64_t jumps = tk->jumps;
    pthread_mutex_unlock(&tk->lock);
    return jumps;
}

bool timekeeper_stuck(struct timekeeper *tk, struct text_buf *ret_why)
{
    pthread_mutex_lock(&tk->lock);
    bool stuck = tk->stuck;
    if (stuck && ret_why != NULL)
        text_put(ret_why, text_buf_view(&tk->stuck_why));
    tk->stuck = false;
    pthread_mutex_unlock(&tk->lock);
    return stuck;
}

void timekeeper_waiters(struct timekeeper *tk, struct text_buf *out)
{
    (void)tk;
    (void)out;
}

size_t timekeeper_census(struct timekeeper *tk, struct timekeeper_process *ret, size_t room)
{
    (void)tk;
    (void)ret;
    (void)room;
    return 0;
}
