/* shape: the grammar as tables (for what has a grammar). A shape says what a node may be and where in a C
 * struct it goes. The reader, the way back to JSON, the walk of lint and the JSON Schema are all made from
 * the same tables.
 *
 * Every struct that a shape fills begins with `struct place at`; every list is a `struct any_list` in its
 * first three members. To add a key: a member in the struct, a row in its table. */
#ifndef SHAPE_H
#define SHAPE_H

#include "document.h"
#include "value.h"

struct any_list {
    struct place at;
    void *items;
    size_t count;
};

enum shape_kind {
    SHAPE_VALUE,  /* a scalar: struct value */
    SHAPE_LIST,   /* of items of one shape: struct any_list */
    SHAPE_NAMED,  /* a map whose keys are names of the file's own: struct any_list of structs with a `struct
                     text name` */
    SHAPE_MAP,    /* a map with known keys: a struct with a member for each */
    SHAPE_EITHER, /* a scalar, a list or a map, each with its own shape and member */
    SHAPE_JSON,   /* JSON of the file's own: const struct node * */
};

enum key_kind { KEY_ANY, KEY_NAME, KEY_STATUS, KEY_CODE };

enum field_flags {
    FIELD_REQUIRED = 1,
    FIELD_POINTER = 2, /* the member is a pointer; NULL when not written */
    FIELD_LATER = 4,   /* in the language, not in this version: lint says so */
};

enum { GROUPS_MAX = 4 };

struct shape;

struct field {
    const char *key; /* NULL ends the table */
    const struct shape *shape;
    size_t at;
    unsigned flags;
    unsigned group; /* 1.. : of these keys at most, or exactly, one */
};

struct group {
    const char *words; /* "exactly one of path, url" */
    bool required;     /* one must be written */
    bool together;     /* several may be */
};

struct shape {
    enum shape_kind kind;
    const char *name; /* in the schema's $defs; NULL = written in place */
    const char *what; /* "a list of steps": for errors */
    size_t size_bytes;

    struct value_rule rule; /* SHAPE_VALUE */

    const struct shape *item; /* SHAPE_LIST, SHAPE_NAMED */
    size_t min, max;          /* SHAPE_LIST; max 0 = DOCUMENT_ITEMS_MAX */
    bool one_alone;           /* SHAPE_LIST: one item may stand without brackets */
    enum key_kind keys;       /* SHAPE_NAMED */
    size_t item_bytes, name_at, item_at;

    const struct field *fields; /* SHAPE_MAP */
    struct group groups[GROUPS_MAX];
    const struct shape *others; /* SHAPE_NAMED for keys that are not in the table; NULL = an error */
    size_t others_at;
    unsigned others_group;

    const struct shape *scalar, *list, *map; /* SHAPE_EITHER; NULL = not that */
    size_t scalar_at, list_at, map_at;

    /* What tables cannot say. Called when all else was fine; of SHAPE_NAMED always, for the names. */
    void (*judge)(struct document *document, void *made);
};

/* Fills `into` (zeroed, shape->size_bytes). False when something was wrong; all of it is reported. */
bool shape_read(const struct shape *shape, struct document *document, const struct node *node, void *into);

/* Back to JSON with variables put in; what was not written is left out. *ret is new, NULL when nothing was
 * written. */
bool shape_json(const struct shape *shape, const void *made, struct variables *variables, json_t **ret,
                struct fail *why);

/* Calls back for everything that was written, in the order of the tables. Members may be NULL. */
struct shape_visitor {
    void *context;
    void (*value)(void *context, const struct value *value);
    void (*json)(void *context, const struct node *node);
    void (*field)(void *context, const struct field *field, struct place at);
    /* Before what is inside; false: do not go inside. */
    bool (*enter)(void *context, const struct shape *shape, const void *made);
};
void shape_walk(const struct shape *shape, const void *made, const struct shape_visitor *visitor);

/* Whether a member of that shape was written. */
bool shape_given(const struct shape *shape, const void *member);
/* A field's struct behind its pointer, if it has one; NULL when not written. */
const void *field_member(const struct field *field, const void *made);

#endif
