/* Builds a request, sends it, notes it. What the answer must be is judged elsewhere. */
#include "sending.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "form.h"
#include "json.h"
#include "mem.h"

enum { URL_MAX_BYTES = 16 * 1024, REQUEST_BODY_MAX_BYTES = 8 * 1024 * 1024, REQUEST_HEADERS_MAX = 64 };

/* How long a first send may take to reach the simulator before the backend is said to talk to somebody else.
 */
enum { REACH_MS = 5000 };

/* A request while it is built; its texts live in the scope's arena. */
struct draft {
    const char *method;
    struct text_buf url, body;
    bool has_body;
    struct http_header headers[REQUEST_HEADERS_MAX];
    size_t header_count;
    struct actor *actor;
};

static void draft_release(struct draft *draft)
{
    text_buf_release(&draft->url);
    text_buf_release(&draft->body);
}

static const char *kept(const struct sending *sending, struct text text)
{
    const char *copy = arena_copy(variables_arena(sending->variables), text);
    return copy == NULL ? "" : copy;
}

static bool pairs_encode(const struct sending *sending, const struct named_values *pairs,
                         struct text_buf *out, struct fail *why)
{
    for (size_t i = 0; i < pairs->count; i++) {
        struct text value;
        if (!value_text(&pairs->items[i].value, sending->variables, &value, why))
            return false;
        form_put(out, pairs->items[i].name, value);
    }
    return true;
}

static bool url_write(const struct sending *sending, struct draft *draft, struct fail *why)
{
    const struct request_step *request = sending->request;
    struct text where;
    bool is_path = value_given(&request->path);
    if (!value_text(is_path ? &request->path : &request->url, sending->variables, &where, why))
        return false;
    if (is_path)
        text_put_z(&draft->url, sending->turn->world->base_url);
    if (is_path && !text_starts(where, "/"))
        text_put_char(&draft->url, '/');
    text_put(&draft->url, where);
    if (request->query.count == 0)
        return true;
    struct text_buf query;
    text_buf_init(&query, URL_MAX_BYTES);
    bool fine = pairs_encode(sending, &request->query, &query, why);
    text_put_char(&draft->url, text_find(where, '?') < where.len ? '&' : '?');
    text_put(&draft->url, text_buf_view(&query));
    text_buf_release(&query);
    return fine;
}

static bool header_add(struct draft *draft, const char *name, const char *value, struct fail *why)
{
    if (draft->header_count == REQUEST_HEADERS_MAX)
        return fail_set(why, "more than %d headers", REQUEST_HEADERS_MAX);
    draft->headers[draft->header_count++] = (struct http_header){name, value};
    return true;
}

static bool headers_write(const struct sending *sending, struct draft *draft, struct fail *why)
{
    const struct named_values *headers = &sending->request->headers;
    for (size_t i = 0; i < headers->count; i++) {
        struct text value;
        if (!value_text(&headers->items[i].value, sending->variables, &value, why) ||
            !header_add(draft, kept(sending, headers->items[i].name), kept(sending, value), why))
            return false;
    }
    const struct value *address = &sending->turn->world->profile->client.header;
    struct text name;
    if (!value_given(address))
        return true;
    return value_text(address, sending->variables, &name, why) &&
           header_add(draft, kept(sending, name), actor_address(draft->actor), why);
}

static bool has_header(const struct draft *draft, const char *name)
{
    for (size_t i = 0; i < draft->header_count; i++)
        if (text_is_nocase(text_of(draft->headers[i].name), name))
            return true;
    return false;
}

static bool json_body(const struct sending *sending, struct draft *draft, struct fail *why)
{
    json_t *value = NULL;
    if (!node_json(sending->request->json, sending->variables, &value, why))
        return false;
    char *written = json_write(value);
    text_put_z(&draft->body, written);
    mem_free(written);
    json_decref(value);
    return true;
}

static bool body_write(const struct sending *sending, struct draft *draft, struct fail *why)
{
    const struct request_step *request = sending->request;
    const char *type = NULL;
    struct text text;
    if (request->json != NULL) {
        type = "application/json";
        if (!json_body(sending, draft, why))
            return false;
    } else if (place_given(request->form.at)) {
        type = "application/x-www-form-urlencoded";
        if (!pairs_encode(sending, &request->form, &draft->body, why))
            return false;
    } else if (value_given(&request->text)) {
        type = "text/plain; charset=utf-8";
        if (!value_text(&request->text, sending->variables, &text, why))
            return false;
        text_put(&draft->body, text);
    }
    draft->has_body = type != NULL;
    if (draft->body.overflowed)
        return fail_set(why, "the request's body is larger than %d bytes", REQUEST_BODY_MAX_BYTES);
    return type == NULL || has_header(draft, "Content-Type") || header_add(draft, "Content-Type", type, why);
}

static bool method_choose(const struct sending *sending, struct draft *draft, struct fail *why)
{
    struct text method;
    if (!value_text_or(&sending->request->method, sending->variables,
                       draft->has_body ? TEXT("POST") : TEXT("GET"), &method, why))
        return false;
    draft->method = kept(sending, method);
    return true;
}

/* Who asks: `as`, or whose number is in the parameters, or nobody. */
static bool actor_choose(const struct sending *sending, struct draft *draft, struct fail *why)
{
    struct world *world = sending->turn->world;
    struct text name;
    draft->actor = sending->meaning.actor != NULL ? sending->meaning.actor : cast_nobody(world->cast);
    if (!value_given(&sending->step->as))
        return true;
    if (!value_text(&sending->step->as, sending->turn->variables, &name, why))
        return false;
    struct actor *actor = cast_find(world->cast, name);
    if (actor == NULL)
        actor = cast_find_number(world->cast, name);
    if (actor == NULL)
        return fail_set(why, "as: there is nobody called '%.*s'", TEXT_ARGS(name));
    draft->actor = actor;
    return true;
}

