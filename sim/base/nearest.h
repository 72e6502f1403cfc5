/* nearest: the known word that somebody probably meant.
 *
 *     const char *meant = nearest_word(TEXT("recieve"), words, count);      // "receive", or NULL
 *
 * By edit distance (a swap of neighbours is one edit); at most a third of the letters may differ. Pure. */
#ifndef NEAREST_H
#define NEAREST_H

#include "fail.h"
#include "text.h"

enum { NEAREST_WORD_MAX_BYTES = 64 };

/* `words` may hold NULLs, which are skipped. */
const char *nearest_word(struct text written, const char *const *words, size_t count);

/* Edits between two words of at most NEAREST_WORD_MAX_BYTES bytes; longer ones are far from everything. */
size_t nearest_distance(struct text a, struct text b);

/* Whether a key of an object is among the known ones (NULL behind the last). If not, it fails with "WHERE:
 * unknown key 'fial'; did you mean 'fail'?": the question where a word is near, WHERE unless that is NULL. */
bool nearest_knows_key(const char *key, const char *const *known, const char *where, struct fail *why);

#endif
