/* Nodes to structs, by the tables. It goes on behind an error, so that a file shows all of its errors at
 * once. */
#include "shape.h"

#include <string.h>

#include "mem.h"
#include "value_read.h"

enum { KEYS_SHOWN_MAX = 64 };

static const char *node_words(const struct node *node)
{
    static const char *const words[] = {
        [NODE_SCALAR] = "a single value", [NODE_LIST] = "a list", [NODE_MAP] = "a map"};
    return words[node->kind];
}

static bool refuse(struct document *document, const struct shape *shape, const struct node *node)
{
    const char *what = shape->kind == SHAPE_VALUE ? shape->rule.what : shape->what;
    bool nothing = node->kind == NODE_SCALAR && node->plain && node->text.len == 0;
    if (nothing && (shape->kind == SHAPE_NAMED || shape->kind == SHAPE_MAP))
        document_error(document, node->at, "expected %s, got nothing; write {} for an empty one", what);
    else
        document_error(document, node->at, "expected %s, got %s", what,
                       nothing ? "nothing" : node_words(node));
    return false;
}

static bool read_value(const struct shape *shape, struct document *document, const struct node *node,
                       struct value *into)
{
    struct fail why = {0};
    if (node->kind != NODE_SCALAR)
        return refuse(document, shape, node);
    if (value_read(&shape->rule, node, into, &why))
        return true;
    document_error(document, node->at, "%s", why.text);
    return false;
}

/* Room for the items; NULL when the tree is too large, and that is said. */
static void *list_begin(struct document *document, size_t count, size_t item_bytes, struct any_list *list)
{
    list->items = count == 0 ? NULL : document_alloc(document, count * item_bytes);
    list->count = list->items == NULL ? 0 : count;
    return list->items;
}

static bool read_items(const struct shape *shape, struct document *document, const struct node *const *nodes,
                       size_t count, struct any_list *list)
{
    bool fine = list_begin(document, count, shape->item->size_bytes, list) != NULL || count == 0;
    for (size_t i = 0; i < list->count; i++)
        fine =
            shape_read(shape->item, document, nodes[i], (char *)list->items + i * shape->item->size_bytes) &&
            fine;
    return fine;
}

static bool read_list(const struct shape *shape, struct document *document, const struct node *node,
                      void *into)
{
    struct any_list list = {.at = node->at};
    bool alone = shape->one_alone && node->kind != NODE_LIST;
    if (!alone && node->kind != NODE_LIST)
        return refuse(document, shape, node);
    size_t count = alone ? 1 : node->count;
    bool fine = true;
    if (count < shape->min || (shape->max > 0 && count > shape->max)) {
        document_error(document, node->at, "expected %s, got %zu item%s", shape->what, count,
                       count == 1 ? "" : "s");
        fine = false;
    }
    fine = read_items(shape, document, alone ? &node : node->items, count, &list) && fine;
    memcpy(into, &list, sizeof list);
    return fine;
}

static bool key_fits(enum key_kind keys, struct text key, struct fail *why)
{
    struct status_range range;
    int64_t code;
    switch (keys) {
    case KEY_ANY:
        return key.len > 0 || fail_set(why, "a name is empty");
    case KEY_STATUS:
        return status_read(key, &range, why);
    case KEY_CODE:
        return text_to_int(key, 10000, 99999, &code) ||
               fail_set(why, "expected an error number of the provider, such as 21211, got '%.*s'",
                        TEXT_ARGS(text_first(key, 60)));
    case KEY_NAME:
        break;
    }
    return value_is_name(key) ||
           fail_set(why, "'%.*s' is no name: letters, digits, '_' and '-', beginning with a letter",
                    TEXT_ARGS(text_first(key, 60)));
}

static bool read_named(const struct shape *shape, struct document *document, const struct node *node,
                       void *into)
{
    struct any_list list = {.at = node->at};
    if (node->kind != NODE_MAP)
        return refuse(document, shape, node);
    bool fine = list_begin(document, node->count, shape->item_bytes, &list) != NULL || node->count == 0;
    for (size_t i = 0; i < list.count; i++) {
        const struct node_pair *pair = &node->pairs[i];
        char *item = (char *)list.items + i * shape->item_bytes;
        struct fail why = {0};
        fine = shape_read(shape->item, document, pair->value, item + shape->item_at) && fine;
        memcpy(item, &pair->at, sizeof pair->at);
        memcpy(item + shape->name_at, &pair->key, sizeof pair->key);
        if (key_fits(shape->keys, pair->key, &why))
            continue;
        document_error(document, pair->at, "%s", why.text);
        fine = false;
    }
    memcpy(into, &list, sizeof list);
    return fine;
}

static const struct field *field_find(const struct field *fields, struct text key)
{
    for (; fields->key != NULL; fields++) {
        if (text_is(key, fields->key))
            return fields;
    }
    return NULL;
}

static void unknown_key(const struct shape *shape, struct document *document, const struct node_pair *pair)
{
    const char *words[KEYS_SHOWN_MAX];
    size_t count = 0;
    for (const struct field *field = shape->fields; field->key != NULL && count < KEYS_SHOWN_MAX; field++)
        words[count++] = field->key;
    document_unknown(document, pair->at, "key", pair->key, words, count);
}

static bool read_field(const struct field *field, struct document *document, const struct node *node,
                       char *into)
{
    if ((field->flags & FIELD_POINTER) == 0)
        return shape_read(field->shape, document, node, into + field->at);
    void *member = document_alloc(document, field->shape->size_bytes);
    if (member == NULL)
        return false;
    memcpy(into + field->at, &member, sizeof member);
    return shape_read(field->shape, document, node, member);
}

