/* Reads the override fragment by a table of its keys. Whether an attempt is tried again is decided in
 * callback_retry. */
#include "callback_overrides.h"

#include <stddef.h>
#include <string.h>

struct words {
    const char *word;
    unsigned flag;
};

static const struct words retry_words[] = {
    {"4xx", CALLBACK_RETRY_4XX}, {"5xx", CALLBACK_RETRY_5XX}, {"ct", CALLBACK_RETRY_CONNECT},
    {"rt", CALLBACK_RETRY_READ}, {"all", CALLBACK_RETRY_ALL}, {NULL, 0},
};

static const struct words sni_words[] = {{"y", 1}, {"n", 0}, {NULL, 0}};

static const struct words edge_words[] = {
    {"ashburn", 0},      {"dublin", 0},       {"frankfurt", 0},    {"sao-paulo", 0},  {"singapore", 0},
    {"sydney", 0},       {"tokyo", 0},        {"umatilla", 0},     {"ashburn-ix", 0}, {"dublin-ix", 0},
    {"frankfurt-ix", 0}, {"sao-paulo-ix", 0}, {"singapore-ix", 0}, {"sydney-ix", 0},  {"tokyo-ix", 0},
    {"umatilla-ix", 0},  {NULL, 0},
};

enum { NO_FIELD = -1 };

/* A key: a number with its range, or a list of words. Its value goes to the field at `offset`. */
static const struct key {
    const char *key;
    int min, max;
    const struct words *words; /* NULL: a number */
    ptrdiff_t offset;
} keys[] = {
    {"ct", 100, 10000, NULL, offsetof(struct callback_overrides, connect_ms)},
    {"rt", 100, 15000, NULL, offsetof(struct callback_overrides, read_ms)},
    {"tt", 100, 15000, NULL, offsetof(struct callback_overrides, total_ms)},
    {"rc", 0, 5, NULL, offsetof(struct callback_overrides, retries)},
    {"rp", 0, 0, retry_words, offsetof(struct callback_overrides, retry)},
    {"sni", 0, 0, sni_words, NO_FIELD},
    {"e", 0, 0, edge_words, NO_FIELD},
};

static const struct callback_overrides defaults = {
    .connect_ms = 5000, .read_ms = 15000, .total_ms = 15000, .retries = 1, .retry = CALLBACK_RETRY_CONNECT};

static const struct key *key_find(struct text name)
{
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (text_is(name, keys[i].key))
            return &keys[i];
    return NULL;
}

/* All words of a comma list, or none when one of them is unknown. */
static bool read_words(struct text list, const struct words *words, unsigned *ret)
{
    unsigned flags = 0;
    struct text rest = list, part;
    if (list.len == 0)
        return false;
    while (text_split(&rest, ',', &part)) {
        const struct words *word = words;
        while (word->word != NULL && !text_is(part, word->word))
            word++;
        if (word->word == NULL)
            return false;
        flags |= word->flag;
    }
    *ret = flags;
    return true;
}

/* Why a value was not taken, as a note. */
static void note_value(struct text_buf *notes, const struct key *key, struct text value)
{
    if (notes->len > 0)
        text_put_z(notes, "; ");
    text_putf(notes, "%s=%.*s is ", key->key, TEXT_ARGS(value));
    if (key->words == NULL) {
        text_putf(notes, "no number from %d to %d", key->min, key->max);
        return;
    }
    text_put_z(notes, "not one of ");
    for (const struct words *word = key->words; word->word != NULL; word++)
        text_putf(notes, "%s%s", word == key->words ? "" : ",", word->word);
}

static void read_value(const struct key *key, struct text value, struct callback_overrides *ret,
                       struct text_buf *notes)
{
    int64_t number = 0;
    unsigned flags = 0;
    bool fine = key->words != NULL
                    ? read_words(value, key->words, &flags)
                    : text_all_digits(value) && text_to_int(value, key->min, key->max, &number);
    if (!fine) {
        note_value(notes, key, value);
    } else if (key->offset != NO_FIELD) {
        int result = key->words != NULL ? (int)flags : (int)number;
        memcpy((char *)ret + key->offset, &result, sizeof result);
    }
}

void callback_overrides_read(struct text fragment, struct callback_overrides *ret, struct text_buf *notes)
{
    struct text rest = fragment, part;
    *ret = defaults;
    while (fragment.len > 0 && text_split(&rest, '&', &part)) {
        if (part.len == 0)
            continue;
        size_t equals = text_find(part, '=');
        const struct key *key = equals < part.len ? key_find(text_first(part, equals)) : NULL;
        if (key != NULL) {
            read_value(key, text_from(part, equals + 1), ret, notes);
        } else {
            text_putf(notes, "%s%.*s is no connection override", notes->len > 0 ? "; " : "", TEXT_ARGS(part));
        }
    }
}
