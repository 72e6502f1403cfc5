/* Finds for each line of a history the block that it belongs to. One row a kind says how. */
#include "normal_order.h"

#include <ctype.h>
#include <stdlib.h>

#include "json.h"
#include "mem.h"

enum { FIRST_ROOM = 16, NO_BLOCK = -1, NAME_BYTES = 4096 };

struct finder {
    struct order_blocks *blocks;
    json_t *named;        /* "sid SM…": the block's index */
    json_t *last;         /* "log backend/stdout": the block of the last line */
    json_t *turns;        /* how many blocks a group has */
    struct text parallel; /* the path of the `parallel` step that goes on; TEXT_NONE: none */
    int64_t turn;         /* of the run */
    struct text ready;    /* the path that is asked for until the backend is ready */
};

/* ---- blocks by name */

/* "sid SM…": new. A NUL in a value ends it: such values name nothing. */
static char *name_of(const char *what, struct text value)
{
    struct text_buf name;
    text_buf_init(&name, NAME_BYTES);
    text_putf(&name, "%s %.*s", what, TEXT_ARGS(value));
    return text_buf_take(&name);
}

static int64_t find(const json_t *map, const char *what, struct text value)
{
    char *name = name_of(what, value);
    const json_t *found = value.len == 0 ? NULL : json_object_get(map, name);
    mem_free(name);
    return found == NULL ? NO_BLOCK : (int64_t)json_integer_value(found);
}

static void keep(json_t *map, const char *what, struct text value, int64_t block)
{
    char *name = name_of(what, value);
    if (value.len > 0)
        json_object_set_new_nocheck(map, name, json_integer((json_int_t)block));
    mem_free(name);
}

static int64_t new_block(struct finder *finder, enum order_section section, struct text key, int64_t order)
{
    struct order_blocks *blocks = finder->blocks;
    if (blocks->count == blocks->room) {
        blocks->room = blocks->room == 0 ? FIRST_ROOM : blocks->room * 2;
        blocks->blocks = mem_resize(blocks->blocks, blocks->room * sizeof blocks->blocks[0]);
    }
    blocks->blocks[blocks->count] =
        (struct order_block){.section = section, .key = text_copy(key), .order = order};
    return (int64_t)blocks->count++;
}

static void add_line(struct finder *finder, int64_t index, struct order_line line)
{
    struct order_block *block = &finder->blocks->blocks[index];
    if (block->count == block->room) {
        block->room = block->room == 0 ? FIRST_ROOM : block->room * 2;
        block->lines = mem_resize(block->lines, block->room * sizeof block->lines[0]);
    }
    block->lines[block->count++] = line;
}

/* ---- the run */

static bool begins_parallel(const struct history_line *line)
{
    return line->kind == HISTORY_STEP && text_is(history_text(line, "verb"), "parallel") &&
           text_is(history_text(line, "event"), "begin");
}

static bool ends_parallel(const struct finder *finder, const struct history_line *line)
{
    return line->kind == HISTORY_STEP && text_is(history_text(line, "event"), "end") &&
           text_equal(history_text(line, "path"), finder->parallel);
}

static int64_t block_of_run(struct finder *finder, const struct history_line *line)
{
    if (finder->parallel.len == 0 || ends_parallel(finder, line)) {
        finder->turn++;
        finder->parallel = TEXT_NONE;
    }
    int64_t block = new_block(finder, ORDER_RUN, TEXT_NONE, finder->turn);
    if (finder->parallel.len == 0 && begins_parallel(line)) {
        finder->parallel = history_text(line, "path");
        finder->turn++;
    }
    return block;
}

static int64_t block_of_request(struct finder *finder, const struct history_line *line)
{
    int64_t block = block_of_run(finder, line);
    keep(finder->named, "request", history_text(line, "id"), block);
    return block;
}

static int64_t block_of_answer(struct finder *finder, const struct history_line *line)
{
    int64_t block = find(finder->named, "request", history_text(line, "request"));
    return block == NO_BLOCK ? block_of_run(finder, line) : block;
}

