/* report_test_support: a failed scenario and its history, as the golden tests of the report use them, and
 * room for what is written (tests only). */
#ifndef REPORT_TEST_SUPPORT_H
#define REPORT_TEST_SUPPORT_H

#include "test_support.h"

#include <stdio.h>

#include "json.h"
#include "mem.h"
#include "scenario_result.h"

enum { REPORT_OUT_BYTES = 4 * 1024 * 1024 };

/* Before each test: its state is an empty text. */
static inline int report_out_begin(void **state)
{
    struct text_buf *out = mem_new(sizeof *out);
    text_buf_init(out, REPORT_OUT_BYTES);
    *state = out;
    return 0;
}

static inline int report_out_end(void **state)
{
    text_buf_release(*state);
    mem_free(*state);
    return 0;
}

static inline void note(struct history *history, int t_ms, enum history_kind kind, const char *fields)
{
    char *text = mem_string(fields);
    for (char *quote = text; (quote = strchr(quote, '\'')) != NULL;)
        *quote = '"';
    json_error_t error;
    json_t *value = json_loads(text, 0, &error);
    if (value == NULL)
        fail_msg("%s: %s", text, error.text);
    history_add_at(history, kind, value,
                   (struct history_time){.mono_ms = t_ms, .real_us = (int64_t)t_ms * 1000});
    mem_free(text);
}

/* A backend that tries again after a permanent code. New. */
static inline struct history *golden_history(void)
{
    struct history *history = history_open(NULL, (struct history_time){0}, NULL);
    note(history, 0, HISTORY_RUN, "{'scenario':'a permanent code ends it','way':'namespace','clock':'real'}");
    note(history, 2, HISTORY_PHASE, "{'name':'steps'}");
    note(history, 3, HISTORY_STEP, "{'path':'steps[0]','verb':'login','line':9,'event':'begin'}");
    note(history, 4, HISTORY_REQUEST,
         "{'id':'1','person':'awa','method':'POST','url':'http://127.0.0.1:3000/api/auth/login',"
         "'body':'{\\u0022phoneNumber\\u0022:\\u0022+243810000001\\u0022}'}");
    note(history, 12, HISTORY_CALL,
         "{'id':'RQ0123456789abcdef0123456789abcdef','operation':'message.create','channel':'sms','to':'+"
         "243810000001',"
         "'status':400,'code':21608,'fault':null}");
    note(history, 13, HISTORY_REPLY,
         "{'call':'RQ0123456789abcdef0123456789abcdef','end_ms':13,'how':'sent'}");
    note(history, 14, HISTORY_LOG,
         "{'process':'backend','stream':'stdout','text':'trying again\\u001b[31m\\t!'}");
    note(history, 2015, HISTORY_CALL,
         "{'id':'RQ1123456789abcdef0123456789abcdef','operation':'message.create','channel':'sms','to':'+"
         "243810000001',"
         "'status':201,'sid':'SM0123456789abcdef0123456789abcdef','fault':{'rule':1,'outcome':'pass'}}");
    note(history, 2016, HISTORY_MESSAGE,
         "{'sid':'SM0123456789abcdef0123456789abcdef','status':'queued','channel':'sms','to':'+243810000001',"
         "'text':'Your code is 482913','code_text':'482913'}");
    note(history, 2030, HISTORY_ANSWER, "{'request':'1','status':200,'body':'{\\u0022success\\u0022:true}'}");
    note(history, 2031, HISTORY_STEP, "{'path':'steps[0]','verb':'login','event':'end','outcome':'passed'}");
    note(history, 2040, HISTORY_CALLBACK,
         "{'sid':'SM0123456789abcdef0123456789abcdef','message_status':'delivered','signature':'wrong','"
         "status':403}");
    note(history, 2041, HISTORY_REFUSED, "{'name':'updates.example.com'}");
    note(history, 2042, HISTORY_REFUSED, "{'address':'192.0.2.7','port':443}");
    note(history, 2050, HISTORY_CHECK,
         "{'what':'messages[0].requests','expected':'1','actual':'2','passed':false}");
    return history;
}

/* New. */
static inline struct scenario_result *golden_failure(void)
{
    const char *file = "scenarios/retries/a_permanent_code_ends_it.yaml";
    struct scenario_result *result = scenario_result_new(file, 1, "a permanent code ends it", "code=21608");
    result->took_real_ms = 2134;
    struct scenario_failure *failure =
        scenario_result_fail(result, file, 14, 5, "check", "messages to awa are not as expected");
    scenario_failure_differs(failure, "messages[0].requests", "1", "2");
    scenario_failure_differs(failure, "messages[0].accepted", "0", "1");
    return result;
}

#endif
