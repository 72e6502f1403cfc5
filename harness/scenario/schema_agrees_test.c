/* The schema and the reader come to the same verdict on small files, one for each rule of the grammar; and
 * whatever file of the tree the reader accepts, the schema accepts. The schema's side is schema_agrees.py,
 * which needs Debian's python3-jsonschema and python3-yaml: without them the test is skipped, and says so. */
#include "test_support.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>

#include "document.h"
#include "json.h"
#include "mem.h"
#include "profile.h"
#include "scenario.h"

#define SCRIPT "python3 harness/scenario/schema_agrees.py --verdicts"

enum { NOTHING_INSTALLED = 77, FILES_MAX = 1000 };

#define STEPS "steps: [ { advance: 1s } ]\n"
#define A     "scenario: A\n"
#define STEP  A "steps:\n  - "
#define FAULT A STEPS "faults:\n  - "
#define CHECK A STEPS "check:\n  "
#define B     "backend: B\nrun: ./b\n"

static const struct {
    bool good;
    const char *text;
} rows[] = {
    {true, A STEPS},
    {false, STEPS},
    {false, A},
    {false, A "steps: []\n"},
    {false, A STEPS "sense: 1\n"},
    {false, "- a\n"},
    {true, A STEPS "why: 1\ntags: [a, 2, true]\n"},
    {false, A STEPS "tags: a\n"},
    {false, A STEPS "why:\n"},
    {false, A STEPS "why: ~\n"},
    {true, A STEPS "time-limit: 1.5s\n"},
    {false, A STEPS "time-limit: 5\n"},
    {true, A STEPS "time-limit: $limit\n"},
    {true, A STEPS "with: { env: { A: 1, B: null, C: ~, D: true }, start: false }\n"},
    {false, A STEPS "with: { start: no }\n"},
    {true, A STEPS "with: { start: $start }\n"},
    {true, A STEPS "account: test\n"},
    {true, A STEPS "account: { plan: paid, countries: [CD], sent-today: 49 }\n"},
    {false, A STEPS "account: free\n"},
    {false, A STEPS "account: { sent-today: -1 }\n"},
    {true, A STEPS
     "people: { awa: {}, ben: { number: +243810000001, whatsapp: joined }, c-d: { whatsapp: true } }\n"},
    {false, A STEPS "people: { awa: { number: 1, country: CD } }\n"},
    {false, A STEPS "people: { 2nd: {} }\n"},
    {false, A STEPS "people: { awa: }\n"},
    {true, A STEPS "cases: [ { a: 1 }, { a: x } ]\n"},
    {false, A STEPS "cases: []\n"},
    {true, STEP "login: { phone: 1 }\n    as: awa\n    times: 3\n"},
    {false, STEP "login: { phone: [1] }\n"},
    {false, STEP "login: x\n"},
    {false, STEP "login: { phone: 1 }\n    receive: { to: awa }\n"},
    {false, STEP "receive: { to: awa }\n    advance: 1s\n"},
    {false, STEP "name: nothing\n"},
    {false, STEP "advance: 1s\n    times: 0\n"},
    {true, STEP "request: { path: /x, json: [1, { a: null }], headers: { A: 1 } }\n"},
    {false, STEP "request: { method: GET }\n"},
    {false, STEP "request: { path: /x, json: {}, form: {} }\n"},
    {false, STEP "request: { path: /x, url: x }\n"},
    {false, STEP "receive: { channel: sms }\n"},
    {false, STEP "receive: { to: awa, channel: fax }\n"},
    {true, STEP "receive: { to: +243810000001, channel: $channel }\n"},
    {true, STEP "advance: { to: expiry, of: awa, plus: 1s }\n"},
    {false, STEP "advance: { to: expiry, plus: 1s, minus: 1s }\n"},
    {true, STEP "faults: none\n"},
    {false, STEP "faults: some\n"},
    {true,
     STEP "callback: { of: awa, status: sent, code: 30003, signature: other-token, change: { A: 1 } }\n"},
    {false, STEP "callback: { of: awa, status: sent, signature: bad }\n"},
    {true, STEP "parallel: [ { advance: 1s }, { login: {} } ]\n"},
    {false, STEP "parallel: []\n"},
    {false, STEP "parallel: [ { advance: 1 } ]\n"},
    {true, STEP "process: { backend: kill }\n"},
    {false, STEP "process: { backend: die }\n"},
    {true, STEP "run: [ls, -l]\n"},
    {true, STEP "run: ls -l\n"},
    {false, STEP "run: []\n"},
    {false, STEP "run: { ls: 1 }\n"},
    {true, STEP "login: {}\n    save: token\n"},
    {true, STEP "login: {}\n    save: { a: .x, b: '/(x)/', c: header.Location, d: status }\n"},
    {false, STEP "login: {}\n    save: { a: x }\n"},
    {true, STEP "login: {}\n    expect: { status: 4xx, text: [a, '/b/'], took: { under: 5s }, answers: { "
                "200: 1, 4xx: 2.. } }\n"},
    {true, STEP "login: {}\n    expect: { status: [200, 503], took: 1s, not: { text: x }, exit: 0 }\n"},
    {false, STEP "login: {}\n    expect: { status: 99 }\n"},
    {false, STEP "login: {}\n    expect: { status: [] }\n"},
    {false, STEP "login: {}\n    expect: { answers: { ok: 1 } }\n"},
    {false, STEP "login: {}\n    expect: [any]\n"},
    {true, FAULT "{ on: { to: awa, channel: sms }, first: 2, status: 503, retry-after: 5s, body: html }\n"},
    {true, FAULT "{ in-turn: [ { fail: 21408 }, { wire: reset }, { pass: true } ] }\n"},
    {true, FAULT "{ delay: { median: 1s, sigma: 0.5 }, between: [0s, 1m] }\n"},
    {true, FAULT "{ deliver: { status: undelivered, code: 63003 }, callbacks: [ sent, { status: failed, "
                 "signature: wrong } ] }\n"},
    {false, FAULT "{ status: 503, fail: 21408 }\n"},
    {false, FAULT "{ first: 1, nth: 2, status: 503 }\n"},
    {false, FAULT "{ in-turn: [ { fail: 21408, status: 503 } ] }\n"},
    {false, FAULT "{ in-turn: [] }\n"},
    {false, FAULT "{ status: 600 }\n"},
    {false, FAULT "{ fail: 42 }\n"},
    {false, FAULT "{ first: 0, status: 503 }\n"},
    {false, FAULT "{ wire: cut }\n"},
    {false, FAULT "{ status: 503, between: [1s] }\n"},
    {false, FAULT "{ pass: false }\n"},
    {false, FAULT "{ callbacks: sent }\n"},
    {true, CHECK "messages: [ { to: awa, requests: 3, accepted: 1..2, codes: $n, refused: { 21211: 1 }, "
                 "gaps: [2s] } ]\n"},
    {false, CHECK "messages: [ { to: awa, requests: many } ]\n"},
    {false, CHECK "messages: [ { to: awa, accepted: 1, refused: { x: 1 } } ]\n"},
    {true, CHECK "order: { awa: [whatsapp, sms] }\n"},
    {false, CHECK "order: { awa: [] }\n"},
    {true, CHECK "calls: [ { operation: message.create, count: 2.. } ]\n"},
    {false, CHECK "calls: [ { operation: message.create } ]\n"},
    {true, CHECK "log: [ { match: x }, { filter: severity>=ERROR, count: 0 } ]\n"},
    {false, CHECK "log: [ { match: x, filter: y } ]\n"},
    {true, CHECK "callbacks: [ { to: awa, answered: [403, 4xx], count: 1 } ]\n"},
    {true, CHECK "answers: { 200: 1, 4xx: 19 }\n"},
    {true, B},
    {true, "backend: B\nurl: http://127.0.0.1:3000\n"},
    {false, "backend: B\n"},
    {true, B "services: { redis: { use: redis }, q: { run: [q], ready: { port: 4000 } } }\n"},
    {false, B "services: { redis: { use: mysql } }\n"},
    {false, B "services: { redis: { use: redis, at: x } }\n"},
    {false, B "services: { redis: {} }\n"},
    {true, B "prepare: [ x, [x, y], { run: x, may-fail: true } ]\n"},
    {false, B "prepare: [ { may-fail: true } ]\n"},
    {true, B "ready: { http: /, status: [200, 204] }\n"},
    {false, B "ready: { within: 5s }\n"},
    {true,
     B "actions: { login: { path: /login, defaults: { a: 1 } }, both: { steps: [ { login: {} } ] } }\n"},
    {false, B "actions: { login: { path: /login, steps: [ { advance: 1s } ] } }\n"},
    {true, B "answers: { sent: { status: 200 } }\n"},
    {false, B "answers: { sent: any }\n"},
    {false, B "code: x\n"},
    {true, B "code: '/(\\d+)/'\n"},
    {true, B "policy: { code: { length: 6, lifetime: 10m, resend: new }, retry: { permanent: [21211], "
             "unknown-outcome: stop } }\n"},
    {false, B "policy: { code: { length: 0 } }\n"},
    {false, B "policy: { retry: { permanent: [x] } }\n"},
    {false, B "reset: { stores: burn }\n"},
    {true, B "hosts: { api.example.com: { status: 200, json: { a: 1 } } }\n"},
    {false, B "client: { address: mine }\n"},
};

