/* What init writes, also of files that want to break it. */
#include <stdio.h>

#include "test_support.h"
#include "profile_text.h"

static void check_holds(const struct text_buf *out, const char *line)
{
    if (!text_contains(text_buf_view(out), text_of(line)))
        fail_msg("\"%s\" is not in:\n%.*s", line, TEXT_ARGS(text_buf_view(out)));
}

static void each_line_says_where_it_comes_from(void **state)
{
    struct project_guess guess;
    struct text_buf out;
    struct project_facts *facts = project_facts_new();
    (void)state;
    project_facts_add(facts, "package.json",
                      TEXT("{\"name\": \"shop\", \"scripts\": {\"start\": \"node a.js\"}, \"dependencies\": "
                           "{\"ioredis\": \"5\"}}"));
    project_facts_add(facts, ".env.example", TEXT("TWILIO_FROM=+15550001111\nLOG_LEVEL=info\n"));
    project_facts_add(facts, "a.js", TEXT("app.post('/otp/send', (q) => q.body.phone)\n"));
    project_guess(facts, "folder", &guess);
    text_buf_init(&out, 100000);
    profile_text(&guess, "../..", &out);
    check_holds(&out,
                "\nbackend: shop                                     # guessed: name of package.json\n");
    check_holds(&out, "\ncwd: '../..' ");
    check_holds(
        &out,
        "\nrun: [node, a.js]                                 # guessed: scripts.start of package.json\n");
    check_holds(
        &out,
        "\n  redis: { use: redis }                           # guessed: dependencies of package.json\n");
    check_holds(&out, "\n  TWILIO_FROM: $twilio.number                     # guessed: .env.example:1\n");
    check_holds(&out, "\n  # LOG_LEVEL:    CHECK whether it is needed here # .env.example:2\n");
    check_holds(&out, "\n    path: /otp/send                               # guessed: a.js:1\n");
    check_holds(
        &out,
        "\n    path: /FILL-ME-IN                             # no source shows a route that checks a code\n");
    check_holds(&out, "\n    json: { phone: $phone }                       # guessed: a.js:1\n");
    assert_false(text_contains(text_buf_view(&out), TEXT("+15550001111")));
    assert_false(text_contains(text_buf_view(&out), TEXT("info")));
    text_buf_release(&out);
    project_facts_free(facts);
}

static void a_go_program_below_cmd_is_what_is_built(void **state)
{
    struct project_guess guess;
    struct text_buf out;
    struct project_facts *facts = project_facts_new();
    (void)state;
    project_facts_add(facts, "go.mod", TEXT("module example.org/otp\n"));
    project_facts_add(facts, "cmd/server/main.go", TEXT("package main\nfunc main() {\n}\n"));
    project_guess(facts, "folder", &guess);
    text_buf_init(&out, 100000);
    profile_text(&guess, "..", &out);
    check_holds(&out, "\nbuild: ['go build -o otp-backend ./cmd/server']   # CHECK, guessed: Go of go.mod\n");
    text_buf_release(&out);
    project_facts_free(facts);
    facts = project_facts_new();
    project_facts_add(facts, "go.mod", TEXT("module example.org/otp\n"));
    project_facts_add(facts, "a;b/main.go", TEXT("package main\nfunc main() {\n}\n"));
    project_guess(facts, "folder", &guess);
    text_buf_init(&out, 100000);
    profile_text(&guess, "..", &out);
    check_holds(&out, "\nbuild: ['go build -o otp-backend .'] ");
    text_buf_release(&out);
    project_facts_free(facts);
}

static void groups_of_go_routers_prefix_their_routes(void **state)
{
    struct project_guess guess;
    struct text_buf out;
    struct project_facts *facts = project_facts_new();
    (void)state;
    project_facts_add(facts, "main.go",
                      TEXT("api := r.Group(\"/api\")\nauth := api.Group(\"/auth\")\n"
                           "auth.POST(\"/send\", send)\nauth.POST(\"/verify\", verify)\n"));
    project_guess(facts, "folder", &guess);
    text_buf_init(&out, 100000);
    profile_text(&guess, "..", &out);
    check_holds(&out, "\n    path: /api/auth/send                          # guessed: main.go:3\n");
    check_holds(&out, "\n    path: /api/auth/verify                        # guessed: main.go:4\n");
    text_buf_clear(&out);
    project_facts_add(facts, "other.go", TEXT("v2 := r.Group(\"/v2\")\nhandOver(v2)\n"));
    project_guess(facts, "folder", &guess);
    profile_text(&guess, "..", &out);
    check_holds(&out, "\n    path: /api/auth/send                          # CHECK, guessed: main.go:3\n");
    text_buf_release(&out);
    project_facts_free(facts);
}

static void a_router_that_nobody_mounts_is_marked(void **state)
{
    struct project_guess guess;
    struct text_buf out;
    struct project_facts *facts = project_facts_new();
    (void)state;
    project_facts_add(facts, "routes/auth.js", TEXT("router.post('/send-otp', s)\n"));
    project_guess(facts, "folder", &guess);
    text_buf_init(&out, 100000);
    profile_text(&guess, "..", &out);
    check_holds(&out,
                "\n    path: /send-otp                               # CHECK, guessed: routes/auth.js:1\n");
    text_buf_clear(&out);
    project_facts_add(facts, "app.js",
                      TEXT("const auth = require('./routes/auth')\napp.use('/api', auth)\n"));
    project_guess(facts, "folder", &guess);
    profile_text(&guess, "..", &out);
    check_holds(&out, "\n    path: /api/send-otp                           # guessed: routes/auth.js:1\n");
    text_buf_release(&out);
    project_facts_free(facts);
}

