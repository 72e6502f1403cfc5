/* From files to guesses: made-up projects of each kind (fixtures/projects), and the corners that they leave
 * out. */
#include <stdio.h>

#include "test_support.h"
#include "project_guess.h"
#include "project_walk.h"

struct known {
    const char *folder, *run;
    bool run_sure;
    const char *send, *check, *phone, *code, *ready, *port;
    bool redis, postgres;
    enum guess_trouble trouble;
};

static const struct known rows[] = {
    {"express", "node server.js", true, "/api/otp/request", "/api/otp/verify", "phone", "code", "/healthz",
     "$port.backend", false, false, TROUBLE_HONEST},
    {"routers", "node dist/server.js", true, "/api/auth/send-otp", "/api/auth/verify-otp", "phone", "otp",
     "/api/health", "$port.backend", false, false, TROUBLE_HONEST},
    {"flask", "python3 app.py", true, "/otp/send", "/otp/verify", "mobile_number", "otp", "/health",
     "$port.backend", false, false, TROUBLE_HONEST},
    {"fastapi", "python3 -m uvicorn app.main:api --host 127.0.0.1 --port ${port.backend}", true,
     "/v1/auth/send-code", "/v1/auth/check-code", "phone_number", "code", NULL, "$port.backend", false, true,
     TROUBLE_HONEST},
    {"django", "python3 manage.py runserver --noreload 127.0.0.1:${port.backend}", false, "/otp/send/",
     "/otp/verify/", "phone", "code", NULL, "$port.backend", true, false, TROUBLE_HONEST},
    {"go", "./otp-backend", false, "/otp", "/otp/check", "phone", "code", "/ready", "8080", false, false,
     TROUBLE_HONEST},
    {"sinatra", "bundle exec ruby app.rb -o 127.0.0.1 -p ${port.backend}", true, "/send-otp", "/verify-otp",
     "phone", "pin", NULL, "$port.backend", false, true, TROUBLE_HONEST},
    {"laravel", "php artisan serve --host=127.0.0.1 --port=${port.backend}", false, "/api/otp/send",
     "/api/otp/verify", "phone", "code", NULL, "$port.backend", false, false, TROUBLE_HONEST},
    {"spring", "java -jar target/*.jar --server.port=${port.backend}", false, "/api/v2/codes/send",
     "/api/v2/codes/verify", "phoneNumber", "code", NULL, "$port.backend", false, false, TROUBLE_HONEST},
    {"next", "npm run start", true, "/api/otp/send", "/api/otp/verify", "phone", "otp", NULL, "$port.backend",
     false, false, TROUBLE_HONEST},
    {"procfile", "gunicorn app:app --bind 127.0.0.1:$$PORT", true, NULL, NULL, "phone", "code", NULL,
     "$port.backend", true, true, TROUBLE_HONEST},
    {"shell", "sh server.sh", false, "/code", "/code/check", "phone", "code", "/health", "$port.backend",
     false, false, TROUBLE_HONEST},
    {"empty", NULL, false, NULL, NULL, "phone", "code", NULL, "$port.backend", false, false, TROUBLE_HONEST},
};

static const char *said;

static void check_text(const char *folder, const char *what, struct text value, const char *expected)
{
    bool same = expected == NULL ? value.at == NULL : text_is(value, expected);
    if (!same)
        fail_msg("%s, %s: expected %s, got %.*s", folder, what, expected == NULL ? "nothing" : expected,
                 TEXT_ARGS(value));
    said = what;
}

static const struct guess *env_of(const struct project_guess *guess, const char *name)
{
    for (size_t i = 0; i < guess->env_count; i++)
        if (text_is(guess->envs[i].name, name))
            return &guess->envs[i].value;
    return NULL;
}

