/* The subset comparison. It goes on behind a difference, so that one look shows all of them. */
#include "json_match.h"

#include <string.h>

#include "mem.h"
#include "utf8.h"

enum { PATH_MAX_BYTES = 512, SHOWN_BYTES = 200 };

struct comparison {
    struct text_buf *out; /* NULL: nobody wants the words */
    struct text_buf path;
    int differences;
};

const char *json_kind_words(const json_t *value)
{
    if (value == NULL)
        return "nothing";
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "a list";
    case JSON_STRING:
        return "a text";
    case JSON_INTEGER:
    case JSON_REAL:
        return "a number";
    case JSON_TRUE:
    case JSON_FALSE:
        return "true or false";
    case JSON_NULL:
        break;
    }
    return "null";
}

/* Whole characters of the first max_bytes. */
static struct text whole_characters(struct text value, size_t max_bytes)
{
    struct text rest = value;
    size_t used = 0;
    while (rest.len > 0) {
        size_t before = rest.len;
        utf8_next(&rest);
        if (used + before - rest.len > max_bytes)
            break;
        used += before - rest.len;
    }
    return text_first(value, used);
}

void json_put_short(struct text_buf *out, const json_t *value, size_t max_bytes)
{
    if (value == NULL) {
        text_put_z(out, "nothing");
        return;
    }
    char *written = json_write(value);
    struct text shown = text_of(written);
    if (shown.len > max_bytes) {
        text_put(out, whole_characters(shown, max_bytes));
        text_put_z(out, "…");
    } else {
        text_put(out, shown);
    }
    mem_free(written);
}

/* Starts a line of the difference; false when it is not to be written. */
static bool line_begins(struct comparison *it)
{
    it->differences++;
    if (it->out == NULL || it->differences > JSON_MATCH_LINES_MAX)
        return false;
    text_putf(it->out, "$%.*s: ", TEXT_ARGS(text_buf_view(&it->path)));
    return true;
}

static void differs(struct comparison *it, const json_t *expected, const json_t *actual)
{
    if (!line_begins(it))
        return;
    text_put_z(it->out, "expected ");
    json_put_short(it->out, expected, SHOWN_BYTES);
    text_put_z(it->out, ", got ");
    json_put_short(it->out, actual, SHOWN_BYTES);
    if (actual != NULL && strcmp(json_kind_words(expected), json_kind_words(actual)) != 0)
        text_putf(it->out, " (%s, not %s)", json_kind_words(actual), json_kind_words(expected));
    text_put_char(it->out, '\n');
}

static void compare(struct comparison *it, const json_t *expected, const json_t *actual, int depth);

/* "$.user" or "$['first name']" */
static void path_add_key(struct text_buf *path, const char *key)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    bool simple = key[0] != '\0' && strspn(key, plain) == strlen(key);
    text_putf(path, simple ? ".%s" : "['%s']", key);
}

static void path_cut(struct text_buf *path, size_t len)
{
    path->len = len < path->len ? len : path->len;
    path->overflowed = false;
}

static void compare_objects(struct comparison *it, const json_t *expected, const json_t *actual, int depth)
{
    const char *key;
    json_t *item;
    json_object_foreach((json_t *)expected, key, item)
    {
        size_t len = it->path.len;
        path_add_key(&it->path, key);
        compare(it, item, json_object_get(actual, key), depth + 1);
        path_cut(&it->path, len);
    }
}

static void compare_lists(struct comparison *it, const json_t *expected, const json_t *actual, int depth)
{
    size_t wanted = json_array_size(expected), there = json_array_size(actual);
    if (wanted != there && line_begins(it))
        text_putf(it->out, "expected %zu item%s, got %zu\n", wanted, wanted == 1 ? "" : "s", there);
    for (size_t i = 0; i < wanted && i < there; i++) {
        size_t len = it->path.len;
        text_putf(&it->path, "[%zu]", i);
        compare(it, json_array_get(expected, i), json_array_get(actual, i), depth + 1);
        path_cut(&it->path, len);
    }
}

static bool scalars_equal(const json_t *expected, const json_t *actual)
{
    if (json_is_integer(expected) && json_is_integer(actual))
        return json_integer_value(expected) == json_integer_value(actual);
    if (json_is_number(expected) && json_is_number(actual))
        return json_number_value(expected) == json_number_value(actual);
    return json_equal(expected, actual) != 0;
}

static void compare(struct comparison *it, const json_t *expected, const json_t *actual, int depth)
{
    if (depth > JSON_MATCH_DEPTH_MAX) {
        if (line_begins(it))
            text_putf(it->out, "nested deeper than %d, not compared\n", JSON_MATCH_DEPTH_MAX);
    } else if (json_is_object(expected) && json_is_object(actual)) {
        compare_objects(it, expected, actual, depth);
    } else if (json_is_array(expected) && json_is_array(actual)) {
        compare_lists(it, expected, actual, depth);
    } else if (actual == NULL || !scalars_equal(expected, actual)) {
        differs(it, expected, actual);
    }
}

bool json_match(const json_t *expected, const json_t *actual, struct text_buf *difference)
{
    struct comparison it = {.out = difference};
    text_buf_init(&it.path, PATH_MAX_BYTES);
    compare(&it, expected, actual, 0);
    if (it.out != NULL && it.differences > JSON_MATCH_LINES_MAX)
        text_putf(it.out, "and %d more\n", it.differences - JSON_MATCH_LINES_MAX);
    text_buf_release(&it.path);
    return it.differences == 0;
}
