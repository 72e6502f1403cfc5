/* Courses of messages: what is due now happens now, what is due later waits on a timer; callbacks go to the
 * sender, and what comes of them into the journal. */
#include "schedule_parts.h"

#include <stdio.h>
#include <string.h>

#include "bounds.h"
#include "callback_url.h"
#include "mem.h"
#include "status_form.h"

struct schedule *schedule_new(struct sim *sim, struct timers *timers, struct callback_sender *sender)
{
    struct schedule *schedule = mem_new(sizeof *schedule);
    schedule->sim = sim;
    schedule->timers = timers;
    schedule->sender = sender;
    return schedule;
}

static void journey_free(struct journey *journey)
{
    if (journey->previous != NULL)
        journey->previous->next = journey->next;
    else
        journey->schedule->journeys = journey->next;
    if (journey->next != NULL)
        journey->next->previous = journey->previous;
    mem_free(journey);
}

void schedule_free(struct schedule *schedule)
{
    if (schedule == NULL)
        return;
    while (schedule->journeys != NULL)
        journey_free(schedule->journeys);
    mem_free(schedule);
}

void errand_free(struct errand *errand)
{
    mem_free(errand->url);
    mem_free(errand->body);
    mem_free(errand);
}

const char *callback_signature_name(enum callback_signature signature)
{
    static const char *const names[] = {"good", "wrong", "missing", "other-token"};
    return names[signature];
}

/* Called from the sender's thread after each attempt. */
static void attempted(void *context, const struct callback_attempt *attempt)
{
    struct errand *errand = context;
    struct sim *sim = errand->sim;
    bool answered = attempt->error == CALLBACK_ANSWERED;
    struct text texts[] = {text_of(errand->id),
                           text_of(errand->sid),
                           text_of(errand->url),
                           text_of(errand->status),
                           text_of(callback_signature_name(errand->signature)),
                           answered ? TEXT_NONE : text_of(callback_error_name(attempt->error)),
                           text_of(errand->body),
                           attempt->answer};
    int64_t numbers[] = {attempt->number, answered ? attempt->status : JOURNAL_NULL, attempt->started_mono_ms,
                         attempt->ended_mono_ms, errand->forged};
    sim_lock(sim);
    metrics_count_callback(&sim->metrics, answered ? attempt->status : 0, (int)attempt->error);
    if (errand->generation == sim->generation) {
        journal_add(&sim->journal, JOURNAL_CALLBACK, journal_now(), errand->tenant, texts, numbers);
        if (attempt->last && attempt->error != CALLBACK_STOPPED)
            note_errand_over(sim, errand);
    }
    sim_unlock(sim);
    sim_changed(sim);
    if (attempt->last)
        errand_free(errand);
}

bool schedule_send(struct schedule *schedule, struct errand *errand, struct account *account,
                   struct fail *why)
{
    struct sim *sim = schedule->sim;
    errand->sim = sim;
    errand->generation = sim->generation;
    errand->tenant = account->tenant;
    struct callback_job job = {.id = text_of(errand->sid),
                               .url = text_of(errand->url),
                               .body = text_of(errand->body),
                               .auth_token = text_of(account->token),
                               .signature = errand->signature,
                               .idempotency_token = text_of(errand->id),
                               .attempted = attempted,
                               .context = errand};
    note_errand(sim, errand); /* before it is sent: the sender's thread may be done with it at once */
    if (callback_sender_send(schedule->sender, &job, why))
        return true;
    note_errand_over(sim, errand);
    struct text texts[] = {text_of(errand->id),
                           text_of(errand->sid),
                           text_of(errand->url),
                           text_of(errand->status),
                           text_of(callback_signature_name(errand->signature)),
                           text_of(why->text),
                           text_of(errand->body),
                           TEXT_NONE};
    int64_t numbers[] = {0, JOURNAL_NULL, JOURNAL_NULL, JOURNAL_NULL, errand->forged};
    metrics_count_callback(&sim->metrics, 0, -1);
    journal_add(&sim->journal, JOURNAL_CALLBACK, journal_now(), account->tenant, texts, numbers);
    errand_free(errand);
    return false;
}

