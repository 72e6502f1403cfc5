/* Planned faults, on the answer. Matching is rules/fault_rules, the wire is http/. */
#include "fault_apply.h"

#include <stdio.h>

#include "error_reply.h"

static const struct error_code *ordered_error(const struct fault_decision *fault)
{
    return fault->rule != NULL && fault->outcome.kind == FAULT_FAIL ? error_code_find(fault->outcome.number)
                                                                    : NULL;
}

int fault_async_code(const struct fault_decision *fault)
{
    const struct error_code *error = ordered_error(fault);
    return error != NULL && error->http_status == 0 ? error->code : 0;
}

bool fault_lets_endpoint_run(const struct fault_decision *fault)
{
    return fault->rule == NULL || fault->accepted || fault_async_code(fault) != 0;
}

/* The error that a plain status carries in Twilio's JSON, where there is one. */
static const struct error_code *error_of_status(int status)
{
    static const struct {
        int status;
        enum error_id error;
    } rows[] = {{401, ERROR_WRONG_TOKEN},
                {403, ERROR_ACCOUNT_FORBIDDEN},
                {404, ERROR_NOT_FOUND},
                {429, ERROR_TOO_MANY_REQUESTS},
                {500, ERROR_INTERNAL_SERVER_ERROR},
                {503, ERROR_SERVICE_UNAVAILABLE},
                {504, ERROR_TWILIO_INTERNAL_ERROR}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].status == status)
            return error_code(rows[i].error);
    return NULL;
}

static void put_json_status(struct call *call, int status)
{
    struct render render;
    const struct error_code *error = error_of_status(status);
    if (error != NULL) {
        error_reply(call->response, FORMAT_JSON, error, false, &call->words);
        call->error = error->id;
    } else {
        render_begin(&render, FORMAT_JSON, &call->response->body, "");
        render_int(&render, "status", status);
        render_end(&render);
    }
    call->response->status = status;
    response_header_literal(call->response, "Content-Type", "application/json");
}

/* An answer from in front of Twilio: a proxy's page, a cut-off body. */
static void answer_status(struct call *call, const struct fault_rule *rule, int status)
{
    struct response *response = call->response;
    text_buf_clear(&response->body);
    response->header_count = 0;
    response->status = status;
    call->error = ERROR_NONE;
    switch (rule->body) {
    case FAULT_BODY_JSON:
        put_json_status(call, status);
        break;
    case FAULT_BODY_HTML:
        text_putf(&response->body, "<html><head><title>%d</title></head><body><h1>%d</h1></body></html>\n",
                  status, status);
        response_header_literal(response, "Content-Type", "text/html");
        break;
    case FAULT_BODY_TEXT:
        text_putf(&response->body, "upstream answered %d\n", status);
        response_header_literal(response, "Content-Type", "text/plain");
        break;
    case FAULT_BODY_EMPTY:
        break;
    }
    if (rule->location.at != NULL) {
        char *location = arena_copy(call->request->arena, rule->location);
        response_header(response, "Location", location == NULL ? "" : location);
    }
}

static void answer_error(struct call *call)
{
    const struct error_code *error = ordered_error(&call->fault);
    if (error == NULL || error->http_status == 0)
        return;
    call->error = error->id;
    call->response->header_count = 0;
    if (error->id == ERROR_DAILY_CAP)
        call->words.limit = call->account->plan->daily_cap > 0 ? call->account->plan->daily_cap : 50;
    error_reply(call->response, call->format, error, false, &call->words);
}

static const struct {
    enum wire_fault wire;
    const char *name;
} wires[] = {
    [FAULT_REFUSE] = {WIRE_RESET, "refuse"},        [FAULT_RESET] = {WIRE_RESET, "reset"},
    [FAULT_CLOSE] = {WIRE_CLOSE, "close"},          [FAULT_HANG] = {WIRE_HANG, "hang"},
    [FAULT_TRUNCATE] = {WIRE_TRUNCATE, "truncate"}, [FAULT_DRIP] = {WIRE_DRIP, "drip"},
    [FAULT_GARBAGE] = {WIRE_GARBAGE, "garbage"},
};

static const char *const tls_names[] = {[FAULT_EXPIRED] = "expired",
                                        [FAULT_WRONG_HOST] = "wrong-host",
                                        [FAULT_UNKNOWN_CA] = "unknown-ca",
                                        [FAULT_ABORT] = "abort"};
static const char *const dns_names[] = {[FAULT_UNKNOWN] = "unknown", [FAULT_SERVFAIL] = "servfail"};

/* A callback that must come before the answer gets this head start; it is sent at once, the answer is held.
 */
enum { HEAD_START_MS = 50 };

static void hold_for_callbacks(struct call *call, const struct fault_rule *rule)
{
    for (size_t i = 0; i < rule->callback_count; i++)
        if (rule->callbacks[i].before_answer && call->response->delay_ms < HEAD_START_MS)
            call->response->delay_ms = HEAD_START_MS;
}

const char *fault_apply(struct call *call, char out[FAULT_OUTCOME_BYTES])
{
    const struct fault_rule *rule = call->fault.rule;
    int number = call->fault.outcome.number;
    if (rule == NULL)
        return NULL;
    snprintf(out, FAULT_OUTCOME_BYTES, "beside");
    switch (call->fault.outcome.kind) {
    case FAULT_BESIDE:
        break;
    case FAULT_PASS:
        snprintf(out, FAULT_OUTCOME_BYTES, "pass");
        break;
    case FAULT_FAIL:
        answer_error(call);
        snprintf(out, FAULT_OUTCOME_BYTES, "fail %d", number);
        break;
    case FAULT_STATUS:
        answer_status(call, rule, number);
        snprintf(out, FAULT_OUTCOME_BYTES, "status %d", number);
        break;
    case FAULT_WIRE:
        call->response->wire = wires[number].wire;
        snprintf(out, FAULT_OUTCOME_BYTES, "wire %s", wires[number].name);
        break;
    case FAULT_TLS: /* there is no answer: what happens is the transport's */
        snprintf(out, FAULT_OUTCOME_BYTES, "tls %s", tls_names[number]);
        break;
    case FAULT_DNS: /* nor here: it is whoever asked for the name that answers */
        snprintf(out, FAULT_OUTCOME_BYTES, "dns %s", dns_names[number]);
        break;
    }
    if (rule->retry_after_s >= 0) {
        char seconds[24];
        snprintf(seconds, sizeof seconds, "%lld", (long long)rule->retry_after_s);
        response_header(call->response, "Retry-After", seconds);
    }
    call->response->delay_ms = call->fault.delay_ms;
    hold_for_callbacks(call, rule);
    return out;
}