static int64_t block_of_process(struct finder *finder, const struct history_line *line)
{
    struct text name = history_text(line, "name");
    int64_t block = find(finder->named, "process", name);
    if (block == NO_BLOCK)
        block = new_block(finder, ORDER_PROCESS, name, 0);
    keep(finder->named, "process", name, block);
    return block;
}

/* ---- the provider */

/* The next one of that person; without one, in no order. */
static int64_t new_provider_block(struct finder *finder, struct text person)
{
    int64_t turn = person.len == 0 ? 0 : find(finder->turns, "provider", person) + 1;
    keep(finder->turns, "provider", person, turn);
    return new_block(finder, ORDER_PROVIDER, person, turn);
}

static int64_t block_of_call(struct finder *finder, const struct history_line *line)
{
    int64_t block = find(finder->named, "call", history_text(line, "id"));
    if (block == NO_BLOCK)
        block = new_provider_block(finder, history_text(line, "to"));
    keep(finder->named, "call", history_text(line, "id"), block);
    return block;
}

/* What belongs to a call: by its id. */
static int64_t block_of_part(struct finder *finder, const struct history_line *line)
{
    int64_t block = find(finder->named, "call", history_text(line, "call"));
    if (block == NO_BLOCK)
        block = new_provider_block(finder, TEXT_NONE);
    keep(finder->named, "call", history_text(line, "call"), block);
    return block;
}

static int64_t block_of_message(struct finder *finder, const struct history_line *line)
{
    bool inbound = text_is(history_text(line, "direction"), "inbound");
    int64_t block = find(finder->named, "call", history_text(line, "cause"));
    if (block == NO_BLOCK)
        block = new_provider_block(finder, history_text(line, inbound ? "from" : "to"));
    keep(finder->named, "sid", history_text(line, "sid"), block);
    return block;
}

/* What a message goes through: by its SID. */
static int64_t block_of_news(struct finder *finder, const struct history_line *line)
{
    int64_t block = find(finder->named, "sid", history_text(line, "sid"));
    if (block == NO_BLOCK)
        block = new_provider_block(finder, TEXT_NONE);
    keep(finder->named, "sid", history_text(line, "sid"), block);
    return block;
}

static int64_t block_of_unread(struct finder *finder, const struct history_line *line)
{
    (void)line;
    return new_provider_block(finder, TEXT_NONE);
}

/* ---- logs and the sandbox */

/* A line that was too long goes on in the next one, and a stack trace in those that begin with a blank. */
static bool goes_on(const struct finder *finder, const char *stream, struct text text)
{
    return find(finder->last, "unfinished", text_of(stream)) == 1 ||
           (text.len > 0 && isspace((unsigned char)text.at[0]));
}

/* Handlers of one process run side by side: which of them writes first is chance, also about one message. */
static int64_t block_of_log(struct finder *finder, const struct history_line *line)
{
    char *process = name_of("log", history_text(line, "process"));
    char *stream = name_of(process, history_text(line, "stream"));
    int64_t block = NO_BLOCK;
    if (goes_on(finder, stream, history_text(line, "text")))
        block = find(finder->last, "line", text_of(stream));
    if (block == NO_BLOCK)
        block = new_block(finder, ORDER_LOG, text_of(stream), 0);
    keep(finder->last, "line", text_of(stream), block);
    keep(finder->last, "unfinished", text_of(stream),
         json_is_true(json_object_get(line->fields, "continued")) ? 1 : 0);
    mem_free(stream);
    mem_free(process);
    return block;
}

static int64_t block_of_refused(struct finder *finder, const struct history_line *line)
{
    (void)line;
    return new_block(finder, ORDER_REFUSED, TEXT_NONE, 0);
}

/* "/health" of "GET /health 200". */
static bool names_path(struct text text, struct text path)
{
    for (size_t at = 0; at + path.len <= text.len; at++) {
        bool begins = at == 0 || !(isalnum((unsigned char)text.at[at - 1]) || text.at[at - 1] == '/');
        size_t end = at + path.len;
        bool ends = end == text.len || !(isalnum((unsigned char)text.at[end]) || text.at[end] == '/');
        if (begins && ends && text_equal(text_first(text_from(text, at), path.len), path))
            return true;
    }
    return false;
}

