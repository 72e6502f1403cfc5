/* GET /sim/v1/events: everything that happens, from number ?after= on, in a stream that stays open: NDJSON,
 * or server-sent events for who accepts them (or ?format=sse). GET /sim/v1/requests: the calls to the
 * provider so far, as a list.
 *
 * A server-sent event is named after the record's kind and has its number as id, so that a browser that comes
 * back goes on behind it (Last-Event-ID). One more, `setup`, without a record: something was changed through
 * /sim/v1, or all was forgotten; ask again. */
#include "control.h"

#include <string.h>

#include "code_in_text.h"
#include "mem.h"

struct listener {
    struct sim *sim;
    unsigned tenant; /* 0 = all */
    unsigned kinds;  /* a bit a kind */
    uint64_t after;
    bool sse;
    uint64_t setups;      /* what it was told of so far */
    struct text_buf line; /* written, not yet sent */
    size_t sent;
};

/* Replies belong to nobody in the journal: whoever listens knows the calls they name, or not. */
static bool is_heard(const struct listener *listener, const struct journal_record *record)
{
    return (listener->kinds >> record->kind & 1) != 0 &&
           (listener->tenant == 0 || record->tenant == listener->tenant || record->kind == JOURNAL_REPLY);
}

/* A page shows the code at once: one more key in the object at the end of the line. */
static void put_code(struct text_buf *line, struct text code)
{
    line->len--; /* its brace */
    text_put_z(line, ",\"one_time_code\":");
    json_put_text(line, code);
    text_put_char(line, '}');
}

static void write_record(struct listener *listener, const struct journal_record *record)
{
    struct text_buf *line = &listener->line;
    text_buf_clear(line);
    listener->sent = 0;
    if (listener->sse)
        text_putf(line, "event: %s\nid: %llu\ndata: ", journal_kind_name(record->kind),
                  (unsigned long long)record->n);
    journal_write(record, line);
    if (listener->sse && record->kind == JOURNAL_MESSAGE)
        put_code(line, code_in_text(journal_text(record, "text")));
    text_put_z(line, listener->sse ? "\n\n" : "\n");
}

/* Puts the next record's lines into the buffer; false when there is none. The lock is held. */
static bool next_line(struct listener *listener)
{
    struct journal_record record;
    while (journal_next(&listener->sim->journal, listener->after, &record)) {
        listener->after = record.n;
        if (!is_heard(listener, &record))
            continue;
        write_record(listener, &record);
        return true;
    }
    if (!listener->sse || listener->setups == listener->sim->setups)
        return false;
    listener->setups = listener->sim->setups;
    text_buf_clear(&listener->line);
    listener->sent = 0;
    text_putf(&listener->line, "event: setup\ndata: {\"setups\":%llu}\n\n",
              (unsigned long long)listener->setups);
    return true;
}

static ssize_t listener_read(void *context, char *out, size_t room)
{
    struct listener *listener = context;
    size_t written = 0;
    sim_lock(listener->sim);
    while (written < room && (listener->sent < listener->line.len || next_line(listener))) {
        size_t left = listener->line.len - listener->sent;
        size_t piece = left < room - written ? left : room - written;
        memcpy(out + written, listener->line.at + listener->sent, piece);
        listener->sent += piece;
        written += piece;
    }
    sim_unlock(listener->sim);
    return (ssize_t)written;
}

static void listener_end(void *context)
{
    struct listener *listener = context;
    text_buf_release(&listener->line);
    mem_free(listener);
}

/* ---- what the request says; each reader is false after refusing */

static bool read_format(struct control_call *call, bool *ret_sse)
{
    struct text format = form_get(&call->query, "format");
    struct text accept = request_header(call->request, "Accept");
    *ret_sse = format.at == NULL ? text_contains(accept, TEXT("text/event-stream")) : text_is(format, "sse");
    if (format.at == NULL || *ret_sse || text_is(format, "ndjson"))
        return true;
    control_refuse(call, 400, "format: '%.*s' is not one of ndjson, sse", TEXT_ARGS(format));
    return false;
}

