/* A setup file by the grammar that it shares with scenarios, and where its mistakes are. What a setup does to
 * a simulator is sim/control/setup_apply's. */
#include "setup_file.h"

#include <string.h>

#include "fault.h"
#include "grammar_tools.h"
#include "mem.h"
#include "people.h"
#include "typed_file.h"

struct setup {
    struct place at;
    struct account account;
    struct people people;
    struct faults faults;
};

struct setup_file {
    struct document *document; /* owns `setup` */
    const struct setup *setup;
    struct variables *variables;
};

static const struct field setup_fields[] = {
    {"account", &shape_account, MEMBER(struct setup, account), 0, 0},
    {"people", &shape_people, MEMBER(struct setup, people), 0, 0},
    {"faults", &shape_faults, MEMBER(struct setup, faults), 0, 0},
    {0},
};
static const struct shape shape_setup = {
    .kind = SHAPE_MAP,
    .name = "setup",
    .what = "a setup: a map with account, people, faults",
    .size_bytes = sizeof(struct setup),
    .fields = setup_fields,
};

static struct setup_file *read_file(const char *path, const struct text *bytes, struct problems *problems)
{
    struct document *document = document_new(path, problems);
    const struct setup *setup = typed_file_read(document, bytes, &shape_setup);
    document_seal(document);
    if (setup == NULL) {
        document_free(document);
        return NULL;
    }
    struct setup_file *file = mem_new(sizeof *file);
    file->document = document;
    file->setup = setup;
    file->variables = variables_new(NULL);
    return file;
}

struct setup_file *setup_file_read(const char *path, struct problems *problems)
{
    return read_file(path, NULL, problems);
}

struct setup_file *setup_file_read_text(const char *name, struct text bytes, struct problems *problems)
{
    return read_file(name, &bytes, problems);
}

void setup_file_free(struct setup_file *file)
{
    if (file == NULL)
        return;
    variables_free(file->variables);
    document_free(file->document);
    mem_free(file);
}

/* The block's own struct; all begin with their place. */
static const void *block_of(const struct setup_file *file, enum setup_block block)
{
    const void *const blocks[] = {
        [SETUP_ACCOUNT] = &file->setup->account,
        [SETUP_PEOPLE] = &file->setup->people,
        [SETUP_FAULTS] = &file->setup->faults,
    };
    return blocks[block];
}

bool setup_file_has(const struct setup_file *file, enum setup_block block)
{
    struct place at;
    memcpy(&at, block_of(file, block), sizeof at);
    return place_given(at);
}

size_t setup_file_count(const struct setup_file *file, enum setup_block block)
{
    const size_t counts[] = {
        [SETUP_ACCOUNT] = setup_file_has(file, SETUP_ACCOUNT),
        [SETUP_PEOPLE] = file->setup->people.count,
        [SETUP_FAULTS] = file->setup->faults.count,
    };
    return counts[block];
}

static const struct shape *item_shape(enum setup_block block)
{
    static const struct shape *const shapes[] = {
        [SETUP_ACCOUNT] = &shape_account, [SETUP_PEOPLE] = NULL, [SETUP_FAULTS] = &shape_fault};
    return block == SETUP_PEOPLE ? shape_people.item : shapes[block];
}

static const void *item_of(const struct setup_file *file, enum setup_block block, size_t index)
{
    REQUIRE(index < setup_file_count(file, block));
    if (block == SETUP_PEOPLE)
        return &file->setup->people.items[index];
    return block == SETUP_FAULTS ? (const void *)&file->setup->faults.items[index] : &file->setup->account;
}

/* A person carries the name that the map gives; an account may be its plan alone. */
static json_t *completed(const struct setup_file *file, enum setup_block block, size_t index, json_t *json)
{
    if (block == SETUP_PEOPLE)
        json_set(json, "name", json_of_text(file->setup->people.items[index].name));
    return json_is_string(json) ? json_pack("{s:o}", "plan", json) : json;
}

bool setup_file_json(struct setup_file *file, enum setup_block block, size_t index, json_t **ret,
                     struct fail *why)
{
    json_t *json = NULL;
    if (!shape_json(item_shape(block), item_of(file, block, index), file->variables, &json, why))
        return false;
    *ret = completed(file, block, index, json);
    return true;
}

bool setup_file_has_number(const struct setup_file *file, size_t person)
{
    REQUIRE(person < file->setup->people.count);
    return value_given(&file->setup->people.items[person].number);
}

void setup_file_number(struct setup_file *file, struct text name, const char *number)
{
    variables_set(file->variables, name, json_string(number));
}

/* "retry-after" of "retry-after, body and location stand …" */
static struct text first_word(struct text words)
{
    size_t len = 0;
    while (len < words.len && strchr(" :,", words.at[len]) == NULL)
        len++;
    return text_first(words, len);
}

/* The field of a map-like shape. */
static const struct field *field_named(const struct shape *shape, struct text name)
{
    const struct shape *map = shape->kind == SHAPE_EITHER ? shape->map : shape;
    for (const struct field *field = map->fields; field->key != NULL; field++)
        if (text_is(name, field->key))
            return field;
    return NULL;
}

const char *setup_file_blame(const struct setup_file *file, enum setup_block block, size_t index,
                             const struct fail *why, struct problems *problems)
{
    const void *item = item_of(file, block, index);
    const struct field *field = field_named(item_shape(block), first_word(text_of(why->text)));
    const void *member = field == NULL ? NULL : field_member(field, item);
    struct place at;
    memcpy(&at, member != NULL ? member : item, sizeof at);
    problems_add_fail(problems, at, why);
    return member == NULL ? NULL : field->key;
}
