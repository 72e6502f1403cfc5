/* Optimal string alignment on three rows: insertions, deletions, changes, and swaps of neighbours. */
#include "nearest.h"

#include <string.h>

enum { KEY_SHOWN_BYTES = 60 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t nearest_distance(struct text a, struct text b)
{
    if (a.len > NEAREST_WORD_MAX_BYTES || b.len > NEAREST_WORD_MAX_BYTES)
        return NEAREST_WORD_MAX_BYTES;
    size_t rows[3][NEAREST_WORD_MAX_BYTES + 1];
    size_t *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b.len; j++)
        above[j] = before[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t changed = a.at[i - 1] == b.at[j - 1] ? 0 : 1;
            row[j] = least(least(above[j] + 1, row[j - 1] + 1), above[j - 1] + changed);
            bool swapped = i > 1 && j > 1 && a.at[i - 1] == b.at[j - 2] && a.at[i - 2] == b.at[j - 1];
            if (swapped)
                row[j] = least(row[j], before[j - 2] + 1);
        }
        size_t *spare = before;
        before = above;
        above = row;
        row = spare;
    }
    return above[b.len];
}

const char *nearest_word(struct text written, const char *const *words, size_t count)
{
    const char *found = NULL;
    size_t found_distance = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        if (words[i] == NULL)
            continue;
        struct text word = text_of(words[i]);
        size_t longer = word.len > written.len ? word.len : written.len;
        size_t distance = nearest_distance(written, word);
        if (distance < found_distance && distance * 3 <= longer) {
            found = words[i];
            found_distance = distance;
        }
    }
    return found;
}

bool nearest_knows_key(const char *key, const char *const *known, const char *where, struct fail *why)
{
    size_t count = 0;
    for (; known[count] != NULL; count++)
        if (strcmp(known[count], key) == 0)
            return true;
    const char *meant = nearest_word(text_of(key), known, count);
    struct text shown = text_first(text_of(key), KEY_SHOWN_BYTES);
    return fail_set(why, "%s%sunknown key '%.*s'%s%s%s", where == NULL ? "" : where,
                    where == NULL ? "" : ": ", TEXT_ARGS(shown), meant == NULL ? "" : "; did you mean '",
                    meant == NULL ? "" : meant, meant == NULL ? "" : "'?");
}
