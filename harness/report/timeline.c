/* Shows a history as a table: one small writer a kind of line. What does not help a reader (answers that went
 * out as planned, checks that passed) has no row, and jumps of the clock in a row are one. */
#include "timeline.h"

#include <string.h>

#include "json.h"
#include "mem.h"
#include "plain.h"

enum {
    DEFAULT_COLUMNS = 110,
    ACTOR_COLUMNS = 10,
    SHOWN_SID_CHARACTERS = 8,
    ROW_MAX_BYTES = 16 * 1024,
    BODY_MAX_BYTES_SHOWN = 512,
    SHOWN_JUMPS = 3,
    TOLD_REAL_MS = 500, /* real time that is worth a word beside the virtual one */
};

/* Writes what happened; false when the line has no row. */
typedef bool row_writer(const struct history_line *line, struct text_buf *out);

/* A SID by its first letters. */
static void put_sid(struct text_buf *out, struct text sid)
{
    text_put(out, text_first(sid, SHOWN_SID_CHARACTERS));
    if (sid.len > SHOWN_SID_CHARACTERS)
        text_put_z(out, "…");
}

static void put_field(struct text_buf *out, const char *before, const struct history_line *line,
                      const char *key)
{
    struct text value = history_text(line, key);
    if (value.len > 0)
        text_putf(out, "%s%.*s", before, TEXT_ARGS(value));
}

/* A whole number, if it is there. */
static void put_number(struct text_buf *out, const char *before, const struct history_line *line,
                       const char *key)
{
    if (json_is_integer(json_object_get(line->fields, key)))
        text_putf(out, "%s%lld", before, (long long)history_int(line, key, 0));
}

static void put_value(struct text_buf *out, const char *before, const json_t *value)
{
    if (value == NULL || json_is_null(value))
        return;
    text_put_z(out, before);
    if (json_is_string(value)) {
        text_put(out, text_first(text_span(json_string_value(value), json_string_length(value)),
                                 BODY_MAX_BYTES_SHOWN));
        return;
    }
    char *text = json_write(value);
    text_put(out, text_first(text_of(text), BODY_MAX_BYTES_SHOWN));
    mem_free(text);
}

/* "/api/x" of "http://127.0.0.1:3000/api/x". */
static struct text path_of(struct text url)
{
    for (size_t i = 0; i + 2 < url.len; i++)
        if (memcmp(url.at + i, "://", 3) == 0) {
            struct text rest = text_from(url, i + 3);
            return text_from(rest, text_find(rest, '/'));
        }
    return url;
}

static bool write_run(const struct history_line *line, struct text_buf *out)
{
    put_field(out, "", line, "scenario");
    put_field(out, " (", line, "case");
    text_put_z(out, history_text(line, "case").len > 0 ? ")" : "");
    put_field(out, ", way ", line, "way");
    put_field(out, ", clock ", line, "clock");
    return true;
}

static bool write_phase(const struct history_line *line, struct text_buf *out)
{
    text_putf(out, "-- %.*s --", TEXT_ARGS(history_text(line, "name")));
    return true;
}

/* That somebody is on the virtual clock is no news. */
static bool write_clock(const struct history_line *line, struct text_buf *out)
{
    if (!text_is(history_text(line, "clock"), "real"))
        return false;
    put_field(out, "", line, "process");
    put_field(out, " is on the real clock: ", line, "reason");
    return true;
}

static bool write_process(const struct history_line *line, struct text_buf *out)
{
    if (text_is(history_text(line, "event"), "clock"))
        return write_clock(line, out);
    put_field(out, "", line, "name");
    put_field(out, " ", line, "event");
    put_number(out, ", exit status ", line, "exit");
    put_number(out, ", signal ", line, "signal");
    return true;
}

static bool write_log(const struct history_line *line, struct text_buf *out)
{
    text_put(out, text_first(history_text(line, "text"), BODY_MAX_BYTES_SHOWN));
    return true;
}

