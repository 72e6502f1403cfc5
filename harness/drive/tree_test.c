/* Walks and copies with their bounds; removing is also shown by workspace_test. */
#include "tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "file_bytes.h"
#include "test_support.h"

static void folder_make(char folder[64])
{
    snprintf(folder, 64, "/tmp/tree_test.XXXXXX");
    assert_non_null(mkdtemp(folder));
}

static void shell(const char *folder, const char *command)
{
    char line[1024];
    snprintf(line, sizeof line, "cd %s && %s", folder, command);
    assert_int_equal(system(line), 0);
}

static void a_copy_keeps_modes_times_and_links(void **state)
{
    (void)state;
    char folder[64], from[96], to[96];
    struct fail why = {0};
    folder_make(folder);
    snprintf(from, sizeof from, "%s/from", folder);
    snprintf(to, sizeof to, "%s/a/b/to", folder);
    shell(folder, "mkdir -p from/sub/empty && echo one > from/sub/file && chmod 750 from/sub/file && "
                  "touch -d 2020-01-02 from/sub/file && ln -s nowhere from/dangling && mkfifo from/pipe");
    assert_true(tree_copy(from, to, NULL, NULL, &why));
    shell(to, "test \"$(cat sub/file)\" = one && test \"$(stat -c '%a %y' sub/file | cut -c1-14)\" = '750 "
              "2020-01-02' && "
              "test -d sub/empty && test \"$(readlink dangling)\" = nowhere && test ! -e pipe");
    assert_true(tree_remove(folder, &why));
}

static void a_tree_that_is_too_deep_is_an_error(void **state)
{
    (void)state;
    char folder[64], to[96];
    struct fail why = {0};
    folder_make(folder);
    snprintf(to, sizeof to, "%s-copy", folder);
    shell(folder, "p=; for i in $(seq 1 70); do p=${p}d/; done; mkdir -p $p");
    assert_false(tree_copy(folder, to, NULL, NULL, &why));
    assert_true(text_ends(text_of(why.text), "is more than 64 folders deep"));
    shell(folder, "rm -r d ../$(basename $PWD)-copy");
    assert_true(tree_remove(folder, &(struct fail){0}));
}

static void what_is_no_folder_is_an_error(void **state)
{
    (void)state;
    struct fail why = {0};
    assert_false(tree_copy("/dev/null", "/tmp/tree_test_none", NULL, NULL, &why));
    assert_string_equal(why.text, "cannot open /dev/null: Not a directory");
    assert_int_equal(rmdir("/tmp/tree_test_none"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copy_keeps_modes_times_and_links),
        cmocka_unit_test(a_tree_that_is_too_deep_is_an_error),
        cmocka_unit_test(what_is_no_folder_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
