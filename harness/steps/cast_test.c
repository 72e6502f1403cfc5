/* People: their numbers in every form, their codes, what they have taken; and what a request means by its
 * parameters. */
#include "test_support.h"

#include "cast.h"
#include "json.h"
#include "mem.h"
#include "meaning.h"
#include "problems.h"

struct stage_of_two {
    struct cast *cast;
    struct variables *variables;
    struct history *history;
    struct actor *awa, *marie;
};

static void setup(struct stage_of_two *s)
{
    struct fail why = {0};
    s->cast = cast_new(false);
    s->variables = variables_new(NULL);
    s->history = history_open(NULL, history_now(), &why);
    s->awa = cast_add(s->cast, TEXT("awa"), TEXT("+243810000001"), TEXT("0810 000 001"), &why);
    s->marie = cast_add(s->cast, TEXT("marie"), TEXT("+33600000001"), TEXT("06 00 00 00 01"), &why);
    cast_provide(s->cast, s->variables, s->history, 6, 42);
}

static void teardown(struct stage_of_two *s)
{
    variables_free(s->variables);
    cast_free(s->cast);
    history_free(s->history);
}

static char *resolved(struct stage_of_two *s, const char *path)
{
    json_t *value = NULL;
    struct fail why = {0};
    if (!variables_get(s->variables, text_of(path), &value, &why))
        return mem_string(why.text);
    char *text = mem_string(json_string_value(value));
    json_decref(value);
    return text;
}

static void a_number_is_written_in_every_form(void **state)
{
    (void)state;
    static const struct {
        const char *path, *text;
    } rows[] = {
        {"awa", "+243810000001"},
        {"awa.bare", "243810000001"},
        {"awa.national", "0810 000 001"},
        {"marie.bare", "33600000001"},
        {"awa.code", "awa has not received a message: a `receive` step takes it"},
    };
    struct stage_of_two s;
    setup(&s);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char *text = resolved(&s, rows[i].path);
        assert_string_equal(text, rows[i].text);
        mem_free(text);
    }
    teardown(&s);
}

static void a_person_is_found_by_every_form_of_the_number(void **state)
{
    (void)state;
    static const char *const forms[] = {"+243810000001", "243810000001", "0810000001", "0810 000-001",
                                        "+243 810 000 001"};
    struct stage_of_two s;
    setup(&s);
    for (size_t i = 0; i < COUNT_OF(forms); i++)
        assert_ptr_equal(cast_find_number(s.cast, text_of(forms[i])), s.awa);
    assert_null(cast_find_number(s.cast, TEXT("+243810000002")));
    assert_null(cast_find_number(s.cast, TEXT("")));
    assert_null(cast_find(s.cast, TEXT("nobody")));
    assert_string_equal(actor_address(s.awa), "127.3.0.1");
    assert_string_equal(actor_address(s.marie), "127.3.0.2");
    teardown(&s);
}

static void a_message_is_taken_once_and_leaves_its_code(void **state)
{
    (void)state;
    struct stage_of_two s;
    setup(&s);
    assert_true(actor_take(s.awa, TEXT("SM1"), TEXT("123456")));
    assert_false(actor_take(s.awa, TEXT("SM1"), TEXT("123456")));
    assert_true(actor_has_taken(s.awa, TEXT("SM1")));
    assert_false(actor_has_taken(s.marie, TEXT("SM1")));
    char *code = resolved(&s, "awa.code");
    assert_string_equal(code, "123456");
    mem_free(code);
    assert_true(actor_take(s.awa, TEXT("SM2"), TEXT_NONE));
    code = resolved(&s, "awa.code");
    assert_string_equal(code, "there is no code in the message that awa received last");
    mem_free(code);
    teardown(&s);
}

/* One digit: nine of the ten are left when one was sent. */
static void a_wrong_code_is_new_and_was_never_sent(void **state)
{
    (void)state;
    struct stage_of_two s;
    bool seen[10] = {false};
    setup(&s);
    cast_provide(s.cast, s.variables, s.history, 1, 42);
    history_add(s.history, HISTORY_MESSAGE, json_pack("{s:s}", "code_text", "7"));
    for (int i = 0; i < 9; i++) {
        char *code = resolved(&s, "awa.wrong-code");
        assert_int_equal(strlen(code), 1);
        assert_false(seen[code[0] - '0']);
        seen[code[0] - '0'] = true;
        mem_free(code);
    }
    assert_false(seen[7]);
    char *last = resolved(&s, "marie.wrong-code");
    assert_string_equal(last, "all wrong codes of 1 digits are used up");
    mem_free(last);
    teardown(&s);
}

