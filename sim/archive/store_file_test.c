/* What is told about a file before SQLite sees it. */
#include "store_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test_support.h"

static char path[64];

static int begin(void **state)
{
    (void)state;
    snprintf(path, sizeof path, "/tmp/store-file-test-%d", (int)getpid());
    unlink(path);
    return 0;
}

static void put_at(const char *where, const char *bytes, size_t len)
{
    FILE *file = fopen(where, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    fclose(file);
}

static void put(const char *bytes, size_t len)
{
    put_at(path, bytes, len);
}

/* A header of SQLite with these at 60 and 68. */
static void put_header(unsigned char version, const char id[4], size_t len)
{
    char header[100] = "SQLite format 3";
    header[63] = (char)version;
    memcpy(header + 68, id, 4);
    put(header, len);
}

static void a_file_that_is_not_there_or_empty_may_become_a_store(void **state)
{
    (void)state;
    struct fail why = {0};
    int64_t bytes = -1;
    assert_true(store_file_judge(path, 1, &bytes, &why));
    assert_int_equal(bytes, 0);
    put("", 0);
    assert_true(store_file_judge(path, 1, &bytes, &why));
    assert_int_equal(bytes, 0);
    assert_false(store_file_has_log(path, STORE_FILE_WAL));
}

static void a_new_file_is_its_owners_alone_and_one_that_is_there_stays(void **state)
{
    (void)state;
    struct stat info;
    unlink(path);
    store_file_prepare(path);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(chmod(path, 0640), 0);
    put("kept", 4);
    store_file_prepare(path);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0640);
    assert_int_equal(info.st_size, 4);
}

/* A path that would fill the error says nothing of what is wrong. */
static void a_path_that_sqlite_does_not_open_is_refused_by_its_length(void **state)
{
    (void)state;
    static char longest[502];
    struct fail why = {0};
    int64_t bytes;
    memset(longest, 'x', 501);
    for (int i = 0; i < 501; i += 100)
        longest[i] = '/';
    assert_false(store_file_judge(longest, 1, &bytes, &why));
    assert_string_equal(why.text, "the path of the store has 501 bytes; at most 500 are possible");
    longest[500] = '\0';
    assert_true(store_file_judge(longest, 1, &bytes, &(struct fail){0}));
}

static void a_header_tells_whose_it_is(void **state)
{
    (void)state;
    static const struct {
        unsigned char version;
        const char *id;
        size_t len;
        const char *words; /* NULL: it is a store */
    } rows[] = {
        {1, "twsm", 100, NULL},
        {1, "twsm", 99, "is no store of twilio-sim, and is left"},
        {1, "GPKG", 100, "is an SQLite file, but no store of twilio-sim"},
        {2, "twsm", 100, "was written by another twilio-sim (version 2 of a store, this one knows 1)"},
        {0, "twsm", 100, "is damaged: it has no version"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fail why = {0};
        int64_t bytes;
        put_header(rows[i].version, rows[i].id, rows[i].len);
        assert_int_equal(store_file_judge(path, 1, &bytes, &why), rows[i].words == NULL);
        if (rows[i].words != NULL && strstr(why.text, rows[i].words) == NULL)
            fail_msg("'%s' is wanted in '%s'", rows[i].words, why.text);
    }
    unlink(path);
}

static void what_is_no_file_is_refused(void **state)
{
    (void)state;
    static const char *const rows[][2] = {{"/tmp", "/tmp is a folder; a file is wanted"},
                                          {"/dev/null", "/dev/null is no ordinary file"},
                                          {"/dev/null/x", "/dev/null/x cannot be opened: Not a directory"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fail why = {0};
        int64_t bytes;
        assert_false(store_file_judge(rows[i][0], 1, &bytes, &why));
        assert_string_equal(why.text, rows[i][1]);
    }
}

static void a_log_without_its_file_is_refused(void **state)
{
    (void)state;
    static const char *const suffixes[] = {STORE_FILE_WAL, STORE_FILE_REDO};
    for (size_t i = 0; i < COUNT_OF(suffixes); i++) {
        char log_path[80];
        struct fail why = {0};
        int64_t bytes;
        snprintf(log_path, sizeof log_path, "%s%s", path, suffixes[i]);
        put_at(log_path, "log", 3);
        assert_true(store_file_has_log(path, suffixes[i]));
        assert_false(store_file_judge(path, 1, &bytes, &why));
        assert_non_null(strstr(why.text, "is empty or gone, but its log"));
        assert_non_null(strstr(why.text, log_path));
        unlink(log_path);
    }
}

static void a_file_that_nobody_has_is_in_use_by_somebody_unknown(void **state)
{
    (void)state;
    struct fail why = {0};
    assert_false(store_file_in_use("/there/is/no/such/file", &why));
    assert_string_equal(why.text, "/there/is/no/such/file is in use by another simulator; a store has one "
                                  "simulator: end that one, or take another file");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_is_not_there_or_empty_may_become_a_store),
        cmocka_unit_test(a_new_file_is_its_owners_alone_and_one_that_is_there_stays),
        cmocka_unit_test(a_path_that_sqlite_does_not_open_is_refused_by_its_length),
        cmocka_unit_test(a_header_tells_whose_it_is),
        cmocka_unit_test(what_is_no_file_is_refused),
        cmocka_unit_test(a_log_without_its_file_is_refused),
        cmocka_unit_test(a_file_that_nobody_has_is_in_use_by_somebody_unknown),
    };
    return cmocka_run_group_tests(tests, begin, NULL);
}