static bool write_step(const struct history_line *line, struct text_buf *out)
{
    bool end = text_is(history_text(line, "event"), "end");
    if (end && !text_is(history_text(line, "outcome"), "failed"))
        return false;
    put_field(out, "", line, "path");
    put_field(out, " ", line, "verb");
    put_field(out, ": ", line, "name");
    text_put_z(out, end ? " failed" : "");
    if (!end)
        put_number(out, ", line ", line, "line");
    return true;
}

static bool write_request(const struct history_line *line, struct text_buf *out)
{
    text_putf(out, "[%.*s]", TEXT_ARGS(history_text(line, "id")));
    put_field(out, " ", line, "person");
    text_putf(out, " > %.*s %.*s", TEXT_ARGS(history_text(line, "method")),
              TEXT_ARGS(path_of(history_text(line, "url"))));
    put_value(out, " ", json_object_get(line->fields, "body"));
    return true;
}

static bool write_answer(const struct history_line *line, struct text_buf *out)
{
    text_putf(out, "[%.*s] <", TEXT_ARGS(history_text(line, "request")));
    put_number(out, " ", line, "status");
    put_field(out, " no answer: ", line, "error");
    put_value(out, " ", json_object_get(line->fields, "body"));
    return true;
}

static void put_outcome(struct text_buf *out, const struct history_line *line)
{
    put_number(out, " -> ", line, "status");
    put_number(out, " code ", line, "code");
    const json_t *fault = json_object_get(line->fields, "fault");
    if (json_is_object(fault)) {
        put_value(out, " (planned: ", json_object_get(fault, "outcome"));
        text_put_char(out, ')');
    }
    if (history_text(line, "sid").len > 0) {
        text_put_char(out, ' ');
        put_sid(out, history_text(line, "sid"));
    }
}

static bool write_call(const struct history_line *line, struct text_buf *out)
{
    put_field(out, "", line, "operation");
    put_field(out, " ", line, "channel");
    put_field(out, " to ", line, "to");
    put_outcome(out, line);
    return true;
}

static bool write_reply(const struct history_line *line, struct text_buf *out)
{
    if (text_is(history_text(line, "how"), "sent"))
        return false;
    text_put_z(out, "the answer to ");
    put_sid(out, history_text(line, "call"));
    put_field(out, " ended: ", line, "how");
    return true;
}

static bool write_message(const struct history_line *line, struct text_buf *out)
{
    put_sid(out, history_text(line, "sid"));
    put_field(out, " ", line, "status");
    put_field(out, " on ", line, "channel");
    put_field(out, " to ", line, "to");
    put_value(out, ": ", json_object_get(line->fields, "text"));
    return true;
}

static bool write_status(const struct history_line *line, struct text_buf *out)
{
    put_sid(out, history_text(line, "sid"));
    put_field(out, " ", line, "status");
    put_number(out, " code ", line, "code");
    return true;
}

static bool write_callback(const struct history_line *line, struct text_buf *out)
{
    put_sid(out, history_text(line, "sid"));
    put_field(out, " ", line, "message_status");
    if (!text_is(history_text(line, "signature"), "good"))
        put_field(out, ", signature ", line, "signature");
    put_number(out, " -> ", line, "status");
    put_field(out, " not delivered: ", line, "error");
    return true;
}

static bool write_unread(const struct history_line *line, struct text_buf *out)
{
    put_field(out, "a request that cannot be read: ", line, "what");
    put_number(out, " -> ", line, "status");
    return true;
}

static bool write_refused(const struct history_line *line, struct text_buf *out)
{
    put_field(out, "refused: ", line, "name");
    put_field(out, "refused: ", line, "address");
    put_number(out, " port ", line, "port");
    return true;
}

static bool write_received(const struct history_line *line, struct text_buf *out)
{
    put_field(out, "", line, "person");
    put_field(out, " reads ", line, "code");
    put_field(out, " on ", line, "channel");
    return true;
}

static bool write_advance(const struct history_line *line, struct text_buf *out)
{
    put_number(out, "advances, ms ", line, "ms");
    put_field(out, ", ", line, "text");
    return true;
}

