/* Shapes to JSON Schema, one small function a kind. What only a judge() knows (shape.h) is not in the schema:
 * it accepts a little more than the reader, never less. */
#include "schema.h"

#include "grammar.h"
#include "scenario.h"
#include "text.h"

static json_t *schema_of(const struct shape *shape, json_t *definitions);

static json_t *pattern_type(const char *const *types, size_t count, const char *pattern)
{
    json_t *schema = json_object(), *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_string(types[i]));
    json_set(schema, "type", list);
    if (pattern != NULL)
        json_set(schema, "pattern", json_string(pattern));
    return schema;
}

/* Which YAML types a person may write without quotes, and what a text must look like; `[$]`: a variable
 * stands in it. Those with a name stand once, under $defs. */
static const struct {
    enum value_type type;
    const char *name;
    const char *types[4];
    const char *pattern;
} value_rows[] = {
    {VALUE_TEXT, "text", {"string", "number", "boolean"}, NULL},
    {VALUE_TEXT_OR_NULL, "text-or-null", {"string", "number", "boolean", "null"}, NULL},
    {VALUE_MATCH, "match", {"string", "number", "boolean"}, "."},
    {VALUE_PATTERN, "pattern", {"string"}, "^/.+/$|[$]"},
    {VALUE_FILTER, "filter", {"string"}, "^[.$]"},
    {VALUE_PICK, "pick", {"string"}, "^([.]|/.+/$|header[.].|status$|[$])"},
    {VALUE_PERSON, "person-name", {"string", "integer"}, "^([A-Za-z_][A-Za-z0-9_-]*|[+][0-9]+)$|[$]"},
    {VALUE_INT, NULL, {"integer", "string"}, "^[0-9]+$|[$]"},
    {VALUE_CODE, "code", {"integer", "string"}, "^[0-9]{5}$|[$]"},
    {VALUE_NUMBER, "number", {"number", "string"}, "^[0-9]+([.][0-9]+)?$|[$]"},
    {VALUE_BOOL, "bool", {"boolean", "string"}, "^(true|false)$|[$]"},
    {VALUE_DURATION, "dur", {"string"}, "^[0-9]+([.][0-9]+)?(ms|s|m|h)$|[$]"},
    {VALUE_COUNT, "count", {"integer", "string"}, "^[0-9]+([.][.][0-9]*)?$|[$]"},
    {VALUE_STATUS, "status", {"integer", "string"}, "^[1-5]([0-9][0-9]|[xX][xX])$|[$]"},
};

static void set_bounds(json_t *schema, const struct value_rule *rule)
{
    bool status = rule->type == VALUE_STATUS, count = rule->type == VALUE_COUNT;
    if (rule->min == 0 && rule->max == 0 && !status && !count)
        return;
    json_set(schema, "minimum", json_integer(status ? 100 : rule->min));
    if (!count)
        json_set(schema, "maximum", json_integer(status ? 599 : rule->max));
}

/* Words; `true` and `false` among them also stand without quotes. */
static json_t *choice_schema(const struct value_rule *rule)
{
    static const char *const text[] = {"string"};
    json_t *words = json_array(), *either = json_array();
    for (size_t i = 0; rule->words[i] != NULL; i++) {
        struct text word = text_of(rule->words[i]);
        json_array_append_new(words, json_string(rule->words[i]));
        if (text_is(word, "true") || text_is(word, "false"))
            json_array_append_new(words, json_boolean(text_is(word, "true")));
    }
    json_array_append_new(either, json_pack("{s:o}", "enum", words));
    json_array_append_new(either, pattern_type(text, 1, "[$]"));
    return json_pack("{s:o}", "anyOf", either);
}

static json_t *reference(const char *name)
{
    return json_pack("{s:o}", "$ref", json_sprintf("#/$defs/%s", name));
}

static json_t *value_schema(const struct value_rule *rule, json_t *definitions)
{
    size_t row = 0, count = 0;
    json_t *schema = NULL;
    if (rule->type == VALUE_CHOICE) {
        schema = choice_schema(rule);
        json_set(schema, "description", json_string(rule->what));
        return schema;
    }
    while (value_rows[row].type != rule->type)
        row++;
    while (count < 4 && value_rows[row].types[count] != NULL)
        count++;
    schema = pattern_type(value_rows[row].types, count, value_rows[row].pattern);
    set_bounds(schema, rule);
    json_set(schema, "description", json_string(rule->what));
    if (value_rows[row].name == NULL)
        return schema;
    json_set(definitions, value_rows[row].name, schema);
    return reference(value_rows[row].name);
}

static json_t *list_schema(const struct shape *shape, json_t *definitions)
{
    json_t *list = json_pack("{s:s,s:o}", "type", "array", "items", schema_of(shape->item, definitions));
    if (shape->min > 0)
        json_set(list, "minItems", json_integer((json_int_t)shape->min));
    json_set(list, "maxItems", json_integer((json_int_t)(shape->max > 0 ? shape->max : DOCUMENT_ITEMS_MAX)));
    if (shape->one_alone)
        list = json_pack("{s:[o,o]}", "anyOf", schema_of(shape->item, definitions), list);
    json_set(list, "description", json_string(shape->what));
    return list;
}

static json_t *named_schema(const struct shape *shape, json_t *definitions)
{
    static const char *const patterns[] = {
        [KEY_ANY] = ".",
        [KEY_NAME] = "^[A-Za-z_][A-Za-z0-9_-]*$",
        [KEY_STATUS] = "^[1-5]([0-9][0-9]|[xX][xX])$",
        [KEY_CODE] = "^[0-9]{5}$",
    };
    return json_pack("{s:s,s:s,s:{s:s},s:o}", "type", "object", "description", shape->what, "propertyNames",
                     "pattern", patterns[shape->keys], "additionalProperties",
                     schema_of(shape->item, definitions));
}

