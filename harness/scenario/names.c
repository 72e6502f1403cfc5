/* Which names a tree uses and which it makes. What that means is lint's affair. */
#include "names.h"

#include "grammar.h"
#include "mem.h"
#include "nearest.h"
#include "step.h"
#include "value_read.h"

void names_release(struct names *names)
{
    mem_free(names->items);
    *names = (struct names){0};
}

bool names_have(const struct names *names, struct text name)
{
    for (size_t i = 0; i < names->count; i++) {
        if (text_equal(names->items[i], name))
            return true;
    }
    return false;
}

void names_add(struct names *names, struct text name)
{
    if (names_have(names, name))
        return;
    names->items = mem_resize(names->items, (names->count + 1) * sizeof *names->items);
    names->items[names->count++] = name;
}

const char *names_nearest(const struct names *names, struct text written)
{
    static _Thread_local char found[NEAREST_WORD_MAX_BYTES + 1];
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < names->count; i++) {
        struct text name = names->items[i];
        if (name.len > NEAREST_WORD_MAX_BYTES)
            continue;
        char word[NEAREST_WORD_MAX_BYTES + 1] = "";
        for (size_t j = 0; j < name.len; j++)
            word[j] = name.at[j];
        const char *const words[] = {word};
        size_t distance = nearest_distance(written, name);
        if (distance >= best || nearest_word(written, words, 1) == NULL)
            continue;
        best = distance;
        for (size_t j = 0; j <= name.len; j++)
            found[j] = word[j];
    }
    return best == SIZE_MAX ? NULL : found;
}

struct scan {
    path_visitor *visit;
    void *context;
    struct place at;
};

static void pass_on(void *context, struct text path)
{
    const struct scan *scan = context;
    scan->visit(scan->context, scan->at, path);
}

void value_paths(const struct value *value, path_visitor *visit, void *context)
{
    struct scan scan = {visit, context, value->at};
    struct fail why = {0};
    if (value->has_variables)
        variables_scan(value->written, value_style(value->rule->type, value->written), pass_on, &scan, &why);
}

static void text_paths(struct place at, struct text written, path_visitor *visit, void *context)
{
    struct scan scan = {visit, context, at};
    struct fail why = {0};
    variables_scan(written, VARIABLES_TEXT, pass_on, &scan, &why);
}

void node_paths(const struct node *node, path_visitor *visit, void *context)
{
    if (node->kind == NODE_SCALAR)
        text_paths(node->at, node->text, visit, context);
    for (size_t i = 0; node->kind == NODE_LIST && i < node->count; i++)
        node_paths(node->items[i], visit, context);
    for (size_t i = 0; node->kind == NODE_MAP && i < node->count; i++) {
        text_paths(node->pairs[i].at, node->pairs[i].key, visit, context);
        node_paths(node->pairs[i].value, visit, context);
    }
}

static void add_path(void *context, struct place at, struct text path)
{
    (void)at;
    names_add(&((struct name_use *)context)->used, text_first(path, text_find(path, '.')));
}

static void gather_value(void *context, const struct value *value)
{
    value_paths(value, add_path, context);
}

static void gather_json(void *context, const struct node *node)
{
    node_paths(node, add_path, context);
}

static bool gather_saves(void *context, const struct shape *shape, const void *made)
{
    struct name_use *use = context;
    if (shape != &shape_save)
        return true;
    const struct save *save = made;
    if (value_given(&save->name) && !save->name.has_variables)
        names_add(&use->saved, save->name.written);
    for (size_t i = 0; i < save->values.count; i++)
        names_add(&use->saved, save->values.items[i].name);
    return true;
}

void name_use_gather(struct name_use *use, const struct shape *shape, const void *made)
{
    const struct shape_visitor visitor = {
        .context = use, .value = gather_value, .json = gather_json, .enter = gather_saves};
    shape_walk(shape, made, &visitor);
}

void name_use_release(struct name_use *use)
{
    names_release(&use->used);
    names_release(&use->saved);
}
