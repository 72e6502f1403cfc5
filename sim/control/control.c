/* Who may ask, whom it concerns, and which endpoint answers. */
#include "control.h"

#include <stdarg.h>

#include "callback_urls.h"
#include "mem.h"
#include "nearest.h"

static const struct {
    const char *method;
    const char *pattern;
    control_endpoint *handle;
} rows[] = {
    {"GET", "/sim/v1/health", control_health},
    {"GET", "/sim/v1/codes", control_codes},
    {"GET", "/sim/v1/ca.pem", control_ca},
    {"GET", "/sim/v1/accounts", control_accounts_list},
    {"POST", "/sim/v1/accounts", control_accounts_add},
    {"POST", "/sim/v1/accounts/{}", control_accounts_change},
    {"POST", "/sim/v1/reset", control_reset},
    {"GET", "/sim/v1/people", control_people_list},
    {"POST", "/sim/v1/people", control_people_set},
    {"GET", "/sim/v1/faults", control_faults_list},
    {"POST", "/sim/v1/faults", control_faults_add},
    {"DELETE", "/sim/v1/faults", control_faults_clear},
    {"POST", "/sim/v1/faults/{}", control_faults_switch},
    {"DELETE", "/sim/v1/faults/{}", control_faults_remove},
    {"GET", "/sim/v1/messages", control_messages_list},
    {"POST", "/sim/v1/messages", control_messages_receive},
    {"GET", "/sim/v1/messages/next", control_messages_next},
    {"GET", "/sim/v1/messages/{}", control_message_story},
    {"GET", "/sim/v1/code", control_code},
    {"GET", "/sim/v1/clock", control_clock_read},
    {"POST", "/sim/v1/clock", control_clock_move},
    {"GET", "/sim/v1/requests", control_requests},
    {"GET", "/sim/v1/requests/{}", control_request_story},
    {"GET", "/sim/v1/events", control_events},
    {"POST", "/sim/v1/callbacks", control_callbacks_send},
    {"POST", "/sim/v1/lookups", control_lookups_judge},
    {"GET", "/metrics", control_metrics},
    {"HEAD", "/metrics", control_metrics},
    {"HEAD", "/sim/v1/health", control_health},
};

enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

/* For words about who may ask. */
static struct text own_path(struct text path)
{
    return text_is(path, "/metrics") ? path : TEXT("/sim/v1");
}

bool control_handles(struct text path)
{
    return text_is(path, "/sim") || text_starts(path, "/sim/") || text_is(path, "/metrics");
}

bool control_host_is_ours(const struct control *control, struct text host)
{
    if (host_is_loopback(host))
        return true;
    for (const char *const *name = control->hosts; name != NULL && *name != NULL; name++)
        if (text_is_nocase(host, *name))
            return true;
    return false;
}

/* A browser says from which page it asks: somebody else's must not reset the simulator. */
static bool page_is_ours(const struct control_call *call)
{
    struct text origin = request_header(call->request, "Origin");
    struct text host = http_url_host(origin);
    return origin.at == NULL || (host.len > 0 && control_host_is_ours(call->control, host));
}

static bool token_is_right(const struct control_call *call)
{
    struct text header = request_header(call->request, "Authorization");
    if (call->control->token == NULL)
        return true;
    if (text_starts(header, "Bearer ") && text_is(text_from(header, 7), call->control->token))
        return true;
    return text_is(form_get(&call->query, "token"), call->control->token);
}

void control_refuse(struct control_call *call, int status, const char *format, ...)
{
    struct text_buf words;
    va_list args;
    text_buf_init(&words, LINE_MAX_BYTES);
    va_start(args, format);
    text_putv(&words, format, args);
    va_end(args);
    response_plain(call->response, status, "twilio-sim: %s", text_buf_z(&words));
    text_buf_release(&words);
}

void control_reply(struct control_call *call, int status, json_t *value)
{
    char *text = json_write(value);
    json_decref(value);
    call->response->status = status;
    text_put_z(&call->response->body, text);
    text_put_char(&call->response->body, '\n');
    response_header_literal(call->response, "Content-Type", "application/json");
    mem_free(text);
}

bool control_query_int(struct control_call *call, const char *name, int64_t min, int64_t max,
                       int64_t fallback, int64_t *ret)
{
    struct text value = form_get(&call->query, name);
    *ret = fallback;
    if (value.len == 0 || text_to_int(value, min, max, ret))
        return true;
    control_refuse(call, 400, "%s: '%.*s' is not a whole number from %lld to %lld", name, TEXT_ARGS(value),
                   (long long)min, (long long)max);
    return false;
}

bool control_only_keys(struct control_call *call, const char *const *keys)
{
    const char *key;
    json_t *value;
    struct fail why = {0};
    json_object_foreach(call->body, key, value)
    {
        if (!nearest_knows_key(key, keys, NULL, &why)) {
            control_refuse(call, 400, "%s", why.text);
            return false;
        }
    }
    return true;
}

