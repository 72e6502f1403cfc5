/* Rows in and out of an SQLite file; a group is there as a whole or not at all. Damaged files:
 * sim/command/store_refuses.py. */
#include "database.h"

#include "mem.h"
#include "test_archive.h"

static const struct redo_mark nowhere;

/* Of one test: rows to be written, and where. */
static struct place place;
static struct text_buf rows;
static struct database *database;

static struct database *open_place(void)
{
    struct fail why = {0};
    struct database *opened = database_open(place.file, &why);
    if (opened == NULL || !database_begin(opened, &why))
        fail_msg("%s", why.text);
    return opened;
}

static int begin(void **state)
{
    (void)state;
    place_open(&place);
    text_buf_init(&rows, 1 << 20);
    database = open_place();
    return 0;
}

static int end(void **state)
{
    (void)state;
    database_close(database);
    text_buf_release(&rows);
    place_close(&place);
    return 0;
}

static void put_opt_out(int tenant, const char *handset)
{
    struct row row = row_of(TABLE_OPT_OUT, ROW_PUT);
    row_int(&row, tenant);
    row_z(&row, handset);
    row_z(&row, "+15005550006");
    row_write(&row, &rows);
}

static void put_key(int tenant, const char *sid, const char *secret)
{
    struct row row = row_of(TABLE_API_KEY, ROW_PUT);
    row_int(&row, tenant);
    row_z(&row, sid);
    row_z(&row, secret);
    row_write(&row, &rows);
}

static void write_rows(void)
{
    struct fail why = {0};
    if (!database_write(database, text_buf_view(&rows), &nowhere, &why))
        fail_msg("%s", why.text);
    text_buf_clear(&rows);
}

/* "1 +243 +15005550006;" a row */
static bool tell(void *context, const struct row *row, struct fail *why)
{
    struct text_buf *said = context;
    (void)why;
    for (size_t i = 0; i < row->count; i++) {
        const struct row_value *value = &row->values[i];
        if (value->type == COLUMN_INT)
            text_putf(said, "%lld ", (long long)value->number);
        else
            text_putf(said, "%.*s ", TEXT_ARGS(value->text));
    }
    text_put_char(said, ';');
    return true;
}

static void assert_holds(const char *expected)
{
    struct text_buf said;
    struct fail why = {0};
    text_buf_init(&said, 1 << 16);
    assert_true(database_load(database, tell, &said, &why));
    assert_string_equal(text_buf_z(&said), expected);
    text_buf_release(&said);
}

static void rows_come_back_in_the_order_they_were_first_put(void **state)
{
    (void)state;
    assert_true(database_is_new(database));
    put_key(2, "SK9", "one");
    put_key(1, "SK1", "two");
    write_rows();
    put_key(2, "SK9", "three"); /* replaced */
    put_key(1, "SK0", "l'\xc3\xa9t\xc3\xa9 \"quoted\"");
    write_rows();
    database_close(database);
    database = open_place();
    assert_false(database_is_new(database));
    assert_string_equal(database_path(database), place.file);
    assert_holds("2 SK9 three ;1 SK1 two ;1 SK0 l'\xc3\xa9t\xc3\xa9 \"quoted\" ;");
}

/* A first start that failed, or was killed: the tables are there, and no group ever was. */
static void a_store_where_nothing_was_written_is_new(void **state)
{
    (void)state;
    database_close(database);
    database = open_place();
    assert_true(database_is_new(database));
    put_key(1, "SK1", "one");
    write_rows();
    database_close(database);
    database = open_place();
    assert_false(database_is_new(database));
    assert_holds("1 SK1 one ;");
}

static void rows_go_by_their_first_columns(void **state)
{
    (void)state;
    put_opt_out(1, "+1");
    put_opt_out(1, "+2");
    put_opt_out(2, "+1");
    put_opt_out(3, "+1");
    put_opt_out(3, "+1"); /* once more: it is there already */
    struct row row = row_of(TABLE_OPT_OUT, ROW_REMOVE);
    row_int(&row, 1);
    row_z(&row, "+2");
    row_write(&row, &rows);
    write_rows();
    assert_holds("1 +1 +15005550006 ;2 +1 +15005550006 ;3 +1 +15005550006 ;");
    row = row_of(TABLE_OPT_OUT, ROW_REMOVE_BELOW);
    row_int(&row, 3);
    row_write(&row, &rows);
    write_rows();
    assert_holds("3 +1 +15005550006 ;");
    row = row_of(TABLE_SIMULATOR, ROW_CLEAR);
    row_write(&row, &rows);
    put_opt_out(4, "+4");
    write_rows();
    assert_holds("4 +4 +15005550006 ;");
}

