/* The queue, the thread and their ends. */
#include "test_receiver.h"

#include <sys/resource.h>

enum { MANY = 1000 };

static void many_callbacks_all_arrive_once(void **state)
{
    (void)state;
    static bool seen[MANY];
    struct receiver receiver;
    struct notebook notebook;
    notebook_init(&notebook);
    receiver_start(&receiver, (const int[]){204}, 1, NULL, NULL);
    struct callback_sender *sender = callback_sender_new(&(struct callback_settings){0});
    int64_t begun_us = clock_real_mono_us();
    for (int i = 0; i < MANY; i++) {
        char path[20];
        snprintf(path, sizeof path, "/%d", i);
        send_to(sender, &notebook, receiver.port, path);
    }
    wait_idle(sender);
    int64_t took_us = clock_real_mono_us() - begun_us;
    print_message("%d callbacks in %d ms: %d a second\n", MANY, (int)(took_us / 1000),
                  (int)((int64_t)MANY * 1000000 / took_us));
    struct callback_counts counts = callback_sender_counts(sender);
    assert_int_equal(counts.accepted, MANY);
    assert_int_equal(counts.refused, 0);
    assert_int_equal(counts.attempts, MANY);
    assert_int_equal(counts.waiting, 0);
    assert_int_equal(counts.running, 0);
    callback_sender_free(sender);
    assert_int_equal(notebook.lasts, MANY);
    assert_int_equal(receiver.count, MANY);
    for (int i = 0; i < MANY; i++) {
        int64_t number = 0;
        assert_int_equal(notebook.rows[i].status, 204);
        assert_true(text_to_int(text_of(receiver.received[i].url + 1), 0, MANY - 1, &number));
        assert_false(seen[number]);
        seen[number] = true;
    }
    receiver_stop(&receiver);
    notebook_release(&notebook);
}

static void what_is_not_over_is_reported_as_stopped(void **state)
{
    (void)state;
    struct notebook notebook;
    notebook_init(&notebook);
    int port, fd = listen_only(&port);
    struct callback_sender *sender = callback_sender_new(&(struct callback_settings){0});
    for (int i = 0; i < 400; i++)
        send_to(sender, &notebook, port, "/#rp=all&rc=5");
    callback_sender_free(sender);
    assert_int_equal(notebook.count, 400);
    assert_int_equal(notebook.lasts, 400);
    for (size_t i = 0; i < 400; i++) {
        const struct noted *row = &notebook.rows[i];
        assert_string_equal(callback_error_name(row->error), "stopped");
        assert_int_equal(row->status, 0);
        assert_in_range(row->number, 0, 1);
        assert_string_equal(row->text, row->number == 0 ? "the sender was stopped before the job had begun"
                                                        : "the sender was stopped");
    }
    close(fd);
    notebook_release(&notebook);
}

static void a_sender_without_a_job_starts_nothing(void **state)
{
    (void)state;
    struct callback_sender *sender = callback_sender_new(&(struct callback_settings){0});
    assert_true(callback_sender_wait_idle(sender, 0));
    assert_int_equal(callback_sender_counts(sender).accepted, 0);
    callback_sender_free(sender);
    callback_sender_free(NULL);
}

static void a_refused_job_is_counted_and_never_reported(void **state)
{
    (void)state;
    struct notebook notebook;
    notebook_init(&notebook);
    struct callback_sender *sender = callback_sender_new(&(struct callback_settings){0});
    struct callback_job job = {.url = TEXT("nonsense"), .attempted = notebook_note, .context = &notebook};
    struct fail why = {0};
    assert_false(callback_sender_send(sender, &job, &why));
    assert_string_equal(why.text,
                        "the callback URL is not valid: it does not begin with http:// or https://");
    assert_int_equal(callback_sender_counts(sender).refused, 1);
    callback_sender_free(sender);
    assert_int_equal(notebook.count, 0);
    notebook_release(&notebook);
}

/* Sends until the queue is full; nothing is answered. Returns what was said then. */
static struct fail fill(const struct callback_settings *settings, uint64_t at_most)
{
    struct notebook notebook;
    notebook_init(&notebook);
    int port, fd = listen_only(&port);
    struct callback_sender *sender = callback_sender_new(settings);
    struct fail why = {0};
    char url[100];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/", port);
    struct callback_job job = {.url = text_of(url),
                               .auth_token = TEXT("simtoken"),
                               .attempted = notebook_note,
                               .context = &notebook};
    uint64_t sent = 0;
    while (sent <= at_most && callback_sender_send(sender, &job, &why))
        sent++;
    struct callback_counts counts = callback_sender_counts(sender);
    assert_in_range(sent, 1, at_most);
    assert_int_equal(counts.accepted, sent);
    assert_int_equal(counts.refused, 1);
    callback_sender_free(sender);
    assert_int_equal(notebook.lasts, sent);
    close(fd);
    notebook_release(&notebook);
    return why;
}

