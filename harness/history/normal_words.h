/* normal_words: the words of a history that chance makes (SIDs, codes, ids, ports), each with a name that is
 * the same in every run of the same behaviour.
 *
 *     words_show(words, WORDS_MASKED);
 *     do {
 *         for each block {
 *             words_block_begin(words);
 *             … words_put(words, "SM", sid, &out) …
 *             words_block_end(words, hash of out);
 *         }
 *         words_show(words, WORDS_COLOURED);
 *     } while (words_refine(words));
 *     … sort the blocks by their coloured text …
 *     words_show(words, WORDS_NUMBERED);              // now each word is numbered as it first appears
 *
 * Numbers must not depend on the order in which chance noted the blocks, and the order of the blocks must not
 * depend on the words. So words get colours first: a word's colour says in which blocks it stands and where,
 * and blocks are told apart by the colours of their words. Each round of colours sees one step further (a
 * code is the one of the message that was sent to awa, of the request that offered it). Words that stay alike
 * are exchangeable. */
#ifndef NORMAL_WORDS_H
#define NORMAL_WORDS_H

#include <stdint.h>

#include "text.h"

enum words_view {
    WORDS_MASKED,   /* "SM#" */
    WORDS_COLOURED, /* "SM#0123456789abcdef" */
    WORDS_NUMBERED, /* "SM#2" */
};

struct words;

/* New, masked. */
struct words *words_new(void);
void words_free(struct words *words);

void words_show(struct words *words, enum words_view view);
/* Appends the name of this word. `kind` has at most 7 letters. */
void words_put(struct words *words, const char *kind, struct text value, struct text_buf *out);

void words_block_begin(struct words *words);
/* `hash` is of the block's text without its place in the file. */
void words_block_end(struct words *words, uint64_t hash);
/* The colours that the blocks gave come into force. False when they tell no more words apart than before. */
bool words_refine(struct words *words);

/* Start with 0. */
uint64_t words_hash(uint64_t hash, struct text text);

/* These digits are a one-time code, wherever they stand. Shorter ones than 4 digits are not taken. */
void words_add_code(struct words *words, struct text digits);
bool words_has_code(const struct words *words, struct text digits);

#endif
