/* Writes a history with chance taken out of it: it walks every value of every line. Which lines stand
 * together is normal_order.c's, how a word is called normal_words.c's, which words of a text are chance
 * normal_text.c's; here it is decided by the key that a value stands at. */
#include "normal_form.h"

#include <stdlib.h>

#include "json.h"
#include "mem.h"
#include "normal_order.h"
#include "normal_text.h"

enum {
    NAME_BYTES = 48,
    TEXT_MAX_BYTES = 16 * 1024 * 1024,
    SAME_WALL_MS = 2, /* wall and monotonic time are cut to milliseconds apart from each other */
};

struct form {
    struct normal_form options;
    const struct history *history;
    struct words *words;
    struct normal_text text;
    const struct history_line *line; /* that is being written */
    int64_t start_ms, start_wall_ms, end_n;
};

/* What a block looks like before its words have numbers. */
struct sketch {
    const struct order_block *block;
    char *masked;
    uint64_t colour;
};

/* What a key's value is, when its shape does not say it. */
enum key_role {
    ROLE_PLAIN,
    ROLE_DROP,
    ROLE_MOMENT, /* milliseconds since the scenario's start */
    ROLE_LENGTH, /* a virtual time */
    ROLE_WALL,
    ROLE_CLOCK,
    ROLE_CAUSE,
    ROLE_ID,
    ROLE_PORT,
    ROLE_PID
};

static const struct {
    const char *key;
    enum key_role role;
} keys[] = {
    {"n", ROLE_DROP},         {"real_us", ROLE_DROP},
    {"sim_n", ROLE_DROP},     {"seed", ROLE_DROP},
    {"file", ROLE_DROP},      {"exercised", ROLE_DROP},
    {"client", ROLE_DROP},    {"X-Twilio-Signature", ROLE_DROP},
    {"ETag", ROLE_DROP},      {"Content-Length", ROLE_DROP},
    {"t_ms", ROLE_MOMENT},    {"start_ms", ROLE_MOMENT},
    {"end_ms", ROLE_MOMENT},  {"wall", ROLE_WALL},
    {"took_ms", ROLE_LENGTH}, {"ms", ROLE_LENGTH},
    {"Date", ROLE_LENGTH},    {"clock", ROLE_CLOCK},
    {"clocks", ROLE_CLOCK},   {"cause", ROLE_CAUSE},
    {"id", ROLE_ID},          {"request", ROLE_ID},
    {"call", ROLE_ID},        {"port", ROLE_PORT},
    {"pid", ROLE_PID},
};

static enum key_role role_of(const char *key)
{
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (text_is_nocase(text_of(key), keys[i].key))
            return keys[i].role;
    return ROLE_PLAIN;
}

/* ---- values */

static json_t *normal_text(const struct form *form, const char *key, struct text text)
{
    struct text_buf out;
    struct normal_text how = form->text;
    how.durations = form->line->kind == HISTORY_CHECK && text_is(text_of(key), "actual");
    how.line_numbers = form->line->kind == HISTORY_INVARIANT || form->line->kind == HISTORY_END;
    text_buf_init(&out, TEXT_MAX_BYTES);
    normal_text_put(&how, text, &out);
    json_t *value = json_of_text(text_span(text_buf_z(&out), out.len));
    text_buf_release(&out);
    return value;
}

static json_t *named_value(const struct form *form, const char *kind, const json_t *value)
{
    struct text_buf name, out;
    text_buf_init(&name, NAME_BYTES);
    text_buf_init(&out, NAME_BYTES);
    if (json_is_integer(value))
        text_put_int(&name, json_integer_value(value));
    struct text word = json_is_string(value) ? text_of(json_string_value(value)) : text_buf_view(&name);
    words_put(form->words, kind, word, &out);
    json_t *result = json_string(text_buf_z(&out));
    text_buf_release(&name);
    text_buf_release(&out);
    return result;
}

/* Processes start and end in real time. */
static bool time_counts(const struct form *form)
{
    return form->options.times && form->line->n <= form->end_n && form->line->kind != HISTORY_PROCESS;
}

/* What happened before the steps, in real time, has none. */
static json_t *normal_moment(const struct form *form, const json_t *value)
{
    int64_t ms = json_is_integer(value) ? (int64_t)json_integer_value(value) - form->start_ms : 0;
    return time_counts(form) && ms > 0 ? json_integer((json_int_t)ms) : NULL;
}