bool control_only_texts(struct control_call *call, const char *const *keys)
{
    for (; *keys != NULL; keys++) {
        const json_t *value = json_object_get(call->body, *keys);
        if (value != NULL && !json_is_string(value)) {
            control_refuse(call, 400, "%s: a text is wanted", *keys);
            return false;
        }
    }
    return true;
}

bool control_number(struct control_call *call, const char *name, struct text given, struct text *ret)
{
    bool spaced = text_starts(given, " ");
    const struct person *person = account_person_named(call->account, given);
    char *number = spaced ? arena_copy(call->request->arena, given) : NULL;
    if (number != NULL)
        number[0] = '+';
    *ret = number != NULL ? text_span(number, given.len) : given;
    if (given.len == 0 || (text_starts(*ret, "+") && text_all_digits(text_from(*ret, 1))))
        return true;
    if (person != NULL)
        *ret = text_of(person->e164);
    else
        control_refuse(call, 400, "%s: '%.*s' is neither + and digits nor a person", name, TEXT_ARGS(given));
    return person != NULL;
}

/* The JSON body; an absent one is an empty object. */
static bool read_body(struct control_call *call)
{
    struct fail why = {0};
    char line[1200];
    if (call->request->body_too_large) {
        control_refuse(call, 413, "the body is larger than %d bytes", BODY_MAX_BYTES);
        return false;
    }
    if (text_trim(call->request->body).len == 0) {
        call->body = json_object();
        return true;
    }
    if (!json_read(call->request->body, "body", &call->body, &why)) {
        control_refuse(call, 400, "%s", fail_line(&why, line, sizeof line));
        return false;
    }
    if (json_is_object(call->body))
        return true;
    control_refuse(call, 400, "the body must be a JSON object");
    return false;
}

static bool find_scope(struct control_call *call)
{
    struct text sid = form_get(&call->query, "account");
    call->account = sid.len == 0 ? sim_account(call->sim) : accounts_find(&call->sim->accounts, sid);
    if (call->account == NULL)
        control_refuse(call, 404, "there is no account %.*s", TEXT_ARGS(sid));
    return call->account != NULL;
}

/* No token is wanted: who asks lives in a foreign process and has none (control_lookups.c). */
static bool is_open(const struct control_call *call)
{
    return rows[call->match.route->tag].handle == control_lookups_judge;
}

static void refuse_stranger(struct control_call *call)
{
    control_refuse(call, 401, "a token is wanted: Authorization: Bearer TOKEN");
}

static void route(struct control_call *call)
{
    struct route routes[ROW_COUNT];
    for (size_t i = 0; i < ROW_COUNT; i++)
        routes[i] = (struct route){rows[i].method, rows[i].pattern, NULL, (int)i};
    enum route_result result =
        router_find(routes, ROW_COUNT, call->request->method, call->request->path, &call->match);
    if (result != ROUTE_FOUND && !token_is_right(call)) {
        refuse_stranger(call);
    } else if (result == ROUTE_WRONG_METHOD) {
        control_refuse(call, 405, "%.*s does not take %.*s", TEXT_ARGS(call->request->path),
                       TEXT_ARGS(call->request->method));
    } else if (result == ROUTE_NONE) {
        control_refuse(call, 404, "there is nothing at %.*s", TEXT_ARGS(call->request->path));
    } else if (!is_open(call) && !token_is_right(call)) {
        refuse_stranger(call);
    } else if (read_body(call)) {
        control_endpoint *handle = rows[call->match.route->tag].handle;
        sim_lock(call->sim);
        if (handle == control_reset || find_scope(call))
            handle(call);
        bool looks = text_is(call->request->method, "GET") || text_is(call->request->method, "HEAD");
        bool changed = !looks && !call->response->parked;
        call->sim->setups += changed;
        sim_unlock(call->sim);
        if (changed)
            sim_changed(call->sim); /* one that is parked and poked would wake itself for ever */
    }
}

void control_answer(struct control *control, const struct request *request, struct response *response)
{
    struct control_call call = {
        .control = control, .sim = control->sim, .request = request, .response = response};
    if (!control_host_is_ours(control, request->host))
        control_refuse(&call, 403, "%.*s answers to loopback names only, not to '%.*s'",
                       TEXT_ARGS(own_path(request->path)), TEXT_ARGS(request->host));
    else if (!page_is_ours(&call))
        control_refuse(&call, 403, "%.*s does not answer pages of '%.*s'", TEXT_ARGS(own_path(request->path)),
                       TEXT_ARGS(request_header(request, "Origin")));
    else if (form_parse(request->arena, request->query, &call.query) != FORM_OK)
        control_refuse(&call, 400, "the query cannot be read");
    else
        route(&call);
    json_decref(call.body);
}