/* How often the backend was asked whether it is ready, chance decides. */
static bool is_left_out(struct finder *finder, const struct history_line *line)
{
    if (line->kind == HISTORY_RUN)
        finder->ready = history_text(line, "ready");
    return line->kind == HISTORY_LOG && finder->ready.len > 1 &&
           names_path(history_text(line, "text"), finder->ready);
}

/* ---- the table */

/* NULL: left out. Lines of a block stand by rank. */
static const struct {
    int64_t (*block)(struct finder *finder, const struct history_line *line);
    int rank;
} kinds[HISTORY_KINDS] = {
    [HISTORY_RUN] = {block_of_run, 0},         [HISTORY_PHASE] = {block_of_run, 0},
    [HISTORY_PROCESS] = {block_of_process, 0}, [HISTORY_LOG] = {block_of_log, 0},
    [HISTORY_STEP] = {block_of_run, 0},        [HISTORY_REQUEST] = {block_of_request, 0},
    [HISTORY_ANSWER] = {block_of_answer, 1},   [HISTORY_CALL] = {block_of_call, 0},
    [HISTORY_FAULT] = {block_of_part, 1},      [HISTORY_MESSAGE] = {block_of_message, 2},
    [HISTORY_REPLY] = {block_of_part, 3},      [HISTORY_STATUS] = {block_of_news, 4},
    [HISTORY_CALLBACK] = {block_of_news, 5},   [HISTORY_REFUSED] = {block_of_refused, 0},
    [HISTORY_UNREAD] = {block_of_unread, 0},   [HISTORY_RECEIVED] = {block_of_run, 0},
    [HISTORY_ADVANCE] = {block_of_run, 0},     [HISTORY_JUMP] = {NULL, 0},
    [HISTORY_CHECK] = {block_of_run, 0},       [HISTORY_INVARIANT] = {block_of_run, 0},
    [HISTORY_END] = {block_of_run, 0},
};

enum { RANK_FORGED = 6 };

/* A callback is noted when it has its answer; which one began first is behaviour. Those that a step makes are
 * another observer's. */
static struct order_line placed(const struct history_line *line)
{
    struct order_line place = {line, kinds[line->kind].rank, 0};
    if (line->kind != HISTORY_CALLBACK)
        return place;
    if (json_is_true(json_object_get(line->fields, "forged")))
        place.rank = RANK_FORGED;
    else
        place.at = history_int(line, "start_ms", 0);
    return place;
}

static int compare_lines(const void *a, const void *b)
{
    const struct order_line *one = a, *other = b;
    if (one->rank != other->rank)
        return one->rank < other->rank ? -1 : 1;
    if (one->at != other->at)
        return one->at < other->at ? -1 : 1;
    return one->line->n < other->line->n ? -1 : one->line->n > other->line->n;
}

void order_blocks_init(struct order_blocks *blocks, const struct history *history)
{
    *blocks = (struct order_blocks){0};
    struct finder finder = {
        .blocks = blocks, .named = json_object(), .last = json_object(), .turns = json_object()};
    size_t count = history_count(history);
    for (size_t i = 0; i < count; i++) {
        const struct history_line *line = history_line(history, i);
        if (kinds[line->kind].block == NULL || is_left_out(&finder, line))
            continue;
        int64_t block = kinds[line->kind].block(&finder, line);
        add_line(&finder, block, placed(line));
    }
    for (size_t i = 0; i < blocks->count; i++)
        qsort(blocks->blocks[i].lines, blocks->blocks[i].count, sizeof blocks->blocks[i].lines[0],
              compare_lines);
    json_decref(finder.named);
    json_decref(finder.last);
    json_decref(finder.turns);
}

void order_blocks_release(struct order_blocks *blocks)
{
    for (size_t i = 0; i < blocks->count; i++) {
        mem_free(blocks->blocks[i].key);
        mem_free(blocks->blocks[i].lines);
    }
    mem_free(blocks->blocks);
    *blocks = (struct order_blocks){0};
}

int order_compare(const struct order_block *a, const struct order_block *b)
{
    if (a->section != b->section)
        return a->section < b->section ? -1 : 1;
    int key = strcmp(a->key, b->key);
    if (key != 0)
        return key;
    return a->order < b->order ? -1 : a->order > b->order;
}