/* A callback about `message`; the lock is held. */
static struct errand *errand_new(struct ids *ids, const struct message *message,
                                 const struct account *account, const struct forged_callback *what)
{
    struct errand *errand = mem_new(sizeof *errand);
    ids_uuid(ids, errand->id);
    struct text url = what->url.at != NULL ? what->url : message_text(message, MESSAGE_CALLBACK_URL);
    struct text_buf body;
    text_buf_init(&body, CALLBACK_BODY_MAX_BYTES);
    status_form_write(message, account, what->state, what->code, journal_now().wall_ms, what->change, &body);
    snprintf(errand->sid, sizeof errand->sid, "%s", message->sid);
    snprintf(errand->status, sizeof errand->status, "%s", message_state_name(what->state));
    errand->signature = what->signature;
    errand->url = text_copy(url);
    errand->body = text_buf_take(&body);
    return errand;
}

static void call_back(struct schedule *schedule, const struct message *message,
                      const struct forged_callback *what)
{
    struct account *account = accounts_at(&schedule->sim->accounts, message->tenant);
    struct fail why = {0};
    if (account != NULL && message_text(message, MESSAGE_CALLBACK_URL).len > 0)
        schedule_send(schedule, errand_new(&schedule->sim->ids, message, account, what), account, &why);
}

/* The message enters a state; the lock is held. False when it may not (any more). */
static bool enter(struct sim *sim, struct message *message, const struct progress_step *step,
                  const struct journal_stamp *now)
{
    if (!message_state_may_follow((enum message_state)message->state, step->state,
                                  (enum channel)message->channel))
        return false;
    message->state = (uint8_t)step->state;
    message->error_code = step->code;
    message->updated_wall_ms = now->wall_ms;
    changes_message(&sim->changes, message->number);
    if (message->sent_wall_ms == 0 && step->state != MESSAGE_FAILED && step->state != MESSAGE_CANCELED)
        message->sent_wall_ms = now->wall_ms;
    if (step->state == MESSAGE_SENDING)
        return true; /* Twilio shows it to nobody but a fetch in that moment */
    metrics_count_status(&sim->metrics, (enum channel)message->channel, step->state, step->code,
                         now->mono_ms - message->created_mono_ms);
    struct text texts[] = {sid_text(message->sid), text_of(message_state_name(step->state)),
                           message_text(message, MESSAGE_CAUSE)};
    int64_t numbers[] = {step->code == 0 ? JOURNAL_NULL : step->code};
    journal_add(&sim->journal, JOURNAL_STATUS, *now, message->tenant, texts, numbers);
    return true;
}

static void take_step(struct journey *journey, struct message *message, const struct journal_stamp *now)
{
    const struct progress_step *step = &journey->steps[journey->at++];
    bool in_service = message_text(message, MESSAGE_SERVICE_SID).at != NULL;
    if (!enter(journey->schedule->sim, message, step, now))
        return;
    if (journey->calls_back && message_state_is_called_back(step->state, in_service))
        call_back(journey->schedule, message,
                  &(struct forged_callback){.state = step->state, .code = step->code});
}

static void send_ordered(struct journey *journey, struct message *message)
{
    static const enum callback_signature signatures[] = {
        [FAULT_SIGNED_WELL] = CALLBACK_SIGNATURE_GOOD,
        [FAULT_SIGNED_WRONG] = CALLBACK_SIGNATURE_WRONG,
        [FAULT_NOT_SIGNED] = CALLBACK_SIGNATURE_MISSING,
    };
    const struct fault_callback *ordered = &journey->ordered[journey->ordered_at++];
    bool failed = ordered->state == MESSAGE_FAILED || ordered->state == MESSAGE_UNDELIVERED;
    const struct progress_step *last = &journey->steps[journey->count - 1];
    call_back(journey->schedule, message,
              &(struct forged_callback){.state = (enum message_state)ordered->state,
                                        .code = failed ? (last->code != 0 ? last->code : 30008) : 0,
                                        .signature = signatures[ordered->signature]});
}

static int64_t step_due_ms(const struct journey *journey)
{
    return journey->at < journey->count ? journey->began_mono_ms + journey->steps[journey->at].after_ms
                                        : INT64_MAX;
}

static int64_t ordered_due_ms(const struct journey *journey)
{
    if (journey->ordered_at == journey->ordered_count)
        return INT64_MAX;
    return journey->began_mono_ms + journey->ordered[journey->ordered_at].after_ms;
}

