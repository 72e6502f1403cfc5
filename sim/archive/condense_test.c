/* What comes out, told as a line a row: "journal put 9 1 ab". */
#include "condense.h"

#include "mem.h"
#include "test_support.h"

struct trial {
    struct condense condense;
    struct text_buf rows, said;
    int refused_at; /* the visit with this number is false; 0 = none */
    int visits;
};

static bool tell(void *context, const struct row *row)
{
    static const char *const ops[] = {"put", "remove", "remove below", "clear"};
    struct trial *trial = context;
    text_putf(&trial->said, "%s %s", table_shape(row->table)->name, ops[row->op]);
    for (size_t i = 0; i < row->count; i++) {
        const struct row_value *value = &row->values[i];
        if (value->type == COLUMN_INT)
            text_putf(&trial->said, " %lld", (long long)value->number);
        else
            text_putf(&trial->said, " %.*s", TEXT_ARGS(text_first(value->text, 20)));
    }
    text_put_char(&trial->said, '\n');
    return ++trial->visits != trial->refused_at;
}

static int begin(void **state)
{
    struct trial *trial = mem_new(sizeof *trial);
    condense_init(&trial->condense, tell, trial);
    text_buf_init(&trial->rows, 4 * CONDENSE_PACK_BYTES);
    text_buf_init(&trial->said, 4096);
    *state = trial;
    return 0;
}

static int end(void **state)
{
    struct trial *trial = *state;
    condense_release(&trial->condense);
    text_buf_release(&trial->rows);
    text_buf_release(&trial->said);
    mem_free(trial);
    return 0;
}

static void put_records(struct trial *trial, int64_t first, int64_t last, const char *bytes)
{
    struct row row = row_of(TABLE_JOURNAL, ROW_PUT);
    row_int(&row, last);
    row_int(&row, first);
    row_z(&row, bytes);
    row_write(&row, &trial->rows);
}

static void put_row(struct trial *trial, enum store_table table, enum row_op op, int64_t key,
                    const char *word)
{
    struct row row = row_of(table, op);
    if (op != ROW_CLEAR)
        row_int(&row, key);
    if (word != NULL)
        row_z(&row, word);
    row_write(&row, &trial->rows);
}

static void assert_becomes(struct trial *trial, const char *expected)
{
    text_buf_clear(&trial->said);
    assert_int_equal(condense_rows(&trial->condense, text_buf_view(&trial->rows)), trial->refused_at == 0);
    assert_string_equal(text_buf_z(&trial->said), expected);
    text_buf_clear(&trial->rows);
}

static void records_that_follow_each_other_become_one_row(void **state)
{
    struct trial *trial = *state;
    put_records(trial, 1, 5, "a");
    put_row(trial, TABLE_MESSAGE, ROW_PUT, 1, NULL); /* what is between them does not part them */
    put_records(trial, 6, 9, "b");
    put_records(trial, 20, 21, "gap");
    assert_becomes(trial, "message put 1\njournal put 9 1 ab\njournal put 21 20 gap\n");
    put_records(trial, 22, 22, "of another group");
    assert_becomes(trial, "journal put 22 22 of another group\n");
}

static void a_row_of_records_grows_to_its_limit(void **state)
{
    struct trial *trial = *state;
    char *large = mem_new(CONDENSE_PACK_BYTES + 1);
    memset(large, 'x', CONDENSE_PACK_BYTES);
    put_records(trial, 1, 2, large);
    put_records(trial, 3, 4, "behind it");
    assert_becomes(trial, "journal put 2 1 xxxxxxxxxxxxxxxxxxxx\njournal put 4 3 behind it\n");
    mem_free(large);
}

static void of_an_account_the_last_row_counts(void **state)
{
    struct trial *trial = *state;
    put_row(trial, TABLE_ACCOUNT, ROW_PUT, 1, "first");
    put_row(trial, TABLE_ACCOUNT, ROW_PUT, 1, "second");
    put_row(trial, TABLE_ACCOUNT, ROW_PUT, 2, "other");
    put_row(trial, TABLE_ACCOUNT, ROW_PUT, 1, "third");
    assert_becomes(trial, "account put 1 second\naccount put 2 other\naccount put 1 third\n");
}

static void what_removes_rows_finds_those_before_it(void **state)
{
    struct trial *trial = *state;
    put_records(trial, 1, 1, "a");
    put_row(trial, TABLE_ACCOUNT, ROW_PUT, 1, "x");
    put_row(trial, TABLE_JOURNAL, ROW_REMOVE_BELOW, 1, NULL);
    put_records(trial, 2, 2, "b");
    put_row(trial, TABLE_SIMULATOR, ROW_CLEAR, 0, NULL);
    put_row(trial, TABLE_ACCOUNT, ROW_PUT, 1, "y");
    put_row(trial, TABLE_PERSON, ROW_REMOVE, 1, "+1");
    assert_becomes(trial, "journal put 1 1 a\naccount put 1 x\njournal remove below 1\n"
                          "journal put 2 2 b\nsimulator clear\naccount put 1 y\nperson remove 1 +1\n");
}

static void a_group_that_failed_leaves_nothing_behind(void **state)
{
    struct trial *trial = *state;
    trial->refused_at = 1;
    put_row(trial, TABLE_ACCOUNT, ROW_PUT, 1, "x");
    put_records(trial, 1, 1, "a");
    put_row(trial, TABLE_MESSAGE, ROW_PUT, 1, NULL);
    assert_becomes(trial, "message put 1\n");
    trial->refused_at = 0;
    put_records(trial, 2, 2, "b");
    assert_becomes(trial, "journal put 2 2 b\n");
}

#define IN_TRIAL(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        IN_TRIAL(records_that_follow_each_other_become_one_row),
        IN_TRIAL(a_row_of_records_grows_to_its_limit),
        IN_TRIAL(of_an_account_the_last_row_counts),
        IN_TRIAL(what_removes_rows_finds_those_before_it),
        IN_TRIAL(a_group_that_failed_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
