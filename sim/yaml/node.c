/* Nodes, and the JSON that they stand for. */
#include "node.h"

#include <math.h>
#include <string.h>

#include "mem.h"

const struct node *node_get(const struct node *map, const char *key)
{
    for (size_t i = 0; map->kind == NODE_MAP && i < map->count; i++) {
        if (text_is(map->pairs[i].key, key))
            return map->pairs[i].value;
    }
    return NULL;
}

/* JSON's own grammar for numbers: a leading zero or plus makes it a text. */
static bool json_number_text(struct text written)
{
    struct text rest = text_starts(written, "-") ? text_from(written, 1) : written;
    bool leading_zero = rest.len > 1 && rest.at[0] == '0' && rest.at[1] >= '0' && rest.at[1] <= '9';
    return rest.len > 0 && !leading_zero && rest.at[0] >= '0' && rest.at[0] <= '9';
}

/* NULL when the text is no number that JSON could hold. */
static json_t *plain_number(struct text written)
{
    json_error_t error;
    if (!json_number_text(written) || memchr(written.at, '\0', written.len) != NULL)
        return NULL;
    json_t *number = json_loadb(written.at, written.len, JSON_DECODE_ANY, &error);
    if (json_is_number(number))
        return number;
    json_decref(number);
    return NULL;
}

static json_t *plain_json(struct text written)
{
    if (text_is(written, "true"))
        return json_true();
    if (text_is(written, "false"))
        return json_false();
    if (text_is(written, "null") || written.len == 0)
        return json_null();
    json_t *number = plain_number(written);
    return number != NULL ? number : json_of_text(written);
}

static bool scalar_json(const struct node *node, struct variables *variables, json_t **ret, struct fail *why)
{
    if (variables != NULL && variables_wanted(node->text, VARIABLES_TEXT))
        return variables_resolve(variables, node->at, node->text, VARIABLES_TEXT, ret, why);
    *ret = node->plain ? plain_json(node->text) : json_of_text(node->text);
    return true;
}

static bool key_text(const struct node_pair *pair, struct variables *variables, char **ret_new,
                     struct fail *why)
{
    json_t *key = NULL;
    if (variables == NULL || !variables_wanted(pair->key, VARIABLES_TEXT)) {
        *ret_new = text_copy(pair->key);
        return true;
    }
    if (!variables_resolve(variables, pair->at, pair->key, VARIABLES_TEXT, &key, why))
        return false;
    *ret_new = json_is_string(key) ? mem_string(json_string_value(key)) : json_write(key);
    json_decref(key);
    return true;
}

static bool map_json(const struct node *node, struct variables *variables, json_t **ret, struct fail *why)
{
    json_t *object = json_object();
    for (size_t i = 0; i < node->count; i++) {
        const struct node_pair *pair = &node->pairs[i];
        json_t *item = NULL;
        char *key = NULL;
        if (!key_text(pair, variables, &key, why) || !node_json(pair->value, variables, &item, why)) {
            mem_free(key);
            json_decref(object);
            return false;
        }
        json_object_set_new(object, key, item);
        mem_free(key);
    }
    *ret = object;
    return true;
}

static bool list_json(const struct node *node, struct variables *variables, json_t **ret, struct fail *why)
{
    json_t *list = json_array();
    for (size_t i = 0; i < node->count; i++) {
        json_t *item = NULL;
        if (!node_json(node->items[i], variables, &item, why)) {
            json_decref(list);
            return false;
        }
        json_array_append_new(list, item);
    }
    *ret = list;
    return true;
}

bool node_json(const struct node *node, struct variables *variables, json_t **ret, struct fail *why)
{
    switch (node->kind) {
    case NODE_MAP:
        return map_json(node, variables, ret, why);
    case NODE_LIST:
        return list_json(node, variables, ret, why);
    case NODE_SCALAR:
        break;
    }
    return scalar_json(node, variables, ret, why);
}
