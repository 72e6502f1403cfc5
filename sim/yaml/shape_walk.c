/* From structs outward: to a visitor, and back to JSON. */
#include "shape.h"

#include <string.h>

bool shape_given(const struct shape *shape, const void *member)
{
    const struct node *node;
    struct place at;
    if (shape->kind == SHAPE_JSON) {
        memcpy(&node, member, sizeof node);
        return node != NULL;
    }
    memcpy(&at, member, sizeof at);
    return place_given(at);
}

const void *field_member(const struct field *field, const void *made)
{
    const void *member = (const char *)made + field->at;
    if ((field->flags & FIELD_POINTER) != 0)
        memcpy(&member, (const char *)made + field->at, sizeof member);
    return member != NULL && shape_given(field->shape, member) ? member : NULL;
}

/* One alternative of a SHAPE_EITHER that was written, or NULL. */
static const void *alternative(const struct shape *shape, const void *made, size_t at)
{
    if (shape == NULL)
        return NULL;
    const void *member = (const char *)made + at;
    return shape_given(shape, member) ? member : NULL;
}

static struct any_list list_of(const void *made)
{
    struct any_list list;
    memcpy(&list, made, sizeof list);
    return list;
}

static const struct node *node_of(const void *member)
{
    const struct node *node;
    memcpy(&node, member, sizeof node);
    return node;
}

static struct place place_of(const struct shape *shape, const void *member)
{
    struct place at;
    if (shape->kind == SHAPE_JSON)
        return node_of(member)->at;
    memcpy(&at, member, sizeof at);
    return at;
}

static void walk_fields(const struct shape *shape, const void *made, const struct shape_visitor *visitor)
{
    for (const struct field *field = shape->fields; field->key != NULL; field++) {
        const void *member = field_member(field, made);
        if (member == NULL)
            continue;
        if (visitor->field != NULL)
            visitor->field(visitor->context, field, place_of(field->shape, member));
        shape_walk(field->shape, member, visitor);
    }
    if (shape->others != NULL && shape_given(shape->others, (const char *)made + shape->others_at))
        shape_walk(shape->others, (const char *)made + shape->others_at, visitor);
}

static bool any_field_given(const struct shape *shape, const void *made)
{
    if (shape == NULL || shape->kind != SHAPE_MAP)
        return shape != NULL;
    for (const struct field *field = shape->fields; field->key != NULL; field++) {
        if (field_member(field, made) != NULL)
            return true;
    }
    return false;
}

/* The scalar's member may be one of the map's (`callbacks: [sent]`): it is seen once. */
static void walk_either(const struct shape *shape, const void *made, const struct shape_visitor *visitor)
{
    const void *scalar = alternative(shape->scalar, made, shape->scalar_at);
    const void *list = alternative(shape->list, made, shape->list_at);
    const void *map = alternative(shape->map, made, shape->map_at);
    if (map != NULL && any_field_given(shape->map, map))
        shape_walk(shape->map, map, visitor);
    else if (scalar != NULL)
        shape_walk(shape->scalar, scalar, visitor);
    if (list != NULL)
        shape_walk(shape->list, list, visitor);
}

void shape_walk(const struct shape *shape, const void *made, const struct shape_visitor *visitor)
{
    struct any_list list;
    if (visitor->enter != NULL && !visitor->enter(visitor->context, shape, made))
        return;
    switch (shape->kind) {
    case SHAPE_VALUE:
        if (visitor->value != NULL)
            visitor->value(visitor->context, made);
        break;
    case SHAPE_JSON:
        if (visitor->json != NULL)
            visitor->json(visitor->context, node_of(made));
        break;
    case SHAPE_LIST:
        list = list_of(made);
        for (size_t i = 0; i < list.count; i++)
            shape_walk(shape->item, (const char *)list.items + i * shape->item->size_bytes, visitor);
        break;
    case SHAPE_NAMED:
        list = list_of(made);
        for (size_t i = 0; i < list.count; i++)
            shape_walk(shape->item, (const char *)list.items + i * shape->item_bytes + shape->item_at,
                       visitor);
        break;
    case SHAPE_MAP:
        walk_fields(shape, made, visitor);
        break;
    case SHAPE_EITHER:
        walk_either(shape, made, visitor);
        break;
    }
}

static bool fields_json(const struct shape *shape, const void *made, struct variables *variables,
                        json_t *object, struct fail *why)
{
    for (const struct field *field = shape->fields; field->key != NULL; field++) {
        const void *member = field_member(field, made);
        json_t *item = NULL;
        if (member == NULL)
            continue;
        if (!shape_json(field->shape, member, variables, &item, why))
            return false;
        json_set(object, field->key, item);
    }
    return true;
}

static bool list_json(const struct shape *shape, const void *made, struct variables *variables, json_t *array,
                      struct fail *why)
{
    struct any_list list = list_of(made);
    for (size_t i = 0; i < list.count; i++) {
        json_t *item = NULL;
        if (!shape_json(shape->item, (const char *)list.items + i * shape->item->size_bytes, variables, &item,
                        why))
            return false;
        json_array_append_new(array, item);
    }
    return true;
}

static bool named_json(const struct shape *shape, const void *made, struct variables *variables,
                       json_t *object, struct fail *why)
{
    struct any_list list = list_of(made);
    for (size_t i = 0; i < list.count; i++) {
        const char *element = (const char *)list.items + i * shape->item_bytes;
        struct text name;
        json_t *item = NULL;
        memcpy(&name, element + shape->name_at, sizeof name);
        if (!shape_json(shape->item, element + shape->item_at, variables, &item, why))
            return false;
        json_set(object, name.at, item); /* names end with NUL: they come from the document */
    }
    return true;
}

/* A scalar alternative comes back as the scalar. */
static bool either_json(const struct shape *shape, const void *made, struct variables *variables,
                        json_t **ret, struct fail *why)
{
    const void *scalar = alternative(shape->scalar, made, shape->scalar_at);
    const void *list = alternative(shape->list, made, shape->list_at);
    const void *map = alternative(shape->map, made, shape->map_at);
    json_t *as_map = NULL;
    if (scalar == NULL && list != NULL)
        return shape_json(shape->list, list, variables, ret, why);
    if (map != NULL && !shape_json(shape->map, map, variables, &as_map, why))
        return false;
    /* `callbacks: [sent]`: the scalar's member is one of the map's, and nothing else of it was written */
    if (scalar != NULL && json_object_size(as_map) < 2) {
        json_decref(as_map);
        return shape_json(shape->scalar, scalar, variables, ret, why);
    }
    *ret = as_map;
    return true;
}

/* Runs one of the three that fill a container; on failure the container is ended. */
static bool filled(bool fine, json_t *container, json_t **ret)
{
    if (!fine)
        json_decref(container);
    else
        *ret = container;
    return fine;
}

bool shape_json(const struct shape *shape, const void *made, struct variables *variables, json_t **ret,
                struct fail *why)
{
    json_t *container = NULL;
    switch (shape->kind) {
    case SHAPE_VALUE:
        return value_json(made, variables, ret, why);
    case SHAPE_JSON:
        return node_json(node_of(made), variables, ret, why);
    case SHAPE_LIST:
        container = json_array();
        return filled(list_json(shape, made, variables, container, why), container, ret);
    case SHAPE_NAMED:
        container = json_object();
        return filled(named_json(shape, made, variables, container, why), container, ret);
    case SHAPE_MAP:
        container = json_object();
        return filled(fields_json(shape, made, variables, container, why), container, ret);
    case SHAPE_EITHER:
        break;
    }
    return either_json(shape, made, variables, ret, why);
}
