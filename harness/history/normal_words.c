/* Keeps the words of chance, and colours them: "colour refinement", as one does to tell whether two graphs
 * are the same. Which words are chance is for the caller to say. */
#include "normal_words.h"

#include <stdlib.h>

#include "mem.h"

enum {
    FIRST_ROOM = 64,
    CODE_MIN_DIGITS = 4,
    KIND_BYTES = 8,
    ROUNDS_MAX = 8,          /* a word's colour reaches that many blocks far */
    KINDS_MAX = 26 * 26 + 8, /* every pair of capitals that a SID can begin with, and our own words */
};

struct word {
    char *value; /* NULL: a free place */
    char kind[KIND_BYTES];
    uint64_t colour, next_colour;
    int number; /* 0: has none yet */
};

struct kind_count {
    char kind[KIND_BYTES];
    int count;
};

struct words {
    enum words_view view;
    struct word **words; /* in order of insertion */
    size_t count;
    struct word **table; /* hashed by kind and value, at most half full; room is a power of two */
    size_t room;
    struct word **block; /* the words of the present block, as they stand */
    size_t block_count, block_room;
    struct kind_count kinds[KINDS_MAX];
    struct words *codes; /* those that are codes, of kind ""; NULL in itself */
    size_t classes;      /* how many colours there are */
    int rounds;
};

struct words *words_new(void)
{
    struct words *words = mem_new(sizeof *words);
    words->codes = mem_new(sizeof *words->codes);
    return words;
}

static void release(struct words *words)
{
    for (size_t i = 0; i < words->count; i++) {
        mem_free(words->words[i]->value);
        mem_free(words->words[i]);
    }
    mem_free(words->words);
    mem_free(words->table);
    mem_free(words->block);
    mem_free(words);
}

void words_free(struct words *words)
{
    if (words == NULL)
        return;
    release(words->codes);
    release(words);
}

/* ---- hashes */

static uint64_t mix(uint64_t hash)
{
    hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9u;
    hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebu;
    return hash ^ (hash >> 31);
}

uint64_t words_hash(uint64_t hash, struct text text)
{
    hash ^= 1469598103934665603u;
    for (size_t i = 0; i < text.len; i++)
        hash = (hash ^ (unsigned char)text.at[i]) * 1099511628211u;
    return mix(hash + text.len);
}

/* ---- the table */

/* Its place, or the free one where it belongs. */
static struct word **place_of(const struct words *words, const char *kind, struct text value)
{
    size_t at = words_hash(words_hash(0, text_of(kind)), value) & (words->room - 1);
    while (words->table[at] != NULL &&
           (strcmp(words->table[at]->kind, kind) != 0 || !text_is(value, words->table[at]->value)))
        at = (at + 1) & (words->room - 1);
    return &words->table[at];
}

static void make_room(struct words *words)
{
    words->room = words->room == 0 ? FIRST_ROOM : words->room * 2;
    mem_free(words->table);
    words->table = mem_new_array(words->room, sizeof words->table[0]);
    words->words = mem_resize(words->words, words->room * sizeof words->words[0]);
    for (size_t i = 0; i < words->count; i++)
        *place_of(words, words->words[i]->kind, text_of(words->words[i]->value)) = words->words[i];
}

static struct word *word_of(struct words *words, const char *kind, struct text value)
{
    if (2 * words->count >= words->room)
        make_room(words);
    struct word **place = place_of(words, kind, value);
    if (*place == NULL) {
        struct word *word = mem_new(sizeof *word);
        word->value = text_copy(value);
        memcpy(word->kind, kind, strlen(kind) + 1);
        word->colour = words_hash(0, text_of(kind));
        *place = word;
        words->words[words->count++] = word;
    }
    return *place;
}

void words_add_code(struct words *words, struct text digits)
{
    if (digits.len >= CODE_MIN_DIGITS && text_all_digits(digits))
        (void)word_of(words->codes, "", digits);
}

bool words_has_code(const struct words *words, struct text digits)
{
    return words->codes->room > 0 && *place_of(words->codes, "", digits) != NULL;
}

/* ---- names */

void words_show(struct words *words, enum words_view view)
{
    words->view = view;
}

static int next_number(struct words *words, const char *kind)
{
    size_t at = 0;
    while (at < KINDS_MAX - 1 && words->kinds[at].count > 0 && strcmp(words->kinds[at].kind, kind) != 0)
        at++;
    memcpy(words->kinds[at].kind, kind, strlen(kind) + 1);
    return ++words->kinds[at].count;
}

static void note_in_block(struct words *words, struct word *word)
{
    if (words->block_count == words->block_room) {
        words->block_room = words->block_room == 0 ? FIRST_ROOM : words->block_room * 2;
        words->block = mem_resize(words->block, words->block_room * sizeof words->block[0]);
    }
    words->block[words->block_count++] = word;
}

void words_put(struct words *words, const char *kind, struct text value, struct text_buf *out)
{
    struct word *word = word_of(words, kind, value);
    text_putf(out, "%s#", kind);
    if (words->view == WORDS_COLOURED)
        text_putf(out, "%016llx", (unsigned long long)word->colour);
    if (words->view == WORDS_NUMBERED) {
        if (word->number == 0)
            word->number = next_number(words, kind);
        text_putf(out, "%d", word->number);
    } else {
        note_in_block(words, word);
    }
}

/* ---- colours */

void words_block_begin(struct words *words)
{
    words->block_count = 0;
}

/* A sum, because blocks come in any order. */
void words_block_end(struct words *words, uint64_t hash)
{
    for (size_t i = 0; i < words->block_count; i++)
        words->block[i]->next_colour += mix(hash + mix(i + 1));
}

static int compare_colours(const void *a, const void *b)
{
    uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;
    return one < other ? -1 : one > other;
}

static size_t classes_of(const struct words *words)
{
    uint64_t *colours = mem_new_array(words->count + 1, sizeof colours[0]);
    size_t classes = 0;
    for (size_t i = 0; i < words->count; i++)
        colours[i] = words->words[i]->colour;
    qsort(colours, words->count, sizeof colours[0], compare_colours);
    for (size_t i = 0; i < words->count; i++)
        classes += i == 0 || colours[i] != colours[i - 1];
    mem_free(colours);
    return classes;
}

bool words_refine(struct words *words)
{
    size_t before = words->classes;
    for (size_t i = 0; i < words->count; i++) {
        struct word *word = words->words[i];
        word->colour = mix(word->colour + mix(word->next_colour));
        word->next_colour = 0;
    }
    words->classes = classes_of(words);
    return words->classes > before && ++words->rounds < ROUNDS_MAX;
}
