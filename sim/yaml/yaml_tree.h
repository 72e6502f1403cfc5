/* yaml_tree: YAML's events to nodes (inside this layer only). Refused: tags, anchors, aliases, directives,
 * several documents, keys that are no plain text, duplicate keys, tabs as indentation, NUL, control
 * characters, broken UTF-8, nesting deeper than NODE_DEPTH_MAX, more than DOCUMENT_ITEMS_MAX items. */
#ifndef YAML_TREE_H
#define YAML_TREE_H

#include "document.h"

enum { YAML_KEYS_MAX = 1000 /* of one map */ };

/* Borrowed from the document; NULL when the bytes are no tree, and then it is reported. */
const struct node *yaml_tree_read(struct document *document, struct text bytes);

#endif