/* Does all that is due; the lock is held. When the next is due, INT64_MAX for never. */
static int64_t travel(struct journey *journey, struct message *message, const struct journal_stamp *now)
{
    for (;;) {
        int64_t step = step_due_ms(journey), ordered = ordered_due_ms(journey);
        int64_t next = step < ordered ? step : ordered;
        if (next > now->mono_ms)
            return next;
        if (step <= ordered)
            take_step(journey, message, now);
        else
            send_ordered(journey, message);
    }
}

static void timer_came(void *context)
{
    struct journey *journey = context;
    struct schedule *schedule = journey->schedule;
    struct sim *sim = schedule->sim;
    sim_lock(sim);
    struct journal_stamp now = journal_now();
    struct message *message = messages_find(&sim->messages, text_of(journey->sid));
    bool alive = journey->generation == sim->generation && message != NULL;
    int64_t next = alive ? travel(journey, message, &now) : INT64_MAX;
    if (next == INT64_MAX) {
        if (journey->generation == sim->generation)
            note_journey_over(sim, journey);
        journey_free(journey);
    } else {
        note_journey(sim, journey);
        timers_add(schedule->timers, next, timer_came, journey);
    }
    sim_unlock(sim);
    sim_changed(sim);
}

void schedule_resume(struct schedule *schedule, const struct journey *journey, int64_t due_mono_ms)
{
    struct journey *kept = mem_new(sizeof *kept);
    *kept = *journey;
    kept->schedule = schedule;
    kept->generation = schedule->sim->generation;
    kept->previous = NULL;
    kept->next = schedule->journeys;
    if (kept->next != NULL)
        kept->next->previous = kept;
    schedule->journeys = kept;
    timers_add(schedule->timers, due_mono_ms, timer_came, kept);
}

/* Ordered callbacks by time; those before the answer first. */
static void take_orders(struct journey *journey, const struct fault_rule *fault)
{
    for (size_t i = 0; i < fault->callback_count; i++) {
        struct fault_callback order = fault->callbacks[i];
        size_t at = journey->ordered_count++;
        if (order.before_answer)
            order.after_ms = 0;
        while (at > 0 && journey->ordered[at - 1].after_ms > order.after_ms) {
            journey->ordered[at] = journey->ordered[at - 1];
            at--;
        }
        journey->ordered[at] = order;
    }
}

void schedule_start(struct schedule *schedule, struct message *message, const struct course *course,
                    const struct journal_stamp *now)
{
    struct journey journey = {.schedule = schedule,
                              .generation = schedule->sim->generation,
                              .began_mono_ms = message->created_mono_ms,
                              .began_wall_ms = message->created_wall_ms,
                              .count = course->count,
                              .calls_back = message_text(message, MESSAGE_CALLBACK_URL).len > 0};
    memcpy(journey.steps, course->steps, sizeof journey.steps);
    if (course->fault != NULL && course->fault->has_callbacks) {
        journey.calls_back = false;
        take_orders(&journey, course->fault);
    }
    int64_t next = travel(&journey, message, now);
    if (next == INT64_MAX)
        return;
    snprintf(journey.sid, sizeof journey.sid, "%s", message->sid);
    note_journey(schedule->sim, &journey);
    schedule_resume(schedule, &journey, next);
}

bool schedule_forge(struct schedule *schedule, const struct message *message,
                    const struct forged_callback *forged, char ret_id[IDS_UUID_BYTES], struct fail *why)
{
    struct account *account = accounts_at(&schedule->sim->accounts, message->tenant);
    struct text url = forged->url.at != NULL ? forged->url : message_text(message, MESSAGE_CALLBACK_URL);
    if (account == NULL || url.len == 0)
        return fail_set(why, "the message has no StatusCallback; give a url");
    struct errand *errand = errand_new(&schedule->sim->ids, message, account, forged);
    errand->forged = true;
    snprintf(ret_id, IDS_UUID_BYTES, "%s", errand->id);
    return schedule_send(schedule, errand, account, why);
}

void schedule_post(struct schedule *schedule, struct account *account, const char *sid, struct text url,
                   struct text body)
{
    struct errand *errand = mem_new(sizeof *errand);
    struct fail why = {0};
    ids_uuid(&schedule->sim->ids, errand->id);
    snprintf(errand->sid, sizeof errand->sid, "%s", sid);
    snprintf(errand->status, sizeof errand->status, "received");
    errand->url = text_copy(url);
    errand->body = text_copy(body);
    schedule_send(schedule, errand, account, &why);
}
