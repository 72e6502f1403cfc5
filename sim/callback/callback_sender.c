/* The queue, the thread that runs libcurl's multi handle, and the one timer behind all time-outs. What goes
 * on the wire is worked out in callback_post, how an attempt goes and ends in callback_transfer.
 *
 * Time-outs: each transfer knows when it is late; a timer is kept for the earliest of them and wakes the
 * thread, which looks at all. The timers object is the sender's own, made with the thread: one timer for
 * hundreds of transfers would be looked for among everything else that is scheduled. */
#include "callback_sender.h"

#include <pthread.h>
#include <signal.h>

#include "callback_transfer.h"
#include "clock.h"
#include "clock_member.h"
#include "mem.h"
#include "timers.h"

enum {
    POLL_WOKEN_MS = 60 * 60 * 1000, /* the thread is woken; libcurl wants a number */
    POLL_UNWOKEN_MS = 50,           /* libcurl got no descriptor to be woken by: the thread looks by itself */
};

struct callback_sender {
    struct callback_settings settings;
    pthread_mutex_t lock; /* from here to multi */
    pthread_cond_t idle;
    pthread_t thread;
    bool started, stopping;
    bool useless; /* libcurl does not start */
    struct callback_post *first, *last;
    size_t waiting_bytes;
    struct callback_counts counts;
    CURLM *multi;    /* NULL until the thread has made it; then it stays */
    bool unwakeable; /* set with it */

    /* The thread's own. */
    struct timers *timers;
    timer_id tick;
    int64_t tick_due_ms;
    struct callback_transfer
        *transfers[CALLBACK_TRANSFERS_MAX]; /* the first `busy` run, the rest are spare or NULL */
    size_t busy;
};

struct callback_sender *callback_sender_new(const struct callback_settings *settings)
{
    struct callback_sender *sender = mem_new(sizeof *sender);
    sender->settings = *settings;
    if (settings->queue_max == 0)
        sender->settings.queue_max = CALLBACK_QUEUE_MAX;
    if (settings->queue_max_bytes == 0)
        sender->settings.queue_max_bytes = CALLBACK_QUEUE_MAX_BYTES;
    pthread_mutex_init(&sender->lock, NULL);
    clock_cond_init(&sender->idle);
    return sender;
}

/* Called with the lock. */
static void wake(struct callback_sender *sender)
{
    if (sender->multi != NULL && !sender->unwakeable)
        REQUIRE(curl_multi_wakeup(sender->multi) == CURLM_OK);
}

static void tick(void *context)
{
    struct callback_sender *sender = context;
    pthread_mutex_lock(&sender->lock);
    wake(sender);
    pthread_mutex_unlock(&sender->lock);
}

/* Keeps the timer at the earliest time-out. In real time one that fires too early does no harm, so a later
 * time-out leaves it alone; in virtual time it would be a moment to jump to at which nothing happens. */
static void arm(struct callback_sender *sender)
{
    int64_t due = CLOCK_NEVER;
    for (size_t i = 0; i < sender->busy; i++) {
        int64_t own = callback_transfer_due(sender->transfers[i]);
        due = own < due ? own : due;
    }
    bool exact = clock_member_page() != NULL;
    if (due == CLOCK_NEVER || due < sender->tick_due_ms || (exact && due != sender->tick_due_ms)) {
        timers_cancel(sender->timers, sender->tick);
        sender->tick = 0;
        sender->tick_due_ms = CLOCK_NEVER;
    }
    if (due != CLOCK_NEVER && sender->tick == 0) {
        sender->tick_due_ms = due;
        sender->tick = timers_add(sender->timers, due, tick, sender);
    }
}

/* The transfer at `index` runs no more: the last busy one takes its place, it becomes a spare. */
static void set_free(struct callback_sender *sender, size_t index)
{
    struct callback_transfer *transfer = sender->transfers[index];
    callback_post_free(callback_transfer_post(transfer));
    sender->transfers[index] = sender->transfers[--sender->busy];
    sender->transfers[sender->busy] = transfer;
}

/* Called with the lock, when a job is over and its last call has returned. */
static void tell_idle(struct callback_sender *sender)
{
    if (sender->counts.running == 0 && sender->counts.waiting == 0)
        pthread_cond_broadcast(&sender->idle);
}

static void count_attempt(struct callback_sender *sender, bool last)
{
    pthread_mutex_lock(&sender->lock);
    sender->counts.attempts++;
    if (last) {
        sender->counts.running--;
        tell_idle(sender);
    }
    pthread_mutex_unlock(&sender->lock);
}

static void begin(struct callback_sender *sender, struct callback_transfer *transfer,
                  struct callback_post *post, int number)
{
    callback_transfer_begin(transfer, post, number, clock_mono_ms());
    REQUIRE(curl_multi_add_handle(sender->multi, callback_transfer_easy(transfer)) == CURLM_OK);
}

