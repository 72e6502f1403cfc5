/* graphemes: what a reader sees as one character: a letter with its accents, a flag, a family.
 *
 *     struct graphemes graphemes;
 *     struct text one;
 *     graphemes_init(&graphemes, body);
 *     while (graphemes_next(&graphemes, &one)) ...
 *     graphemes_release(&graphemes);
 *
 * Extended grapheme clusters of Unicode, by PCRE2's \X; but CR LF is two. The text must be valid UTF-8 and
 * outlive the walk; pieces are borrowed from it. A walk belongs to one thread. */
#ifndef GRAPHEMES_H
#define GRAPHEMES_H

#include <stdbool.h>

#include "text.h"

/* No character before this one joins with another. */
enum { GRAPHEMES_JOIN_FROM = 0x300 };

struct graphemes {
    struct text rest;
    void *match; /* pcre2_match_data; made when first needed */
};

void graphemes_init(struct graphemes *graphemes, struct text utf8);
void graphemes_release(struct graphemes *graphemes);
/* False when there is no more. */
bool graphemes_next(struct graphemes *graphemes, struct text *ret_grapheme);

#endif