static bool reader_accepts(const char *name, struct text bytes)
{
    struct problems *problems = problems_new();
    bool profile = text_starts(bytes, "backend:") || text_contains(bytes, TEXT("\nbackend:"));
    struct scenario *scenario = profile ? NULL : scenario_read_text(name, bytes, problems);
    struct profile *made = profile ? profile_read_text(name, bytes, problems) : NULL;
    bool accepts = scenario != NULL || made != NULL;
    scenario_free(scenario);
    profile_free(made);
    problems_free(problems);
    return accepts;
}

/* One line of JSON a file for the script. `exact`: the schema must refuse what the reader refuses. */
static void tell(FILE *script, const char *name, struct text bytes, bool accepted, bool exact)
{
    json_t *line = json_pack("{s:s,s:o,s:b,s:b}", "name", name, "text", json_of_text(bytes), "accepted",
                             accepted, "exact", exact);
    char *written = json_write(line);
    fprintf(script, "%s\n", written);
    mem_free(written);
    json_decref(line);
}

static void tell_file(FILE *script, const char *path)
{
    struct text_buf bytes;
    char piece[4096];
    size_t got;
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    text_buf_init(&bytes, DOCUMENT_MAX_BYTES);
    while ((got = fread(piece, 1, sizeof piece, file)) > 0)
        text_put(&bytes, text_span(piece, got));
    fclose(file);
    tell(script, path, text_buf_view(&bytes), reader_accepts(path, text_buf_view(&bytes)), false);
    text_buf_release(&bytes);
}

