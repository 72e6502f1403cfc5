/* Where a code may not stand, and digits that only look like one: invariant 11. */
#include "judge_test_support.h"

#define MESSAGE                                                                                              \
    "{'t':1,'kind':'message','to':'+243810000001','text':'Your code is 123456','code_text':'123456'}"
#define SHORT "{'t':1,'kind':'message','to':'+243810000001','text':'Your code is 2023','code_text':'2023'}"

static const struct invariant_policy none = {0};

static void without_a_code_there_is_nothing_to_look_for(void **state)
{
    (void)state;
    static const char *const lines[] = {"{'t':2,'kind':'log','process':'backend','text':'123456'}", NULL};
    assert_judged(11, lines, &none, INVARIANT_NOT_EXERCISED, 0, NULL);
}

static void a_code_in_any_of_the_places_is_a_breach(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        const char *said;
    } rows[] = {
        {"{'t':2,'kind':'answer','body':'{\\u0022code\\u0022:\\u0022123456\\u0022}'}",
         "code 123456 stands in an answer's body: line 2"},
        {"{'t':2,'kind':'answer','body':{'data':[{'code':123456}]}}",
         "code 123456 stands in an answer's body: line 2"},
        {"{'t':2,'kind':'answer','headers':{'X-Debug':'otp=123456'}}",
         "code 123456 stands in an answer's headers: line 2"},
        {"{'t':0,'kind':'log','process':'backend','text':'otp:243810000001:123456'}",
         "code 123456 stands in a log line: line 2"},
        {"{'t':2,'kind':'log','process':'redis','text':'SET code123456x'}",
         "code 123456 stands in a log line: line 2"},
        {"{'t':2,'kind':'call','operation':'message.fetch','path':'/x?code=123456'}",
         "code 123456 stands in a call's path: line 2"},
        {"{'t':2,'kind':'log','process':'backend','text':'POST Body=Your%20code%20is%20123456.'}",
         "code 123456 stands in a log line: line 2"},
        {"{'t':2,'kind':'callback','url':'http://127.0.0.1:3000/cb/123456/1','signature':'good'}",
         "code 123456 stands in a callback's URL: line 2"},
        {"{'t':2,'kind':'callback','answer':'{123456}','signature':'good'}",
         "code 123456 stands in the answer to a callback: line 2"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *const lines[] = {MESSAGE, rows[i].line, NULL};
        assert_judged(11, lines, &none, INVARIANT_BROKEN, 1, rows[i].said);
    }
}

static void what_only_looks_like_a_code_is_none(void **state)
{
    (void)state;
    static const struct {
        const char *message;
        const char *line;
    } rows[] = {
        {MESSAGE, "{'t':2,'kind':'answer','body':'1234567 and 0123456'}"},
        {MESSAGE, "{'t':2,'kind':'log','process':'backend','text':'took 0.123456 s'}"},
        {MESSAGE, "{'t':2,'kind':'log','process':'backend','text':'SMab123456abcdefabcdefabcdefabcdef'}"},
        {MESSAGE, "{'t':2,'kind':'answer','body':{'code':1234567}}"},
        {MESSAGE, "{'t':2,'kind':'answer','body':'%201234567 50%123456'}"},
        {SHORT, "{'t':2,'kind':'log','process':'backend','text':'2023-06-16T17:29:30Z'}"},
        {SHORT, "{'t':2,'kind':'log','process':'backend','text':'16-2023 20:2023'}"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *const lines[] = {rows[i].message, rows[i].line, NULL};
        assert_judged(11, lines, &none, INVARIANT_HELD, 1, NULL);
    }
}

static void the_provider_and_the_client_may_know_the_code(void **state)
{
    (void)state;
    static const char *const lines[] = {
        MESSAGE,
        "{'t':2,'kind':'call','operation':'message.create','path':'/Messages.json','text':'123456'}",
        "{'t':2,'kind':'request','id':'1','url':'http://127.0.0.1/?code=123456','body':'123456'}",
        "{'t':2,'kind':'received','code':'123456'}",
        "{'t':2,'kind':'log','process':'twilio-sim','text':'123456'}",
        NULL};
    assert_judged(11, lines, &none, INVARIANT_HELD, 1, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_code_there_is_nothing_to_look_for),
        cmocka_unit_test(a_code_in_any_of_the_places_is_a_breach),
        cmocka_unit_test(what_only_looks_like_a_code_is_none),
        cmocka_unit_test(the_provider_and_the_client_may_know_the_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
