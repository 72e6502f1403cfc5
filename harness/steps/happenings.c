/* Reads lines into lists and ties replies, statuses and callbacks to what they belong to. Judging is the
 * checks' work. */
#include "happenings.h"

#include "mem.h"

/* Grows a list by one zeroed item and gives that. */
#define LIST_MORE(list, count) ((list) = list_grown((list), (count), sizeof *(list)), &(list)[(count)++])

static void *list_grown(void *list, size_t count, size_t item_bytes)
{
    if (count != 0 && (count & (count - 1)) != 0)
        return list;
    void *grown = mem_resize(list, (count == 0 ? 1 : count * 2) * item_bytes);
    return grown;
}

static const char *const delivered_words[] = {"delivered", "read"};
static const char *const final_words[] = {"delivered", "read",     "undelivered",
                                          "failed",    "canceled", "received"};

static bool text_among(struct text word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_is(word, words[i]))
            return true;
    return false;
}

bool status_means_delivered(struct text status)
{
    return text_among(status, delivered_words, sizeof delivered_words / sizeof *delivered_words);
}

bool seen_message_is_final(const struct seen_message *message)
{
    return text_among(message->status, final_words, sizeof final_words / sizeof *final_words);
}

bool seen_call_creates(const struct seen_call *call)
{
    return text_ends(call->operation, ".create");
}

int64_t happenings_mark(const struct history *history)
{
    bool has_given = false;
    for (size_t i = 0; i < history_count(history); i++) {
        const struct history_line *line = history_line(history, i);
        if (line->kind != HISTORY_PHASE)
            continue;
        has_given = has_given || text_is(history_text(line, "name"), "given");
        if (has_given && text_is(history_text(line, "name"), "steps"))
            return line->real_us;
    }
    return 0;
}

static void call_add(struct happenings *seen, const struct history_line *line)
{
    struct seen_call *call = LIST_MORE(seen->calls, seen->call_count);
    *call = (struct seen_call){
        .n = line->n,
        .id = history_text(line, "id"),
        .provider = history_text(line, "provider"),
        .operation = history_text(line, "operation"),
        .to = history_text(line, "to"),
        .channel = history_text(line, "channel"),
        .from = history_text(line, "from"),
        .text = history_text(line, "text"),
        .code_text = history_text(line, "code_text"),
        .sid = history_text(line, "sid"),
        .start_ms = history_int(line, "start_ms", line->t_ms),
        .end_ms = line->t_ms,
        .status = history_int(line, "status", 0),
        .code = history_int(line, "code", 0),
    };
}

static void message_add(struct happenings *seen, const struct history_line *line)
{
    struct seen_message *message = LIST_MORE(seen->messages, seen->message_count);
    *message = (struct seen_message){
        .n = line->n,
        .sid = history_text(line, "sid"),
        .provider = history_text(line, "provider"),
        .to = history_text(line, "to"),
        .channel = history_text(line, "channel"),
        .from = history_text(line, "from"),
        .text = history_text(line, "text"),
        .code_text = history_text(line, "code_text"),
        .status = history_text(line, "status"),
        .cause = history_text(line, "cause"),
        .t_ms = line->t_ms,
        .status_t_ms = line->t_ms,
        .outbound = !text_is(history_text(line, "direction"), "inbound"),
    };
    message->delivered = status_means_delivered(message->status);
}

static struct seen_message *message_of(struct happenings *seen, struct text sid)
{
    for (size_t i = seen->message_count; i-- > 0;)
        if (text_equal(seen->messages[i].sid, sid))
            return &seen->messages[i];
    return NULL;
}

static void status_take(struct happenings *seen, const struct history_line *line)
{
    struct seen_message *message = message_of(seen, history_text(line, "sid"));
    if (message == NULL)
        return;
    message->status = history_text(line, "status");
    message->status_t_ms = line->t_ms;
    message->delivered = message->delivered || status_means_delivered(message->status);
}

static void reply_take(struct happenings *seen, const struct history_line *line)
{
    struct text id = history_text(line, "call");
    for (size_t i = seen->call_count; i-- > 0;) {
        if (!text_equal(seen->calls[i].id, id))
            continue;
        seen->calls[i].end_ms = history_int(line, "end_ms", line->t_ms);
        seen->calls[i].ended = true;
        return;
    }
}

static void callback_add(struct happenings *seen, const struct history_line *line)
{
    struct seen_callback *callback = LIST_MORE(seen->callbacks, seen->callback_count);
    *callback = (struct seen_callback){
        .n = line->n,
        .id = history_text(line, "id"),
        .sid = history_text(line, "sid"),
        .to = history_text(line, "to"),
        .url = history_text(line, "url"),
        .message_status = history_text(line, "message_status"),
        .answer = history_text(line, "answer"),
        .error = history_text(line, "error"),
        .status = history_int(line, "status", 0),
        .forged = json_is_true(json_object_get(line->fields, "forged")),
    };
}

static void log_add(struct happenings *seen, const struct history_line *line)
{
    struct seen_log *log = LIST_MORE(seen->logs, seen->log_count);
    *log = (struct seen_log){line->n, history_text(line, "process"), history_text(line, "text")};
}

static void answer_add(struct happenings *seen, const struct history_line *line)
{
    struct seen_answer *answer = LIST_MORE(seen->answers, seen->answer_count);
    *answer = (struct seen_answer){line->n, history_int(line, "status", 0)};
}

typedef void line_reader(struct happenings *seen, const struct history_line *line);

static line_reader *const readers[HISTORY_KINDS] = {
    [HISTORY_CALL] = call_add,         [HISTORY_REPLY] = reply_take, [HISTORY_MESSAGE] = message_add,
    [HISTORY_STATUS] = status_take,    [HISTORY_LOG] = log_add,      [HISTORY_ANSWER] = answer_add,
    [HISTORY_CALLBACK] = callback_add,
};

/* The number that a callback is about: it names its message alone. Messages from before the mark count here
 * too. */
static struct text number_of_sid(const struct history *history, struct text sid)
{
    for (size_t i = 0; i < history_count(history); i++) {
        const struct history_line *line = history_line(history, i);
        if (line->kind == HISTORY_MESSAGE && text_equal(history_text(line, "sid"), sid))
            return history_text(line, "to");
    }
    return TEXT_NONE;
}

void happenings_read(const struct history *history, int64_t since_real_us, struct happenings *ret)
{
    *ret = (struct happenings){0};
    size_t count;
    const struct history_line **lines = history_in_order(history, &count);
    for (size_t i = 0; i < count; i++)
        if (lines[i]->real_us >= since_real_us && readers[lines[i]->kind] != NULL)
            readers[lines[i]->kind](ret, lines[i]);
    mem_free(lines);
    for (size_t i = 0; i < ret->callback_count; i++)
        if (ret->callbacks[i].to.at == NULL)
            ret->callbacks[i].to = number_of_sid(history, ret->callbacks[i].sid);
}

void happenings_release(struct happenings *seen)
{
    mem_free(seen->calls);
    mem_free(seen->messages);
    mem_free(seen->callbacks);
    mem_free(seen->answers);
    mem_free(seen->logs);
    *seen = (struct happenings){0};
}