/* ---- meaning */

static void named_set(struct stage_of_two *s, struct named_values *list, struct named_value *items,
                      size_t index, const char *name, const char *value)
{
    items[index] = (struct named_value){.name = text_of(name)};
    variables_set(s->variables, text_of(name), json_string(value));
    list->items = items;
    list->count = index + 1;
}

static void parameters_tell_what_a_request_means(void **state)
{
    (void)state;
    struct stage_of_two s;
    struct named_value given_items[4], default_items[4];
    struct named_values given = {0}, defaults = {0};
    struct meaning meaning;
    struct fail why = {0};
    setup(&s);
    named_set(&s, &given, given_items, 0, "phone", "0810000001");
    named_set(&s, &defaults, default_items, 0, "channel", "whatsapp");
    named_set(&s, &defaults, default_items, 1, "type", "login");
    assert_true(meaning_read(&meaning, s.cast, &given, &defaults, s.variables, &why));
    assert_int_equal(meaning.does, DOES_SEND);
    assert_ptr_equal(meaning.actor, s.awa);
    assert_text(meaning.phone, "+243810000001");
    assert_text(meaning.purpose, "login");
    assert_null(meaning.channel.at); /* by default: the backend chooses */
    named_set(&s, &given, given_items, 1, "code", "123456");
    named_set(&s, &given, given_items, 2, "channel", "sms");
    assert_true(meaning_read(&meaning, s.cast, &given, &defaults, s.variables, &why));
    assert_int_equal(meaning.does, DOES_VERIFY);
    assert_text(meaning.code, "123456");
    assert_text(meaning.channel, "sms");
    json_t *fields = json_object();
    meaning_write(&meaning, fields);
    char *written = json_write(fields);
    assert_string_equal(written, "{\"does\":\"verify\",\"phone\":\"+243810000001\",\"purpose\":\"login\","
                                 "\"code\":\"123456\",\"channel\":\"sms\"}");
    mem_free(written);
    json_decref(fields);
    given.count = 0;
    assert_true(meaning_read(&meaning, s.cast, &given, &defaults, s.variables, &why));
    assert_int_equal(meaning.does, DOES_OTHER);
    teardown(&s);
}

static void the_verdict_is_the_first_answer_of_the_profile_that_fits(void **state)
{
    (void)state;
    static const char yaml[] = "backend: One\nrun: sh\nanswers:\n"
                               "  sent: { status: 200 }\n  limited: { status: 429 }\n"
                               "  wrong-code: { status: 400 }\n  expired: { status: [400, 410] }\n";
    static const struct {
        enum meaning_does does;
        int status;
        const char *verdict;
    } rows[] = {
        {DOES_SEND, 200, "sent"},         {DOES_SEND, 429, "limited"},   {DOES_SEND, 502, "other"},
        {DOES_VERIFY, 200, "accepted"}, /* not named in the profile: a 2xx */
        {DOES_VERIFY, 400, "wrong-code"}, {DOES_VERIFY, 410, "expired"}, {DOES_VERIFY, 500, "other"},
    };
    struct problems *problems = problems_new();
    struct profile *profile = profile_read_text("backend.yaml", text_of(yaml), problems);
    assert_non_null(profile);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct answer answer;
        struct meaning meaning = {.does = rows[i].does};
        answer_init(&answer, ANSWER_HTTP);
        answer.status = rows[i].status;
        assert_string_equal(meaning_verdict(&meaning, profile, NULL, &answer), rows[i].verdict);
        answer_release(&answer);
    }
    profile_free(profile);
    problems_free(problems);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_is_written_in_every_form),
        cmocka_unit_test(a_person_is_found_by_every_form_of_the_number),
        cmocka_unit_test(a_message_is_taken_once_and_leaves_its_code),
        cmocka_unit_test(a_wrong_code_is_new_and_was_never_sent),
        cmocka_unit_test(parameters_tell_what_a_request_means),
        cmocka_unit_test(the_verdict_is_the_first_answer_of_the_profile_that_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