static void tell_folder(FILE *script, const char *folder, int depth)
{
    DIR *entries = opendir(folder);
    assert_non_null(entries);
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        char path[512];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (text_ends(text_of(path), ".yaml"))
            tell_file(script, path);
        else if (entry->d_type == DT_DIR && depth > 0)
            tell_folder(script, path, depth - 1);
    }
    closedir(entries);
}

static void the_reader_comes_to_the_verdicts_written_here(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (reader_accepts("row.yaml", text_of(rows[i].text)) != rows[i].good)
            fail_msg("row %zu should be %s:\n%s", i, rows[i].good ? "accepted" : "refused", rows[i].text);
    }
}

static void the_schema_comes_to_the_same_verdicts(void **state)
{
    (void)state;
    FILE *script = popen(SCRIPT, "w");
    assert_non_null(script);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char name[32];
        snprintf(name, sizeof name, "row %zu", i);
        tell(script, name, text_of(rows[i].text), rows[i].good, true);
    }
    tell_folder(script, "scenarios", 1);
    tell_folder(script, "fixtures/must_fail/lint", 0);
    int status = pclose(script);
    if (WIFEXITED(status) && WEXITSTATUS(status) == NOTHING_INSTALLED) {
        print_message("SKIPPED: the schema was not compared with the reader\n");
        skip();
    }
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_reader_comes_to_the_verdicts_written_here),
        cmocka_unit_test(the_schema_comes_to_the_same_verdicts),
    };
    signal(SIGPIPE, SIG_IGN); /* a script that ends early says why with its exit status */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