static void check_row(const struct known *row)
{
    char folder[200];
    struct fail why = {0};
    struct project_guess guess;
    struct project_facts *facts = project_facts_new();
    snprintf(folder, sizeof folder, "fixtures/projects/%s", row->folder);
    assert_true(project_walk(folder, facts, &why));
    project_guess(facts, row->folder, &guess);
    check_text(row->folder, "run", guess.run.value, row->run);
    check_text(row->folder, "send", guess.send.path.value, row->send);
    check_text(row->folder, "check", guess.check.path.value, row->check);
    check_text(row->folder, "phone", guess.send.params[PARAM_PHONE].value, row->phone);
    check_text(row->folder, "code", guess.check.params[PARAM_CODE].value, row->code);
    check_text(row->folder, "ready", guess.ready.value, row->ready);
    check_text(row->folder, "port", env_of(&guess, "PORT")->value, row->port);
    if (guess.run.sure != row->run_sure)
        fail_msg("%s: the start is %s", row->folder, guess.run.sure ? "sure" : "not sure");
    assert_int_equal(guess.redis.value.at != NULL, row->redis);
    assert_int_equal(guess.postgres.value.at != NULL, row->postgres);
    assert_int_equal(guess.trouble, row->trouble);
    assert_int_equal(facts->note_count, 0);
    project_facts_free(facts);
}

static void projects_of_each_kind_are_understood(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        check_row(&rows[i]);
    assert_non_null(said);
}

struct trial {
    struct project_facts *facts;
    struct project_guess guess;
};

static void guess_of(struct trial *trial, const char *name, const char *content, const char *other,
                     const char *other_content)
{
    trial->facts = project_facts_new();
    project_facts_add(trial->facts, name, text_of(content));
    if (other != NULL)
        project_facts_add(trial->facts, other, text_of(other_content));
    project_guess(trial->facts, "folder", &trial->guess);
}

static void twilios_variables_are_known_by_their_names(void **state)
{
    struct trial t;
    (void)state;
    guess_of(
        &t, ".env.example",
        "TWILIO_SID=AC1\nTWILIO_TOKEN=secret-value\nTWILIO_SMS_FROM=+15550001111\nTWILIO_WHATSAPP_NUMBER=x\n"
        "TWILIO_API_KEY=SK1\nREDIS_HOST=r\nREDIS_URL=redis://r\nAPP_SECRET=s\nLOG_LEVEL=x\n",
        NULL, NULL);
    assert_text(env_of(&t.guess, "TWILIO_SID")->value, "$twilio.account_sid");
    assert_text(env_of(&t.guess, "TWILIO_TOKEN")->value, "$twilio.auth_token");
    assert_string_equal(env_of(&t.guess, "TWILIO_TOKEN")->why, ".env.example:2");
    assert_text(env_of(&t.guess, "TWILIO_SMS_FROM")->value, "$twilio.number");
    assert_text(env_of(&t.guess, "TWILIO_WHATSAPP_NUMBER")->value, "whatsapp:${twilio.whatsapp}");
    assert_null(env_of(&t.guess, "TWILIO_API_KEY")->value.at);
    assert_text(env_of(&t.guess, "REDIS_HOST")->value, "127.0.0.1");
    assert_null(env_of(&t.guess, "REDIS_URL"));
    assert_false(env_of(&t.guess, "APP_SECRET")->sure);
    assert_null(env_of(&t.guess, "LOG_LEVEL")->value.at);
    assert_int_equal(t.guess.trouble, TROUBLE_FALLBACK);
    project_facts_free(t.facts);
}

static void a_port_by_another_name_is_the_backends(void **state)
{
    struct trial t;
    (void)state;
    guess_of(&t, "server.js", "app.listen(Number(process.env.HTTP_PORT ?? 8080));\n", NULL, NULL);
    assert_text(env_of(&t.guess, "HTTP_PORT")->value, "$port.backend");
    assert_false(env_of(&t.guess, "HTTP_PORT")->sure);
    assert_text(env_of(&t.guess, "PORT")->value, "$port.backend"); /* the harness knows by it */
    project_facts_free(t.facts);
    guess_of(&t, ".env.example", "SMTP_PORT=25\nSERVER_PORT=3000\n", NULL, NULL);
    assert_null(env_of(&t.guess, "SMTP_PORT")->value.at);
    assert_text(env_of(&t.guess, "SERVER_PORT")->value, "$port.backend");
    project_facts_free(t.facts);
}

static void code_that_writes_the_prefix_gets_the_bare_number(void **state)
{
    struct trial t;
    (void)state;
    guess_of(&t, ".env.example", "TWILIO_WHATSAPP_FROM=\n", "send.js",
             "const from = `whatsapp:${env.FROM}`;\n");
    assert_text(env_of(&t.guess, "TWILIO_WHATSAPP_FROM")->value, "$twilio.whatsapp");
    project_facts_free(t.facts);
}