/* An attempt is over: reports it, and tries again or lets the job go. */
static void end(struct callback_sender *sender, size_t index, enum callback_error error)
{
    struct callback_transfer *transfer = sender->transfers[index];
    int64_t now = clock_mono_ms();
    bool again = callback_transfer_again(transfer, error, now);
    callback_transfer_report(transfer, error, now, !again);
    curl_multi_remove_handle(sender->multi, callback_transfer_easy(transfer));
    if (again)
        begin(sender, transfer, callback_transfer_post(transfer), callback_transfer_number(transfer) + 1);
    else
        set_free(sender, index);
    count_attempt(sender, !again);
}

/* Takes the queue's first post off; NULL when it is empty. Called with the lock. */
static struct callback_post *take_post(struct callback_sender *sender)
{
    struct callback_post *post = sender->first;
    if (post == NULL)
        return NULL;
    sender->first = post->next;
    if (sender->first == NULL)
        sender->last = NULL;
    sender->waiting_bytes -= post->cost_bytes;
    sender->counts.waiting--;
    sender->counts.running++;
    return post;
}

/* Begins waiting jobs while there is room; false when the sender stops. */
static bool begin_waiting(struct callback_sender *sender)
{
    while (true) {
        pthread_mutex_lock(&sender->lock);
        bool stopping = sender->stopping;
        struct callback_post *post =
            stopping || sender->busy == CALLBACK_TRANSFERS_MAX ? NULL : take_post(sender);
        pthread_mutex_unlock(&sender->lock);
        if (post == NULL)
            return !stopping;
        struct callback_transfer **place = &sender->transfers[sender->busy++];
        if (*place == NULL)
            *place = callback_transfer_new(&sender->settings);
        if (sender->settings.beginning != NULL)
            sender->settings.beginning(sender->settings.beginning_context);
        begin(sender, *place, post, 1);
    }
}

static size_t index_of(const struct callback_sender *sender, const struct callback_transfer *transfer)
{
    size_t index = 0;
    while (index < sender->busy && sender->transfers[index] != transfer)
        index++;
    REQUIRE(index < sender->busy);
    return index;
}

/* Ends the attempts that libcurl says are over. */
static size_t end_done(struct callback_sender *sender)
{
    int left;
    size_t ended = 0;
    for (CURLMsg *message; (message = curl_multi_info_read(sender->multi, &left)) != NULL; ended++) {
        struct callback_transfer *transfer = NULL;
        CURLcode code = message->data.result;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
        end(sender, index_of(sender, transfer), callback_transfer_over(transfer, code));
    }
    return ended;
}

/* Ends the attempts whose time is over. From the end: one that goes is replaced by one that was looked at. */
static size_t end_late(struct callback_sender *sender)
{
    size_t ended = 0;
    int64_t now = clock_mono_ms();
    if (now >= sender->tick_due_ms) {
        sender->tick = 0;
        sender->tick_due_ms = CLOCK_NEVER;
    }
    for (size_t i = sender->busy; i-- > 0;) {
        if (now >= callback_transfer_due(sender->transfers[i])) {
            end(sender, i, callback_transfer_late(sender->transfers[i], now));
            ended++;
        }
    }
    return ended;
}

/* Reports the jobs that still wait as stopped. */
static void end_waiting(struct callback_sender *sender, const char *text)
{
    while (true) {
        pthread_mutex_lock(&sender->lock);
        struct callback_post *post = take_post(sender);
        pthread_mutex_unlock(&sender->lock);
        if (post == NULL)
            return;
        int64_t now = clock_mono_ms();
        const struct callback_attempt attempt = {.id = post->id,
                                                 .started_mono_ms = now,
                                                 .ended_mono_ms = now,
                                                 .error = CALLBACK_STOPPED,
                                                 .text = text,
                                                 .last = true,
                                                 .target = post->target,
                                                 .signature = post->signature,
                                                 .notes = post->notes,
                                                 .answer = TEXT("")};
        post->attempted(post->context, &attempt);
        callback_post_free(post);
        count_attempt(sender, true);
    }
}

/* Here, and not where the sender is made: libcurl is slow to start, and many runs have no callback. */
static bool open_multi(struct callback_sender *sender)
{
    if (curl_global_init(CURL_GLOBAL_ALL) != CURLE_OK)
        return false;
    CURLM *multi = curl_multi_init();
    REQUIRE(multi != NULL);
    sender->timers = timers_new();
    sender->tick_due_ms = CLOCK_NEVER;
    pthread_mutex_lock(&sender->lock);
    sender->multi = multi;
    sender->unwakeable = curl_multi_wakeup(multi) != CURLM_OK;
    pthread_mutex_unlock(&sender->lock);
    return true;
}