/* { "required": [key] } */
static json_t *has_key(const char *key)
{
    return json_pack("{s:[s]}", "required", key);
}

/* The keys that stand beside every verb. */
static json_t *common_keys(const struct shape *shape, const char *verb)
{
    json_t *keys = json_array();
    for (const struct field *field = shape->fields; field->key != NULL; field++) {
        bool wanted = field->group == 0 || (verb != NULL && text_is(text_of(verb), field->key));
        if (wanted)
            json_array_append_new(keys, json_string(field->key));
    }
    return keys;
}

/* For a map that takes keys of the file's own beside its group (a step): either a known key and no other, or
 * some other key. */
static json_t *group_with_others(const struct shape *shape, unsigned group)
{
    json_t *ways = json_array(), *known = json_array();
    for (const struct field *field = shape->fields; field->key != NULL; field++) {
        if (field->group != group)
            continue;
        json_array_append_new(ways, json_pack("{s:[s],s:{s:o}}", "required", field->key, "propertyNames",
                                              "enum", common_keys(shape, field->key)));
        json_array_append_new(known, has_key(field->key));
    }
    json_t *other = json_pack("{s:{s:{s:o}}}", "not", "propertyNames", "enum", common_keys(shape, NULL));
    json_array_append_new(ways, json_pack("{s:[o,{s:{s:o}}]}", "allOf", other, "not", "anyOf", known));
    return json_pack("{s:o}", "oneOf", ways);
}

static json_t *group_schema(const struct shape *shape, unsigned group)
{
    const struct group *rule = &shape->groups[group - 1];
    json_t *ways = json_array(), *all = json_array();
    if (shape->others != NULL && shape->others_group == group) {
        json_decref(ways);
        json_decref(all);
        return group_with_others(shape, group);
    }
    for (const struct field *field = shape->fields; field->key != NULL; field++) {
        if (field->group != group)
            continue;
        json_array_append_new(ways, has_key(field->key));
        json_array_append_new(all, has_key(field->key));
    }
    if (!rule->required)
        json_array_append_new(ways, json_pack("{s:{s:O}}", "not", "anyOf", all));
    json_decref(all);
    return json_pack("{s:o}", rule->together ? "anyOf" : "oneOf", ways);
}

static json_t *map_schema(const struct shape *shape, json_t *definitions)
{
    json_t *properties = json_object(), *required = json_array(), *groups = json_array();
    for (const struct field *field = shape->fields; field->key != NULL; field++) {
        json_set(properties, field->key, schema_of(field->shape, definitions));
        if ((field->flags & FIELD_REQUIRED) != 0)
            json_array_append_new(required, json_string(field->key));
    }
    for (unsigned i = 0; i < GROUPS_MAX; i++) {
        if (shape->groups[i].words != NULL)
            json_array_append_new(groups, group_schema(shape, i + 1));
    }
    json_t *schema =
        json_pack("{s:s,s:s,s:o}", "type", "object", "description", shape->what, "properties", properties);
    if (json_array_size(required) > 0)
        json_set(schema, "required", json_incref(required));
    if (json_array_size(groups) > 0)
        json_set(schema, "allOf", json_incref(groups));
    json_decref(required);
    json_decref(groups);
    json_set(schema, "additionalProperties",
             shape->others == NULL ? json_false() : schema_of(shape->others->item, definitions));
    return schema;
}

static json_t *either_schema(const struct shape *shape, json_t *definitions)
{
    const struct shape *const ways[] = {shape->scalar, shape->list, shape->map};
    json_t *list = json_array();
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        if (ways[i] != NULL)
            json_array_append_new(list, schema_of(ways[i], definitions));
    }
    return json_pack("{s:s,s:o}", "description", shape->what, "anyOf", list);
}

/* A named shape stands once, under $defs; the place is taken before it is filled, since steps hold steps. */
static json_t *schema_of(const struct shape *shape, json_t *definitions)
{
    json_t *schema = NULL;
    if (shape->name != NULL && json_object_get(definitions, shape->name) == NULL)
        json_set(definitions, shape->name, json_true());
    else if (shape->name != NULL)
        return reference(shape->name);
    switch (shape->kind) {
    case SHAPE_VALUE:
        schema = value_schema(&shape->rule, definitions);
        break;
    case SHAPE_LIST:
        schema = list_schema(shape, definitions);
        break;
    case SHAPE_NAMED:
        schema = named_schema(shape, definitions);
        break;
    case SHAPE_MAP:
        schema = map_schema(shape, definitions);
        break;
    case SHAPE_EITHER:
        schema = either_schema(shape, definitions);
        break;
    case SHAPE_JSON:
        schema = json_pack("{s:s}", "description",
                           "JSON; a plain true, false, null or number is typed, a quoted one is text");
        break;
    }
    if (shape->name == NULL)
        return schema;
    json_set(definitions, shape->name, schema);
    return reference(shape->name);
}

json_t *schema_json(void)
{
    json_t *definitions = json_object();
    json_t *scenario = schema_of(&shape_scenario, definitions);
    json_t *profile = schema_of(&shape_profile, definitions);
    json_t *used = schema_of(&shape_used_file, definitions);
    return json_pack("{s:s,s:s,s:s,s:o,s:o,s:{s:o,s:o,s:o},s:o}", "$schema",
                     "https://json-schema.org/draft/2020-12/schema", "title",
                     "A scenario, a profile, or a file of actions", "description",
                     "Made from the tables of harness/scenario; do not edit.", "if", has_key("scenario"),
                     "then", scenario, "else", "if", has_key("backend"), "then", profile, "else", used,
                     "$defs", definitions);
}