static void without_any_name_the_usual_ones_are_marked(void **state)
{
    struct trial t;
    (void)state;
    guess_of(&t, "package.json", "{\"name\": \"x\"}", NULL, NULL);
    assert_text(env_of(&t.guess, "TWILIO_ACCOUNT_SID")->value, "$twilio.account_sid");
    assert_false(env_of(&t.guess, "TWILIO_ACCOUNT_SID")->sure);
    project_facts_free(t.facts);
}

static void retries_in_the_sources_choose_the_second_scenario(void **state)
{
    struct trial t;
    (void)state;
    guess_of(&t, "send.py", "for attempt in range(3):\n    backoff(attempt)\n", NULL, NULL);
    assert_int_equal(t.guess.trouble, TROUBLE_RETRY);
    project_facts_free(t.facts);
    guess_of(&t, "send.py", "# no retry, no backoff\n", NULL, NULL);
    assert_int_equal(t.guess.trouble, TROUBLE_HONEST);
    project_facts_free(t.facts);
}

static void a_start_that_needs_a_shell_goes_by_npm(void **state)
{
    struct trial t;
    (void)state;
    guess_of(&t, "package.json", "{\"scripts\": {\"start\": \"NODE_ENV=production node a.js && true\"}}",
             NULL, NULL);
    assert_text(t.guess.run.value, "npm run start");
    assert_false(t.guess.run_words);
    project_facts_free(t.facts);
}

static void a_project_that_is_built_first_says_so(void **state)
{
    struct trial t;
    (void)state;
    guess_of(&t, "package.json",
             "{\"main\": \"dist/index.js\", \"scripts\": {\"build\": \"tsc\", \"dev\": \"tsx a.ts\"}}",
             "tsconfig.json", "{}");
    assert_text(t.guess.build.value, "npm run build");
    assert_string_equal(t.guess.build.why, "scripts.build of package.json");
    assert_true(t.guess.build.sure);
    assert_text(t.guess.run.value, "node dist/index.js");
    project_facts_free(t.facts);
    guess_of(&t, "package.json", "{\"scripts\": {\"build\": \"vite build\", \"start\": \"node a.js\"}}", NULL,
             NULL);
    assert_text(t.guess.build.value, "npm run build");
    assert_false(t.guess.build.sure); /* it starts nothing that was built */
    project_facts_free(t.facts);
    guess_of(&t, "package.json", "{\"scripts\": {\"build\": \"tsc\", \"dev\": \"tsx a.ts\"}}", NULL, NULL);
    assert_text(t.guess.run.value, "npm run dev");
    assert_null(t.guess.build.value.at);
    project_facts_free(t.facts);
    guess_of(&t, "Procfile", "web: node dist/a.js\n", "package.json", "{\"scripts\": {\"build\": \"tsc\"}}");
    assert_text(t.guess.build.value, "npm run build");
    project_facts_free(t.facts);
}

static void the_backends_among_several_projects_are_named(void **state)
{
    static const char web[] = "{\"scripts\": {\"start\": \"vite\"}, \"dependencies\": {\"react\": \"19\"}}",
                      api[] = "{\"scripts\": {\"start\": \"node dist/a.js\", \"build\": \"tsc\"}, "
                              "\"dependencies\": {\"express\": \"5\"}}";
    struct trial t;
    (void)state;
    t.facts = project_facts_new();
    project_facts_add(t.facts, "package.json", TEXT("{\"workspaces\": [\"packages/*\"]}"));
    project_facts_add(t.facts, "packages/admin/package.json", text_of(web));
    project_facts_add(t.facts, "packages/api/package.json", text_of(api));
    project_facts_add(t.facts, "packages/worker/package.json",
                      TEXT("{\"dependencies\": {\"twilio\": \"6\"}}"));
    project_guess(t.facts, "folder", &t.guess);
    assert_text(t.guess.parts.value, "packages/api, packages/worker");
    assert_string_equal(t.guess.parts.why, "workspaces of package.json");
    assert_text(t.guess.run.value, "npm run start --workspace=packages/api");
    assert_false(t.guess.run.sure);
    assert_text(t.guess.build.value, "npm run build --workspace=packages/api");
    project_facts_free(t.facts);
    guess_of(&t, "package.json", "{\"workspaces\": {\"packages\": [\"web\"]}}", "web/package.json", web);
    assert_text(t.guess.parts.value, "");
    assert_null(t.guess.run.value.at);
    project_facts_free(t.facts);
    guess_of(&t, "server/package.json", api, "client/package.json", web);
    assert_text(t.guess.parts.value, "server");
    assert_string_equal(t.guess.parts.why, "server/package.json");
    assert_text(t.guess.run.value, "cd server && npm run start");
    project_facts_free(t.facts);
    guess_of(&t, "package.json", api, "a.js", "");
    assert_null(t.guess.parts.value.at);
    project_facts_free(t.facts);
}