static bool read_kinds(struct control_call *call, unsigned *ret)
{
    struct text rest = form_get(&call->query, "kinds"), name;
    enum journal_kind kind;
    *ret = rest.len == 0 ? ~0U : 0;
    while (rest.len > 0 && text_split(&rest, ',', &name)) {
        if (!journal_kind_from_name(name, &kind)) {
            control_refuse(
                call, 400,
                "kinds: '%.*s' is not one of call, reply, message, status, callback, fault, unread",
                TEXT_ARGS(name));
            return false;
        }
        *ret |= 1U << kind;
    }
    return true;
}

/* A number that is not there yet is of a simulator that ran before: then everything is news. */
static uint64_t last_event_id(const struct control_call *call, uint64_t otherwise)
{
    int64_t last;
    struct text given = request_header(call->request, "Last-Event-ID");
    if (given.len == 0 || !text_to_int(given, 0, INT64_MAX, &last))
        return otherwise;
    return (uint64_t)last > call->sim->journal.last_n ? 0 : (uint64_t)last;
}

void control_events(struct control_call *call)
{
    int64_t after;
    bool sse;
    unsigned kinds;
    if (!control_query_int(call, "after", 0, INT64_MAX, 0, &after) || !read_format(call, &sse) ||
        !read_kinds(call, &kinds))
        return;
    struct listener *listener = mem_new(sizeof *listener);
    listener->sim = call->sim;
    listener->tenant = form_has(&call->query, "account") ? call->account->tenant : 0;
    listener->kinds = kinds;
    listener->after = sse ? last_event_id(call, (uint64_t)after) : (uint64_t)after;
    listener->sse = sse;
    listener->setups = call->sim->setups;
    text_buf_init(&listener->line, RESPONSE_MAX_BYTES);
    call->response->stream = (struct response_stream){listener_read, listener_end, listener};
    response_header_literal(call->response, "Content-Type",
                            sse ? "text/event-stream" : "application/x-ndjson");
    response_header_literal(call->response, "Cache-Control", "no-store");
}

/* ---- the list of calls */

struct call_list {
    unsigned tenant; /* 0 = all */
    bool refused;    /* only those that made no message of what should be one */
    uint64_t skip, limit;
    uint64_t seen;
    struct text_buf *out; /* NULL: only count */
};

static bool is_listed(const struct call_list *list, const struct journal_record *record)
{
    if (record->kind != JOURNAL_CALL || (list->tenant != 0 && record->tenant != list->tenant))
        return false;
    return !list->refused || (text_is(journal_text(record, "operation"), "message.create") &&
                              journal_text(record, "sid").len == 0);
}

static bool list_call(void *context, const struct journal_record *record)
{
    struct call_list *list = context;
    if (!is_listed(list, record))
        return true;
    list->seen++;
    if (list->out == NULL || list->seen <= list->skip)
        return true;
    if (list->seen - list->skip > list->limit)
        return false;
    text_put_z(list->out, list->seen - list->skip == 1 ? "" : ",");
    journal_write(record, list->out);
    return true;
}

void control_requests(struct control_call *call)
{
    int64_t after, limit, last;
    const struct journal *journal = &call->sim->journal;
    if (!control_query_int(call, "after", 0, INT64_MAX, 0, &after) ||
        !control_query_int(call, "limit", 1, 10000, 1000, &limit) ||
        !control_query_int(call, "last", 1, 10000, 0, &last))
        return;
    struct call_list list = {.tenant = form_has(&call->query, "account") ? call->account->tenant : 0,
                             .refused = text_is(form_get(&call->query, "refused"), "true"),
                             .limit = (uint64_t)(last > 0 ? last : limit)};
    if (last > 0)
        journal_visit(journal, (uint64_t)after, list_call, &list);
    list.skip = list.seen > list.limit ? list.seen - list.limit : 0;
    list.seen = 0;
    list.out = &call->response->body;
    text_put_z(list.out, "{\"requests\":[");
    journal_visit(journal, (uint64_t)after, list_call, &list);
    text_putf(list.out, "],\"dropped\":%llu}\n", (unsigned long long)journal->dropped);
    response_header_literal(call->response, "Content-Type", "application/json");
}