static void pythons_packages_are_mounted_by_their_folder(void **state)
{
    struct project_guess guess;
    struct text_buf out;
    struct project_facts *facts = project_facts_new();
    (void)state;
    project_facts_add(
        facts, "app/main.py",
        TEXT("from app.api import api_router\napp.include_router(api_router, prefix=\"/v1\")\n"));
    project_facts_add(
        facts, "app/api/__init__.py",
        TEXT("from app.api import otp\napi_router.include_router(otp.router, prefix=\"/otp\")\n"));
    project_facts_add(facts, "app/api/otp.py", TEXT("@router.post(\"/send\")\n"));
    project_guess(facts, "folder", &guess);
    text_buf_init(&out, 100000);
    profile_text(&guess, "..", &out);
    check_holds(&out, "\n    path: /v1/otp/send                            # guessed: app/api/otp.py:1\n");
    text_buf_release(&out);
    project_facts_free(facts);
}

static void djangos_routes_may_be_included_under_a_prefix(void **state)
{
    struct project_guess guess;
    struct text_buf out;
    struct project_facts *facts = project_facts_new();
    (void)state;
    project_facts_add(facts, "accounts/urls.py", TEXT("    path('otp/send/', views.send),\n"));
    project_guess(facts, "folder", &guess);
    text_buf_init(&out, 100000);
    profile_text(&guess, "..", &out);
    check_holds(&out,
                "\n    path: /otp/send/                              # CHECK, guessed: accounts/urls.py:1\n");
    text_buf_release(&out);
    project_facts_free(facts);
}

static void several_projects_are_said_with_the_folders_of_backends(void **state)
{
    struct project_guess guess;
    struct text_buf out;
    struct project_facts *facts = project_facts_new();
    (void)state;
    project_facts_add(facts, "package.json", TEXT("{\"workspaces\": [\"p/*\"]}"));
    project_guess(facts, "folder", &guess);
    text_buf_init(&out, 100000);
    profile_text(&guess, "..", &out);
    check_holds(&out,
                "\n# CHECK: there are several projects here (workspaces of package.json), and none looks "
                "like a backend.\n");
    text_buf_clear(&out);
    project_facts_add(facts, "p/api/package.json",
                      TEXT("{\"dependencies\": {\"koa\": \"2\"}, \"main\": \"out/a.js\", "
                           "\"scripts\": {\"build\": \"tsc\"}}"));
    project_facts_add(facts, "p/b\nx/package.json", TEXT("{\"dependencies\": {\"koa\": \"2\"}}"));
    project_guess(facts, "folder", &guess);
    profile_text(&guess, "..", &out);
    check_holds(&out,
                "\n# CHECK: there are several projects here (workspaces of package.json). Like a backend "
                "look: p/api, p/b?x\n# This profile is for the whole folder; for one alone, if its "
                "packages are installed in it: otp-harness init FOLDER\n");
    check_holds(&out, "\nbuild: ['npm run build --workspace=p/api'] ");
    check_holds(&out, "\nrun: 'cd p/api && node out/a.js' ");
    text_buf_release(&out);
    project_facts_free(facts);
}

static void foreign_text_cannot_leave_its_value(void **state)
{
    struct project_guess guess;
    struct text_buf out;
    struct project_facts *facts = project_facts_new();
    (void)state;
    project_facts_add(facts, "package.json", TEXT("{\"name\": \"it's # a: \\nrun: evil\\u0007\"}"));
    project_facts_add(facts, "Procfile", TEXT("web: run '$HOME' \x1b[31m\n"));
    project_guess(facts, "folder", &guess);
    text_buf_init(&out, 100000);
    profile_text(&guess, "..", &out);
    check_holds(&out, "\nbackend: 'it''s # a: ?run: evil?' ");
    check_holds(&out, "\nrun: 'run ''$$HOME'' ?[31m' ");
    for (size_t i = 0; i < out.len; i++)
        assert_true(out.at[i] == '\n' || (out.at[i] >= 0x20 && out.at[i] < 0x7F));
    text_buf_clear(&out);
    profile_text(&guess, "../caf\xC3\xA9 $x/\xFF\xE2\x80\xA8", &out);
    check_holds(&out, "\ncwd: '../caf\xC3\xA9 $$x/?\?' ");
    text_buf_release(&out);
    project_facts_free(facts);
}

static void the_second_scenario_is_the_one_that_fits(void **state)
{
    struct project_guess guess = {0};
    (void)state;
    assert_string_equal(scenario_file_name(&guess, 0), "a_code_arrives_and_works.yaml");
    guess.trouble = TROUBLE_FALLBACK;
    assert_string_equal(scenario_file_name(&guess, 1), "sms_follows_when_whatsapp_refuses.yaml");
    guess.trouble = TROUBLE_RETRY;
    assert_string_equal(scenario_file_name(&guess, 1), "sms_is_tried_again_after_503.yaml");
    guess.trouble = TROUBLE_HONEST;
    assert_string_equal(scenario_file_name(&guess, 1), "a_code_that_cannot_be_sent_is_admitted.yaml");
    assert_string_equal(scenario_file_name(&guess, 2), "a_wrong_code_is_refused.yaml");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_line_says_where_it_comes_from),
        cmocka_unit_test(a_go_program_below_cmd_is_what_is_built),
        cmocka_unit_test(groups_of_go_routers_prefix_their_routes),
        cmocka_unit_test(a_router_that_nobody_mounts_is_marked),
        cmocka_unit_test(pythons_packages_are_mounted_by_their_folder),
        cmocka_unit_test(djangos_routes_may_be_included_under_a_prefix),
        cmocka_unit_test(several_projects_are_said_with_the_folders_of_backends),
        cmocka_unit_test(foreign_text_cannot_leave_its_value),
        cmocka_unit_test(the_second_scenario_is_the_one_that_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
