/* libyaml's events to our nodes. libyaml resolves nothing here: a scalar stays the text that it was. */
#include "yaml_tree.h"

#include <stdint.h>
#include <string.h>
#include <yaml.h>

#include "mem.h"
#include "source_text.h"

struct builder {
    struct document *document;
    struct text bytes;
    yaml_parser_t parser;
    bool stopped; /* nothing more can be read; said already */
};

static struct place place_of(const struct builder *builder, yaml_mark_t mark)
{
    return (struct place){builder->document->path, (int)mark.line + 1, (int)mark.column + 1};
}

static void stop(struct builder *builder, struct place at, const char *words)
{
    if (!builder->stopped)
        document_error(builder->document, at, "%s", words);
    builder->stopped = true;
}

/* libyaml speaks of tokens; say what people do wrong. */
static void stop_at_syntax(struct builder *builder)
{
    const yaml_parser_t *parser = &builder->parser;
    struct place at = place_of(builder, parser->problem_mark);
    struct text line = source_text_line(builder->bytes, at.line);
    struct text indent = text_first(line, (size_t)at.col);
    if (text_contains(indent, TEXT("\t"))) {
        stop(builder, at, "a tab cannot indent in YAML; use spaces");
        return;
    }
    struct text_buf words;
    text_buf_init(&words, PROBLEM_TEXT_MAX_BYTES);
    text_putf(&words, "not YAML: %s", parser->problem == NULL ? "cannot be read" : parser->problem);
    if (parser->context != NULL)
        text_putf(&words, " (%s that began on line %d)", parser->context, (int)parser->context_mark.line + 1);
    stop(builder, at, text_buf_z(&words));
    text_buf_release(&words);
}

/* The next event; false when there is none, and then it is said. The caller deletes the event. */
static bool next_event(struct builder *builder, yaml_event_t *event)
{
    if (builder->stopped)
        return false;
    if (yaml_parser_parse(&builder->parser, event) != 0)
        return true;
    stop_at_syntax(builder);
    return false;
}

static void refuse_decoration(struct builder *builder, struct place at, const yaml_char_t *anchor,
                              const yaml_char_t *tag)
{
    if (anchor != NULL)
        document_error(builder->document, at, "anchors are not part of the language; write the value again");
    if (tag != NULL)
        document_error(builder->document, at,
                       "tags are not part of the language: the grammar gives each value its type");
}

static const struct node *read_node(struct builder *builder, const yaml_event_t *event, int depth);

static struct node *node_at(struct builder *builder, struct place at, enum node_kind kind)
{
    struct node *node = document_alloc(builder->document, sizeof *node);
    if (node == NULL) {
        builder->stopped = true;
        return NULL;
    }
    node->at = at;
    node->kind = kind;
    return node;
}

static const struct node *read_scalar(struct builder *builder, const yaml_event_t *event)
{
    struct place at = place_of(builder, event->start_mark);
    struct text written = text_span((const char *)event->data.scalar.value, event->data.scalar.length);
    refuse_decoration(builder, at, event->data.scalar.anchor, event->data.scalar.tag);
    if (written.len > 0 && memchr(written.at, '\0', written.len) != NULL)
        document_error(builder->document, at, "a text cannot hold a NUL character");
    struct node *node = node_at(builder, at, NODE_SCALAR);
    if (node == NULL)
        return NULL;
    node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    node->text = document_copy(builder->document, written);
    return node;
}

/* A growing list of fixed-size pieces, moved into the document at the end. */
struct pile {
    void *items;
    size_t count;
    size_t size_bytes;
};

static void pile_add(struct pile *pile, const void *item)
{
    bool full = (pile->count & (pile->count - 1)) == 0; /* room is the next power of two */
    if (full)
        pile->items = mem_resize(pile->items, (pile->count == 0 ? 1 : pile->count * 2) * pile->size_bytes);
    memcpy((char *)pile->items + pile->count * pile->size_bytes, item, pile->size_bytes);
    pile->count++;
}

/* Moved into the document; the pile is empty afterwards. */
static const void *pile_move(struct builder *builder, struct pile *pile, size_t *ret_count)
{
    void *moved = pile->count == 0 ? NULL : document_alloc(builder->document, pile->count * pile->size_bytes);
    if (moved != NULL)
        memcpy(moved, pile->items, pile->count * pile->size_bytes);
    *ret_count = moved == NULL ? 0 : pile->count;
    mem_free(pile->items);
    *pile = (struct pile){.size_bytes = pile->size_bytes};
    return moved;
}

static const struct node *read_list(struct builder *builder, const yaml_event_t *start, int depth)
{
    struct place at = place_of(builder, start->start_mark);
    refuse_decoration(builder, at, start->data.sequence_start.anchor, start->data.sequence_start.tag);
    struct pile items = {.size_bytes = sizeof(const struct node *)};
    yaml_event_t event;
    while (next_event(builder, &event)) {
        bool end = event.type == YAML_SEQUENCE_END_EVENT;
        const struct node *item = end ? NULL : read_node(builder, &event, depth + 1);
        if (item != NULL && items.count == DOCUMENT_ITEMS_MAX)
            stop(builder, item->at, "a list has more than 10000 items");
        else if (item != NULL)
            pile_add(&items, &item);
        yaml_event_delete(&event);
        if (end)
            break;
    }
    struct node *node = node_at(builder, at, NODE_LIST);
    size_t count = 0;
    const struct node **moved = (const struct node **)(uintptr_t)pile_move(builder, &items, &count);
    if (node == NULL)
        return NULL;
    node->items = moved;
    node->count = count;
    return node;
}

