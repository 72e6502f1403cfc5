/* What $x stands for: scopes, members, types, texts, and errors that name the nearest. */
#include "test_support.h"
#include "mem.h"
#include "variables.h"

struct phone {
    const char *code; /* NULL: nothing received yet */
    int asked;
};

static enum variable_answer phone_read(void *context, struct text member, json_t **ret, struct fail *why)
{
    struct phone *phone = context;
    phone->asked++;
    if (member.len == 0) {
        *ret = json_string("+243810000001");
        return VARIABLE_FOUND;
    }
    if (text_is(member, "last")) {
        *ret = json_pack("{s:s,s:[i,i]}", "text", "Hello", "parts", 1, 2);
        return VARIABLE_FOUND;
    }
    if (!text_is(member, "code"))
        return VARIABLE_UNKNOWN;
    if (phone->code == NULL) {
        fail_set(why, "awa has not received a message");
        return VARIABLE_FAILED;
    }
    *ret = json_string(phone->code);
    return VARIABLE_FOUND;
}

static const char *const phone_members[] = {"code", "bare", "last", NULL};

/* The scope of all tests here. */
static struct variables *make_scope(struct phone *phone)
{
    struct variables *run = variables_new(NULL);
    variables_provide(run, "awa", &(struct variable_source){phone, phone_read, phone_members});
    variables_set(run, TEXT("policy"), json_pack("{s:{s:s,s:i}}", "code", "lifetime", "10m", "length", 6));
    variables_set(run, TEXT("word"), json_string("a.b\\Ec\"d"));
    variables_set(run, TEXT("yes"), json_true());
    variables_set(run, TEXT("list"), json_pack("[s,{s:n}]", "first", "x"));
    return run;
}

static const struct {
    const char *written;
    enum variables_style style;
    const char *expected; /* JSON, or "!" and the error */
} rows[] = {
    {"plain", VARIABLES_TEXT, "\"plain\""},
    {"", VARIABLES_TEXT, "\"\""},
    {"$awa", VARIABLES_TEXT, "\"+243810000001\""},
    {"to ${awa}!", VARIABLES_TEXT, "\"to +243810000001!\""},
    {"$policy.code.length", VARIABLES_TEXT, "6"},
    {"${policy.code.length}", VARIABLES_TEXT, "\"6\""},
    {"$policy.code", VARIABLES_TEXT, "{\"lifetime\":\"10m\",\"length\":6}"},
    {"$yes", VARIABLES_TEXT, "true"},
    {"${yes} ${list.1.x} ${list}", VARIABLES_TEXT, "\"true null [\\\"first\\\",{\\\"x\\\":null}]\""},
    {"$list.0", VARIABLES_TEXT, "\"first\""},
    {"$awa.last.parts.1", VARIABLES_TEXT, "2"},
    {"costs $$5 and $${x}", VARIABLES_TEXT, "\"costs $5 and ${x}\""},
    {"$$awa", VARIABLES_TEXT, "\"$awa\""},
    {"/^${word}$/", VARIABLES_PATTERN, "\"/^\\\\Qa.b\\\\E\\\\\\\\E\\\\Qc\\\"d\\\\E$/\""},
    {".a == \"${word}\" as $x", VARIABLES_FILTER, "\".a == \\\"a.b\\\\\\\\Ec\\\\\\\"d\\\" as $x\""},
    {"hello $awa", VARIABLES_TEXT, "!f.yaml:3:7: inside a text write ${awa}, or $$ for a dollar"},
    {"$5", VARIABLES_TEXT, "!f.yaml:3:7: '$' begins a variable; write $$ for a dollar"},
    {"${awa", VARIABLES_TEXT,
     "!f.yaml:3:7: '${' begins a name that does not end; write ${name}, or $${ for a dollar and a brace"},
    {"$aw", VARIABLES_TEXT, "!f.yaml:3:7: unknown name '$aw'; did you mean '$awa'?"},
    {"$zzz", VARIABLES_TEXT, "!f.yaml:3:7: unknown name '$zzz'"},
    {"$awa.cod", VARIABLES_TEXT, "!f.yaml:3:7: unknown name '$awa.cod'; did you mean '$awa.code'?"},
    {"$awa.code", VARIABLES_TEXT, "!f.yaml:3:7: awa has not received a message"},
    {"$awa.last.txt", VARIABLES_TEXT,
     "!f.yaml:3:7: unknown name '$awa.last.txt'; did you mean '$awa.last.text'?"},
    {"$policy.code.lenth", VARIABLES_TEXT,
     "!f.yaml:3:7: unknown name '$policy.code.lenth'; did you mean '$policy.code.length'?"},
    {"$yes.x", VARIABLES_TEXT, "!f.yaml:3:7: unknown name '$yes.x'"},
    {"$list.7", VARIABLES_TEXT, "!f.yaml:3:7: unknown name '$list.7'"},
};

