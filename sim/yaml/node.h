/* node: YAML as it was written: lists, maps and scalars, none of them typed yet, each with its place.
 *
 * The typed tree keeps nodes only where a file may hold JSON of its own (`json:`, `query:`). There plain
 * `true`, `false`, `null` and JSON numbers are typed and quoted ones are text. Nodes live as long as the file
 * that they came from. */
#ifndef NODE_H
#define NODE_H

#include "json.h"
#include "place.h"
#include "text.h"
#include "variables.h"

enum node_kind { NODE_SCALAR, NODE_LIST, NODE_MAP };

/* Nesting in a file; the language itself needs about ten. */
enum { NODE_DEPTH_MAX = 64 };

struct node_pair;

struct node {
    struct place at;
    enum node_kind kind;
    bool plain;       /* a scalar without quotes or block style */
    struct text text; /* of a scalar */
    size_t count;     /* of a list or a map */
    const struct node **items;
    const struct node_pair *pairs;
};

struct node_pair {
    struct place at;
    struct text key;
    const struct node *value;
};

/* The value at a key, or NULL. */
const struct node *node_get(const struct node *map, const char *key);

/* As JSON, variables put in (also in keys). *ret is new. `variables` may be NULL: then dollars stay as they
 * are. */
bool node_json(const struct node *node, struct variables *variables, json_t **ret, struct fail *why);

#endif