/* "2 s", "250 ms", "2.500 s" */
static void put_length(struct text_buf *out, int64_t ms)
{
    if (ms % 1000 == 0)
        text_putf(out, "%lld s", (long long)(ms / 1000));
    else if (ms < 1000)
        text_putf(out, "%lld ms", (long long)ms);
    else
        text_putf(out, "%.3f s", (double)ms / 1000);
}

static int64_t jump_ms(const struct history_line *line)
{
    return history_int(line, "to_ms", 0) - history_int(line, "from_ms", 0);
}

static bool write_jump(const struct history_line *line, struct text_buf *out)
{
    text_put_char(out, '+');
    put_length(out, jump_ms(line));
    put_field(out, ": ", line, "process");
    put_field(out, ", ", line, "text");
    return true;
}

/* Several in a row: "+2 s, +4 s (2 jumps)"; of many the first ones and how far they led. */
static void write_jumps(const struct history_line *const *lines, size_t count, struct text_buf *out)
{
    int64_t all_ms = 0;
    for (size_t i = 0; i < count; i++) {
        all_ms += jump_ms(lines[i]);
        if (i >= SHOWN_JUMPS)
            continue;
        text_put_z(out, i == 0 ? "+" : ", +");
        put_length(out, jump_ms(lines[i]));
    }
    text_putf(out, "%s (%zu jumps", count > SHOWN_JUMPS ? ", …" : "", count);
    if (count > SHOWN_JUMPS) {
        text_put_z(out, ", +");
        put_length(out, all_ms);
    }
    text_put_char(out, ')');
}

static bool write_check(const struct history_line *line, struct text_buf *out)
{
    if (json_is_true(json_object_get(line->fields, "passed")))
        return false;
    put_field(out, "", line, "what");
    put_value(out, ": expected ", json_object_get(line->fields, "expected"));
    put_value(out, ", actual ", json_object_get(line->fields, "actual"));
    return true;
}

static bool write_invariant(const struct history_line *line, struct text_buf *out)
{
    if (!text_is(history_text(line, "verdict"), "broken"))
        return false;
    put_number(out, "invariant ", line, "number");
    put_field(out, " broken: ", line, "text");
    return true;
}

static bool write_end(const struct history_line *line, struct text_buf *out)
{
    put_field(out, "", line, "outcome");
    put_field(out, ": ", line, "text");
    int64_t real_ms = line->real_us / 1000, apart_ms = line->t_ms - real_ms;
    if (apart_ms >= TOLD_REAL_MS || apart_ms <= -TOLD_REAL_MS)
        text_putf(out, ", %.3f s of virtual time in %.3f s", (double)line->t_ms / 1000,
                  (double)real_ms / 1000);
    return true;
}

/* NULL as writer: no row (a planned fault stands in its call). NULL as actor: the process's name. */
static const struct {
    const char *actor;
    row_writer *write;
} rows[HISTORY_KINDS] = {
    [HISTORY_RUN] = {"harness", write_run},         [HISTORY_PHASE] = {"harness", write_phase},
    [HISTORY_PROCESS] = {"harness", write_process}, [HISTORY_LOG] = {NULL, write_log},
    [HISTORY_STEP] = {"harness", write_step},       [HISTORY_REQUEST] = {"client", write_request},
    [HISTORY_ANSWER] = {"client", write_answer},    [HISTORY_CALL] = {"provider", write_call},
    [HISTORY_REPLY] = {"provider", write_reply},    [HISTORY_MESSAGE] = {"provider", write_message},
    [HISTORY_STATUS] = {"provider", write_status},  [HISTORY_CALLBACK] = {"callback", write_callback},
    [HISTORY_REFUSED] = {"sandbox", write_refused}, [HISTORY_FAULT] = {NULL, NULL},
    [HISTORY_UNREAD] = {"provider", write_unread},  [HISTORY_RECEIVED] = {"client", write_received},
    [HISTORY_ADVANCE] = {"clock", write_advance},   [HISTORY_JUMP] = {"clock", write_jump},
    [HISTORY_CHECK] = {"harness", write_check},     [HISTORY_INVARIANT] = {"harness", write_invariant},
    [HISTORY_END] = {"harness", write_end},
};