/* Which keys of each group were written. */
struct tally {
    const struct node_pair *first[GROUPS_MAX + 1];
    bool fine;
};

static void tally_add(struct tally *tally, const struct shape *shape, struct document *document,
                      unsigned group, const struct node_pair *pair)
{
    if (group == 0)
        return;
    const struct node_pair *first = tally->first[group];
    if (first == NULL) {
        tally->first[group] = pair;
        return;
    }
    if (shape->groups[group - 1].together)
        return;
    document_error(document, pair->at, "'%.*s' cannot stand beside '%.*s': %s",
                   TEXT_ARGS(text_first(pair->key, 60)), TEXT_ARGS(text_first(first->key, 60)),
                   shape->groups[group - 1].words);
    tally->fine = false;
}

static bool nothing_missing(const struct shape *shape, struct document *document, const struct node *node,
                            const struct tally *tally)
{
    bool fine = true;
    for (const struct field *field = shape->fields; field->key != NULL; field++) {
        if ((field->flags & FIELD_REQUIRED) == 0 || node_get(node, field->key) != NULL)
            continue;
        document_error(document, node->at, "'%s' is missing", field->key);
        fine = false;
    }
    for (unsigned i = 0; i < GROUPS_MAX; i++) {
        if (!shape->groups[i].required || tally->first[i + 1] != NULL)
            continue;
        document_error(document, node->at, "missing here: %s", shape->groups[i].words);
        fine = false;
    }
    return fine;
}

/* Keys that are not in the table, as a map of their own. */
static bool read_others(const struct shape *shape, struct document *document, const struct node *node,
                        char *into)
{
    struct node_pair *pairs = document_alloc(document, node->count * sizeof *pairs);
    struct node rest = {.at = node->at, .kind = NODE_MAP, .pairs = pairs};
    if (pairs == NULL)
        return false;
    for (size_t i = 0; i < node->count; i++) {
        if (field_find(shape->fields, node->pairs[i].key) == NULL)
            pairs[rest.count++] = node->pairs[i];
    }
    return rest.count == 0 || shape_read(shape->others, document, &rest, into + shape->others_at);
}

static bool read_map(const struct shape *shape, struct document *document, const struct node *node,
                     void *into)
{
    struct tally tally = {.fine = true};
    bool fine = true;
    if (node->kind != NODE_MAP)
        return refuse(document, shape, node);
    memcpy(into, &node->at, sizeof node->at);
    for (size_t i = 0; i < node->count; i++) {
        const struct node_pair *pair = &node->pairs[i];
        const struct field *field = field_find(shape->fields, pair->key);
        if (field != NULL) {
            fine = read_field(field, document, pair->value, into) && fine;
            tally_add(&tally, shape, document, field->group, pair);
        } else if (shape->others != NULL) {
            tally_add(&tally, shape, document, shape->others_group, pair);
        } else {
            unknown_key(shape, document, pair);
            fine = false;
        }
    }
    if (shape->others != NULL && node->count > 0)
        fine = read_others(shape, document, node, into) && fine;
    return nothing_missing(shape, document, node, &tally) && tally.fine && fine;
}

static bool read_either(const struct shape *shape, struct document *document, const struct node *node,
                        void *into)
{
    const struct shape *const shapes[] = {
        [NODE_SCALAR] = shape->scalar, [NODE_LIST] = shape->list, [NODE_MAP] = shape->map};
    const size_t places[] = {
        [NODE_SCALAR] = shape->scalar_at, [NODE_LIST] = shape->list_at, [NODE_MAP] = shape->map_at};
    if (shapes[node->kind] == NULL)
        return refuse(document, shape, node);
    memcpy(into, &node->at, sizeof node->at);
    return shape_read(shapes[node->kind], document, node, (char *)into + places[node->kind]);
}

static void visit_nothing(void *context, struct text path)
{
    (void)context, (void)path;
}

/* The dollars in JSON of the file's own. */
static bool json_fits(struct document *document, const struct node *node)
{
    struct fail why = {0};
    bool fine = true;
    for (size_t i = 0; node->kind == NODE_LIST && i < node->count; i++)
        fine = json_fits(document, node->items[i]) && fine;
    for (size_t i = 0; node->kind == NODE_MAP && i < node->count; i++)
        fine = json_fits(document, node->pairs[i].value) && fine;
    if (node->kind == NODE_SCALAR && !variables_scan(node->text, VARIABLES_TEXT, visit_nothing, NULL, &why)) {
        document_error(document, node->at, "%s", why.text);
        return false;
    }
    return fine;
}

static bool read_json(struct document *document, const struct node *node, void *into)
{
    memcpy(into, &node, sizeof node);
    return json_fits(document, node);
}

bool shape_read(const struct shape *shape, struct document *document, const struct node *node, void *into)
{
    bool fine = true;
    switch (shape->kind) {
    case SHAPE_VALUE:
        return read_value(shape, document, node, into);
    case SHAPE_JSON:
        return read_json(document, node, into);
    case SHAPE_LIST:
        fine = read_list(shape, document, node, into);
        break;
    case SHAPE_NAMED:
        fine = read_named(shape, document, node, into);
        break;
    case SHAPE_MAP:
        fine = read_map(shape, document, node, into);
        break;
    case SHAPE_EITHER:
        fine = read_either(shape, document, node, into);
        break;
    }
    bool judged = shape->judge != NULL && (fine || shape->kind == SHAPE_NAMED);
    if (judged)
        shape->judge(document, into);
    return fine;
}
