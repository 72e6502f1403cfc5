/* Each statement, of a table with a key of its own, with a key of two columns, and with nothing but a key. */
#include "sql.h"

#include "test_support.h"

enum statement { CREATE, SELECT, PUT, REMOVE_ONE, REMOVE_TWO, REMOVE_BELOW };

static void make(struct text_buf *sql, enum statement statement, enum store_table table)
{
    if (statement == CREATE)
        sql_create(sql, table);
    else if (statement == SELECT)
        sql_select(sql, table);
    else if (statement == PUT)
        sql_put(sql, table);
    else if (statement == REMOVE_BELOW)
        sql_remove_below(sql, table);
    else
        sql_remove(sql, table, statement == REMOVE_ONE ? 1 : 2);
}

static void statements_are_made_of_the_tables(void **state)
{
    (void)state;
    static const struct {
        enum statement statement;
        enum store_table table;
        const char *expected;
    } rows[] = {
        {CREATE, TABLE_JOURNAL,
         "CREATE TABLE \"journal\"( -- what happened: records first to n, as journal.h packs them\n"
         "  \"n\" INTEGER PRIMARY KEY,\n  \"first\" INTEGER,\n  \"records\" BLOB)"},
        {CREATE, TABLE_OPT_OUT,
         "CREATE TABLE \"opt_out\"( -- who wrote STOP to whom\n"
         "  \"tenant\" INTEGER,\n  \"handset\" TEXT,\n  \"sender\" TEXT,\n"
         "  UNIQUE(\"tenant\", \"handset\", \"sender\"))"},
        {SELECT, TABLE_API_KEY, "SELECT \"tenant\", \"sid\", \"secret\" FROM \"api_key\" ORDER BY rowid"},
        {PUT, TABLE_API_KEY,
         "INSERT INTO \"api_key\" VALUES(?1,?2,?3) ON CONFLICT(\"tenant\", \"sid\") DO UPDATE SET "
         "\"secret\"=excluded.\"secret\""},
        {PUT, TABLE_OPT_OUT,
         "INSERT INTO \"opt_out\" VALUES(?1,?2,?3) ON CONFLICT(\"tenant\", \"handset\", \"sender\") DO "
         "NOTHING"},
        {REMOVE_ONE, TABLE_OPT_OUT, "DELETE FROM \"opt_out\" WHERE \"tenant\"=?1"},
        {REMOVE_TWO, TABLE_OPT_OUT, "DELETE FROM \"opt_out\" WHERE \"tenant\"=?1 AND \"handset\"=?2"},
        {REMOVE_BELOW, TABLE_MESSAGE, "DELETE FROM \"message\" WHERE \"cursor\"<?1"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct text_buf sql;
        text_buf_init(&sql, SQL_MAX_BYTES);
        make(&sql, rows[i].statement, rows[i].table);
        assert_string_equal(text_buf_z(&sql), rows[i].expected);
        text_buf_release(&sql);
    }
}

static void every_statement_of_every_table_has_room(void **state)
{
    (void)state;
    for (int table = 0; table < TABLE_COUNT; table++) {
        for (int statement = CREATE; statement <= REMOVE_BELOW; statement++) {
            struct text_buf sql;
            text_buf_init(&sql, SQL_MAX_BYTES);
            make(&sql, (enum statement)statement, (enum store_table)table);
            assert_false(sql.overflowed);
            text_buf_release(&sql);
        }
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(statements_are_made_of_the_tables),
        cmocka_unit_test(every_statement_of_every_table_has_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
