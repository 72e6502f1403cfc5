/* test_control: /sim/v1 without a socket (tests only): a simulator with one account, and requests to it.
 *
 *     struct desk desk;
 *     desk_open(&desk);
 *     assert_int_equal(tell(&desk, "POST", "/sim/v1/people", "{\"name\":\"awa\"}"), 201);
 *     desk_text(&desk) ... desk_json(&desk, "number")
 *     desk_close(&desk);
 */
#ifndef TEST_CONTROL_H
#define TEST_CONTROL_H

#include "test_support.h"

#include <stdio.h>

#include "clock.h"
#include "control.h"
#include "mem.h"
#include "schedule.h"

#define DESK_SID "AC00000000000000000000000000000001"

struct desk {
    struct sim *sim;
    struct timers *timers;
    struct callback_sender *sender;
    struct control control;
    struct arena *arena;
    struct response response;
    bool answered;
    const char *host;             /* of the next request */
    struct response_header extra; /* one more request header; .name NULL = none */
    json_t *json;
};

static inline void desk_open(struct desk *desk)
{
    struct fail why = {0};
    *desk = (struct desk){.host = "127.0.0.1"};
    desk->sim = sim_new(&(struct sim_settings){.seed = 7, .account = {.sid = TEXT(DESK_SID)}}, &why);
    assert_non_null(desk->sim);
    desk->timers = timers_new();
    desk->sender = callback_sender_new(&(struct callback_settings){0});
    desk->sim->schedule = schedule_new(desk->sim, desk->timers, desk->sender);
    desk->control = (struct control){.sim = desk->sim};
    desk->arena = arena_new(REQUEST_ARENA_MAX_BYTES);
}

static inline void desk_clear(struct desk *desk)
{
    if (desk->answered)
        response_release(&desk->response);
    desk->answered = false;
    json_decref(desk->json);
    desk->json = NULL;
    arena_reset(desk->arena);
}

static inline void desk_close(struct desk *desk)
{
    desk_clear(desk);
    timers_free(desk->timers);
    callback_sender_free(desk->sender);
    schedule_free(desk->sim->schedule);
    sim_free(desk->sim);
    arena_free(desk->arena);
}

/* Sends a request and returns the status. `body` NULL: none; a query stands in the path. */
static inline int tell(struct desk *desk, const char *method, const char *path, const char *body)
{
    desk_clear(desk);
    struct text rest = text_of(path), bare = TEXT_NONE;
    text_split(&rest, '?', &bare);
    struct request_header header = {text_of(desk->extra.name), text_of(desk->extra.value)};
    struct request request = {.method = text_of(method),
                              .scheme = TEXT("http"),
                              .host = text_of(desk->host),
                              .path = bare,
                              .query = rest,
                              .headers = &header,
                              .header_count = desk->extra.name == NULL ? 0 : 1,
                              .body = text_of(body),
                              .client = TEXT("127.0.0.1:50000"),
                              .received_mono_ms = clock_mono_ms(),
                              .arena = desk->arena};
    response_init(&desk->response, desk->arena);
    desk->answered = true;
    control_answer(&desk->control, &request, &desk->response);
    return desk->response.status;
}

static inline const char *desk_text(struct desk *desk)
{
    return text_buf_z(&desk->response.body);
}

/* The answer as JSON; borrowed. */
static inline json_t *desk_object(struct desk *desk)
{
    struct fail why = {0};
    if (desk->json == NULL && !json_read(text_buf_view(&desk->response.body), "answer", &desk->json, &why))
        fail_msg("no JSON: %s: %s", why.text, desk_text(desk));
    return desk->json;
}

/* A text of the answer; "" when it is none. */
static inline const char *desk_json(struct desk *desk, const char *key)
{
    const char *value = json_string_value(json_object_get(desk_object(desk), key));
    return value == NULL ? "" : value;
}

static inline int64_t desk_number(struct desk *desk, const char *key)
{
    return json_integer_value(json_object_get(desk_object(desk), key));
}

/* A message of the first account in the given state; its SID ends with its number. */
static inline struct message *desk_message(struct desk *desk, const char *to, const char *body,
                                           enum message_state state)
{
    struct sim *sim = desk->sim;
    struct message fields = {.tenant = sim_account(sim)->tenant,
                             .channel = (uint8_t)channel_of_address(text_of(to), NULL),
                             .state = (uint8_t)state,
                             .segments = 1,
                             .created_wall_ms = 1686936570000,
                             .created_mono_ms = clock_mono_ms()};
    snprintf(fields.sid, sizeof fields.sid, "SM%032x", (unsigned)sim->messages.last_number + 1);
    struct text texts[MESSAGE_TEXT_COUNT] = {[MESSAGE_TO] = text_of(to),
                                             [MESSAGE_FROM] = TEXT("+15005550006"),
                                             [MESSAGE_BODY] = text_of(body),
                                             [MESSAGE_CAUSE] = TEXT("RQ1")};
    return messages_add(&sim->messages, &fields, texts);
}

#endif