static int64_t request_note(const struct sending *sending, const struct draft *draft, const char *id)
{
    json_t *fields = json_object(), *headers = json_object();
    json_set(fields, "id", json_string(id));
    if (actor_name(draft->actor)[0] != '\0') {
        json_set(fields, "person", json_string(actor_name(draft->actor)));
        json_set(fields, "number", json_string(actor_number(draft->actor)));
    }
    if (sending->action.at != NULL)
        json_set(fields, "action", json_of_text(sending->action));
    meaning_write(&sending->meaning, fields);
    json_set(fields, "method", json_string(draft->method));
    json_set(fields, "url", json_of_text(text_span(draft->url.at, draft->url.len)));
    for (size_t i = 0; i < draft->header_count; i++)
        json_set(headers, draft->headers[i].name, json_of_text(text_of(draft->headers[i].value)));
    json_set(fields, "headers", headers);
    if (draft->has_body)
        json_set(fields, "body", json_of_text(text_buf_view(&draft->body)));
    return history_add(sending->turn->world->history, HISTORY_REQUEST, fields);
}

static void answer_note(const struct sending *sending, const struct answer *answer, const char *id,
                        int64_t cause)
{
    const struct world *world = sending->turn->world;
    json_t *fields = json_object();
    json_set(fields, "cause", json_integer(cause));
    json_set(fields, "request", json_string(id));
    if (answer->status != 0) {
        json_set(fields, "status", json_integer(answer->status));
        json_object_set(fields, "headers", answer->headers);
        json_set(fields, "body", json_of_text(text_buf_view(&answer->body)));
    } else {
        json_set(fields, "error", json_string(answer->error));
    }
    json_set(fields, "took_ms", json_integer(answer->took_ms));
    if (sending->meaning.does != DOES_OTHER)
        json_set(fields, "verdict",
                 json_string(meaning_verdict(&sending->meaning, world->profile, sending->variables, answer)));
    history_add(world->history, HISTORY_ANSWER, fields);
}

static bool simulator_was_called(const struct world *world)
{
    for (size_t i = 0; i < history_count(world->history); i++)
        if (history_line(world->history, i)->kind == HISTORY_CALL)
            return true;
    return false;
}

/* A backend that we did not start may have other ideas of where Twilio is. A refusal of its own (4xx) proves
 * nothing. */
static void reach_prove(const struct sending *sending, const struct answer *answer, int64_t sent_mono_ms)
{
    struct world *world = sending->turn->world;
    bool tried = sending->meaning.does == DOES_SEND && (answer->status < 400 || answer->status >= 500);
    if (!world->prove_reach || world->is_lost || !tried)
        return;
    if (answer->status == 0 && answer->took_ms < REACH_MS) {
        world->is_lost = true;
        fail_set(&world->lost, "the backend at %s does not answer: %s", world->base_url, answer->error);
        return;
    }
    size_t seen = 0;
    bool called = false;
    do {
        seen = history_count(world->history);
        called = simulator_was_called(world);
    } while (!called && history_wait(world->history, seen, sent_mono_ms + REACH_MS));
    world->prove_reach = false;
    if (called)
        return;
    world->is_lost = true;
    fail_set(&world->lost,
             "the first send did not reach the simulator within %d s: is it talking to the real Twilio?\n"
             "The simulator was asked at %s.",
             REACH_MS / 1000, simulator_address(world->simulator));
}

static bool draft_write(const struct sending *sending, struct draft *draft, struct fail *why)
{
    return actor_choose(sending, draft, why) && url_write(sending, draft, why) &&
           headers_write(sending, draft, why) && body_write(sending, draft, why) &&
           method_choose(sending, draft, why);
}

static void draft_send(const struct sending *sending, struct draft *draft, int64_t within_ms,
                       struct answer *answer)
{
    struct http_call call = {.method = draft->method,
                             .url = text_buf_z(&draft->url),
                             .headers = draft->headers,
                             .header_count = draft->header_count,
                             .body = draft->has_body ? text_buf_view(&draft->body) : TEXT_NONE,
                             .within_ms = within_ms};
    char id[16];
    struct http_result result;
    struct http_exchange *exchange = http_client_prepare(actor_client(draft->actor), &call);
    ticket_pass(sending->turn->ticket);
    world_request_id(sending->turn->world, id);
    int64_t cause = request_note(sending, draft, id), sent_mono_ms = clock_mono_ms();
    http_exchange_run(exchange, &result);
    answer_init(answer, ANSWER_HTTP);
    answer_set_http(answer, &result);
    if (answer->status == 0 && world_is_late(sending->turn->world))
        answer_add_reason(answer, "the scenario's time limit");
    answer_note(sending, answer, id, cause);
    http_result_release(&result);
    http_exchange_free(exchange);
    reach_prove(sending, answer, sent_mono_ms);
}

bool sending_run(const struct sending *sending, struct answer *answer, struct fail *why)
{
    int64_t within_ms;
    struct draft draft = {0};
    text_buf_init(&draft.url, URL_MAX_BYTES);
    text_buf_init(&draft.body, REQUEST_BODY_MAX_BYTES);
    bool fine =
        step_within_ms(sending->turn, sending->step, &within_ms, why) && draft_write(sending, &draft, why);
    if (fine && draft.url.overflowed)
        fine = fail_set(why, "the request's URL is longer than %d bytes", URL_MAX_BYTES);
    if (fine)
        draft_send(sending, &draft, within_ms, answer);
    draft_release(&draft);
    return fine;
}