/* One row of the table: a line, or several jumps in a row. */
struct row {
    const struct history_line *const *lines;
    size_t count;
};

static const struct history_line *row_end(const struct row *row)
{
    return row->lines[row->count - 1];
}

/* What happened; of jumps also how long the stack took to come to rest, when that is a while. */
static void put_what(const struct row *row, const struct history_line *before, struct text_buf *what)
{
    const struct history_line *line = row->lines[0];
    if (row->count > 1)
        write_jumps(row->lines, row->count, what);
    else
        rows[line->kind].write(line, what);
    int64_t real_ms = before == NULL ? 0 : (row_end(row)->real_us - before->real_us) / 1000;
    if (line->kind == HISTORY_JUMP && real_ms >= TOLD_REAL_MS)
        text_putf(what, ", after %.3f s of real time", (double)real_ms / 1000);
}

/* With its newline. */
static void put_row(const struct row *row, const struct history_line *before,
                    const struct timeline_options *options, struct text_buf *out)
{
    struct text_buf what, text;
    text_buf_init(&what, ROW_MAX_BYTES);
    text_buf_init(&text, ROW_MAX_BYTES);
    const struct history_line *line = row_end(row);
    put_what(row, before, &what);
    struct text actor =
        rows[line->kind].actor == NULL ? history_text(line, "process") : text_of(rows[line->kind].actor);
    text_putf(&text, "%5lld %9.3f  ", (long long)line->n, (double)line->t_ms / 1000);
    size_t from = text.len;
    plain_put_cut(&text, actor, ACTOR_COLUMNS);
    plain_pad(&text, from, ACTOR_COLUMNS);
    text_put_z(&text, "  ");
    text_put(&text, text_buf_view(&what));
    text_put_z(out, options->indent == NULL ? "" : options->indent);
    size_t columns = options->columns == 0 ? DEFAULT_COLUMNS : options->columns;
    size_t indent = options->indent == NULL ? 0 : strlen(options->indent);
    plain_put_cut(out, text_buf_view(&text), columns > indent ? columns - indent : 0);
    text_put_char(out, '\n');
    text_buf_release(&what);
    text_buf_release(&text);
}

static bool has_row(const struct history_line *line)
{
    struct text_buf unused;
    text_buf_init(&unused, ROW_MAX_BYTES);
    bool has = rows[line->kind].write != NULL && rows[line->kind].write(line, &unused);
    text_buf_release(&unused);
    return has;
}

/* The lines that are shown, jumps in a row as one. New array; `lines` is made shorter in place. */
static struct row *rows_of(const struct history_line **lines, size_t count, size_t *ret_count)
{
    struct row *table = mem_new_array(count + 1, sizeof table[0]);
    size_t kept = 0;
    *ret_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (!has_row(lines[i]))
            continue;
        lines[kept] = lines[i];
        if (kept > 0 && lines[kept]->kind == HISTORY_JUMP && lines[kept - 1]->kind == HISTORY_JUMP)
            table[*ret_count - 1].count++;
        else
            table[(*ret_count)++] = (struct row){.lines = &lines[kept], .count = 1};
        kept++;
    }
    return table;
}

void timeline_write(const struct history *history, const struct timeline_options *options,
                    struct text_buf *out)
{
    size_t all, count;
    const struct history_line **lines = history_in_order(history, &all);
    struct row *table = rows_of(lines, all, &count);
    /* The beginning says what ran, the end what went wrong: a quarter and three quarters. */
    size_t head = options->rows > 0 && count > options->rows ? options->rows / 4 : count;
    size_t tail = head < count ? options->rows - head : 0;
    for (size_t i = 0; i < count; i++) {
        if (i == head)
            text_putf(out, "%s  ... %zu lines left out ...\n", options->indent == NULL ? "" : options->indent,
                      count - head - tail);
        if (i < head || i >= count - tail)
            put_row(&table[i], i == 0 ? NULL : row_end(&table[i - 1]), options, out);
    }
    mem_free(table);
    mem_free(lines);
}