static void the_projects_own_word_beats_a_container(void **state)
{
    struct trial t;
    (void)state;
    guess_of(&t, "Dockerfile", "CMD node in-container.js\nEXPOSE 9000\n", "package.json",
             "{\"scripts\": {\"start\": \"node a.js\"}}");
    assert_text(t.guess.run.value, "node a.js");
    assert_text(env_of(&t.guess, "PORT")->value, "9000");
    project_facts_free(t.facts);
    guess_of(&t, "Dockerfile", "CMD [\"./server\", \"--fast\"]\n", NULL, NULL);
    assert_text(t.guess.run.value, "./server --fast");
    assert_false(t.guess.run.sure);
    project_facts_free(t.facts);
}

static void a_container_starts_what_its_last_stage_says(void **state)
{
    struct trial t;
    (void)state;
    guess_of(&t, "Dockerfile", "FROM a AS build\nCMD make\nFROM b\nENTRYPOINT [\"node\"]\nCMD [\"x.js\"]\n",
             NULL, NULL);
    assert_text(t.guess.run.value, "node x.js");
    assert_true(t.guess.run_words);
    assert_string_equal(t.guess.run.why, "ENTRYPOINT, Dockerfile:5");
    project_facts_free(t.facts);
    guess_of(&t, "Dockerfile", "CMD [\"sh\", \"-c\", \"it's $X\"]\n", NULL, NULL);
    assert_text(t.guess.run.value, "sh -c 'it'\\''s $$X'");
    assert_false(t.guess.run_words);
    project_facts_free(t.facts);
}

static void a_mount_prefixes_the_routes_of_what_it_names(void **state)
{
    struct trial t;
    (void)state;
    guess_of(&t, "app.js",
             "import { auth as router } from './elsewhere.js'\nimport codes from './api/codes.js'\n"
             "app.use('/v3/codes', limit(), codes({ store }))\n",
             "api/codes.js",
             "r.post('/send', (req) => req.body.msisdn)\nr.post('/check', (req) => req.body.passcode)\n");
    assert_text(t.guess.send.path.value, "/v3/codes/send");
    assert_text(t.guess.check.path.value, "/v3/codes/check");
    assert_text(t.guess.send.params[PARAM_PHONE].value, "msisdn");
    assert_text(t.guess.check.params[PARAM_CODE].value, "passcode");
    project_facts_free(t.facts);
}

static void a_mount_prefixes_the_routes_of_a_router_in_its_own_file(void **state)
{
    struct trial t;
    (void)state;
    guess_of(&t, "server.js",
             "const codes = express.Router(), api = express.Router()\n"
             "app.get('/health', h)\n"
             "codes.post('/send', (req) => req.body.phone)\n"
             "codes.route('/verify').post(v)\n"
             "api.use('/codes', limit(), codes)\napp.use('/api', api)\napp.use('/img', statics)\n",
             NULL, NULL);
    assert_text(t.guess.send.path.value, "/api/codes/send");
    assert_text(t.guess.check.path.value, "/api/codes/verify");
    assert_text(t.guess.ready.value, "/health");
    project_facts_free(t.facts);
    guess_of(&t, "app.py",
             "@otp.route('/send', methods=['POST'])\n@otp.route('/verify', methods=['POST'])\n"
             "app.register_blueprint(otp, url_prefix='/otp')\n",
             NULL, NULL);
    assert_text(t.guess.send.path.value, "/otp/send");
    assert_text(t.guess.check.path.value, "/otp/verify");
    project_facts_free(t.facts);
}

