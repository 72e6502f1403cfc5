/* Which files become jobs, in which order, with which profile and history. */
#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>

#include "folders.h"
#include "mem.h"
#include "selection.h"
#include "tree.h"

static char folder[64];

static void file_write(const char *name, const char *content)
{
    struct fail why = {0};
    char *path = path_join(folder, name), *above = path_folder(path);
    assert_true(folder_make(above, &why));
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(content, file);
    fclose(file);
    mem_free(above);
    mem_free(path);
}

#define STEPS "steps: [{ request: { path: / } }]\n"

static int setup(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/selection-test-XXXXXX");
    assert_non_null(mkdtemp(folder));
    file_write("backend.yaml", "backend: One\nrun: sh\nenv: { PORT: '1' }\n");
    file_write("all/b/two.yaml", "scenario: Two\ntags: [smoke]\ntime-limit: 5s\n" STEPS);
    file_write("all/a/one.yaml", "scenario: One\n" STEPS);
    file_write("all/a/rows.yml", "scenario: Rows\ncases: [{ n: one, m: x }, { n: two, m: y }]\n" STEPS);
    file_write("all/c/b/two.yaml", "scenario: Two again\n" STEPS);
    file_write("all/_shared.yaml", "actions: {}\n");
    file_write("all/.hidden.yaml", "nonsense");
    file_write("all/notes.txt", "nonsense");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    struct fail why = {0};
    assert_true(tree_remove(folder, &why));
    return 0;
}

/* "path row case history" a line, paths below the folder. */
static char *jobs_of(struct settings *settings, const char *path)
{
    struct problems *problems = problems_new();
    struct text_buf out;
    struct fail why = {0};
    char *full = path_join(folder, path);
    settings->paths.items[0] = full;
    settings->paths.count = 1;
    settings->output = "out";
    settings->time_limit_ms = 60000;
    text_buf_init(&out, 16384);
    struct selection *selection = selection_new(settings, problems, &why);
    if (selection == NULL)
        text_put_z(&out, why.text);
    else if (problems_errors(problems) > 0)
        problems_write(problems, &out);
    for (size_t i = 0; selection != NULL && i < selection->job_count; i++) {
        const struct job *job = &selection->jobs[i];
        text_putf(&out, "%s %s %s %lld\n", job->scenario->path + strlen(folder) + 1,
                  job->case_name == NULL ? "-" : job->case_name, job->history_path, (long long)job->limit_ms);
    }
    selection_free(selection);
    problems_free(problems);
    mem_free(full);
    return text_buf_take(&out);
}

static void assert_jobs(struct settings *settings, const char *path, const char *expected)
{
    char *jobs = jobs_of(settings, path);
    assert_string_equal(jobs, expected);
    mem_free(jobs);
}

static void a_folder_is_searched_in_the_order_of_names(void **state)
{
    (void)state;
    struct settings settings = {0};
    assert_jobs(&settings, "all/",
                "all/a/one.yaml - out/history/a/one.ndjson 60000\n"
                "all/a/rows.yml n=one, m=x out/history/a/rows.1.ndjson 60000\n"
                "all/a/rows.yml n=two, m=y out/history/a/rows.2.ndjson 60000\n"
                "all/b/two.yaml - out/history/b/two.ndjson 5000\n"
                "all/c/b/two.yaml - out/history/b/two-2.ndjson 60000\n");
}

static void a_tag_leaves_out_what_does_not_have_it(void **state)
{
    (void)state;
    struct settings settings = {.tags = {.items = {"smoke"}, .count = 1}};
    assert_jobs(&settings, "all", "all/b/two.yaml - out/history/b/two.ndjson 5000\n");
}

static void the_order_of_a_seed_is_the_same_every_time(void **state)
{
    (void)state;
    struct settings settings = {.shuffle = true, .seed = 3}, plain = {0};
    char *once = jobs_of(&settings, "all"), *again = jobs_of(&settings, "all"),
         *unshuffled = jobs_of(&plain, "all");
    assert_string_equal(once, again);
    assert_string_not_equal(once, unshuffled);
    mem_free(once);
    mem_free(again);
    mem_free(unshuffled);
}

static void a_broken_file_is_an_error_even_when_its_tag_is_not_asked_for(void **state)
{
    (void)state;
    struct settings settings = {.tags = {.items = {"smoke"}, .count = 1}};
    file_write("all/z.yaml", "scenario: Broken\n");
    char *found = jobs_of(&settings, "all");
    assert_true(text_contains(text_of(found), TEXT("all/z.yaml:1:1: error: 'steps' is missing")));
    mem_free(found);
}

static void files_of_two_profiles_are_not_mixed(void **state)
{
    (void)state;
    struct settings settings = {0}, named = {.backend = "named.yaml"};
    file_write("all/d/backend.yaml", "backend: Other\nrun: sh\nenv: { PORT: '1' }\n");
    file_write("all/d/four.yaml", "scenario: Four\n" STEPS);
    char *mixed = jobs_of(&settings, "all"), *asked = jobs_of(&named, "all");
    assert_true(text_contains(text_of(mixed),
                              TEXT("all/d/backend.yaml: run them apart, or name one with --backend FILE")));
    assert_true(text_starts(text_of(asked), "named.yaml: error: cannot be read"));
    assert_jobs(&settings, "all/d", "all/d/four.yaml - out/history/d/four.ndjson 60000\n");
    mem_free(mixed);
    mem_free(asked);
}

static void without_a_profile_it_says_where_it_looked(void **state)
{
    (void)state;
    struct settings settings = {0};
    char *profile = path_join(folder, "backend.yaml");
    assert_int_equal(remove(profile), 0);
    char *found = jobs_of(&settings, "all/a");
    assert_true(text_starts(text_of(found), "there is no backend.yaml beside or above "));
    mem_free(found);
    mem_free(profile);
    char *nothing = jobs_of(&settings, "nowhere");
    assert_true(text_starts(text_of(nothing), "there is no file or folder "));
    mem_free(nothing);
}

static void a_profile_that_init_wrote_is_named(void **state)
{
    (void)state;
    struct settings settings = {.paths.items[0] = folder}; /* `up`, and nothing more */
    struct problems *problems = problems_new();
    struct fail why = {0};
    char *profile = path_join(folder, "backend.yaml"), wanted[400];
    assert_int_equal(remove(profile), 0);
    file_write("tests/otp/backend.yaml", "backend: One\nrun: sh\nenv: { PORT: '1' }\n");
    snprintf(wanted, sizeof wanted,
             "there is no backend.yaml beside or above %s; there is one below: --backend %s/%s", folder,
             folder, "tests/otp/backend.yaml");
    assert_null(selection_new(&settings, problems, &why));
    assert_string_equal(why.text, wanted);
    problems_free(problems);
    mem_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_folder_is_searched_in_the_order_of_names, setup, teardown),
        cmocka_unit_test_setup_teardown(a_tag_leaves_out_what_does_not_have_it, setup, teardown),
        cmocka_unit_test_setup_teardown(the_order_of_a_seed_is_the_same_every_time, setup, teardown),
        cmocka_unit_test_setup_teardown(a_broken_file_is_an_error_even_when_its_tag_is_not_asked_for, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(files_of_two_profiles_are_not_mixed, setup, teardown),
        cmocka_unit_test_setup_teardown(without_a_profile_it_says_where_it_looked, setup, teardown),
        cmocka_unit_test_setup_teardown(a_profile_that_init_wrote_is_named, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