static void close_multi(struct callback_sender *sender)
{
    timers_free(sender->timers);
    for (size_t i = 0; i < CALLBACK_TRANSFERS_MAX; i++)
        callback_transfer_free(sender->transfers[i]);
    curl_multi_cleanup(sender->multi);
    curl_global_cleanup();
}

/* Without libcurl no job can be sent: those that wait are told, later ones are refused. */
static void give_up(struct callback_sender *sender)
{
    pthread_mutex_lock(&sender->lock);
    sender->useless = true;
    pthread_mutex_unlock(&sender->lock);
    end_waiting(sender, "libcurl does not start");
}

static void *sender_thread(void *context)
{
    struct callback_sender *sender = context;
    if (!open_multi(sender)) {
        give_up(sender);
        return NULL;
    }
    int poll_ms = sender->unwakeable ? POLL_UNWOKEN_MS : POLL_WOKEN_MS;
    while (begin_waiting(sender)) {
        int running;
        REQUIRE(curl_multi_perform(sender->multi, &running) == CURLM_OK);
        size_t ended = end_done(sender);
        ended += end_late(sender);
        arm(sender);
        if (ended == 0)
            REQUIRE(curl_multi_poll(sender->multi, NULL, 0, poll_ms, NULL) == CURLM_OK);
    }
    while (sender->busy > 0)
        end(sender, sender->busy - 1, CALLBACK_STOPPED);
    end_waiting(sender, "the sender was stopped before the job had begun");
    close_multi(sender);
    return NULL;
}

/* Starts the thread, with no signal for it: signals are the main thread's. Called with the lock. */
static void start(struct callback_sender *sender)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    REQUIRE(pthread_create(&sender->thread, NULL, sender_thread, sender) == 0);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    sender->started = true;
}

/* Appends the post, or says why not. Called with the lock. */
static bool enqueue(struct callback_sender *sender, struct callback_post *post, struct fail *why)
{
    if (sender->stopping)
        return fail_set(why, "the callback sender stops");
    if (sender->useless)
        return fail_set(why, "no callback can be sent: libcurl does not start");
    if (sender->counts.waiting >= sender->settings.queue_max)
        return fail_set(why, "the callback queue is full: %zu jobs wait", sender->counts.waiting);
    if (sender->waiting_bytes + post->cost_bytes > sender->settings.queue_max_bytes)
        return fail_set(why, "the callback queue is full: %zu bytes wait", sender->waiting_bytes);
    if (sender->last != NULL)
        sender->last->next = post;
    else
        sender->first = post;
    sender->last = post;
    sender->waiting_bytes += post->cost_bytes;
    sender->counts.waiting++;
    return true;
}

bool callback_sender_send(struct callback_sender *sender, const struct callback_job *job, struct fail *why)
{
    struct callback_post *post = NULL;
    bool fine = callback_post_new(job, &sender->settings, &post, why);
    pthread_mutex_lock(&sender->lock);
    fine = fine && enqueue(sender, post, why);
    *(fine ? &sender->counts.accepted : &sender->counts.refused) += 1;
    if (fine && !sender->started)
        start(sender);
    else if (fine && sender->counts.waiting == 1) /* else the thread has something to come back for */
        wake(sender);
    pthread_mutex_unlock(&sender->lock);
    if (!fine)
        callback_post_free(post);
    return fine;
}

struct callback_counts callback_sender_counts(struct callback_sender *sender)
{
    pthread_mutex_lock(&sender->lock);
    struct callback_counts counts = sender->counts;
    pthread_mutex_unlock(&sender->lock);
    return counts;
}

bool callback_sender_wait_idle(struct callback_sender *sender, int64_t until_real_mono_us)
{
    pthread_mutex_lock(&sender->lock);
    bool in_time = true;
    while (in_time && (sender->counts.waiting > 0 || sender->counts.running > 0))
        in_time = clock_cond_wait_real(&sender->idle, &sender->lock, until_real_mono_us);
    pthread_mutex_unlock(&sender->lock);
    return in_time;
}

void callback_sender_free(struct callback_sender *sender)
{
    if (sender == NULL)
        return;
    pthread_mutex_lock(&sender->lock);
    sender->stopping = true;
    wake(sender);
    bool started = sender->started;
    pthread_mutex_unlock(&sender->lock);
    if (started) {
        REQUIRE(!pthread_equal(pthread_self(), sender->thread));
        pthread_join(sender->thread, NULL);
    }
    pthread_cond_destroy(&sender->idle);
    pthread_mutex_destroy(&sender->lock);
    mem_free(sender);
}