/* Where times count, they are an order: of log lines, the only one. */
static void order_by_time(struct form *form, struct order_block *block)
{
    form->line = block->lines[0].line;
    if (block->section == ORDER_LOG && time_counts(form) && form->line->t_ms > form->start_ms)
        block->order = form->line->t_ms - form->start_ms;
}

/* How far it is from where t_ms says that it is. */
static json_t *normal_wall(const struct form *form, const json_t *value)
{
    int64_t wall_ms;
    if (!time_counts(form) || form->line->t_ms <= form->start_ms ||
        !normal_text_moment(text_of(json_string_value(value)), &wall_ms))
        return NULL;
    int64_t apart_ms = (wall_ms - form->start_wall_ms) - (form->line->t_ms - form->start_ms);
    return llabs(apart_ms) < SAME_WALL_MS ? NULL : json_sprintf("%+.3f", (double)apart_ms / 1000);
}

static json_t *normal_value(const struct form *form, const char *key, const json_t *value);

/* The id, the SID or else the kind of the line that it points to. */
static json_t *normal_cause(const struct form *form, const json_t *value)
{
    int64_t n = json_is_integer(value) ? (int64_t)json_integer_value(value) : 0;
    if (json_is_string(value))
        return named_value(form, "id", value);
    if (n < 1 || (size_t)n > history_count(form->history))
        return NULL;
    const struct history_line *line = history_line(form->history, (size_t)n - 1);
    const json_t *id = json_object_get(line->fields, "id"), *sid = json_object_get(line->fields, "sid");
    if (line->kind == HISTORY_JUMP)
        return NULL;
    if (json_is_string(id))
        return named_value(form, "id", id);
    return json_is_string(sid) ? normal_value(form, "sid", sid) : json_string(history_kind_name(line->kind));
}

/* NULL: left out. */
static json_t *normal_field(const struct form *form, const char *key, const json_t *value)
{
    enum key_role role = role_of(key);
    bool number_or_text = json_is_integer(value) || json_is_string(value);
    switch (role) {
    case ROLE_DROP:
        return NULL;
    case ROLE_MOMENT:
        return normal_moment(form, value);
    case ROLE_WALL:
        return normal_wall(form, value);
    case ROLE_LENGTH:
        return form->options.times ? normal_value(form, key, value) : NULL;
    case ROLE_CLOCK:
        return form->options.any_clock ? NULL : normal_value(form, key, value);
    case ROLE_CAUSE:
        return normal_cause(form, value);
    case ROLE_ID:
        return json_is_string(value) ? named_value(form, "id", value) : normal_value(form, key, value);
    case ROLE_PORT:
    case ROLE_PID:
        return number_or_text ? named_value(form, role == ROLE_PORT ? "port" : "pid", value)
                              : normal_value(form, key, value);
    case ROLE_PLAIN:
        break;
    }
    return normal_value(form, key, value);
}

static json_t *normal_object(const struct form *form, const json_t *object)
{
    json_t *result = json_object();
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value)
    {
        json_t *normal = normal_field(form, key, value);
        if (normal != NULL)
            json_set(result, key, normal);
    }
    return result;
}

static json_t *normal_value(const struct form *form, const char *key, const json_t *value)
{
    if (json_is_object(value))
        return normal_object(form, value);
    if (json_is_string(value))
        return normal_text(form, key, text_span(json_string_value(value), json_string_length(value)));
    if (!json_is_array(value))
        return json_incref((json_t *)value);
    json_t *list = json_array();
    for (size_t i = 0; i < json_array_size(value); i++)
        json_array_append_new(list, normal_value(form, key, json_array_get(value, i)));
    return list;
}

/* ---- lines */

/* What differs with the clock alone: how time was let pass, and who was on which clock. */
static bool is_the_clocks(const struct history_line *line)
{
    return line->kind == HISTORY_PROCESS && text_is(history_text(line, "event"), "clock");
}

static void put_line(struct form *form, const struct history_line *line, struct text_buf *out)
{
    if (form->options.any_clock && is_the_clocks(line))
        return;
    form->line = line;
    json_t *normal = normal_object(form, line->fields);
    if (form->options.any_clock && line->kind == HISTORY_ADVANCE)
        json_object_del(normal, "text");
    if (line->kind == HISTORY_INVARIANT && !text_is(history_text(line, "verdict"), "broken"))
        json_object_del(normal, "verdict");
    char *text = json_write(normal);
    text_put_z(out, text);
    text_put_char(out, '\n');
    mem_free(text);
    json_decref(normal);
}

