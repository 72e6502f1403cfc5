/* Rows as bytes and back, and what a reader refuses. */
#include "row.h"

#include "test_support.h"

static void a_row_comes_back_as_it_was_written(void **state)
{
    (void)state;
    struct text_buf out;
    struct row row = row_of(TABLE_OPT_OUT, ROW_REMOVE), read;
    text_buf_init(&out, 4096);
    row_int(&row, INT64_MIN);
    row_text(&row, text_span("a\0b", 3));
    row_text(&row, TEXT_NONE);
    row_text(&row, TEXT(""));
    row_write(&row, &out);
    row = row_of(TABLE_JOURNAL, ROW_CLEAR);
    row_write(&row, &out);
    struct text rest = text_buf_view(&out);
    assert_true(row_read(&rest, &read));
    assert_int_equal(read.op, ROW_REMOVE);
    assert_int_equal(read.table, TABLE_OPT_OUT);
    assert_int_equal(read.count, 4);
    assert_int_equal(read.values[0].type, COLUMN_INT);
    assert_true(read.values[0].number == INT64_MIN);
    assert_int_equal(read.values[1].text.len, 3);
    assert_memory_equal(read.values[1].text.at, "a\0b", 3);
    assert_int_equal(read.values[2].type, COLUMN_NULL);
    assert_int_equal(read.values[3].type, COLUMN_TEXT);
    assert_int_equal(read.values[3].text.len, 0);
    assert_true(row_read(&rest, &read));
    assert_int_equal(read.op, ROW_CLEAR);
    assert_int_equal(read.count, 0);
    assert_false(row_read(&rest, &read));
    text_buf_release(&out);
}

static void a_table_has_its_columns_in_order(void **state)
{
    (void)state;
    struct text name, type, rest = text_of(table_shape(TABLE_API_KEY)->columns);
    assert_true(table_column(&rest, &name, &type));
    assert_text(name, "tenant");
    assert_text(type, "INTEGER");
    assert_true(table_column(&rest, &name, &type));
    assert_text(name, "sid");
    assert_text(type, "TEXT");
    assert_true(table_column(&rest, &name, &type));
    assert_text(name, "secret");
    assert_false(table_column(&rest, &name, &type));
    assert_int_equal(table_width(TABLE_JOURNAL), 3);
    assert_int_equal(table_width(TABLE_MESSAGE), 21);
}

/* Cut at every place, and with heads and types that nobody writes. */
static void bytes_that_are_no_row_are_left(void **state)
{
    (void)state;
    static const char *const heads[] = {"\4\0\0", "\0\77\0", "\0\0\35", "\0\0\1\3"};
    struct text_buf out;
    struct row row = row_of(TABLE_OPT_OUT, ROW_PUT), read;
    text_buf_init(&out, 4096);
    row_int(&row, 7);
    row_z(&row, "abc");
    row_null(&row);
    row_write(&row, &out);
    assert_int_equal(out.len, 3 + 9 + 8 + 1);
    for (size_t len = 0; len < out.len; len++) {
        struct text rest = text_first(text_buf_view(&out), len);
        assert_false(row_read(&rest, &read));
        assert_int_equal(rest.len, len);
    }
    for (size_t i = 0; i < COUNT_OF(heads); i++) {
        struct text rest = text_span(heads[i], i == 3 ? 4 : 3);
        assert_false(row_read(&rest, &read));
    }
    text_buf_release(&out);
}

static const char *letter(int i)
{
    static const char *const letters[] = {"a", "b"};
    return letters[i];
}

static void values_are_read_in_order(void **state)
{
    (void)state;
    char room[4];
    struct fail why = {0};
    struct row row = row_of(TABLE_PERSON, ROW_PUT);
    row_int(&row, 7);
    row_z(&row, "abc");
    row_int(&row, 1);
    row_z(&row, "b");
    row_null(&row);
    struct row_reader in = row_reader(&row, &why);
    assert_int_equal(row_get_int(&in, 7, 7), 7);
    row_get_z(&in, room, sizeof room);
    assert_string_equal(room, "abc");
    assert_true(row_get_flag(&in));
    assert_int_equal(row_get_name(&in, letter, 2), 1);
    assert_null(row_get_text(&in).at);
    assert_true(in.fine && !why.set);
}

/* Each row is one value, read as what it is not. */
static void what_makes_no_sense_is_refused_with_its_column(void **state)
{
    (void)state;
    enum wanted { SMALL_INT, SHORT_TEXT, NAME, TEXT_OR_NULL };
    static const struct {
        struct row_value value;
        enum wanted wanted;
    } rows[] = {
        {{.type = COLUMN_INT, .number = 8}, SMALL_INT},
        {{.type = COLUMN_INT, .number = -1}, SMALL_INT},
        {{.type = COLUMN_NULL}, SMALL_INT},
        {{.type = COLUMN_TEXT, .text = {"7", 1}}, SMALL_INT},
        {{.type = COLUMN_TEXT, .text = {"four", 4}}, SHORT_TEXT},
        {{.type = COLUMN_TEXT, .text = {"a\0b", 3}}, SHORT_TEXT},
        {{.type = COLUMN_NULL}, SHORT_TEXT},
        {{.type = COLUMN_INT, .number = 1}, SHORT_TEXT},
        {{.type = COLUMN_TEXT, .text = {"c", 1}}, NAME},
        {{.type = COLUMN_NULL}, NAME},
        {{.type = COLUMN_INT, .number = 1}, TEXT_OR_NULL},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char room[4];
        struct fail why = {0};
        struct row row = row_of(TABLE_API_KEY, ROW_PUT);
        row_int(&row, 4711);
        row.values[row.count++] = rows[i].value;
        row_z(&row, "behind it");
        struct row_reader in = row_reader(&row, &why);
        row_get_int(&in, 0, 5000);
        if (rows[i].wanted == SMALL_INT)
            assert_int_equal(row_get_int(&in, 0, 7), 0);
        else if (rows[i].wanted == SHORT_TEXT)
            row_get_z(&in, room, sizeof room);
        else if (rows[i].wanted == NAME)
            assert_int_equal(row_get_name(&in, letter, 2), 0);
        else
            row_get_text(&in);
        assert_false(in.fine);
        assert_string_equal(why.text, "the table api_key has a row 4711 whose sid makes no sense");
        assert_null(row_get_text(&in).at);
    }
}

static void a_row_that_ends_too_early_is_refused(void **state)
{
    (void)state;
    struct fail why = {0};
    struct row row = row_of(TABLE_CALLBACK, ROW_PUT);
    row_z(&row, "uuid");
    struct row_reader in = row_reader(&row, &why);
    row_get_text(&in);
    row_get_int(&in, 0, 1);
    assert_false(in.fine);
    assert_non_null(strstr(why.text, "the table callback has a row 'uuid'"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_comes_back_as_it_was_written),
        cmocka_unit_test(bytes_that_are_no_row_are_left),
        cmocka_unit_test(a_table_has_its_columns_in_order),
        cmocka_unit_test(values_are_read_in_order),
        cmocka_unit_test(what_makes_no_sense_is_refused_with_its_column),
        cmocka_unit_test(a_row_that_ends_too_early_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
