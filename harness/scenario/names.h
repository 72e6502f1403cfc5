/* names: a set of words, in the order in which they came (inside this layer only). The words are borrowed. */
#ifndef NAMES_H
#define NAMES_H

#include "shape.h"
#include "text.h"

struct names {
    struct text *items;
    size_t count;
};

void names_release(struct names *names);
void names_add(struct names *names, struct text name);
bool names_have(const struct names *names, struct text name);
/* The nearest of them, or NULL; borrowed until the next call in this thread. */
const char *names_nearest(const struct names *names, struct text written);

/* What a part of a tree uses and makes. */
struct name_use {
    struct names used;  /* first parts of the paths of variables */
    struct names saved; /* names that its steps save */
};
void name_use_release(struct name_use *use);
void name_use_gather(struct name_use *use, const struct shape *shape, const void *made);

/* Calls `visit` with each path in a value, or in JSON of the file's own. */
typedef void path_visitor(void *context, struct place at, struct text path);
void value_paths(const struct value *value, path_visitor *visit, void *context);
void node_paths(const struct node *node, path_visitor *visit, void *context);

#endif
