/* Names are always quoted: a column may be called "to" or "from". */
#include "sql.h"

/* A list of columns, or what is said of each. */
enum listing { LIST_NAMES, LIST_EQUAL, LIST_UPDATE };

static void put_columns(struct text_buf *sql, enum store_table table, size_t from, size_t to,
                        enum listing how)
{
    struct text rest = text_of(table_shape(table)->columns), name, type;
    for (size_t i = 0; i < to && table_column(&rest, &name, &type); i++) {
        if (i < from)
            continue;
        if (i > from)
            text_put_z(sql, how == LIST_EQUAL ? " AND " : ", ");
        text_putf(sql, "\"%.*s\"", TEXT_ARGS(name));
        if (how == LIST_EQUAL)
            text_putf(sql, "=?%zu", i + 1);
        if (how == LIST_UPDATE)
            text_putf(sql, "=excluded.\"%.*s\"", TEXT_ARGS(name));
    }
}

void sql_create(struct text_buf *sql, enum store_table table)
{
    struct text rest = text_of(table_shape(table)->columns), name, type;
    const struct table_shape *shape = table_shape(table);
    bool first = true, by_rowid = false;
    text_putf(sql, "CREATE TABLE \"%s\"( -- %s\n", shape->name, shape->about);
    for (; table_column(&rest, &name, &type); first = false) {
        bool key = first && text_is(type, "INTEGER") && shape->keys == 1;
        by_rowid = by_rowid || key;
        text_putf(sql, "%s  \"%.*s\" %.*s%s", first ? "" : ",\n", TEXT_ARGS(name), TEXT_ARGS(type),
                  key ? " PRIMARY KEY" : "");
    }
    if (!by_rowid) {
        text_put_z(sql, ",\n  UNIQUE(");
        put_columns(sql, table, 0, (size_t)shape->keys, LIST_NAMES);
        text_put_char(sql, ')');
    }
    text_put_char(sql, ')');
}

void sql_select(struct text_buf *sql, enum store_table table)
{
    text_put_z(sql, "SELECT ");
    put_columns(sql, table, 0, table_width(table), LIST_NAMES);
    text_putf(sql, " FROM \"%s\" ORDER BY rowid", table_shape(table)->name);
}

void sql_put(struct text_buf *sql, enum store_table table)
{
    const struct table_shape *shape = table_shape(table);
    size_t width = table_width(table), keys = (size_t)shape->keys;
    text_putf(sql, "INSERT INTO \"%s\" VALUES(?1", shape->name);
    for (size_t i = 1; i < width; i++)
        text_putf(sql, ",?%zu", i + 1);
    text_put_z(sql, ") ON CONFLICT(");
    put_columns(sql, table, 0, keys, LIST_NAMES);
    text_put_z(sql, keys < width ? ") DO UPDATE SET " : ") DO NOTHING");
    put_columns(sql, table, keys, width, LIST_UPDATE);
}

void sql_remove(struct text_buf *sql, enum store_table table, size_t count)
{
    text_putf(sql, "DELETE FROM \"%s\" WHERE ", table_shape(table)->name);
    put_columns(sql, table, 0, count, LIST_EQUAL);
}

void sql_remove_below(struct text_buf *sql, enum store_table table)
{
    text_putf(sql, "DELETE FROM \"%s\" WHERE ", table_shape(table)->name);
    put_columns(sql, table, 0, 1, LIST_NAMES);
    text_put_z(sql, "<?1");
}

void sql_any(struct text_buf *sql)
{
    text_put_z(sql, "SELECT 0");
    for (int i = 0; i < TABLE_COUNT; i++)
        text_putf(sql, " OR EXISTS(SELECT 1 FROM \"%s\")", table_shape((enum store_table)i)->name);
}
