/* Rows as bytes: operation, table, number of values, then a type before each value. */
#include "row.h"

static const struct table_shape shapes[TABLE_COUNT] = {
#define TABLE(id, name, keys, about, columns) [id] = {name, keys, about, columns},
    STORE_TABLES(TABLE)
#undef TABLE
};

const struct table_shape *table_shape(enum store_table table)
{
    return &shapes[table];
}

bool table_column(struct text *rest, struct text *ret_name, struct text *ret_type)
{
    struct text column;
    if (!text_split(rest, ',', &column))
        return false;
    column = text_trim(column);
    *ret_name = text_first(column, text_find(column, ' '));
    *ret_type = text_from(column, ret_name->len + 1);
    return true;
}

size_t table_width(enum store_table table)
{
    size_t count = 0;
    struct text rest = text_of(shapes[table].columns), name, type;
    while (table_column(&rest, &name, &type))
        count++;
    return count;
}

struct row row_of(enum store_table table, enum row_op op)
{
    struct row row;
    row.op = op;
    row.table = table;
    row.count = 0; /* the values are set one by one: there are many, and rows are made for every message */
    return row;
}

static struct row_value *next_value(struct row *row)
{
    REQUIRE(row->count < ROW_VALUES_MAX);
    return &row->values[row->count++];
}

void row_int(struct row *row, int64_t number)
{
    *next_value(row) = (struct row_value){.type = COLUMN_INT, .number = number};
}

void row_null(struct row *row)
{
    *next_value(row) = (struct row_value){.type = COLUMN_NULL};
}

void row_text(struct row *row, struct text text)
{
    *next_value(row) = (struct row_value){.type = text.at == NULL ? COLUMN_NULL : COLUMN_TEXT, .text = text};
}

void row_z(struct row *row, const char *text)
{
    row_text(row, text_of(text));
}

static size_t size_of(const struct row_value *value)
{
    switch (value->type) {
    case COLUMN_INT:
        return sizeof value->number;
    case COLUMN_TEXT:
        return sizeof(uint32_t) + value->text.len;
    case COLUMN_NULL:
        break;
    }
    return 0;
}

void row_write(const struct row *row, struct text_buf *out)
{
    size_t size = 3;
    for (size_t i = 0; i < row->count; i++)
        size += 1 + size_of(&row->values[i]);
    char *at = text_buf_extend(out, size);
    REQUIRE(at != NULL);
    *at++ = (char)row->op;
    *at++ = (char)row->table;
    *at++ = (char)row->count;
    for (size_t i = 0; i < row->count; i++) {
        const struct row_value *value = &row->values[i];
        *at++ = (char)value->type;
        if (value->type == COLUMN_INT)
            memcpy(at, &value->number, sizeof value->number);
        if (value->type == COLUMN_TEXT) {
            uint32_t len = (uint32_t)value->text.len;
            memcpy(at, &len, sizeof len);
            memcpy(at + sizeof len, value->text.at, len);
        }
        at += size_of(value);
    }
}

/* Takes `bytes` off; false when there are fewer. */
static bool take(struct text *rest, void *to, size_t bytes)
{
    if (rest->len < bytes)
        return false;
    memcpy(to, rest->at, bytes);
    *rest = text_from(*rest, bytes);
    return true;
}

static bool read_value(struct text *rest, struct row_value *ret)
{
    uint32_t len = 0;
    unsigned char type = 0;
    if (!take(rest, &type, 1) || type > COLUMN_TEXT)
        return false;
    *ret = (struct row_value){.type = type};
    if (type == COLUMN_INT)
        return take(rest, &ret->number, sizeof ret->number);
    if (type == COLUMN_NULL)
        return true;
    if (!take(rest, &len, sizeof len) || rest->len < len)
        return false;
    ret->text = text_first(*rest, len);
    *rest = text_from(*rest, len);
    return true;
}

bool row_read(struct text *rest, struct row *ret)
{
    unsigned char head[3]; /* operation, table, number of values */
    struct text at = *rest;
    if (!take(&at, head, sizeof head) || head[0] > ROW_CLEAR || head[1] >= TABLE_COUNT ||
        head[2] > ROW_VALUES_MAX)
        return false;
    *ret = row_of((enum store_table)head[1], (enum row_op)head[0]);
    for (; ret->count < head[2]; ret->count++)
        if (!read_value(&at, &ret->values[ret->count]))
            return false;
    *rest = at;
    return true;
}

struct row_reader row_reader(const struct row *row, struct fail *why)
{
    return (struct row_reader){.row = row, .fine = true, .why = why};
}

void row_refuse(struct row_reader *reader)
{
    struct text rest = text_of(shapes[reader->row->table].columns), name = TEXT("?"), type;
    reader->fine = false;
    for (size_t i = 0; i < reader->at && table_column(&rest, &name, &type); i++)
        continue;
    const struct row_value *key = &reader->row->values[0];
    if (key->type == COLUMN_INT)
        fail_set(reader->why, "the table %s has a row %lld whose %.*s makes no sense",
                 shapes[reader->row->table].name, (long long)key->number, TEXT_ARGS(name));
    else
        fail_set(reader->why, "the table %s has a row '%.*s' whose %.*s makes no sense",
                 shapes[reader->row->table].name, TEXT_ARGS(text_first(key->text, 40)), TEXT_ARGS(name));
}

static const struct row_value *next(struct row_reader *reader)
{
    static const struct row_value none = {.type = COLUMN_NULL};
    return reader->fine && reader->at < reader->row->count ? &reader->row->values[reader->at++] : &none;
}

int64_t row_get_int(struct row_reader *reader, int64_t min, int64_t max)
{
    const struct row_value *value = next(reader);
    if (value->type == COLUMN_INT && value->number >= min && value->number <= max)
        return value->number;
    if (reader->fine)
        row_refuse(reader);
    return 0;
}

bool row_get_flag(struct row_reader *reader)
{
    return row_get_int(reader, 0, 1) == 1;
}

struct text row_get_text(struct row_reader *reader)
{
    const struct row_value *value = next(reader);
    if (value->type == COLUMN_INT && reader->fine)
        row_refuse(reader);
    return value->type == COLUMN_TEXT ? value->text : TEXT_NONE;
}

void row_get_z(struct row_reader *reader, char *to, size_t room)
{
    struct text text = row_get_text(reader);
    bool fits = text.at != NULL && text.len < room && memchr(text.at, '\0', text.len) == NULL;
    if (!fits && reader->fine)
        row_refuse(reader);
    if (fits)
        memcpy(to, text.at, text.len);
    to[fits ? text.len : 0] = '\0';
}

int row_get_name(struct row_reader *reader, const char *(*name)(int), int count)
{
    struct text text = row_get_text(reader);
    for (int i = 0; i < count && text.at != NULL; i++)
        if (text_is(text, name(i)))
            return i;
    if (reader->fine)
        row_refuse(reader);
    return 0;
}
