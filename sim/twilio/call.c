/* The gate. Order: path, form, credentials, account, concurrency, planned faults, endpoint, journal. */
#include "call.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "credentials.h"
#include "endpoints.h"
#include "error_reply.h"
#include "fault_apply.h"
#include "message_create.h"
#include "one_message.h"

const char *operation_name(enum operation operation)
{
    static const char *const names[OPERATION_COUNT] = {
        [OPERATION_NONE] = "",
        [OPERATION_RESOLVE] = "resolve",
        [OPERATION_CONNECT] = "connect",
        [OPERATION_OTHER] = "request",
        [OPERATION_MESSAGE_CREATE] = "message.create",
        [OPERATION_MESSAGE_LIST] = "message.list",
        [OPERATION_MESSAGE_FETCH] = "message.fetch",
        [OPERATION_MESSAGE_UPDATE] = "message.update",
        [OPERATION_MESSAGE_DELETE] = "message.delete",
        [OPERATION_ACCOUNT_FETCH] = "account.fetch",
        [OPERATION_BALANCE_FETCH] = "balance.fetch",
        [OPERATION_NUMBER_LIST] = "number.list",
        [OPERATION_NUMBER_FETCH] = "number.fetch",
        [OPERATION_NUMBER_SEARCH] = "number.search",
        [OPERATION_CALLER_ID_LIST] = "caller-id.list",
        [OPERATION_CALLER_ID_FETCH] = "caller-id.fetch",
        [OPERATION_CALLER_ID_DELETE] = "caller-id.delete",
    };
    return names[operation];
}

/* Captured on api.twilio.com (reference/twilio-messaging.md 1.4); those with a value of their own follow
 * below. */
static const struct response_header common_headers[] = {
    {"Access-Control-Allow-Origin", "*"},
    {"Access-Control-Allow-Headers",
     "Accept, Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Match, "
     "If-Unmodified-Since, Idempotency-Key"},
    {"Access-Control-Allow-Methods", "GET, POST, DELETE, OPTIONS"},
    {"Access-Control-Expose-Headers", "ETag"},
    {"Access-Control-Allow-Credentials", "true"},
    {"X-Powered-By", "AT-5000"},
    {"X-Shenanigans", "none"},
    {"X-Home-Region", "us1"},
    {"X-API-Domain", "api.twilio.com"},
    {"Strict-Transport-Security", "max-age=31536000"},
};

/* How long it took, as "0.080". */
static const char *put_seconds(const struct call *call, char room[32])
{
    int64_t ms = call->began.mono_ms - call->request->received_mono_ms + call->response->delay_ms;
    if (ms < 1000) { /* nearly always */
        memcpy(room, "0.000", 6);
        for (int at = 4; at > 1; at--, ms /= 10)
            room[at] = (char)('0' + ms % 10);
        return room;
    }
    snprintf(room, 32, "%d.%03d", (int)(ms / 1000), (int)(ms % 1000));
    return room;
}

static void add_headers(struct call *call)
{
    char room[32];
    struct response *response = call->response;
    bool typed = response_get_header(response, "Content-Type") != NULL;
    if (!typed && response->body.len > 0)
        response_header_literal(response, "Content-Type",
                                call->format == FORMAT_JSON ? "application/json" : "application/xml");
    response_header(response, "Twilio-Request-Id", call->id);
    response_header(response, "Twilio-Request-Duration", put_seconds(call, room));
    snprintf(room, sizeof room, "%d", call->sim->in_flight);
    struct text_buf count = {.at = room, .room = sizeof room, .max_bytes = sizeof room - 1};
    text_put_int(&count, call->sim->in_flight);
    response_header(response, "Twilio-Concurrent-Requests", text_buf_z(&count));
    response->usual_headers = common_headers;
    response->usual_header_count = sizeof common_headers / sizeof common_headers[0];
}

/* Takes the extension off; XML is the default (1.1). */
static struct text path_without_format(struct text path, enum format *ret_format)
{
    *ret_format = text_ends(path, ".json") ? FORMAT_JSON : FORMAT_XML;
    if (text_ends(path, ".json"))
        return text_first(path, path.len - strlen(".json"));
    return text_ends(path, ".xml") ? text_first(path, path.len - strlen(".xml")) : path;
}

