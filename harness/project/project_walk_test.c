/* Folders as they are found in the wild: links, FIFOs, huge and binary files, and the one that is never read.
 */
#include <stdio.h>

#include <sys/stat.h>
#include <unistd.h>

#include "file_bytes.h"
#include "project_walk.h"
#include "test_support.h"
#include "tree.h"

struct trial {
    char folder[64];
    struct project_facts *facts;
};

static int setup(void **state)
{
    static struct trial trial;
    snprintf(trial.folder, sizeof trial.folder, "/tmp/walk-test-XXXXXX");
    trial.facts = project_facts_new();
    *state = &trial;
    return mkdtemp(trial.folder) == NULL;
}

static int teardown(void **state)
{
    struct trial *trial = *state;
    struct fail why = {0};
    project_facts_free(trial->facts);
    return !tree_remove(trial->folder, &why);
}

static const char *at(const struct trial *trial, const char *name)
{
    static char path[4096];
    snprintf(path, sizeof path, "%s/%s", trial->folder, name);
    return path;
}

static void put(const struct trial *trial, const char *name, const char *content)
{
    struct fail why = {0};
    assert_true(file_write(at(trial, name), text_of(content), 0644, &why));
}

static void walk(struct trial *trial)
{
    struct fail why = {0};
    assert_true(project_walk(trial->folder, trial->facts, &why));
}

static bool noted(const struct trial *trial, const char *words)
{
    for (size_t i = 0; i < trial->facts->note_count; i++)
        if (strstr(trial->facts->notes[i], words) != NULL)
            return true;
    return false;
}

static void a_real_env_file_is_never_read(void **state)
{
    struct trial *trial = *state;
    put(trial, ".env", "TWILIO_AUTH_TOKEN=never\n");
    put(trial, ".env.production", "TWILIO_AUTH_TOKEN=never\n");
    put(trial, ".env.example", "TWILIO_FROM=\n");
    walk(trial);
    assert_int_equal(trial->facts->env_count, 1);
    assert_text(trial->facts->envs[0].name, "TWILIO_FROM");
}

static void what_is_no_plain_file_is_noted_and_left(void **state)
{
    struct trial *trial = *state;
    assert_int_equal(mkfifo(at(trial, "package.json"), 0644), 0);
    assert_int_equal(symlink("/dev/zero", at(trial, "Procfile")), 0);
    assert_int_equal(mkdir(at(trial, "Dockerfile"), 0755), 0);
    assert_int_equal(symlink(".", at(trial, "loop")), 0);
    put(trial, "requirements.txt", "flask\n");
    walk(trial);
    assert_true(noted(trial, "package.json: it is no plain file"));
    assert_true(noted(trial, "Procfile: it is a link"));
    assert_non_null(trial->facts->framework);
    assert_int_equal(trial->facts->note_count, 2);
}

static void huge_and_binary_files_are_noted_and_left(void **state)
{
    struct trial *trial = *state;
    put(trial, "package.json", "{");
    assert_int_equal(truncate(at(trial, "package.json"), 1024L * 1024 * 1024), 0);
    put(trial, "app.py", "x");
    assert_int_equal(truncate(at(trial, "app.py"), 100), 0);
    walk(trial);
    assert_true(noted(trial, "package.json: it has 1073741824 bytes, more than 524288"));
    assert_true(noted(trial, "app.py: it is no text"));
}

static void folders_of_dependencies_and_tests_are_left_out(void **state)
{
    struct trial *trial = *state;
    assert_int_equal(mkdir(at(trial, "node_modules"), 0755), 0);
    assert_int_equal(mkdir(at(trial, "tests"), 0755), 0);
    assert_int_equal(mkdir(at(trial, ".git"), 0755), 0);
    assert_int_equal(mkdir(at(trial, "src"), 0755), 0);
    put(trial, "node_modules/a.js", "app.post('/send-otp', f)\n");
    put(trial, "tests/a.js", "app.post('/send-otp', f)\n");
    put(trial, ".git/a.js", "app.post('/send-otp', f)\n");
    put(trial, "src/a.test.js", "app.post('/send-otp', f)\n");
    put(trial, "src/a.js", "app.post('/mine', f)\n");
    walk(trial);
    assert_int_equal(trial->facts->route_count, 1);
    assert_text(trial->facts->routes[0].path, "/mine");
    assert_text(trial->facts->routes[0].at.file, "src/a.js");
}

static void a_deep_tree_ends(void **state)
{
    struct trial *trial = *state;
    char path[200] = "";
    for (int i = 0; i < WALK_DEPTH_MAX + 4; i++) {
        strcat(path, i == 0 ? "d" : "/d");
        assert_int_equal(mkdir(at(trial, path), 0755), 0);
    }
    strcat(path, "/a.js");
    put(trial, path, "app.post('/too-deep', f)\n");
    put(trial, "d/d/a.js", "app.post('/near', f)\n");
    walk(trial);
    assert_int_equal(trial->facts->route_count, 1);
    assert_text(trial->facts->routes[0].path, "/near");
}

static void more_files_than_are_read_are_said(void **state)
{
    struct trial *trial = *state;
    for (int i = 0; i < WALK_FILES_MAX + 5; i++) {
        char name[32];
        snprintf(name, sizeof name, "f%04d.py", i);
        put(trial, name, "x = 1\n");
    }
    walk(trial);
    assert_true(noted(trial, "the project is large"));
}

static void a_folder_that_is_not_there_is_an_error(void **state)
{
    struct trial *trial = *state;
    struct fail why = {0};
    assert_false(project_walk("/nowhere/at/all", trial->facts, &why));
    assert_string_equal(why.text,
                        "cannot read the project's folder /nowhere/at/all: No such file or directory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_real_env_file_is_never_read, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_no_plain_file_is_noted_and_left, setup, teardown),
        cmocka_unit_test_setup_teardown(huge_and_binary_files_are_noted_and_left, setup, teardown),
        cmocka_unit_test_setup_teardown(folders_of_dependencies_and_tests_are_left_out, setup, teardown),
        cmocka_unit_test_setup_teardown(a_deep_tree_ends, setup, teardown),
        cmocka_unit_test_setup_teardown(more_files_than_are_read_are_said, setup, teardown),
        cmocka_unit_test_setup_teardown(a_folder_that_is_not_there_is_an_error, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
