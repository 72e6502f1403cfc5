/* GET /sim/v1/events: everything that happens, as NDJSON, from number ?after= on, in a stream that stays
 * open; and GET /sim/v1/requests: the calls to the provider so far, as a list. */
#include "control.h"

#include <string.h>

#include "mem.h"

struct listener {
    struct sim *sim;
    unsigned tenant; /* 0 = all */
    uint64_t after;
    struct text_buf line; /* written, not yet sent */
    size_t sent;
};

/* Replies belong to nobody in the journal: whoever listens knows the calls they name, or not. */
static bool is_heard(const struct listener *listener, const struct journal_record *record)
{
    return listener->tenant == 0 || record->tenant == listener->tenant || record->kind == JOURNAL_REPLY;
}

/* Puts the next record's line into the buffer; false when there is none. The lock is held. */
static bool next_line(struct listener *listener)
{
    struct journal_record record;
    while (journal_next(&listener->sim->journal, listener->after, &record)) {
        listener->after = record.n;
        if (!is_heard(listener, &record))
            continue;
        text_buf_clear(&listener->line);
        listener->sent = 0;
        journal_write(&record, &listener->line);
        text_put_char(&listener->line, '\n');
        return true;
    }
    return false;
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

void control_events(struct control_call *call)
{
    int64_t after;
    if (!control_query_int(call, "after", 0, INT64_MAX, 0, &after))
        return;
    struct listener *listener = mem_new(sizeof *listener);
    listener->sim = call->sim;
    listener->tenant = form_has(&call->query, "account") ? call->account->tenant : 0;
    listener->after = (uint64_t)after;
    text_buf_init(&listener->line, RESPONSE_MAX_BYTES);
    call->response->stream = (struct response_stream){listener_read, listener_end, listener};
    response_header_literal(call->response, "Content-Type", "application/x-ndjson");
}

void control_requests(struct control_call *call)
{
    int64_t after, limit;
    struct journal_record record;
    struct text_buf *out = &call->response->body;
    if (!control_query_int(call, "after", 0, INT64_MAX, 0, &after) ||
        !control_query_int(call, "limit", 1, 10000, 1000, &limit))
        return;
    bool scoped = form_has(&call->query, "account"), first = true;
    text_put_z(out, "{\"requests\":[");
    for (uint64_t n = (uint64_t)after; limit > 0 && journal_next(&call->sim->journal, n, &record);
         n = record.n) {
        if (record.kind != JOURNAL_CALL || (scoped && record.tenant != call->account->tenant))
            continue;
        text_put_z(out, first ? "" : ",");
        journal_write(&record, out);
        first = false;
        limit--;
    }
    text_putf(out, "],\"dropped\":%llu}\n", (unsigned long long)call->sim->journal.dropped);
    response_header_literal(call->response, "Content-Type", "application/json");
}