/* A body that says it is JSON is read as no parameters: UNCONFIRMED (1.3, 406/415), but no SDK sends one. */
static enum form_result read_forms(struct call *call)
{
    const struct request *request = call->request;
    enum form_result result = form_parse(request->arena, request->query, &call->query);
    struct text type = request_header(request, "Content-Type");
    bool form = text_starts(type, "application/x-www-form-urlencoded");
    if (result == FORM_OK && (form || !text_contains(type, TEXT("application/json"))))
        result = form_parse(request->arena, request->body, &call->form);
    return result;
}

/* Whom the call is about, for planned faults and the journal. */
static void describe(struct call *call)
{
    const struct form *source = call->operation == OPERATION_MESSAGE_CREATE ? &call->form : &call->query;
    if (call->operation != OPERATION_MESSAGE_CREATE && call->operation != OPERATION_MESSAGE_LIST)
        return;
    call->address_to = message_create_address(call, form_get(source, "To"));
    call->address_from = form_get(source, "From");
    call->channel = channel_of_address(call->address_to, &call->to);
    channel_of_address(call->address_from, &call->from);
    call->words.to = call->to;
    call->words.from = call->from;
}

/* What an account that is not active gets is UNCONFIRMED (1.2, 13.2): a setting decides. */
static enum error_id account_error(const struct call *call)
{
    if (call->account->status == ACCOUNT_ACTIVE)
        return ERROR_NONE;
    switch (call->sim->settings.suspended_code) {
    case 20003:
        return ERROR_WRONG_TOKEN;
    case 20005:
        return ERROR_ACCOUNT_NOT_ACTIVE;
    default:
        return ERROR_ACCOUNT_FORBIDDEN;
    }
}

/* The account in the path must be the one whose credentials came; what a foreign one gets is UNCONFIRMED
 * (1.2). */
static enum error_id admit(struct call *call, const struct endpoint_row *row)
{
    enum error_id error =
        credentials_judge(call->sim, request_header(call->request, "Authorization"), &call->account);
    if (error != ERROR_NONE)
        return error;
    call->words.account = sid_text(call->account->sid);
    error = account_error(call);
    if (error != ERROR_NONE)
        return error;
    if (row == NULL || !text_is(call->match.params[0], call->account->sid))
        return ERROR_NOT_FOUND;
    if (call->account->plan->id == PLAN_TEST && !row->test_credentials)
        return ERROR_TEST_CREDENTIALS_FORBIDDEN;
    int limit = call->sim->settings.concurrency_max;
    return limit > 0 && call->sim->in_flight > limit ? ERROR_TOO_MANY_REQUESTS : ERROR_NONE;
}

static struct text provider_of(const struct call *call)
{
    return call->provider.at == NULL ? TEXT("twilio") : call->provider;
}

static struct fault_decision decide(struct call *call, const struct fault_request *request)
{
    struct account *account = call->account;
    struct fault_rule *rules[ACCOUNT_FAULTS_MAX];
    for (size_t i = 0; i < account->fault_count; i++)
        rules[i] = &account->faults[i]->rule;
    double unit = ids_unit(&call->sim->ids), other = ids_unit(&call->sim->ids);
    struct fault_decision decision =
        fault_rules_judge(rules, account->fault_count, request, call->began.mono_ms, unit, other);
    for (size_t i = 0; i < account->fault_count; i++)
        if (decision.rule == rules[i])
            call->fault_number = account->faults[i]->number;
    if (decision.rule != NULL)
        metrics_count_fault(&call->sim->metrics, decision.outcome.kind);
    changes_counts(&call->sim->changes, account);
    return decision;
}

/* Fetch, update and delete are about the message that the path names: its person is who a planned fault may
 * name. */
static void describe_named_message(struct call *call)
{
    bool named = call->operation == OPERATION_MESSAGE_FETCH || call->operation == OPERATION_MESSAGE_UPDATE ||
                 call->operation == OPERATION_MESSAGE_DELETE;
    const struct message *message = named ? one_message(call) : NULL;
    if (message == NULL)
        return;
    call->channel = (enum channel)message->channel;
    call->to = arena_text(call->request->arena, message_address(message, MESSAGE_TO));
    call->from = arena_text(call->request->arena, message_address(message, MESSAGE_FROM));
}

static void judge_faults(struct call *call)
{
    bool addressed = call->to.len > 0;
    struct fault_request request = {.provider = provider_of(call),
                                    .operation = text_of(operation_name(call->operation)),
                                    .channel = addressed ? text_of(channel_name(call->channel)) : TEXT(""),
                                    .to = call->to,
                                    .from = call->from,
                                    .account = sid_text(call->account->sid)};
    if (call->account->fault_count > 0)
        call->fault = decide(call, &request);
}

