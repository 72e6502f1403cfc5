/* Two JSON documents with a NUL byte between them, any bytes: read or refused with a place, compared both
 * ways, looked at with a filter and a pattern. A document compared with itself holds. */
#include <stdint.h>
#include <string.h>

#include "jq_filter.h"
#include "json_match.h"
#include "mem.h"
#include "text_match.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { OUTPUT_MAX_BYTES = 64 * 1024 };

static json_t *read_or_refuse(struct text document)
{
    struct fail why = {0};
    json_t *value = NULL;
    if (json_read(document, "fuzz", &value, &why))
        return value;
    REQUIRE(why.set && why.line >= 1 && why.col >= 1);
    return NULL;
}

static void compare(const json_t *expected, const json_t *actual)
{
    struct text_buf difference;
    text_buf_init(&difference, OUTPUT_MAX_BYTES);
    bool holds = json_match(expected, actual, &difference);
    REQUIRE(holds == (difference.len == 0));
    text_buf_release(&difference);
}

static void look_at(const json_t *value, const char *written)
{
    struct fail why = {0};
    struct text_buf difference;
    struct text_match *match = text_match_new(text_of(written), &why);
    REQUIRE(match != NULL);
    text_buf_init(&difference, OUTPUT_MAX_BYTES);
    bool holds = text_match_holds_json(match, value, &difference);
    REQUIRE(holds == (difference.len == 0));
    text_buf_release(&difference);
    text_match_free(match);
}

/* Depth-limited comparison gives up on nesting, also against itself. */
static size_t depth_of(const json_t *value)
{
    size_t deepest = 0, i;
    const char *key;
    json_t *item;
    json_object_foreach((json_t *)value, key, item)
    {
        size_t depth = 1 + depth_of(item);
        deepest = depth > deepest ? depth : deepest;
    }
    json_array_foreach(value, i, item)
    {
        size_t depth = 1 + depth_of(item);
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text bytes = text_span((const char *)data, size);
    size_t middle = text_find(bytes, '\0');
    json_t *one = read_or_refuse(text_first(bytes, middle));
    json_t *other = read_or_refuse(text_from(bytes, middle + 1));
    if (one != NULL) {
        REQUIRE(json_match(one, one, NULL) == (depth_of(one) <= JSON_MATCH_DEPTH_MAX));
        look_at(one, ".a[0].b == 1");
        look_at(one, "/[0-9]{6}.*(a+)+$/");
        look_at(one, "code");
    }
    if (one != NULL && other != NULL) {
        compare(one, other);
        compare(other, one);
    }
    json_decref(one);
    json_decref(other);
    return 0;
}