/* The key of a pair; what is no scalar is said, and read over. */
static bool read_key(struct builder *builder, const yaml_event_t *event, struct node_pair *pair, int depth)
{
    pair->at = place_of(builder, event->start_mark);
    if (event->type == YAML_SCALAR_EVENT) {
        const struct node *key = read_scalar(builder, event);
        pair->key = key == NULL ? TEXT("") : key->text;
        return key != NULL;
    }
    document_error(builder->document, pair->at, "a key must be a text");
    read_node(builder, event, depth + 1);
    return false;
}

static bool key_repeats(struct builder *builder, const struct pile *pairs, const struct node_pair *pair)
{
    const struct node_pair *known = pairs->items;
    for (size_t i = 0; i < pairs->count; i++) {
        if (known[i].key.len != pair->key.len || text_compare(known[i].key, pair->key) != 0)
            continue;
        document_error(builder->document, pair->at, "the key '%.*s' stands here twice; first on line %d",
                       TEXT_ARGS(text_first(pair->key, 60)), known[i].at.line);
        return true;
    }
    return false;
}

/* One key and its value, added unless there is something wrong with it. */
static void read_pair(struct builder *builder, const yaml_event_t *key, struct pile *pairs, int depth)
{
    struct node_pair pair = {0};
    bool fine = read_key(builder, key, &pair, depth);
    yaml_event_t event;
    if (!next_event(builder, &event))
        return;
    pair.value = read_node(builder, &event, depth + 1);
    yaml_event_delete(&event);
    if (!fine || pair.value == NULL || key_repeats(builder, pairs, &pair))
        return;
    if (pairs->count == YAML_KEYS_MAX)
        stop(builder, pair.at, "a map has more than 1000 keys");
    else
        pile_add(pairs, &pair);
}

static const struct node *read_map(struct builder *builder, const yaml_event_t *start, int depth)
{
    struct place at = place_of(builder, start->start_mark);
    refuse_decoration(builder, at, start->data.mapping_start.anchor, start->data.mapping_start.tag);
    struct pile pairs = {.size_bytes = sizeof(struct node_pair)};
    yaml_event_t event;
    while (next_event(builder, &event)) {
        bool end = event.type == YAML_MAPPING_END_EVENT;
        if (!end)
            read_pair(builder, &event, &pairs, depth);
        yaml_event_delete(&event);
        if (end)
            break;
    }
    struct node *node = node_at(builder, at, NODE_MAP);
    size_t count = 0;
    const struct node_pair *moved = pile_move(builder, &pairs, &count);
    if (node == NULL)
        return NULL;
    node->pairs = moved;
    node->count = count;
    return node;
}

/* NULL: nothing that can be used; said already. */
static const struct node *read_node(struct builder *builder, const yaml_event_t *event, int depth)
{
    struct place at = place_of(builder, event->start_mark);
    if (depth > NODE_DEPTH_MAX) {
        stop(builder, at, "nested deeper than 64 levels");
        return NULL;
    }
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return read_scalar(builder, event);
    case YAML_SEQUENCE_START_EVENT:
        return read_list(builder, event, depth);
    case YAML_MAPPING_START_EVENT:
        return read_map(builder, event, depth);
    case YAML_ALIAS_EVENT:
        document_error(builder->document, at, "aliases are not part of the language; write the value again");
        return NULL;
    default:
        stop(builder, at, "not YAML: an unexpected end");
        return NULL;
    }
}

/* What stands around the one document: its start, its end, a second one. */
static const struct node *read_stream(struct builder *builder)
{
    const struct node *root = NULL;
    yaml_event_t event;
    bool more = true, seen = false;
    while (more && next_event(builder, &event)) {
        struct place at = place_of(builder, event.start_mark);
        if (event.type == YAML_DOCUMENT_START_EVENT) {
            bool directive = event.data.document_start.version_directive != NULL ||
                             event.data.document_start.tag_directives.start !=
                                 event.data.document_start.tag_directives.end;
            if (directive)
                document_error(builder->document, at,
                               "directives (%%YAML, %%TAG) are not part of the language");
            if (seen)
                stop(builder, at, "a file holds one document; this begins a second one");
            seen = true;
        } else if (event.type == YAML_STREAM_END_EVENT) {
            more = false;
        } else if (event.type != YAML_STREAM_START_EVENT && event.type != YAML_DOCUMENT_END_EVENT) {
            root = read_node(builder, &event, 0);
        }
        yaml_event_delete(&event);
    }
    if (!seen && !builder->stopped)
        stop(builder, (struct place){builder->document->path, 1, 1}, "the file is empty");
    return builder->stopped ? NULL : root;
}

const struct node *yaml_tree_read(struct document *document, struct text bytes)
{
    if (!source_text_check(document, bytes))
        return NULL;
    struct builder builder = {.document = document, .bytes = bytes};
    REQUIRE(yaml_parser_initialize(&builder.parser) != 0);
    yaml_parser_set_encoding(&builder.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&builder.parser, (const unsigned char *)(bytes.len == 0 ? "" : bytes.at),
                                 bytes.len);
    const struct node *root = read_stream(&builder);
    yaml_parser_delete(&builder.parser);
    return root;
}
