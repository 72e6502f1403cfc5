/* setup_file: what a simulator shall be like, as people write it: `account`, `people` and `faults`, exactly
 * as in a scenario (LANGUAGE), and nothing else.
 *
 *     struct setup_file *file = setup_file_read("setup.yaml", problems);        // NULL: its errors are in
 * `problems` for (size_t i = 0; i < setup_file_count(file, SETUP_PEOPLE); i++) { if (!setup_file_json(file,
 * SETUP_PEOPLE, i, &body, &why)) ...          // the body of POST /sim/v1/people setup_file_number(file,
 * json_text(body, "name"), number);              // now `to: awa` and $awa are known
 *     }
 *     setup_file_free(file);
 *
 * Whoever takes the JSON may refuse it for reasons that no grammar knows; setup_file_blame() finds the place.
 * The file owns everything that it gives out but JSON, and does not need `problems` any longer once it is
 * read. One thread at a time. */
#ifndef SETUP_FILE_H
#define SETUP_FILE_H

#include "json.h"
#include "problems.h"

struct setup_file;

enum setup_block { SETUP_ACCOUNT, SETUP_PEOPLE, SETUP_FAULTS };

/* New, or NULL when the file cannot be read or has an error. */
struct setup_file *setup_file_read(const char *path, struct problems *problems);
/* The same from memory; `name` is shown in errors. */
struct setup_file *setup_file_read_text(const char *name, struct text bytes, struct problems *problems);
void setup_file_free(struct setup_file *file);

/* Whether the block was written, also an empty one. */
bool setup_file_has(const struct setup_file *file, enum setup_block block);
/* How many accounts (0 or 1), people or faults. */
size_t setup_file_count(const struct setup_file *file, enum setup_block block);
/* One of them in the keys of the control API. *ret is new; *why has its place. */
bool setup_file_json(struct setup_file *file, enum setup_block block, size_t index, json_t **ret,
                     struct fail *why);
/* Whether a person's number is written, so that it is not theirs to invent. */
bool setup_file_has_number(const struct setup_file *file, size_t person);
/* What stands for a person's name in faults from now on. */
void setup_file_number(struct setup_file *file, struct text name, const char *number);

/* Reports *why as an error of that item: at its own place when it has one, else at the key with which its
 * words begin
 * ("home: 'XX' is no …"), else at the item. Returns that key, NULL when there is none. Borrowed from the
 * file. */
const char *setup_file_blame(const struct setup_file *file, enum setup_block block, size_t index,
                             const struct fail *why, struct problems *problems);

#endif
