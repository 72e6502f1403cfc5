/* What was put comes back from any mark, over many laps, and torn or foreign bytes do not. */
#include "redo.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "mem.h"
#include "test_archive.h"

enum { RECORD_HEAD_BYTES = 24 };

static struct place place;
static char path[96]; /* of the log */

static int begin(void **state)
{
    (void)state;
    place_open(&place);
    snprintf(path, sizeof path, "%s-redo", place.file);
    return 0;
}

static int end(void **state)
{
    (void)state;
    place_close(&place);
    return 0;
}

static struct redo *make(void)
{
    struct fail why = {0};
    struct redo *redo = redo_new(path, &why);
    if (redo == NULL)
        fail_msg("%s", why.text);
    return redo;
}

static void assert_reads(const struct redo_mark *mark, const char *expected)
{
    struct text_buf rows;
    struct fail why = {0};
    text_buf_init(&rows, SIZE_MAX / 2);
    if (!redo_read(path, mark, &rows, &why))
        fail_msg("%s", why.text);
    assert_string_equal(text_buf_z(&rows), expected);
    text_buf_release(&rows);
}

static void assert_refused(const struct redo_mark *mark, const char *words)
{
    struct text_buf rows;
    struct fail why = {0};
    text_buf_init(&rows, SIZE_MAX / 2);
    assert_false(redo_read(path, mark, &rows, &why));
    if (strstr(why.text, words) == NULL)
        fail_msg("'%s' is wanted in '%s'", words, why.text);
    text_buf_release(&rows);
}

static void overwrite(off_t at, const void *bytes, size_t len)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    assert_int_equal(pwrite(fd, bytes, len, at), len);
    close(fd);
}

static void what_was_put_comes_back_from_any_mark(void **state)
{
    (void)state;
    struct redo *redo = make();
    struct redo_mark first = redo_mark(redo);
    assert_reads(&first, "");
    assert_true(redo_put(redo, TEXT("one ")));
    struct redo_mark second = redo_mark(redo);
    assert_true(redo_put(redo, TEXT("two, longer than a word of eight ")));
    assert_true(redo_put(redo, TEXT("")));
    assert_true(redo_put(redo, TEXT("three")));
    struct redo_mark last = redo_mark(redo);
    redo_free(redo);
    assert_reads(&first, "one two, longer than a word of eight three");
    assert_reads(&second, "two, longer than a word of eight three");
    assert_reads(&last, "");
}

static void a_new_one_is_its_owners_alone_and_has_its_room(void **state)
{
    (void)state;
    struct stat info;
    struct redo *redo = make();
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(info.st_size, REDO_HEADER_BYTES + REDO_RING_BYTES);
    assert_true((size_t)info.st_blocks * 512 >= REDO_RING_BYTES);
    redo_free(redo);
}

/* What an end left, a foreign file, or a way to one: the store itself, for all that it knows. */
static void a_new_one_stands_where_another_was_and_touches_no_other_file(void **state)
{
    (void)state;
    struct stat info;
    int fd = open(place.file, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    assert_int_equal(write(fd, "mine", 4), 4);
    close(fd);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(i == 0   ? symlink(place.file, path)
                         : i == 1 ? link(place.file, path)
                                  : mkfifo(path, 0644),
                         0);
        redo_free(make());
        assert_int_equal(stat(place.file, &info), 0);
        assert_int_equal(info.st_size, 4);
        assert_int_equal(lstat(path, &info), 0);
        assert_true(S_ISREG(info.st_mode));
        assert_int_equal(info.st_mode & 0777, 0600);
        assert_int_equal(unlink(path), 0);
    }
    struct fail why = {0};
    assert_int_equal(mkdir(path, 0700), 0);
    assert_null(redo_new(path, &why));
    assert_non_null(strstr(why.text, "-redo cannot be written: Is a directory"));
    assert_int_equal(rmdir(path), 0);
}

/* Sizes that share no divisor with the ring's, so that its end falls anywhere into a record. */
static void laps_go_over_what_is_forgotten_and_nothing_else(void **state)
{
    (void)state;
    enum { BYTES = 100003, KEPT = 5 };
    char *rows = mem_new(BYTES);
    struct redo *redo = make();
    struct redo_mark marks[KEPT + 1] = {redo_mark(redo)};
    for (int i = 0; i < 200; i++) {
        snprintf(rows, BYTES, "%06d", i);
        assert_true(redo_put(redo, text_span(rows, BYTES - (size_t)(i % 7) * 1001)));
        for (int k = KEPT; k > 0; k--)
            marks[k] = marks[k - 1];
        marks[0] = redo_mark(redo);
        if (i < KEPT)
            continue;
        redo_forget(redo, &marks[KEPT]);
        struct text_buf found;
        struct fail why = {0};
        text_buf_init(&found, SIZE_MAX / 2);
        assert_true(redo_read(path, &marks[KEPT], &found, &why));
        const char *at = found.at;
        for (int k = i - KEPT + 1; k <= i; at += BYTES - (size_t)(k % 7) * 1001, k++)
            assert_int_equal(atoi(at), k);
        assert_true(at == found.at + found.len);
        text_buf_release(&found);
    }
    redo_free(redo);
    mem_free(rows);
}

