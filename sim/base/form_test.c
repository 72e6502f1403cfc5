/* Forms: what is read, in which order, and what is refused. */
#include "test_support.h"
#include "arena.h"
#include "bounds.h"
#include "form.h"

static struct arena *arena;

static int arena_begins(void **state)
{
    (void)state;
    arena = arena_new(REQUEST_ARENA_MAX_BYTES);
    return 0;
}

static int arena_ends(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

/* The pairs as text: "[name=value][name=value]". */
static void assert_pairs(const struct form *form, const char *expected)
{
    struct text_buf out;
    text_buf_init(&out, 4096);
    for (size_t i = 0; i < form->count; i++)
        text_putf(&out, "[%.*s=%.*s]", TEXT_ARGS(form->pairs[i].name), TEXT_ARGS(form->pairs[i].value));
    assert_string_equal(text_buf_z(&out), expected);
    text_buf_release(&out);
}

static void pairs_are_decoded_in_order_and_repeats_are_kept(void **state)
{
    (void)state;
    static const struct {
        const char *encoded, *pairs;
    } rows[] = {
        {"", ""},
        {"a=1", "[a=1]"},
        {"To=%2B243810000001&From=%2B15005550006", "[To=+243810000001][From=+15005550006]"},
        {"b=2&a=1&b=3", "[b=2][a=1][b=3]"},
        {"a+b=c+d%20e", "[a b=c d e]"},
        {"DateSent%3E=2023-06-16", "[DateSent>=2023-06-16]"},
        {"a=b=c", "[a=b=c]"},
        {"a", "[a=]"},
        {"a=", "[a=]"},
        {"=x", "[=x]"},
        {"&&a=1&&&b=2&", "[a=1][b=2]"},
        {"x=%c3%A9", "[x=\xc3\xa9]"},
        {"x=%25", "[x=%]"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct form form;
        assert_int_equal(form_parse(arena, text_of(rows[i].encoded), &form), FORM_OK);
        assert_pairs(&form, rows[i].pairs);
    }
}

static void what_cannot_be_decoded_is_refused_with_its_reason(void **state)
{
    (void)state;
    static const struct {
        const char *encoded;
        enum form_result result;
        const char *words;
    } rows[] = {
        {"a=%", FORM_BROKEN_PERCENT, "a % is not followed by two hex digits"},
        {"a=%4", FORM_BROKEN_PERCENT, "a % is not followed by two hex digits"},
        {"a=%4&b=1", FORM_BROKEN_PERCENT, "a % is not followed by two hex digits"},
        {"a=%zz", FORM_BROKEN_PERCENT, "a % is not followed by two hex digits"},
        {"%=1", FORM_BROKEN_PERCENT, "a % is not followed by two hex digits"},
        {"a=x%00y", FORM_NUL_BYTE, "a NUL byte"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct form form;
        assert_int_equal(form_parse(arena, text_of(rows[i].encoded), &form), rows[i].result);
        assert_string_equal(form_result_text(rows[i].result), rows[i].words);
    }
    struct form form;
    assert_int_equal(form_parse(arena, text_span("a=x\0y", 5), &form), FORM_NUL_BYTE);
}

static void more_pairs_than_the_bound_are_refused(void **state)
{
    (void)state;
    struct text_buf body;
    struct form form;
    text_buf_init(&body, 10000);
    for (int i = 0; i < 512; i++)
        form_put(&body, TEXT("a"), TEXT("1"));
    assert_int_equal(form_parse(arena, text_buf_view(&body), &form), FORM_OK);
    assert_int_equal(form.count, 512);
    form_put(&body, TEXT("a"), TEXT("1"));
    assert_int_equal(form_parse(arena, text_buf_view(&body), &form), FORM_TOO_MANY);
    assert_string_equal(form_result_text(FORM_TOO_MANY), "too many parameters");
    text_buf_release(&body);
}

static void a_form_that_passes_the_arenas_ceiling_is_refused(void **state)
{
    (void)state;
    struct form form;
    struct arena *small = arena_new(64);
    assert_int_equal(form_parse(small, TEXT("a=1&b=2&c=3"), &form), FORM_TOO_MANY);
    assert_int_equal(form_parse(small, TEXT("a=%41%41%41%41%41%41%41%41%41%41%41%41%41%41"), &form),
                     FORM_TOO_MANY);
    arena_free(small);
}

static void the_first_of_a_name_is_found_in_its_case_only(void **state)
{
    (void)state;
    struct form form;
    assert_int_equal(form_parse(arena, TEXT("To=first&To=second&Empty="), &form), FORM_OK);
    assert_text(form_get(&form, "To"), "first");
    assert_true(form_has(&form, "Empty"));
    assert_int_equal(form_get(&form, "Empty").len, 0);
    assert_false(form_has(&form, "to"));
    assert_null(form_get(&form, "T").at);
}

static void what_is_written_reads_back(void **state)
{
    (void)state;
    struct text_buf out;
    struct form form;
    text_buf_init(&out, 4096);
    form_put(&out, TEXT("To"), TEXT("whatsapp:+243810000001"));
    form_put(&out, TEXT("Body"), TEXT("d\xc3\xa9j\xc3\xa0 vu & 100% ~-._"));
    assert_string_equal(text_buf_z(&out),
                        "To=whatsapp%3A%2B243810000001&Body=d%C3%A9j%C3%A0+vu+%26+100%25+~-._");
    assert_int_equal(form_parse(arena, text_buf_view(&out), &form), FORM_OK);
    assert_text(form_get(&form, "Body"), "d\xc3\xa9j\xc3\xa0 vu & 100% ~-._");
    text_buf_clear(&out);
    form_put_encoded(&out, text_span("a b\0+", 5), false);
    assert_string_equal(text_buf_z(&out), "a%20b%00%2B");
    text_buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_are_decoded_in_order_and_repeats_are_kept),
        cmocka_unit_test(what_cannot_be_decoded_is_refused_with_its_reason),
        cmocka_unit_test(more_pairs_than_the_bound_are_refused),
        cmocka_unit_test(a_form_that_passes_the_arenas_ceiling_is_refused),
        cmocka_unit_test(the_first_of_a_name_is_found_in_its_case_only),
        cmocka_unit_test(what_is_written_reads_back),
    };
    return cmocka_run_group_tests(tests, arena_begins, arena_ends);
}