static void routers_that_mount_each_other_end(void **state)
{
    struct trial t;
    (void)state;
    guess_of(&t, "server.js", "a.use('/a', b)\nb.use('/b', a)\na.post('/send-otp', s)\n", NULL, NULL);
    assert_text(t.guess.send.path.value, "/a/b/a/b/send-otp");
    project_facts_free(t.facts);
}

static void nests_prefix_goes_before_every_route(void **state)
{
    static const char controller[] = "@Controller('auth')\n@Post('otp/send')\n@Post('otp/verify')\n"
                                     "@Get('health')\n";
    struct trial t;
    (void)state;
    guess_of(&t, "src/auth/auth.controller.ts", controller, "src/main.ts",
             "app.setGlobalPrefix('api/v1');\n");
    assert_text(t.guess.send.path.value, "/api/v1/auth/otp/send");
    assert_text(t.guess.check.path.value, "/api/v1/auth/otp/verify");
    assert_text(t.guess.ready.value, "/api/v1/auth/health");
    project_facts_free(t.facts);
    guess_of(&t, "src/auth/auth.controller.ts", controller, "src/main.ts",
             "app.setGlobalPrefix('api', { exclude: ['auth/health'] });\n");
    assert_text(t.guess.send.path.value, "/api/auth/otp/send");
    assert_text(t.guess.ready.value, "/auth/health");
    project_facts_free(t.facts);
}

static void a_prisma_schema_names_its_database(void **state)
{
    struct trial t;
    (void)state;
    guess_of(&t, "prisma/schema.prisma",
             "datasource db {\n  provider = \"postgresql\"\n  url = env(\"DATABASE_URL\")\n}\n", NULL, NULL);
    assert_string_equal(t.guess.postgres.why, "prisma/schema.prisma:2");
    project_facts_free(t.facts);
    guess_of(&t, "prisma/schema.prisma", "// provider = \"postgresql\"\n  provider = \"mysql\"\n", NULL,
             NULL);
    assert_null(t.guess.postgres.value.at);
    project_facts_free(t.facts);
}

static void an_example_that_names_a_store_asks_for_one(void **state)
{
    struct trial t;
    (void)state;
    guess_of(&t, ".env.example", "REDIS_HOST=r\nDATABASE_URL=\"postgresql://u:p@db/shop\"\n", NULL, NULL);
    assert_string_equal(t.guess.redis.why, ".env.example:1");
    assert_string_equal(t.guess.postgres.why, ".env.example:2");
    project_facts_free(t.facts);
    guess_of(&t, ".env.example", "PGHOST=db\nDATABASE_URL=\n", NULL, NULL);
    assert_string_equal(t.guess.postgres.why, ".env.example:1");
    project_facts_free(t.facts);
}

static void a_variable_that_no_service_sets_is_mentioned(void **state)
{
    struct trial t;
    (void)state;
    guess_of(&t, ".env.example", "DATABASE_URL=mysql://db/shop\n", NULL, NULL);
    assert_null(t.guess.postgres.value.at);
    assert_non_null(env_of(&t.guess, "DATABASE_URL"));
    assert_null(env_of(&t.guess, "DATABASE_URL")->value.at);
    project_facts_free(t.facts);
}

static void a_route_may_be_written_before_its_method(void **state)
{
    struct trial t;
    (void)state;
    guess_of(&t, "app.js",
             "r.route('/sendOTP').post(a)\nr.route('/verifyOTP') .post(b)\nr.route('/otp').get(c)\n", NULL,
             NULL);
    assert_text(t.guess.send.path.value, "/sendOTP");
    assert_text(t.guess.check.path.value, "/verifyOTP");
    project_facts_free(t.facts);
}

static void callbacks_and_clients_are_no_routes_to_send(void **state)
{
    struct trial t;
    (void)state;
    guess_of(&t, "app.js",
             "app.post('/sms/status', s)\napp.post('/webhook/otp', w)\naxios.post('/send-otp', {})\n", NULL,
             NULL);
    assert_null(t.guess.send.path.value.at);
    assert_null(t.guess.check.path.value.at);
    project_facts_free(t.facts);
}

