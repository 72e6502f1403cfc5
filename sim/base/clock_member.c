/* One list of calls behind one lock, and the waker that looks through it. The thread's slot is kept in the
 * thread and given back by a key's destructor. */
#include "clock_member.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "clock_kernel.h"

enum { RETRY_LEAST_NS = 100000, RETRY_MOST_NS = 10000000, WAKER_STACK_BYTES = 256 * 1024, PATH_BYTES = 1024 };

static struct {
    _Atomic(struct clock_page *) page;
    _Atomic uint32_t party;
    _Atomic uint32_t process; /* slot */
    _Atomic int32_t pid;      /* of whom process is */
    pthread_mutex_t lock;
    struct clock_call *calls;
    bool waker_runs;
    bool prepared;
    _Atomic bool watched;
    _Atomic uint32_t adds; /* the watched word */
    pthread_key_t at_thread_end;
} member = {.lock = PTHREAD_MUTEX_INITIALIZER, .process = CLOCK_NO_SLOT};

static __thread struct {
    struct clock_page *page;
    uint32_t slot;
    int32_t pid;
} own;

struct clock_page *clock_member_page(void)
{
    return atomic_load_explicit(&member.page, memory_order_acquire);
}

uint32_t clock_member_party(void)
{
    return member.party;
}

/* A signal handler may set a timer: so none runs while the lock is held. */
static void lock(sigset_t *before)
{
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, before);
    pthread_mutex_lock(&member.lock);
}

static void unlock(const sigset_t *before)
{
    pthread_mutex_unlock(&member.lock);
    pthread_sigmask(SIG_SETMASK, before, NULL);
}

/* ---- joining */

static void thread_ends(void *unused)
{
    (void)unused;
    if (own.page != NULL && own.page == clock_member_page() && own.pid == getpid())
        clock_slot_free(own.page, own.slot);
    own.page = NULL;
}

/* In the child: the other threads, the waker and what they waited for are not there. */
static void forked(void)
{
    pthread_mutex_init(&member.lock, NULL);
    member.calls = NULL;
    member.waker_runs = false;
    member.process = CLOCK_NO_SLOT;
    own.page = NULL;
}

static void prepare(void)
{
    if (member.prepared)
        return;
    member.prepared = true;
    pthread_key_create(&member.at_thread_end, thread_ends);
    pthread_atfork(NULL, NULL, forked);
}

void clock_member_join_page(struct clock_page *page, uint32_t party)
{
    prepare();
    clock_member_leave();
    member.party = party;
    atomic_store_explicit(&member.page, page, memory_order_release);
}

/* What the program before exec has left. */
static struct {
    int64_t due_ns;
    int64_t interval_ns;
    bool there;
} left_over;

static void look_for_left_over(const struct clock_page *page, int32_t pid)
{
    for (uint32_t i = 0; i < page->slots_used; i++) {
        const struct clock_slot *slot = &page->slots[i];
        if (slot->pid != pid || slot->due_ns == CLOCK_PAGE_NEVER || slot->outlives == CLOCK_ENDS_AT_EXEC)
            continue;
        left_over.there = true;
        left_over.due_ns = slot->due_ns;
        left_over.interval_ns = slot->outlives == CLOCK_OUTLIVES_EXEC_REPEATS ? slot->length_ns : 0;
    }
}

bool clock_member_left_over(int64_t *ret_due_ns, int64_t *ret_interval_ns)
{
    bool there = left_over.there;
    left_over.there = false;
    *ret_due_ns = left_over.due_ns;
    *ret_interval_ns = left_over.interval_ns;
    return there;
}

