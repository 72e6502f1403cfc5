/* schema: the language as JSON Schema (draft 2020-12), for editors: scenarios/schema.json. Made from the same
 * tables that the reader uses, so that the two cannot drift apart; a test compares it with the file in the
 * tree. */
#ifndef SCHEMA_H
#define SCHEMA_H

#include "json.h"

/* The whole document. New. */
json_t *schema_json(void);

#endif
