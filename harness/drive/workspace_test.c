/* The user's tree is read and never written; hidden files are nowhere to be found. */
#include "workspace.h"

#include <stdlib.h>

#include "file_bytes.h"
#include "sandbox_trial.h"
#include "tree.h"

/* ---- a small project of a user */

static void shell(const char *folder, const char *command)
{
    char line[2048];
    snprintf(line, sizeof line, "cd %s && %s", folder, command);
    assert_int_equal(system(line), 0);
}

static void project_make(char folder[64])
{
    snprintf(folder, 64, "/tmp/workspace_test.XXXXXX");
    assert_non_null(mkdtemp(folder));
    shell(
        folder,
        "mkdir -p shop/lib shop/node_modules/pkg shop/.git shop/.env.d && cd shop && echo app > server.js && "
        "echo secret > .env && echo secret > lib/.env.production && echo x > .env.d/file && "
        "echo key > service-account.json && "
        "echo lib > lib/a.js && chmod 755 lib/a.js && echo pkg > node_modules/pkg/index.js && "
        "ln -s lib/a.js link.js && echo ref > .git/HEAD && mkfifo pipe");
}

static void project_remove(const char *folder)
{
    struct fail why = {0};
    if (!tree_remove(folder, &why))
        fail_msg("%s", why.text);
}

static const char what_is_there[] =
    "cat server.js lib/a.js link.js node_modules/pkg/index.js; ls -A . lib; "
    "echo changed > server.js && echo new > lib/new.js && rm lib/a.js && echo written";

/* ---- the copy */

static void a_copy_leaves_out_what_is_hidden_and_links_packages(void **state)
{
    (void)state;
    char folder[64], scratch[96], source[96];
    project_make(folder);
    snprintf(scratch, sizeof scratch, "%s/scratch", folder);
    snprintf(source, sizeof source, "%s/shop", folder);
    struct fail why = {0};
    const char *const hide[] = {".env", ".env.*", "service-*.json", NULL};
    struct workspace_options options = {.scratch = scratch, .source = source, .hide = hide};
    struct workspace *workspace = workspace_new(&options, &why);
    assert_string_equal(why.text, "");
    assert_false(workspace_is_overlay(workspace));
    shell(workspace_folder(workspace), "test \"$(ls -A . | LC_ALL=C sort | tr '\\n' ' ')\" = "
                                       "'lib link.js node_modules server.js '");
    shell(workspace_folder(workspace),
          "test \"$(ls -A lib)\" = a.js && test -x lib/a.js && test -L link.js && "
          "test -L node_modules && cat node_modules/pkg/index.js >/dev/null");
    shell(workspace_folder(workspace), "echo changed > server.js");
    shell(source, "test \"$(cat server.js)\" = app");
    shell(workspace_scratch(workspace), "touch dump.rdb");
    workspace_free(workspace);
    assert_int_equal(access(scratch, F_OK), -1);
    shell(source, "test -f node_modules/pkg/index.js"); /* the link was removed, not what it leads to */
    project_remove(folder);
}

static void a_kept_workspace_stays(void **state)
{
    (void)state;
    char folder[64], scratch[96], source[96];
    project_make(folder);
    snprintf(scratch, sizeof scratch, "%s/scratch", folder);
    snprintf(source, sizeof source, "%s/shop", folder);
    struct fail why = {0};
    struct workspace_options options = {.scratch = scratch, .source = source, .keep = true};
    workspace_free(workspace_new(&options, &why));
    shell(scratch, "test -f backend/server.js && test ! -e backend/.env");
    project_remove(folder);
}

static void a_source_that_is_not_there_is_named(void **state)
{
    (void)state;
    struct fail why = {0};
    struct workspace_options options = {.scratch = "/tmp/workspace_test_none", .source = "/nowhere/shop"};
    assert_null(workspace_new(&options, &why));
    assert_string_equal(why.text, "the backend's folder /nowhere/shop is not there");
    struct fail relative = {0};
    options.source = "shop";
    assert_null(workspace_new(&options, &relative));
    assert_string_equal(relative.text, "shop is no absolute path");
}

/* ---- the overlay */

static void body_works_in_an_overlay(struct sandbox *sandbox, struct trial *trial)
{
    char scratch[96], source[96];
    struct fail why = {0};
    snprintf(scratch, sizeof scratch, "%s/scratch", trial->keep[0]);
    snprintf(source, sizeof source, "%s/shop", trial->keep[0]);
    struct workspace_options options = {.scratch = scratch, .source = source, .sandbox = sandbox};
    struct workspace *workspace = workspace_new(&options, &why);
    if (workspace == NULL) {
        trial_say(trial, why.text);
        return;
    }
    trial_say(trial, workspace_is_overlay(workspace) ? "overlay" : "copy");
    trial->folder = workspace_folder(workspace);
    trial_command(sandbox, trial, what_is_there);
    trial->folder = source;
    trial_command(sandbox, trial, "cat .env lib/.env.production; ls .env.d; cat server.js");
    workspace_free(workspace);
    trial_say(trial, access(scratch, F_OK) == 0 ? "scratch is left" : "scratch is gone");
    trial_command(sandbox, trial, "cat .env");
}

static void an_overlay_takes_the_writes_and_hides_the_originals_too(void **state)
{
    (void)state;
    if (!trial_namespaces_allowed())
        skip();
    char folder[64], source[96];
    project_make(folder);
    snprintf(source, sizeof source, "%s/shop", folder);
    const char *keep[] = {folder, NULL};
    struct trial *trial = trial_new();
    trial->keep = keep;
    trial_run(trial, SANDBOX_NAMESPACE, body_works_in_an_overlay);
    assert_string_equal(trial->said,
                        "overlay\n"
                        "app\nlib\nlib\npkg\n"
                        ".:\n.git\nlib\nlink.js\nnode_modules\npipe\nserver.js\nservice-account.json\n\n"
                        "lib:\na.js\nwritten\nexit 0\n"
                        "app\nexit 0\n"
                        "scratch is gone\n"
                        "secret\nexit 0\n");
    shell(source,
          "test \"$(cat server.js)\" = app && test -f lib/a.js && test ! -e lib/new.js && test -s .env");
    trial_free(trial);
    project_remove(folder);
}

/* ---- trees */

static void a_link_out_of_a_folder_is_not_followed_when_it_is_removed(void **state)
{
    (void)state;
    char folder[64];
    project_make(folder);
    shell(folder, "mkdir -p doomed/locked && ln -s ../shop doomed/out && touch doomed/locked/file && "
                  "chmod 000 doomed/locked");
    char doomed[96];
    snprintf(doomed, sizeof doomed, "%s/doomed", folder);
    struct fail why = {0};
    assert_true(tree_remove(doomed, &why));
    assert_true(tree_remove(doomed, &why)); /* gone already */
    shell(folder, "test ! -e doomed && test -f shop/server.js");
    project_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copy_leaves_out_what_is_hidden_and_links_packages),
        cmocka_unit_test(a_kept_workspace_stays),
        cmocka_unit_test(a_source_that_is_not_there_is_named),
        cmocka_unit_test(an_overlay_takes_the_writes_and_hides_the_originals_too),
        cmocka_unit_test(a_link_out_of_a_folder_is_not_followed_when_it_is_removed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
