/* JSON out and in. */
#include "test_support.h"
#include "json.h"
#include "mem.h"

static void texts_are_escaped_as_twilio_does(void **state)
{
    (void)state;
    static const struct {
        struct text value;
        const char *json;
    } rows[] = {
        {{NULL, 0}, "null"},
        {{"", 0}, "\"\""},
        {{"Votre code est 123456", 21}, "\"Votre code est 123456\""},
        {{"\"\\/", 3}, "\"\\\"\\\\/\""},
        {{"\n\r\t\b\f", 5}, "\"\\n\\r\\t\\b\\f\""},
        {{"\x01\x1f\x7f", 3}, "\"\\u0001\\u001f\\u007f\""},
        {{"a\0b", 3}, "\"a\\u0000b\""},
        {{"\xc3\xa9", 2}, "\"\\u00e9\""},
        {{"\xe2\x82\xac", 3}, "\"\\u20ac\""},
        {{"\xf0\x9f\x98\x80", 4}, "\"\\ud83d\\ude00\""},
        {{"\xf4\x8f\xbf\xbf", 4}, "\"\\udbff\\udfff\""},
        {{"\xff", 1}, "\"\\ufffd\""},
        {{"\xed\xa0\x80", 3}, "\"\\ufffd\\ufffd\\ufffd\""},
        {{"a\xc3", 2}, "\"a\\ufffd\""},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct text_buf out;
        text_buf_init(&out, 256);
        json_put_text(&out, rows[i].value);
        assert_string_equal(text_buf_z(&out), rows[i].json);
        text_buf_release(&out);
    }
}

static void a_broken_document_is_refused_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *document, *place;
    } rows[] = {
        {"", "body:1:1: "},         {"{", "body:1:1: "},     {"{\"a\":1,\n \"a\":2}", "body:2:4: "},
        {"{\"a\":01}", "body:1:"},  {"[1] x", "body:1:5: "}, {"{'a':1}", "body:1:2: "},
        {"\"\xff\"", "body:1:1: "},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        json_t *value = NULL;
        struct fail why = {0};
        char line[1200];
        assert_false(json_read(text_of(rows[i].document), "body", &value, &why));
        assert_null(value);
        fail_line(&why, line, sizeof line);
        if (strncmp(line, rows[i].place, strlen(rows[i].place)) != 0)
            fail_msg("'%s' gives %s", rows[i].document, line);
    }
    json_t *value = NULL;
    assert_false(json_read(TEXT_NONE, "body", &value, &(struct fail){0}));
}

static void what_is_read_is_written_in_its_order(void **state)
{
    (void)state;
    json_t *value = NULL;
    struct fail why = {0};
    assert_true(json_read(TEXT(" { \"b\" : [1, null, true], \"a\" : \"x\" } "), "body", &value, &why));
    char *text = json_write(value);
    assert_string_equal(text, "{\"b\":[1,null,true],\"a\":\"x\"}");
    assert_text(json_text(value, "a"), "x");
    assert_null(json_text(value, "b").at);
    assert_null(json_text(value, "c").at);
    mem_free(text);
    json_decref(value);
}

static void deep_nesting_is_refused(void **state)
{
    (void)state;
    static char deep[100000];
    memset(deep, '[', sizeof deep);
    json_t *value = NULL;
    assert_false(json_read(text_span(deep, sizeof deep), "body", &value, &(struct fail){0}));
}

static void any_bytes_become_a_text(void **state)
{
    (void)state;
    json_t *object = json_object();
    json_set(object, "none", json_of_text(TEXT_NONE));
    json_set(object, "good", json_of_text(TEXT("\xc3\xa9")));
    json_set(object, "broken",
             json_of_text(TEXT("a\xff"
                               "b")));
    assert_true(json_is_null(json_object_get(object, "none")));
    assert_text(json_text(object, "good"), "\xc3\xa9");
    assert_text(json_text(object, "broken"), "a\xef\xbf\xbd"
                                             "b");
    json_decref(object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_escaped_as_twilio_does),
        cmocka_unit_test(a_broken_document_is_refused_with_its_place),
        cmocka_unit_test(what_is_read_is_written_in_its_order),
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(any_bytes_become_a_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