static void a_full_queue_refuses_and_says_so(void **state)
{
    (void)state;
    struct fail jobs = fill(&(struct callback_settings){.queue_max = 10}, CALLBACK_TRANSFERS_MAX + 10);
    assert_string_equal(jobs.text, "the callback queue is full: 10 jobs wait");
    struct fail bytes =
        fill(&(struct callback_settings){.queue_max_bytes = 5000}, CALLBACK_TRANSFERS_MAX + 25);
    assert_true(text_starts(text_of(bytes.text), "the callback queue is full: "));
    assert_true(text_ends(text_of(bytes.text), " bytes wait"));
}

/* A chain: each report sends the next job. */
struct chain {
    struct callback_sender *sender;
    int port, left;
    pthread_mutex_t lock;
    pthread_cond_t grown;
    int done;
};

static void chain_next(void *context, const struct callback_attempt *attempt);

static void chain_send(struct chain *chain)
{
    char url[100];
    struct fail why = {0};
    snprintf(url, sizeof url, "http://127.0.0.1:%d/", chain->port);
    struct callback_job job = {
        .url = text_of(url), .auth_token = TEXT("t"), .attempted = chain_next, .context = chain};
    assert_true(callback_sender_send(chain->sender, &job, &why));
}

static void chain_next(void *context, const struct callback_attempt *attempt)
{
    struct chain *chain = context;
    if (--chain->left > 0)
        chain_send(chain);
    pthread_mutex_lock(&chain->lock);
    chain->done += attempt->last && attempt->status == 204;
    pthread_cond_signal(&chain->grown);
    pthread_mutex_unlock(&chain->lock);
}

/* Runs a chain of so many jobs to its end. */
static void run_chain(struct callback_sender *sender, int port, int jobs)
{
    struct chain chain = {.sender = sender, .port = port, .left = jobs};
    int64_t guard_us = clock_real_mono_us() + (int64_t)GUARD_MS * 1000;
    bool in_time = true;
    pthread_mutex_init(&chain.lock, NULL);
    clock_cond_init(&chain.grown);
    chain_send(&chain);
    pthread_mutex_lock(&chain.lock);
    while (in_time && chain.done < jobs)
        in_time = clock_cond_wait_real(&chain.grown, &chain.lock, guard_us);
    pthread_mutex_unlock(&chain.lock);
    assert_true(in_time);
    pthread_cond_destroy(&chain.grown);
    pthread_mutex_destroy(&chain.lock);
}

static void a_report_may_send_the_next_job(void **state)
{
    (void)state;
    struct receiver receiver;
    receiver_start(&receiver, (const int[]){204}, 1, NULL, NULL);
    struct callback_sender *sender = callback_sender_new(&(struct callback_settings){0});
    run_chain(sender, receiver.port, 4);
    wait_idle(sender);
    assert_int_equal(callback_sender_counts(sender).accepted, 4);
    callback_sender_free(sender);
    receiver_stop(&receiver);
}

static void a_hanging_receiver_does_not_hold_up_others(void **state)
{
    (void)state;
    struct notebook notebook;
    notebook_init(&notebook);
    struct receiver receiver;
    receiver_start(&receiver, (const int[]){204}, 1, NULL, NULL);
    int port, fd = listen_only(&port);
    struct callback_sender *sender = callback_sender_new(&(struct callback_settings){0});
    for (int i = 0; i < CALLBACK_TRANSFERS_MAX - 1; i++)
        send_to(sender, &notebook, port, "/");
    run_chain(sender, receiver.port, 20);
    struct callback_counts counts = callback_sender_counts(sender);
    assert_int_equal(counts.accepted, CALLBACK_TRANSFERS_MAX - 1 + 20);
    callback_sender_free(sender);
    assert_int_equal(notebook.lasts, CALLBACK_TRANSFERS_MAX - 1);
    receiver_stop(&receiver);
    close(fd);
    notebook_release(&notebook);
}

static void without_a_descriptor_left_it_fails_and_goes_on_later(void **state)
{
    (void)state;
    struct notebook notebook;
    notebook_init(&notebook);
    struct receiver receiver;
    receiver_start(&receiver, (const int[]){204}, 1, NULL, NULL);
    struct callback_sender *sender = callback_sender_new(&(struct callback_settings){0});
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &(struct rlimit){0, before.rlim_max}), 0);
    send_to(sender, &notebook, receiver.port, "/");
    wait_idle(sender);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(notebook.count, 2);
    assert_string_equal(callback_error_name(notebook.rows[1].error), "connect-failed");
    send_to(sender, &notebook, receiver.port, "/");
    wait_idle(sender);
    assert_int_equal(notebook.rows[2].status, 204);
    callback_sender_free(sender);
    receiver_stop(&receiver);
    notebook_release(&notebook);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_callbacks_all_arrive_once),
        cmocka_unit_test(what_is_not_over_is_reported_as_stopped),
        cmocka_unit_test(a_sender_without_a_job_starts_nothing),
        cmocka_unit_test(a_refused_job_is_counted_and_never_reported),
        cmocka_unit_test(a_full_queue_refuses_and_says_so),
        cmocka_unit_test(a_report_may_send_the_next_job),
        cmocka_unit_test(without_a_descriptor_left_it_fails_and_goes_on_later),
        cmocka_unit_test(a_hanging_receiver_does_not_hold_up_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
