/* value_read: a scalar node to a value (for grammars). */
#ifndef VALUE_READ_H
#define VALUE_READ_H

#include "node.h"
#include "value.h"

/* Checks what needs no variables. *why has no place: the node's counts. */
bool value_read(const struct value_rule *rule, const struct node *node, struct value *ret, struct fail *why);
/* The check itself, also made after variables were put in. */
bool value_parse(const struct value_rule *rule, struct text written, struct value *into, struct fail *why);
/* "expected a duration such as 5s, got 'x'" in *why; false, for a parser to return. */
bool value_expected(const struct value_rule *rule, struct text written, struct fail *why);
/* How variables stand in a text of that type. */
enum variables_style value_style(enum value_type type, struct text written);
/* A name of the language: letters, digits, '_', '-', beginning with a letter or '_'. */
bool value_is_name(struct text written);

#endif
