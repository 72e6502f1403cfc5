/* test_schedule: a simulator with a schedule and a real receiver of callbacks (tests only).
 *
 *     struct bench bench;
 *     begin(&bench);
 *     send_off(&bench, CHANNEL_SMS, &course, sid);
 *     wait_for_callbacks(&bench, 2);               // or let_pass(&bench, 20), for what must not happen
 *     assert_received(&bench, "sent delivered");
 *     end(&bench);
 */
#ifndef TEST_SCHEDULE_H
#define TEST_SCHEDULE_H

#include "test_receiver.h"

#include "arena.h"
#include "schedule.h"
#include "signature.h"

#define TOKEN "0123456789abcdef0123456789abcdef"

struct bench {
    struct sim *sim;
    struct timers *timers;
    struct callback_sender *sender;
    struct schedule *schedule;
    struct receiver receiver;
    pthread_mutex_t lock;
    pthread_cond_t news;
    unsigned looks;
    char url[64];
};

static inline void note_change(void *context)
{
    struct bench *bench = context;
    pthread_mutex_lock(&bench->lock);
    bench->looks++;
    pthread_cond_broadcast(&bench->news);
    pthread_mutex_unlock(&bench->lock);
}

static inline void begin(struct bench *bench)
{
    struct fail why = {0};
    *bench = (struct bench){.lock = PTHREAD_MUTEX_INITIALIZER};
    clock_cond_init(&bench->news);
    bench->sim = sim_new(&(struct sim_settings){.seed = 7, .account = {.token = TEXT(TOKEN)}}, &why);
    assert_non_null(bench->sim);
    bench->timers = timers_new();
    bench->sender = callback_sender_new(&(struct callback_settings){0});
    bench->schedule = schedule_new(bench->sim, bench->timers, bench->sender);
    bench->sim->schedule = bench->schedule;
    bench->sim->changed = note_change;
    bench->sim->changed_context = bench;
    receiver_start(&bench->receiver, (const int[]){204}, 1, NULL, NULL);
    snprintf(bench->url, sizeof bench->url, "http://127.0.0.1:%d/status", bench->receiver.port);
}

static inline void end(struct bench *bench)
{
    timers_free(bench->timers);
    callback_sender_free(bench->sender);
    schedule_free(bench->schedule);
    receiver_stop(&bench->receiver);
    sim_free(bench->sim);
    pthread_cond_destroy(&bench->news);
}

/* A new message, not yet on its way. The lock is held. */
static inline struct message *create(struct bench *bench, enum channel channel)
{
    struct sim *sim = bench->sim;
    struct message fields = {.tenant = sim_account(sim)->tenant,
                             .channel = (uint8_t)channel,
                             .state = MESSAGE_QUEUED,
                             .created_mono_ms = clock_mono_ms()};
    ids_sid(&sim->ids, "SM", fields.sid);
    struct text texts[MESSAGE_TEXT_COUNT] = {
        [MESSAGE_TO] = channel == CHANNEL_SMS ? TEXT("+243810000001") : TEXT("whatsapp:+243810000001"),
        [MESSAGE_FROM] = channel == CHANNEL_SMS ? TEXT("+15005550006") : TEXT("whatsapp:+15005550006"),
        [MESSAGE_BODY] = TEXT("Votre code est 123456"),
        [MESSAGE_CALLBACK_URL] = text_of(bench->url)};
    return messages_add(&sim->messages, &fields, texts);
}

/* Creates a message and lets it go; its SID. */
static inline void send_off(struct bench *bench, enum channel channel, const struct course *course,
                            char ret_sid[SID_BYTES])
{
    struct journal_stamp now = journal_now();
    sim_lock(bench->sim);
    struct message *message = create(bench, channel);
    memcpy(ret_sid, message->sid, SID_BYTES);
    schedule_start(bench->schedule, message, course, &now);
    sim_unlock(bench->sim);
}

static inline size_t count_records(struct bench *bench, enum journal_kind kind)
{
    size_t count = 0;
    struct journal_record record;
    sim_lock(bench->sim);
    for (uint64_t n = 0; journal_next(&bench->sim->journal, n, &record); n = record.n)
        count += record.kind == kind;
    sim_unlock(bench->sim);
    return count;
}

/* Waits until the journal has so many callbacks. */
static inline void wait_for_callbacks(struct bench *bench, size_t count)
{
    int64_t until_us = clock_real_mono_us() + (int64_t)GUARD_MS * 1000;
    for (;;) {
        pthread_mutex_lock(&bench->lock);
        unsigned looks = bench->looks;
        pthread_mutex_unlock(&bench->lock);
        if (count_records(bench, JOURNAL_CALLBACK) >= count)
            return;
        pthread_mutex_lock(&bench->lock);
        bool in_time = true;
        while (bench->looks == looks && in_time)
            in_time = clock_cond_wait_real(&bench->news, &bench->lock, until_us);
        pthread_mutex_unlock(&bench->lock);
        if (!in_time)
            fail_msg("%zu callbacks were wanted", count);
    }
}

struct flag {
    struct bench *bench;
    bool up;
};

static inline void raise_flag(void *context)
{
    struct flag *flag = context;
    pthread_mutex_lock(&flag->bench->lock);
    flag->up = true;
    pthread_cond_broadcast(&flag->bench->news);
    pthread_mutex_unlock(&flag->bench->lock);
}

/* Waits until all timers due up to now + ms have come, and what they sent is answered. */
static inline void let_pass(struct bench *bench, int64_t ms)
{
    struct flag flag = {bench, false};
    timers_add(bench->timers, clock_mono_ms() + ms, raise_flag, &flag);
    pthread_mutex_lock(&bench->lock);
    while (!flag.up)
        assert_true(clock_cond_wait_real(&bench->news, &bench->lock,
                                         clock_real_mono_us() + (int64_t)GUARD_MS * 1000));
    pthread_mutex_unlock(&bench->lock);
    wait_idle(bench->sender);
}

/* The statuses that the receiver got, in order, each as MessageStatus has it. */
static inline void assert_received(struct bench *bench, const char *expected)
{
    struct text_buf out;
    struct arena *arena = arena_new(64 * 1024);
    text_buf_init(&out, 1024);
    for (size_t i = 0; i < bench->receiver.count; i++) {
        struct form form;
        assert_int_equal(form_parse(arena, text_of(bench->receiver.received[i].body), &form), FORM_OK);
        text_putf(&out, "%s%.*s", i > 0 ? " " : "", TEXT_ARGS(form_get(&form, "MessageStatus")));
        struct text code = form_get(&form, "ErrorCode");
        if (code.at != NULL)
            text_putf(&out, "/%.*s", TEXT_ARGS(code));
    }
    assert_string_equal(text_buf_z(&out), expected);
    text_buf_release(&out);
    arena_free(arena);
}

#endif