static void refuse(struct call *call, enum error_id error)
{
    bool old_text = call->account != NULL && call->account->plan->old_texts;
    call->error = error;
    error_reply(call->response, call->format, error_code(error), old_text, &call->words);
}

/* What the provider made of a request, for the metrics. Canned answers of other hosts are nobody's errors. */
static void count(struct call *call)
{
    const struct response *response = call->response;
    struct metrics *metrics = &call->sim->metrics;
    struct metrics_send send = {.to = call->to,
                                .channel = call->channel,
                                .accepted = call->created != NULL,
                                .error = call->error == ERROR_NONE ? NULL : error_code(call->error),
                                .status = response->wire == WIRE_NONE ? response->status : 0,
                                .took_ms = call->began.mono_ms - call->request->received_mono_ms +
                                           response->delay_ms};
    metrics_count_error(metrics, send.error, send.status);
    if (call->operation != OPERATION_MESSAGE_CREATE)
        return;
    send.tenant = call->account == NULL ? 0 : call->account->tenant;
    metrics_count_send(metrics, &send);
}

static void write_journal(struct call *call, const char *outcome)
{
    const struct request *request = call->request;
    struct account *account = call->account;
    const struct person *person = account == NULL ? NULL : account_person(account, call->to);
    bool create = call->operation == OPERATION_MESSAGE_CREATE;
    struct text input = request->body.len > 0 ? request->body : request->query;
    struct text texts[] = {
        sid_text(call->id),
        provider_of(call),
        text_of(operation_name(call->operation)),
        request->method,
        request->host,
        request->path,
        account == NULL ? TEXT_NONE : sid_text(account->sid),
        call->to,
        call->to.len > 0 ? text_of(channel_name(call->channel)) : TEXT_NONE,
        call->from,
        create ? form_get(&call->form, "Body") : TEXT_NONE,
        call->sid[0] == '\0' ? TEXT_NONE : sid_text(call->sid),
        text_of(outcome),
        request->client,
        person == NULL || person->name[0] == '\0' ? TEXT_NONE : text_of(person->name),
        text_first(input, JOURNAL_INPUT_MAX_BYTES),
    };
    bool unanswered = call->response->wire != WIRE_NONE || call->response->status == 0;
    int64_t numbers[] = {call->began.mono_ms, unanswered ? JOURNAL_NULL : call->response->status,
                         call->error == ERROR_NONE ? JOURNAL_NULL : error_code(call->error)->code,
                         call->fault_number == 0 ? JOURNAL_NULL : call->fault_number};
    unsigned tenant = account == NULL ? 0 : account->tenant;
    journal_add(&call->sim->journal, JOURNAL_CALL, call->began, tenant, texts, numbers);
    if (outcome != NULL)
        journal_add(&call->sim->journal, JOURNAL_FAULT, call->began, tenant,
                    (struct text[]){sid_text(call->id), text_of(outcome)}, (int64_t[]){call->fault_number});
}

/* Everything behind the lock. */
static void handle(struct call *call, const struct endpoint_row *row, enum route_result found)
{
    char outcome[FAULT_OUTCOME_BYTES];
    enum error_id error = admit(call, row);
    if (error == ERROR_NOT_FOUND && found == ROUTE_WRONG_METHOD)
        error = ERROR_METHOD_NOT_ALLOWED;
    if (error == ERROR_NONE)
        describe_named_message(call);
    if (error == ERROR_NONE)
        judge_faults(call);
    if (error == ERROR_NONE && fault_lets_endpoint_run(&call->fault))
        error = row->handle(call);
    if (error != ERROR_NONE)
        refuse(call, error);
    const char *what = fault_apply(call, outcome);
    add_headers(call);
    count(call);
    write_journal(call, what);
    message_create_follow_up(call);
}

static bool is_refused_unread(struct call *call)
{
    if (call->request->body_too_large) {
        refuse(call, ERROR_BODY_TOO_LARGE);
        return true;
    }
    enum form_result result = read_forms(call);
    if (result == FORM_OK)
        return false;
    call->error = ERROR_INVALID_PARAMETER;
    response_plain(call->response, 400, "twilio-sim: the request cannot be read: %s",
                   form_result_text(result));
    return true;
}