static void what_does_not_fit_is_refused_and_changes_nothing(void **state)
{
    (void)state;
    enum { HALF = REDO_RING_BYTES / 2 - RECORD_HEAD_BYTES };
    char *rows = mem_new(HALF + 1);
    struct redo *redo = make();
    struct redo_mark first = redo_mark(redo);
    assert_false(redo_put(redo, text_span(rows, HALF + 1)));
    assert_true(redo_put(redo, text_span(rows, HALF)));
    struct redo_mark second = redo_mark(redo);
    assert_true(redo_put(redo, text_span(rows, HALF)));
    assert_false(redo_put(redo, TEXT("x")));
    redo_forget(redo, &second);
    assert_true(redo_put(redo, TEXT("x")));
    redo_free(redo);
    struct text_buf found;
    struct fail why = {0};
    text_buf_init(&found, SIZE_MAX / 2);
    assert_true(redo_read(path, &second, &found, &why));
    assert_int_equal(found.len, HALF + 1);
    assert_refused(&first, "its record 1 is broken"); /* it was overwritten */
    text_buf_release(&found);
    mem_free(rows);
}

/* Flips each byte of the record in turn. */
static void break_record(const struct redo_mark *first, size_t at, size_t len, const char *left,
                         const char *error)
{
    char kept[64];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_int_equal(pread(fd, kept, len, (off_t)at), len);
    close(fd);
    for (size_t i = 0; i < len; i++) {
        char broken = (char)(kept[i] ^ 16);
        overwrite((off_t)(at + i), &broken, 1);
        if (error == NULL)
            assert_reads(first, left);
        else
            assert_refused(first, error);
        overwrite((off_t)(at + i), &kept[i], 1);
    }
}

static void the_last_record_may_be_torn_and_no_other(void **state)
{
    (void)state;
    struct redo *redo = make();
    struct redo_mark first = redo_mark(redo);
    size_t second = REDO_HEADER_BYTES + RECORD_HEAD_BYTES + 6, third = second + RECORD_HEAD_BYTES + 14;
    assert_true(redo_put(redo, TEXT("first ")));
    assert_true(redo_put(redo, TEXT("the second one")));
    assert_true(redo_put(redo, TEXT("third")));
    redo_free(redo);
    assert_reads(&first, "first the second onethird");
    break_record(&first, third, RECORD_HEAD_BYTES + 5, "first the second one", NULL);
    break_record(&first, second, RECORD_HEAD_BYTES + 14, "",
                 "is damaged: its record 2 is broken, and later ones are there");
    assert_reads(&first, "first the second onethird");
}

static void only_the_file_of_the_mark_is_read(void **state)
{
    (void)state;
    struct fail why = {0};
    struct redo *redo = make();
    struct redo_mark mine = redo_mark(redo), other = mine;
    assert_true(mine.file != 0 && mine.next == 1 && mine.at == 0);
    other.file ^= 1;
    redo_free(redo);
    assert_refused(&other, "belongs to another store");
    overwrite(3, "?", 1);
    assert_refused(&mine, "is damaged: it is no redo log");
    redo = make();
    mine = redo_mark(redo);
    redo_free(redo);
    assert_int_equal(truncate(path, REDO_HEADER_BYTES + 5), 0);
    assert_refused(&mine, "is damaged");
    assert_int_equal(truncate(path, 0), 0);
    assert_reads(&mine, ""); /* somebody wants to go on without it */
    unlink(path);
    assert_refused(&mine, "cannot be read: No such file");
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_refused(&mine, "store.db-redo is no ordinary file");
    unlink(path);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_refused(&mine, "store.db-redo is no ordinary file");
    rmdir(path);
    assert_null(redo_new("/there/is/no/such/folder", &why));
    assert_non_null(strstr(why.text, "cannot be written: No such file"));
}

/* The limit stands for a disk on which a change needs new room. */
static void a_write_that_fails_is_told(void **state)
{
    (void)state;
    struct fail why = {0};
    struct redo *redo = make();
    struct redo_mark first = redo_mark(redo);
    limit_files(REDO_HEADER_BYTES + 100);
    assert_true(redo_put(redo, TEXT("it fits ")));
    char large[200] = "";
    assert_false(redo_put(redo, text_span(large, sizeof large)));
    assert_null(redo_new(path, &why));
    limit_files((size_t)RLIM_INFINITY);
    assert_non_null(strstr(why.text, "cannot be written: File too large"));
    redo_free(redo);
    redo = make();
    first = redo_mark(redo);
    assert_true(redo_put(redo, TEXT("again")));
    redo_free(redo);
    assert_reads(&first, "again");
}

#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        IN_PLACE(what_was_put_comes_back_from_any_mark),
        IN_PLACE(a_new_one_is_its_owners_alone_and_has_its_room),
        IN_PLACE(a_new_one_stands_where_another_was_and_touches_no_other_file),
        IN_PLACE(laps_go_over_what_is_forgotten_and_nothing_else),
        IN_PLACE(what_does_not_fit_is_refused_and_changes_nothing),
        IN_PLACE(the_last_record_may_be_torn_and_no_other),
        IN_PLACE(only_the_file_of_the_mark_is_read),
        IN_PLACE(a_write_that_fails_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
