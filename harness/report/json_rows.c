/* Walks an expected JSON value beside the one that came, and notes where they part. */
#include "json_rows.h"

#include <string.h>

#include "json.h"
#include "mem.h"

enum { CELL_MAX_BYTES = 200, PATH_MAX_BYTES = 1024 };

struct walk {
    struct scenario_failure *failure;
    struct text_buf path;
    size_t rows;
};

static char *cell_of(const json_t *value)
{
    if (value == NULL)
        return mem_string("(missing)");
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS);
    struct text cut = text_first(text_of(text), CELL_MAX_BYTES);
    if (cut.len == strlen(text))
        return text;
    while (cut.len > 0 && ((unsigned char)cut.at[cut.len] & 0xC0) == 0x80)
        cut.len--;
    struct text_buf out;
    text_buf_init(&out, CELL_MAX_BYTES + 4);
    text_put(&out, cut);
    text_put_z(&out, "…");
    mem_free(text);
    return text_buf_take(&out);
}

static void add_row(struct walk *walk, const json_t *expected, const json_t *actual)
{
    if (walk->rows++ > JSON_ROWS_MAX)
        return;
    if (walk->rows > JSON_ROWS_MAX) {
        scenario_failure_differs(walk->failure, "and more", "", "");
        return;
    }
    char *wanted = cell_of(expected), *came = cell_of(actual);
    scenario_failure_differs(walk->failure, text_buf_z(&walk->path), wanted, came);
    mem_free(wanted);
    mem_free(came);
}

static bool is_equal(const json_t *expected, const json_t *actual)
{
    if (json_is_number(expected) && json_is_number(actual) &&
        (json_is_real(expected) || json_is_real(actual)))
        return !(json_number_value(expected) < json_number_value(actual)) &&
               !(json_number_value(expected) > json_number_value(actual));
    return json_equal(expected, actual);
}

static void compare(struct walk *walk, const json_t *expected, const json_t *actual);

static void compare_objects(struct walk *walk, const json_t *expected, const json_t *actual)
{
    size_t len = walk->path.len;
    for (void *i = json_object_iter((json_t *)expected); i != NULL;
         i = json_object_iter_next((json_t *)expected, i)) {
        text_putf(&walk->path, ".%s", json_object_iter_key(i));
        compare(walk, json_object_iter_value(i), json_object_get(actual, json_object_iter_key(i)));
        walk->path.len = len;
    }
}

static void compare_lists(struct walk *walk, const json_t *expected, const json_t *actual)
{
    size_t len = walk->path.len;
    for (size_t i = 0; i < json_array_size(expected); i++) {
        text_putf(&walk->path, "[%zu]", i);
        compare(walk, json_array_get(expected, i), json_array_get(actual, i));
        walk->path.len = len;
    }
}

static void compare(struct walk *walk, const json_t *expected, const json_t *actual)
{
    if (json_is_object(expected) && json_is_object(actual))
        compare_objects(walk, expected, actual);
    else if (json_is_array(expected) && json_is_array(actual) &&
             json_array_size(expected) == json_array_size(actual))
        compare_lists(walk, expected, actual);
    else if (!is_equal(expected, actual))
        add_row(walk, expected, actual);
}

bool json_rows(struct scenario_failure *failure, const json_t *expected, const json_t *actual)
{
    struct walk walk = {.failure = failure};
    text_buf_init(&walk.path, PATH_MAX_BYTES);
    text_put_z(&walk.path, "$");
    compare(&walk, expected, actual);
    text_buf_release(&walk.path);
    return walk.rows > 0;
}
