/* The difference of two lists of lines, by the longest list that both have in common; what is alike at both
 * ends is set aside first, so that the table stays small. */
#include "history_diff.h"

#include "json.h"
#include "mem.h"

enum {
    TABLE_MAX_CELLS = 16 * 1024 * 1024, /* beyond it, what is between the ends counts as changed */
    VALUE_COLUMNS = 120,
    LINE_COLUMNS = 400,
};

struct lines {
    struct text *items;
    size_t count;
};

struct diff {
    struct lines first, second; /* what is between the common ends */
    uint32_t *common; /* (first+1) x (second+1): the longest common list from there; NULL: too large */
    size_t rows, rows_max;
    struct text_buf *out;
};

static struct lines lines_of(struct text text)
{
    struct lines lines = {.items = NULL};
    size_t count = 1;
    for (size_t i = 0; i < text.len; i++)
        count += text.at[i] == '\n';
    lines.items = mem_new_array(count, sizeof lines.items[0]);
    while (text.len > 0) {
        size_t len = text_find(text, '\n');
        lines.items[lines.count++] = text_first(text, len);
        text = text_from(text, len + 1);
    }
    return lines;
}

/* ---- rows */

static void put_value(struct text_buf *out, const json_t *value)
{
    char *text = value == NULL ? mem_string("nothing") : json_write(value);
    text_put(out, text_first(text_of(text), VALUE_COLUMNS));
    text_put_z(out, strlen(text) > VALUE_COLUMNS ? "…" : "");
    mem_free(text);
}

/* One key that differs. */
static void put_key(struct diff *diff, const char *key, const json_t *one, const json_t *other, size_t *count)
{
    text_putf(diff->out, "%s %s ", *count == 0 ? ":" : ",", key);
    put_value(diff->out, one);
    text_put_z(diff->out, " -> ");
    put_value(diff->out, other);
    (*count)++;
}

static bool row_begins(struct diff *diff)
{
    return diff->rows++ < diff->rows_max;
}

static void put_line(struct diff *diff, char sign, struct text line)
{
    if (!row_begins(diff))
        return;
    text_putf(diff->out, "%c ", sign);
    text_put(diff->out, text_first(line, LINE_COLUMNS));
    text_put_z(diff->out, line.len > LINE_COLUMNS ? "…\n" : "\n");
}

/* "~ call to +243810000001: status 201 -> 503" */
static void put_changed(struct diff *diff, const json_t *one, const json_t *other)
{
    static const char *const names[] = {"kind", "path", "process", "person", "to", "sid", "action", "what"};
    size_t count = 0;
    const char *key;
    json_t *value;
    if (!row_begins(diff))
        return;
    text_put_z(diff->out, "~");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (json_text(one, names[i]).len > 0)
            text_putf(diff->out, " %.*s", TEXT_ARGS(json_text(one, names[i])));
    json_object_foreach((json_t *)one, key, value)
    {
        if (!json_equal(value, json_object_get(other, key)))
            put_key(diff, key, value, json_object_get(other, key), &count);
    }
    json_object_foreach((json_t *)other, key, value)
    {
        if (json_object_get(one, key) == NULL)
            put_key(diff, key, NULL, value, &count);
    }
    text_put_char(diff->out, '\n');
}

/* Of one kind: by their keys; else both as they are. */
static void put_pair(struct diff *diff, struct text one, struct text other)
{
    struct fail why = {0};
    json_t *first = NULL, *second = NULL;
    bool read = json_read(one, "", &first, &why) && json_read(other, "", &second, &why);
    if (read && json_is_object(first) && json_is_object(second) &&
        text_equal(json_text(first, "kind"), json_text(second, "kind"))) {
        put_changed(diff, first, second);
    } else {
        put_line(diff, '-', one);
        put_line(diff, '+', other);
    }
    json_decref(first);
    json_decref(second);
}

/* What stands between two lines that are alike. */
static void put_hunk(struct diff *diff, size_t first, size_t first_end, size_t second, size_t second_end)
{
    for (; first < first_end && second < second_end; first++, second++)
        put_pair(diff, diff->first.items[first], diff->second.items[second]);
    for (; first < first_end; first++)
        put_line(diff, '-', diff->first.items[first]);
    for (; second < second_end; second++)
        put_line(diff, '+', diff->second.items[second]);
}

/* ---- what is common */

static uint32_t *cell(const struct diff *diff, size_t first, size_t second)
{
    return &diff->common[first * (diff->second.count + 1) + second];
}

static void fill_common(struct diff *diff)
{
    size_t rows = diff->first.count, columns = diff->second.count;
    if ((rows + 1) > TABLE_MAX_CELLS / (columns + 1))
        return;
    diff->common = mem_new_array((rows + 1) * (columns + 1), sizeof diff->common[0]);
    for (size_t i = rows; i-- > 0;) {
        for (size_t k = columns; k-- > 0;) {
            uint32_t down = *cell(diff, i + 1, k), right = *cell(diff, i, k + 1);
            *cell(diff, i, k) = text_equal(diff->first.items[i], diff->second.items[k])
                                    ? *cell(diff, i + 1, k + 1) + 1
                                : down >= right ? down
                                                : right;
        }
    }
}

static void put_hunks(struct diff *diff)
{
    size_t i = 0, k = 0, from_i = 0, from_k = 0;
    while (diff->common != NULL && i < diff->first.count && k < diff->second.count) {
        if (text_equal(diff->first.items[i], diff->second.items[k])) {
            put_hunk(diff, from_i, i, from_k, k);
            from_i = ++i;
            from_k = ++k;
        } else if (*cell(diff, i + 1, k) >= *cell(diff, i, k + 1)) {
            i++;
        } else {
            k++;
        }
    }
    put_hunk(diff, from_i, diff->first.count, from_k, diff->second.count);
}

static size_t common_start(const struct lines *first, const struct lines *second)
{
    size_t count = 0;
    while (count < first->count && count < second->count &&
           text_equal(first->items[count], second->items[count]))
        count++;
    return count;
}

size_t history_diff(struct text first, struct text second, size_t rows, struct text_buf *out)
{
    struct lines one = lines_of(first), other = lines_of(second);
    size_t start = common_start(&one, &other), end = 0;
    while (end < one.count - start && end < other.count - start &&
           text_equal(one.items[one.count - 1 - end], other.items[other.count - 1 - end]))
        end++;
    struct diff diff = {.first = {one.items + start, one.count - start - end},
                        .second = {other.items + start, other.count - start - end},
                        .rows_max = rows,
                        .out = out};
    fill_common(&diff);
    put_hunks(&diff);
    if (diff.rows > rows)
        text_putf(out, "... and %zu more\n", diff.rows - rows);
    mem_free(diff.common);
    mem_free(one.items);
    mem_free(other.items);
    return diff.rows;
}