static void a_callback_variable_gets_the_route_that_looks_like_one(void **state)
{
    struct trial t;
    (void)state;
    guess_of(&t, "app.js",
             "const url = process.env.TWILIO_STATUS_CALLBACK\napp.post('/hooks/sms-status', s)\n", NULL,
             NULL);
    assert_text(env_of(&t.guess, "TWILIO_STATUS_CALLBACK")->value,
                "http://127.0.0.1:${port.backend}/hooks/sms-status");
    project_facts_free(t.facts);
}

static void verify_is_noticed(void **state)
{
    struct trial t;
    (void)state;
    guess_of(&t, "app.js", "client.verify.services(sid).verifications.create({ to })\n", NULL, NULL);
    assert_string_equal(t.guess.verify.why, "app.js:1");
    project_facts_free(t.facts);
}

static void broken_json_is_noted_with_its_place(void **state)
{
    struct trial t;
    (void)state;
    guess_of(&t, "package.json", "{ \"name\": \n  oops }", NULL, NULL);
    assert_int_equal(t.facts->note_count, 1);
    assert_non_null(strstr(t.facts->notes[0], "package.json:2:"));
    assert_text(t.guess.name.value, "folder");
    project_facts_free(t.facts);
    guess_of(&t, "package.json", "\xEF\xBB\xBF{ \"name\": \"with a BOM\" }\r\n", NULL, NULL);
    assert_int_equal(t.facts->note_count, 0);
    assert_text(t.guess.name.value, "with a BOM");
    project_facts_free(t.facts);
}

static void floods_of_facts_are_counted(void **state)
{
    struct text_buf bytes;
    struct trial t;
    (void)state;
    text_buf_init(&bytes, 1024 * 1024);
    for (int i = 0; i < 1000; i++)
        text_putf(&bytes, "app.post('/r%d', f); process.env.NAME_%d; app.use('/m%d', x%d)\n", i, i, i, i);
    guess_of(&t, "app.js", text_buf_z(&bytes), NULL, NULL);
    assert_int_equal(t.facts->route_count, FACTS_ROUTES_MAX);
    assert_int_equal(t.facts->env_count, FACTS_ENVS_MAX);
    assert_int_equal(t.facts->dropped,
                     (1000 - FACTS_ROUTES_MAX) + (1000 - FACTS_ENVS_MAX) + (1000 - FACTS_MOUNTS_MAX));
    project_facts_free(t.facts);
    text_buf_release(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(projects_of_each_kind_are_understood),
        cmocka_unit_test(twilios_variables_are_known_by_their_names),
        cmocka_unit_test(a_port_by_another_name_is_the_backends),
        cmocka_unit_test(code_that_writes_the_prefix_gets_the_bare_number),
        cmocka_unit_test(without_any_name_the_usual_ones_are_marked),
        cmocka_unit_test(retries_in_the_sources_choose_the_second_scenario),
        cmocka_unit_test(a_start_that_needs_a_shell_goes_by_npm),
        cmocka_unit_test(a_project_that_is_built_first_says_so),
        cmocka_unit_test(the_backends_among_several_projects_are_named),
        cmocka_unit_test(the_projects_own_word_beats_a_container),
        cmocka_unit_test(a_container_starts_what_its_last_stage_says),
        cmocka_unit_test(a_mount_prefixes_the_routes_of_what_it_names),
        cmocka_unit_test(a_mount_prefixes_the_routes_of_a_router_in_its_own_file),
        cmocka_unit_test(routers_that_mount_each_other_end),
        cmocka_unit_test(nests_prefix_goes_before_every_route),
        cmocka_unit_test(a_prisma_schema_names_its_database),
        cmocka_unit_test(an_example_that_names_a_store_asks_for_one),
        cmocka_unit_test(a_variable_that_no_service_sets_is_mentioned),
        cmocka_unit_test(a_route_may_be_written_before_its_method),
        cmocka_unit_test(callbacks_and_clients_are_no_routes_to_send),
        cmocka_unit_test(a_callback_variable_gets_the_route_that_looks_like_one),
        cmocka_unit_test(verify_is_noticed),
        cmocka_unit_test(broken_json_is_noted_with_its_place),
        cmocka_unit_test(floods_of_facts_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