bool clock_member_join(const char *path_and_party, enum clock_page_problem *ret_problem)
{
    char path[PATH_BYTES];
    uint32_t party = 0;
    size_t len = strnlen(path_and_party, sizeof path - 1), digits = 0;
    memcpy(path, path_and_party, len);
    path[len] = '\0';
    while (digits < len && path[len - digits - 1] >= '0' && path[len - digits - 1] <= '9')
        digits++;
    if (digits > 0 && digits < 3 && digits < len && path[len - digits - 1] == ':') {
        for (size_t i = len - digits; i < len; i++)
            party = party * 10 + (uint32_t)(path[i] - '0');
        path[len - digits - 1] = '\0';
    }
    struct clock_page *page = clock_page_attach(path, ret_problem);
    if (page == NULL)
        return false;
    look_for_left_over(page, getpid());
    clock_slots_free_of(page, getpid()); /* of the program that this process was before exec */
    clock_member_join_page(page, party < CLOCK_PARTIES_MAX ? party : 0);
    return true;
}

void clock_member_leave(void)
{
    struct clock_page *page = clock_member_page();
    uint32_t process = member.process;
    sigset_t before;
    lock(&before);
    atomic_store_explicit(&member.page, NULL, memory_order_release);
    member.process = CLOCK_NO_SLOT;
    member.waker_runs = false; /* it ends as soon as it wakes */
    unlock(&before);
    if (page != NULL && process != CLOCK_NO_SLOT) {
        atomic_fetch_add(&page->slots[process].wake, 1);
        kernel_futex_wake(&page->slots[process].wake);
    }
}

/* ---- slots */

static uint32_t take(struct clock_page *page, enum clock_wait wait, int32_t tid)
{
    uint32_t slot = clock_slot_take(page, member.party, getpid(), tid, clock_member_process_slot());
    if (slot != CLOCK_NO_SLOT)
        page->slots[slot].wait = wait;
    return slot;
}

uint32_t clock_member_process_slot(void)
{
    struct clock_page *page = clock_member_page();
    if (page == NULL || member.process != CLOCK_NO_SLOT)
        return member.process;
    uint32_t slot = clock_slot_take(page, member.party, getpid(), 0, CLOCK_NO_SLOT), none = CLOCK_NO_SLOT;
    if (slot == CLOCK_NO_SLOT)
        return slot;
    page->slots[slot].wait = CLOCK_WAIT_PROCESS;
    if (!atomic_compare_exchange_strong(&member.process, &none, slot)) {
        clock_slot_free(page, slot);
        return none;
    }
    return slot;
}

uint32_t clock_member_new_slot(void)
{
    struct clock_page *page = clock_member_page();
    return page == NULL ? CLOCK_NO_SLOT : take(page, CLOCK_WAIT_NONE, 0);
}

uint32_t clock_member_thread_slot(void)
{
    struct clock_page *page = clock_member_page();
    if (page == NULL)
        return CLOCK_NO_SLOT;
    if (own.page == page)
        return own.slot;
    uint32_t slot = take(page, CLOCK_WAIT_NONE, gettid());
    if (slot == CLOCK_NO_SLOT)
        return slot; /* another time there may be room */
    own.page = page;
    own.slot = slot;
    own.pid = getpid();
    pthread_setspecific(member.at_thread_end, &own);
    return slot;
}

uint32_t clock_member_other_thread_slot(void)
{
    own.page = NULL;
    return clock_member_thread_slot();
}

/* ---- the waker */

/* The waker also wakes by itself, to make a call again: that must not make others whose time has come, but
 * who are not meant to go on yet. The wake is read before the time: so nobody told in between is lost. */
static bool is_due(const struct clock_page *page, struct clock_call *call)
{
    bool woken = call->slot >= CLOCK_SLOTS_MAX || page->slots[call->slot].wake != call->seen_wake;
    if (call->slot < CLOCK_SLOTS_MAX)
        call->seen_wake = page->slots[call->slot].wake;
    if (call->due_ns > clock_page_mono_ns(page))
        return false;
    if (woken || clock_page_runs(page))
        call->told_ns = call->due_ns;
    return call->told_ns == call->due_ns;
}

/* Makes the calls that are due. How long it may sleep, in real time; RETRY_LEAST_NS when a call was made. */
static int64_t look(const struct clock_page *page, bool turned)
{
    int64_t least_ns = CLOCK_PAGE_NEVER;
    bool called = false, runs = clock_page_runs(page);
    for (struct clock_call *call = member.calls; call != NULL; call = call->next) {
        bool due = is_due(page, call);
        if (due || (turned && call->self_timed)) {
            call->call(call);
            called = called || due;
        } else if (runs && !call->self_timed) {
            int64_t left_ns = clock_page_real_left_ns(page, call->due_ns);
            least_ns = left_ns < least_ns ? left_ns : least_ns;
        }
    }
    return called ? RETRY_LEAST_NS : least_ns;
}