/* The limit stands for a full disk: RLIMIT_FSIZE. */
static void a_group_that_does_not_fit_is_not_there_at_all(void **state)
{
    (void)state;
    struct fail why = {0}, again = {0}, fine = {0};
    char *large = mem_new(400001);
    memset(large, 'x', 400000);
    put_key(1, "SK1", "small");
    write_rows();
    limit_files(256 * 1024);
    put_key(1, "SK2", "small");
    put_key(1, "SK3", large);
    assert_false(database_write(database, text_buf_view(&rows), &nowhere, &why));
    assert_non_null(strstr(why.text, "/store.db cannot be written: "));
    assert_holds("1 SK1 small ;");
    assert_false(database_has_room(database, &again));
    assert_non_null(strstr(again.text, "cannot be written"));
    limit_files((size_t)RLIM_INFINITY);
    assert_true(database_has_room(database, &fine));
    write_rows();
    put_key(1, "SK3", "small again");
    write_rows();
    assert_holds("1 SK1 small ;1 SK2 small ;1 SK3 small again ;");
    mem_free(large);
}

static void put_records(int64_t first, int64_t last, const char *bytes)
{
    struct row row = row_of(TABLE_JOURNAL, ROW_PUT);
    row_int(&row, last);
    row_int(&row, first);
    row_z(&row, bytes);
    row_write(&row, &rows);
}

/* Of the journal: last, first, records. */
static void bytes_come_back_as_they_are(void **state)
{
    (void)state;
    put_records(1, 5, "a");
    put_opt_out(1, "+1");
    put_records(6, 9, "\xff");
    put_records(20, 21, "gap");
    write_rows();
    assert_holds("1 +1 +15005550006 ;9 1 a\xff ;21 20 gap ;");
    struct row row = row_of(TABLE_JOURNAL, ROW_REMOVE_BELOW);
    row_int(&row, 9); /* one of the first row's is wanted */
    row_write(&row, &rows);
    write_rows();
    assert_holds("1 +1 +15005550006 ;9 1 a\xff ;21 20 gap ;");
    row.values[0].number = 10;
    row_write(&row, &rows);
    write_rows();
    assert_holds("1 +1 +15005550006 ;21 20 gap ;");
}

static void the_mark_goes_with_the_rows(void **state)
{
    (void)state;
    struct fail why = {0};
    struct redo_mark mark = {1, 2, 3}, wanted = {INT64_MAX, 70, 800};
    assert_true(database_mark(database, &mark, &why));
    assert_memory_equal(&mark, &nowhere, sizeof mark);
    put_key(1, "SK1", "x");
    assert_true(database_write(database, text_buf_view(&rows), &wanted, &why));
    database_close(database);
    database = open_place();
    assert_true(database_mark(database, &mark, &why));
    assert_memory_equal(&mark, &wanted, sizeof mark);
}

static bool refuse(void *context, const struct row *row, struct fail *why)
{
    (void)context;
    (void)row;
    return fail_set(why, "this row makes no sense");
}

static void what_the_reader_refuses_is_damage(void **state)
{
    (void)state;
    struct fail why = {0};
    put_key(1, "SK1", "x");
    write_rows();
    assert_false(database_load(database, refuse, NULL, &why));
    assert_non_null(strstr(why.text, "/store.db is damaged: this row makes no sense. It is left as it is"));
    put_key(1, "SK2", "broken \xff");
    write_rows();
    struct text_buf said;
    struct fail broken = {0};
    text_buf_init(&said, 1 << 16);
    assert_false(database_load(database, tell, &said, &broken));
    assert_non_null(strstr(broken.text, "is damaged: a text is not UTF-8"));
    text_buf_release(&said);
}

#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        IN_PLACE(rows_come_back_in_the_order_they_were_first_put),
        IN_PLACE(a_store_where_nothing_was_written_is_new),
        IN_PLACE(rows_go_by_their_first_columns),
        IN_PLACE(bytes_come_back_as_they_are),
        IN_PLACE(the_mark_goes_with_the_rows),
        IN_PLACE(a_group_that_does_not_fit_is_not_there_at_all),
        IN_PLACE(what_the_reader_refuses_is_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