void call_answer(struct sim *sim, const struct request *request, struct response *response)
{
    struct call call = {.sim = sim, .request = request, .response = response, .began = journal_now()};
    const struct endpoint_row *row = NULL;
    struct text path = path_without_format(request->path, &call.format);
    enum route_result found = endpoints_find(request->method, path, &call.match, &row);
    call.operation = row == NULL ? OPERATION_NONE : row->operation;
    call.words.path = request->path;
    bool unread = is_refused_unread(&call);
    if (!unread)
        describe(&call);
    sim_lock(sim);
    ids_sid(&sim->ids, "RQ", call.id);
    sim->in_flight++; /* until main is told that the answer is out */
    if (unread) {
        add_headers(&call);
        count(&call);
        write_journal(&call, NULL);
    } else {
        handle(&call, row, found);
    }
    sim_unlock(sim);
    sim_changed(sim);
}

/* The first account's rules count: a foreign host knows no account of Twilio's. */
void call_finish_foreign(struct call *call)
{
    char outcome[FAULT_OUTCOME_BYTES];
    sim_lock(call->sim);
    call->began = journal_now();
    ids_sid(&call->sim->ids, "RQ", call->id);
    call->account = sim_account(call->sim);
    call->sim->in_flight++;
    judge_faults(call);
    const char *what = fault_apply(call, outcome);
    response_header(call->response, "Twilio-Request-Id", call->id); /* how its end finds its journal entry */
    write_journal(call, what);
    sim_unlock(call->sim);
    sim_changed(call->sim);
}

/* Under the lock. True when a rule acts; *ret_wire is what it does to the wire. */
static bool judge_beginning(struct sim *sim, enum operation operation, const struct beginning *beginning,
                            struct fault_outcome *ret, enum wire_fault *ret_wire)
{
    char outcome[FAULT_OUTCOME_BYTES];
    struct request request = {
        .method = TEXT(""), .path = TEXT(""), .host = beginning->host, .client = beginning->client};
    struct response response = {0};
    struct call call = {.sim = sim,
                        .request = &request,
                        .response = &response,
                        .operation = operation,
                        .provider = beginning->provider,
                        .account = sim_account(sim),
                        .began = journal_now()};
    struct fault_request asked = {.provider = beginning->provider,
                                  .operation = text_of(operation_name(operation))};
    if (call.account->fault_count > 0)
        call.fault = decide(&call, &asked);
    if (call.fault.rule == NULL)
        return false;
    ids_sid(&sim->ids, "RQ", call.id);
    const char *what = fault_apply(&call, outcome);
    write_journal(&call, what);
    *ret = call.fault.outcome;
    *ret_wire = response.wire;
    return true;
}

struct connect_fault call_connecting(struct sim *sim, const struct beginning *beginning)
{
    static const enum tls_fault faults[] = {[FAULT_EXPIRED] = TLS_EXPIRED,
                                            [FAULT_WRONG_HOST] = TLS_WRONG_HOST,
                                            [FAULT_UNKNOWN_CA] = TLS_UNKNOWN_CA,
                                            [FAULT_ABORT] = TLS_ABORT};
    struct connect_fault fault = {0};
    struct fault_outcome outcome;
    sim_lock(sim);
    bool hit = judge_beginning(sim, OPERATION_CONNECT, beginning, &outcome, &fault.wire);
    sim_unlock(sim);
    if (hit && outcome.kind == FAULT_TLS)
        fault.tls = faults[outcome.number];
    if (hit)
        sim_changed(sim);
    return fault;
}

int call_resolving(struct sim *sim, const struct beginning *beginning)
{
    struct fault_outcome outcome;
    enum wire_fault none;
    bool hit = judge_beginning(sim, OPERATION_RESOLVE, beginning, &outcome, &none);
    return hit && outcome.kind == FAULT_DNS ? outcome.number : 0;
}

void call_begin(struct call *call, struct render *render, int status, const char *xml_name)
{
    call->response->status = status;
    text_buf_reserve(&call->response->body, RESPONSE_USUAL_BYTES);
    render_begin(render, call->format, &call->response->body, xml_name);
}

const char *call_uri(struct call *call, const char *format, ...)
{
    struct text_buf uri;
    va_list args;
    text_buf_init(&uri, 1024);
    text_putf(&uri, "/2010-04-01/Accounts/%s", call->account->sid);
    va_start(args, format);
    text_putv(&uri, format, args);
    va_end(args);
    if (call->format == FORMAT_JSON)
        text_put(&uri, TEXT(".json"));
    const char *copy = arena_copy(call->request->arena, text_buf_view(&uri));
    text_buf_release(&uri);
    return copy == NULL ? "" : copy;
}