static void *waker(void *context)
{
    struct clock_page *page = context;
    uint32_t slot = member.process, seen_era = page->era;
    bool ran = clock_page_runs(page);
    int64_t retry_ns = RETRY_LEAST_NS;
    while (page == clock_member_page() && slot == member.process) {
        uint32_t before = page->slots[slot].wake, era = page->era;
        pthread_mutex_lock(&member.lock);
        bool runs = clock_page_runs(page);
        int64_t sleep_ns = look(page, era != seen_era && (ran || runs));
        pthread_mutex_unlock(&member.lock);
        seen_era = era;
        ran = runs;
        retry_ns = sleep_ns != RETRY_LEAST_NS ? RETRY_LEAST_NS
                   : retry_ns < RETRY_MOST_NS ? retry_ns * 2
                                              : RETRY_MOST_NS;
        kernel_futex_wait(&page->slots[slot].wake, before, sleep_ns == RETRY_LEAST_NS ? retry_ns : sleep_ns);
    }
    return NULL;
}

/* Called with the lock, and so with all signals blocked: the thread inherits that. */
static bool start(struct clock_page *page)
{
    pthread_attr_t attributes;
    pthread_t thread;
    if (member.waker_runs)
        return true;
    if (clock_member_process_slot() == CLOCK_NO_SLOT)
        return false;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, WAKER_STACK_BYTES);
    member.waker_runs = pthread_create(&thread, &attributes, waker, page) == 0;
    pthread_attr_destroy(&attributes);
    return member.waker_runs;
}

/* What has come already needs nobody to tell of it. */
static void begin_call(const struct clock_page *page, struct clock_call *call)
{
    if (call->slot < CLOCK_SLOTS_MAX)
        call->seen_wake = page->slots[call->slot].wake;
    call->told_ns = call->due_ns <= clock_page_mono_ns(page) ? call->due_ns : INT64_MIN;
}

static void wake_waker(void)
{
    struct clock_page *page = clock_member_page();
    uint32_t slot = member.process;
    if (page == NULL || slot == CLOCK_NO_SLOT)
        return;
    atomic_fetch_add(&page->slots[slot].wake, 1);
    kernel_futex_wake(&page->slots[slot].wake);
}

_Atomic uint32_t *clock_member_watch(void)
{
    member.watched = true;
    return &member.adds;
}

static void tell_watcher(void)
{
    if (!member.watched)
        return;
    atomic_fetch_add(&member.adds, 1);
    kernel_futex_wake(&member.adds);
}

bool clock_member_add(struct clock_call *call)
{
    struct clock_page *page = clock_member_page();
    sigset_t before;
    if (page == NULL)
        return false;
    lock(&before);
    bool fine = start(page);
    if (fine) {
        begin_call(page, call);
        call->next = member.calls;
        call->link = &member.calls;
        if (call->next != NULL)
            call->next->link = &call->next;
        member.calls = call;
    }
    unlock(&before);
    /* While time stands still only whoever moves it needs the waker. */
    if (fine && (call->due_ns <= clock_page_mono_ns(page) || (!call->self_timed && clock_page_runs(page))))
        wake_waker();
    tell_watcher();
    return fine;
}

void clock_member_remove(struct clock_call *call)
{
    sigset_t before;
    lock(&before);
    if (call->link != NULL) {
        *call->link = call->next;
        if (call->next != NULL)
            call->next->link = call->link;
        call->link = NULL;
    }
    unlock(&before);
}

void clock_member_move(struct clock_call *call, int64_t due_ns)
{
    struct clock_page *page = clock_member_page();
    sigset_t before;
    lock(&before);
    call->due_ns = due_ns;
    if (page != NULL)
        begin_call(page, call);
    unlock(&before);
    wake_waker();
    tell_watcher();
}