static void every_use_becomes_its_value_or_an_error_with_its_place(void **state)
{
    (void)state;
    struct phone phone = {0};
    struct variables *run = make_scope(&phone);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fail why = {0};
        json_t *value = NULL;
        char line[1200];
        char *written = NULL;
        bool fine = variables_resolve(run, (struct place){"f.yaml", 3, 7}, text_of(rows[i].written),
                                      rows[i].style, &value, &why);
        if (fine)
            written = json_write(value);
        const char *actual = fine ? written : fail_line(&why, line, sizeof line);
        if (fine == (rows[i].expected[0] == '!') || strcmp(actual, rows[i].expected + (fine ? 0 : 1)) != 0)
            fail_msg("%s: expected %s, got %s", rows[i].written, rows[i].expected, actual);
        mem_free(written);
        json_decref(value);
    }
    variables_free(run);
}

static void the_inner_scope_hides_the_outer(void **state)
{
    (void)state;
    struct fail why = {0};
    json_t *value = NULL;
    struct variables *outer = variables_new(NULL), *inner = variables_new(outer);
    variables_set(outer, TEXT("x"), json_integer(1));
    variables_set(inner, TEXT("x"), json_integer(2));
    variables_set(inner, TEXT("x"), json_integer(3));
    assert_true(variables_get(inner, TEXT("x"), &value, &why));
    assert_int_equal(json_integer_value(value), 3);
    json_decref(value);
    assert_true(variables_get(outer, TEXT("x"), &value, &why));
    assert_int_equal(json_integer_value(value), 1);
    json_decref(value);
    variables_free(inner);
    variables_free(outer);
}

static void a_source_is_asked_each_time(void **state)
{
    (void)state;
    struct phone phone = {.code = "111111"};
    struct variables *run = make_scope(&phone);
    struct fail why = {0};
    json_t *first = NULL, *second = NULL;
    assert_true(variables_get(run, TEXT("awa.code"), &first, &why));
    phone.code = "222222";
    assert_true(variables_get(run, TEXT("awa.code"), &second, &why));
    assert_string_equal(json_string_value(first), "111111");
    assert_string_equal(json_string_value(second), "222222");
    assert_int_equal(phone.asked, 2);
    json_decref(first);
    json_decref(second);
    variables_free(run);
}

static void what_was_given_out_does_not_change_with_the_scope(void **state)
{
    (void)state;
    struct phone phone = {0};
    struct variables *run = make_scope(&phone);
    struct fail why = {0};
    json_t *value = NULL;
    assert_true(variables_get(run, TEXT("policy"), &value, &why));
    json_object_clear(value);
    json_decref(value);
    assert_true(variables_get(run, TEXT("policy.code.length"), &value, &why));
    assert_int_equal(json_integer_value(value), 6);
    json_decref(value);
    variables_free(run);
}

static void a_text_that_grows_too_long_is_an_error(void **state)
{
    (void)state;
    struct variables *run = variables_new(NULL);
    struct fail why = {0};
    json_t *value = NULL;
    char *big = mem_new(700 * 1024);
    memset(big, 'x', 700 * 1024 - 1);
    variables_set(run, TEXT("big"), json_string(big));
    assert_false(variables_resolve(run, (struct place){"f.yaml", 1, 1}, TEXT("${big}${big}"), VARIABLES_TEXT,
                                   &value, &why));
    assert_string_equal(why.text, "the text becomes longer than 1024 KiB");
    mem_free(big);
    variables_free(run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_use_becomes_its_value_or_an_error_with_its_place),
        cmocka_unit_test(the_inner_scope_hides_the_outer),
        cmocka_unit_test(a_source_is_asked_each_time),
        cmocka_unit_test(what_was_given_out_does_not_change_with_the_scope),
        cmocka_unit_test(a_text_that_grows_too_long_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
