/* A binary heap behind one lock, and one thread that sleeps until its top is due. A cancelled call leaves the
 * heap at once, and the thread sleeps anew: on a virtual clock a deadline that nobody wants would bound a
 * jump. */
#include "timers.h"

#include <pthread.h>

#include "clock.h"
#include "fail.h"
#include "mem.h"

struct entry {
    int64_t due_mono_ms;
    timer_id id;
    timer_call *call;
    void *context;
};

struct timers {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pthread_cond_t idle;
    pthread_t thread;
    struct entry *heap;
    size_t count, room;
    timer_id last_id;
    timer_id running;
    bool stopping;
};

static bool earlier(const struct entry *a, const struct entry *b)
{
    return a->due_mono_ms != b->due_mono_ms ? a->due_mono_ms < b->due_mono_ms : a->id < b->id;
}

static void swap(struct entry *a, struct entry *b)
{
    struct entry kept = *a;
    *a = *b;
    *b = kept;
}

static void sift_up(struct entry *heap, size_t at)
{
    while (at > 0 && earlier(&heap[at], &heap[(at - 1) / 2])) {
        swap(&heap[at], &heap[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
}

static void sift_down(struct entry *heap, size_t at, size_t count)
{
    for (;;) {
        size_t least = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < count; child++)
            if (earlier(&heap[child], &heap[least]))
                least = child;
        if (least == at)
            return;
        swap(&heap[at], &heap[least]);
        at = least;
    }
}

static struct entry take(struct timers *timers, size_t at)
{
    struct entry taken = timers->heap[at];
    timers->heap[at] = timers->heap[--timers->count];
    if (at < timers->count) {
        sift_down(timers->heap, at, timers->count);
        sift_up(timers->heap, at);
    }
    return taken;
}

/* Runs one call without the lock. */
static void run(struct timers *timers, const struct entry *entry)
{
    timers->running = entry->id;
    pthread_mutex_unlock(&timers->lock);
    entry->call(entry->context);
    pthread_mutex_lock(&timers->lock);
    timers->running = 0;
    pthread_cond_broadcast(&timers->idle);
}

static void *timers_thread(void *context)
{
    struct timers *timers = context;
    pthread_mutex_lock(&timers->lock);
    while (!timers->stopping) {
        int64_t due = timers->count == 0 ? CLOCK_NEVER : timers->heap[0].due_mono_ms;
        if (due <= clock_mono_ms()) {
            struct entry top = take(timers, 0);
            run(timers, &top);
        } else {
            clock_cond_wait(&timers->changed, &timers->lock, due);
        }
    }
    pthread_mutex_unlock(&timers->lock);
    return NULL;
}

struct timers *timers_new(void)
{
    struct timers *timers = mem_new(sizeof *timers);
    pthread_mutex_init(&timers->lock, NULL);
    clock_cond_init(&timers->changed);
    clock_cond_init(&timers->idle);
    REQUIRE(pthread_create(&timers->thread, NULL, timers_thread, timers) == 0);
    return timers;
}

void timers_free(struct timers *timers)
{
    if (timers == NULL)
        return;
    pthread_mutex_lock(&timers->lock);
    timers->stopping = true;
    pthread_cond_signal(&timers->changed);
    pthread_mutex_unlock(&timers->lock);
    pthread_join(timers->thread, NULL);
    pthread_cond_destroy(&timers->changed);
    pthread_cond_destroy(&timers->idle);
    pthread_mutex_destroy(&timers->lock);
    mem_free(timers->heap);
    mem_free(timers);
}

timer_id timers_add(struct timers *timers, int64_t due_mono_ms, timer_call *call, void *context)
{
    pthread_mutex_lock(&timers->lock);
    if (timers->count == timers->room) {
        timers->room = timers->room == 0 ? 64 : timers->room * 2;
        timers->heap = mem_resize(timers->heap, timers->room * sizeof *timers->heap);
    }
    timer_id id = ++timers->last_id;
    timers->heap[timers->count++] = (struct entry){due_mono_ms, id, call, context};
    sift_up(timers->heap, timers->count - 1);
    if (timers->heap[0].id == id)
        pthread_cond_signal(&timers->changed);
    pthread_mutex_unlock(&timers->lock);
    return id;
}

bool timers_cancel(struct timers *timers, timer_id id)
{
    if (id == 0)
        return false;
    pthread_mutex_lock(&timers->lock);
    bool found = false;
    for (size_t i = 0; i < timers->count && !found; i++) {
        found = timers->heap[i].id == id;
        if (found)
            take(timers, i);
        if (found && i == 0)
            pthread_cond_signal(&timers->changed);
    }
    while (timers->running == id && !pthread_equal(pthread_self(), timers->thread))
        clock_cond_wait(&timers->idle, &timers->lock, CLOCK_NEVER);
    pthread_mutex_unlock(&timers->lock);
    return found;
}

size_t timers_count(struct timers *timers)
{
    pthread_mutex_lock(&timers->lock);
    size_t count = timers->count;
    pthread_mutex_unlock(&timers->lock);
    return count;
}