/* Appends its lines as the words are shown now. */
static void put_block(struct form *form, const struct order_block *block, struct text_buf *out)
{
    words_block_begin(form->words);
    for (size_t i = 0; i < block->count; i++)
        put_line(form, block->lines[i].line, out);
}

static uint64_t block_hash(const struct order_block *block, struct text text)
{
    uint64_t place = words_hash((uint64_t)block->section, text_of(block->key));
    return words_hash(place + (uint64_t)block->order, text);
}

/* One look at all blocks: the words learn where they stand. */
static void look(struct form *form, struct sketch *sketches, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct text_buf out;
        text_buf_init(&out, 2 * (size_t)HISTORY_MAX_BYTES);
        put_block(form, sketches[i].block, &out);
        sketches[i].colour = block_hash(sketches[i].block, text_buf_view(&out));
        words_block_end(form->words, sketches[i].colour);
        if (sketches[i].masked == NULL)
            sketches[i].masked = text_buf_take(&out);
        text_buf_release(&out);
    }
}

static int compare_sketches(const void *a, const void *b)
{
    const struct sketch *one = a, *other = b;
    int order = order_compare(one->block, other->block);
    if (order == 0)
        order = strcmp(one->masked, other->masked);
    return order != 0 ? order : one->colour < other->colour ? -1 : one->colour > other->colour;
}

/* New array: the blocks in an order that chance has no part in. */
static struct sketch *sketches_sorted(struct form *form, const struct order_blocks *blocks)
{
    struct sketch *sketches = mem_new_array(blocks->count + 1, sizeof sketches[0]);
    for (size_t i = 0; i < blocks->count; i++)
        sketches[i].block = &blocks->blocks[i];
    words_show(form->words, WORDS_MASKED);
    do {
        look(form, sketches, blocks->count);
        words_show(form->words, WORDS_COLOURED);
    } while (words_refine(form->words));
    look(form, sketches, blocks->count);
    qsort(sketches, blocks->count, sizeof sketches[0], compare_sketches);
    return sketches;
}

/* ---- the whole */

static void find_codes(const struct form *form)
{
    static const char *const code_keys[HISTORY_KINDS] = {[HISTORY_MESSAGE] = "code_text",
                                                         [HISTORY_CALL] = "code_text",
                                                         [HISTORY_REQUEST] = "code",
                                                         [HISTORY_RECEIVED] = "code"};
    for (size_t i = 0; i < history_count(form->history); i++) {
        const struct history_line *line = history_line(form->history, i);
        if (code_keys[line->kind] != NULL)
            words_add_code(form->words, history_text(line, code_keys[line->kind]));
    }
}

/* From the steps to the end: what comes before and after goes by real time. */
static void find_times(struct form *form)
{
    bool found = false;
    form->end_n = INT64_MAX;
    for (size_t i = 0; i < history_count(form->history); i++) {
        const struct history_line *line = history_line(form->history, i);
        bool steps = line->kind == HISTORY_PHASE && text_is(history_text(line, "name"), "steps");
        if (i == 0 || (steps && !found)) {
            form->start_ms = line->t_ms;
            (void)normal_text_moment(history_text(line, "wall"), &form->start_wall_ms);
        }
        found = found || steps;
        if (line->kind == HISTORY_END)
            form->end_n = line->n;
    }
}

char *history_normal_form(const struct history *history, struct normal_form options)
{
    struct form form = {.options = options, .history = history, .words = words_new()};
    struct order_blocks blocks;
    struct text_buf out;
    find_codes(&form);
    find_times(&form);
    form.text = (struct normal_text){
        .words = form.words, .times = options.times, .start_wall_ms = form.start_wall_ms};
    order_blocks_init(&blocks, history);
    for (size_t i = 0; i < blocks.count; i++)
        order_by_time(&form, &blocks.blocks[i]);
    struct sketch *sketches = sketches_sorted(&form, &blocks);
    words_show(form.words, WORDS_NUMBERED);
    text_buf_init(&out, 2 * (size_t)HISTORY_MAX_BYTES);
    for (size_t i = 0; i < blocks.count; i++) {
        put_block(&form, sketches[i].block, &out);
        mem_free(sketches[i].masked);
    }
    mem_free(sketches);
    order_blocks_release(&blocks);
    words_free(form.words);
    return text_buf_take(&out);
}
