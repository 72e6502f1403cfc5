/* Log files that come late, grow, are cut short and replaced. */
#include "file_follower.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "clock.h"
#include "file_bytes.h"
#include "test_support.h"
#include "tree.h"

struct heard {
    pthread_mutex_t mutex;
    pthread_cond_t came;
    char lines[4096];
};

static void line_note(void *context, const struct drive_line *line)
{
    struct heard *heard = context;
    pthread_mutex_lock(&heard->mutex);
    size_t len = strlen(heard->lines);
    snprintf(heard->lines + len, sizeof heard->lines - len, "%s %s %.*s\n", line->process,
             drive_stream_name(line->stream), TEXT_ARGS(line->text));
    pthread_cond_broadcast(&heard->came);
    pthread_mutex_unlock(&heard->mutex);
}

static void assert_heard(struct heard *heard, const char *expected)
{
    int64_t until = clock_mono_ms() + 10000;
    pthread_mutex_lock(&heard->mutex);
    while (strcmp(heard->lines, expected) != 0 && clock_cond_wait(&heard->came, &heard->mutex, until))
        ;
    char said[sizeof heard->lines];
    memcpy(said, heard->lines, sizeof said);
    pthread_mutex_unlock(&heard->mutex);
    assert_string_equal(said, expected);
}

static void put(const char *path, const char *content)
{
    struct fail why = {0};
    assert_true(file_append(path, text_of(content), &why));
}

static void new_lines_come_whatever_happens_to_the_file(void **state)
{
    (void)state;
    char folder[64] = "/tmp/file_follower_test.XXXXXX", path[96], moved[96];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/app.log", folder);
    snprintf(moved, sizeof moved, "%s/app.log.1", folder);
    struct heard heard = {.mutex = PTHREAD_MUTEX_INITIALIZER};
    clock_cond_init(&heard.came);
    struct drive_events events = {.context = &heard, .line = line_note};
    struct fail why = {0};
    struct file_follower *follower = file_follower_new(path, "app", &events, &why);
    assert_non_null(follower);
    put(path, "one\ntw");
    assert_heard(&heard, "app file one\n");
    put(path, "o\n");
    assert_heard(&heard, "app file one\napp file two\n");
    assert_true(file_write(path, TEXT("x\n"), 0644, &why)); /* cut short */
    assert_heard(&heard, "app file one\napp file two\napp file x\n");
    assert_int_equal(rename(path, moved), 0);
    put(path, "fresh\nlast");
    assert_heard(&heard, "app file one\napp file two\napp file x\napp file fresh\n");
    file_follower_free(follower);
    assert_string_equal(heard.lines,
                        "app file one\napp file two\napp file x\napp file fresh\napp file last\n");
    assert_true(tree_remove(folder, &why));
}

static void what_was_there_before_is_left_out(void **state)
{
    (void)state;
    char folder[64] = "/tmp/file_follower_test.XXXXXX", path[96];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/app.log", folder);
    put(path, "old\n");
    struct heard heard = {.mutex = PTHREAD_MUTEX_INITIALIZER};
    clock_cond_init(&heard.came);
    struct drive_events events = {.context = &heard, .line = line_note};
    struct fail why = {0};
    struct file_follower *follower = file_follower_new(path, "app", &events, &why);
    put(path, "new\n");
    assert_heard(&heard, "app file new\n");
    file_follower_free(follower);
    assert_true(tree_remove(folder, &why));
}

static void a_folder_that_is_not_there_is_an_error(void **state)
{
    (void)state;
    struct fail why = {0};
    assert_null(file_follower_new("/nowhere/app.log", "app", NULL, &why));
    assert_string_equal(why.text, "cannot follow /nowhere/app.log: No such file or directory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_lines_come_whatever_happens_to_the_file),
        cmocka_unit_test(what_was_there_before_is_left_out),
        cmocka_unit_test(a_folder_that_is_not_there_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
