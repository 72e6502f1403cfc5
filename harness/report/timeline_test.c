/* Rows of the timeline, kind by kind, and what is cut or left out. The table as a whole is in
 * failure_text_test.c. */
#include "report_test_support.h"

#include "timeline.h"

static void assert_timeline(const struct history *history, struct timeline_options options,
                            const char *expected)
{
    struct text_buf out;
    text_buf_init(&out, 64 * 1024);
    timeline_write(history, &options, &out);
    assert_string_equal(text_buf_z(&out), expected);
    text_buf_release(&out);
}

static void each_kind_has_its_words(void **state)
{
    (void)state;
    static const struct {
        enum history_kind kind;
        const char *fields;
        const char *row; /* "" when it has none */
    } rows[] = {
        {HISTORY_PROCESS, "{'name':'backend','event':'exited','pid':7,'exit':1}",
         "harness     backend exited, exit status 1"},
        {HISTORY_PROCESS, "{'name':'redis','event':'killed','signal':9}",
         "harness     redis killed, signal 9"},
        {HISTORY_STEP, "{'path':'steps[2]','verb':'receive','event':'end','outcome':'failed'}",
         "harness     steps[2] receive failed"},
        {HISTORY_STEP, "{'path':'steps[2]','verb':'receive','event':'end','outcome':'passed'}", ""},
        {HISTORY_ANSWER, "{'request':'4','error':'connection refused'}",
         "client      [4] < no answer: connection refused"},
        {HISTORY_CALL, "{'operation':'message.list','status':null,'fault':{'rule':2,'outcome':'reset'}}",
         "provider    message.list (planned: reset)"},
        {HISTORY_REPLY, "{'call':'RQ1','how':'client-left'}",
         "provider    the answer to RQ1 ended: client-left"},
        {HISTORY_STATUS, "{'sid':'SM1','status':'undelivered','code':63003}",
         "provider    SM1 undelivered code 63003"},
        {HISTORY_CALLBACK, "{'sid':'SM1','message_status':'sent','signature':'good','error':'refused'}",
         "callback    SM1 sent not delivered: refused"},
        {HISTORY_UNREAD, "{'what':'a head without an end','status':400}",
         "provider    a request that cannot be read: a head without an end -> 400"},
        {HISTORY_FAULT, "{'rule':1,'call':'RQ1'}", ""},
        {HISTORY_RECEIVED, "{'person':'awa','code':'482913','channel':'sms'}",
         "client      awa reads 482913 on sms"},
        {HISTORY_ADVANCE, "{'ms':5000,'text':'to expiry'}", "clock       advances, ms 5000, to expiry"},
        {HISTORY_JUMP, "{'from_ms':0,'to_ms':2000,'process':'backend','text':'a sleep of 2 s'}",
         "clock       +2 s: backend, a sleep of 2 s"},
        {HISTORY_JUMP, "{'from_ms':10,'to_ms':1260}", "clock       +1.250 s"},
        {HISTORY_CHECK, "{'what':'order','passed':true}", ""},
        {HISTORY_INVARIANT, "{'number':7,'verdict':'broken','text':'line 3'}",
         "harness     invariant 7 broken: line 3"},
        {HISTORY_INVARIANT, "{'number':7,'verdict':'held'}", ""},
        {HISTORY_END, "{'outcome':'failed','text':'a check'}", "harness     failed: a check"},
        {HISTORY_LOG, "{'process':'a long process name','text':'x'}", "a long pr…  x"},
        {HISTORY_LOG, "{}", "            "},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char expected[256] = "";
        struct history *history = history_open(NULL, (struct history_time){0}, NULL);
        note(history, 1500, rows[i].kind, rows[i].fields);
        if (rows[i].row[0] != '\0')
            snprintf(expected, sizeof expected, "    1     1.500  %s\n", rows[i].row);
        assert_timeline(history, (struct timeline_options){0}, expected);
        history_free(history);
    }
}

static void rows_are_cut_at_the_last_column(void **state)
{
    (void)state;
    struct history *history = history_open(NULL, (struct history_time){0}, NULL);
    note(history, 0, HISTORY_LOG, "{'process':'backend','text':'0123456789\xC3\xA9\xC3\xA9\xC3\xA9'}");
    assert_timeline(history, (struct timeline_options){.columns = 43, .indent = "> "},
                    ">     1     0.000  backend     0123456789\xC3\xA9…\n");
    assert_timeline(history, (struct timeline_options){.columns = 44, .indent = "> "},
                    ">     1     0.000  backend     0123456789\xC3\xA9\xC3\xA9\xC3\xA9\n");
    history_free(history);
}

static void what_is_left_out_in_the_middle_is_counted(void **state)
{
    (void)state;
    struct history *history = history_open(NULL, (struct history_time){0}, NULL);
    char fields[64];
    for (int i = 0; i < 20; i++) {
        snprintf(fields, sizeof fields, "{'process':'b','text':'%d'}", i);
        note(history, i, HISTORY_LOG, fields);
        note(history, i, HISTORY_FAULT, "{}");
    }
    assert_timeline(history, (struct timeline_options){.rows = 4},
                    "    1     0.000  b           0\n"
                    "  ... 16 lines left out ...\n"
                    "   35     0.017  b           17\n"
                    "   37     0.018  b           18\n"
                    "   39     0.019  b           19\n");
    history_free(history);
}

static void lines_noted_late_stand_where_they_happened(void **state)
{
    (void)state;
    struct history *history = history_open(NULL, (struct history_time){0}, NULL);
    note(history, 20, HISTORY_LOG, "{'process':'b','text':'later'}");
    note(history, 10, HISTORY_LOG, "{'process':'b','text':'sooner'}");
    assert_timeline(history, (struct timeline_options){0},
                    "    2     0.010  b           sooner\n    1     0.020  b           later\n");
    history_free(history);
}

static void note_jump(struct history *history, int from_ms, int to_ms, int64_t real_us)
{
    history_add_at(history, HISTORY_JUMP, json_pack("{s:i,s:i}", "from_ms", from_ms, "to_ms", to_ms),
                   (struct history_time){.mono_ms = to_ms, .real_us = real_us});
}

static void jumps_in_a_row_are_one_row(void **state)
{
    (void)state;
    struct history *history = history_open(NULL, (struct history_time){0}, NULL);
    note_jump(history, 0, 2000, 1);
    note_jump(history, 2000, 6000, 2);
    history_add_at(history, HISTORY_LOG, json_pack("{s:s,s:s}", "process", "b", "text", "x"),
                   (struct history_time){.mono_ms = 6000, .real_us = 3});
    for (int i = 0; i < 10; i++)
        note_jump(history, 6000 + i * 250, 6250 + i * 250, 4 + i);
    assert_timeline(history, (struct timeline_options){0},
                    "    2     6.000  clock       +2 s, +4 s (2 jumps)\n"
                    "    3     6.000  b           x\n"
                    "   13     8.500  clock       +250 ms, +250 ms, +250 ms, … (10 jumps, +2.500 s)\n");
    assert_timeline(history, (struct timeline_options){.rows = 1},
                    "  ... 2 lines left out ...\n"
                    "   13     8.500  clock       +250 ms, +250 ms, +250 ms, … (10 jumps, +2.500 s)\n");
    history_free(history);
}

static void real_time_is_told_where_it_is_far_from_the_virtual(void **state)
{
    (void)state;
    struct history *history = history_open(NULL, (struct history_time){0}, NULL);
    history_add_at(history, HISTORY_LOG, json_pack("{s:s,s:s}", "process", "b", "text", "x"),
                   (struct history_time){.mono_ms = 0, .real_us = 10000});
    note_jump(history, 0, 600000, 1210000);
    note_jump(history, 600000, 601000, 1220000);
    history_add_at(history, HISTORY_END, json_pack("{s:s}", "outcome", "passed"),
                   (struct history_time){.mono_ms = 601000, .real_us = 1500000});
    assert_timeline(history, (struct timeline_options){0},
                    "    1     0.000  b           x\n"
                    "    3   601.000  clock       +600 s, +1 s (2 jumps), after 1.210 s of real time\n"
                    "    4   601.000  harness     passed, 601.000 s of virtual time in 1.500 s\n");
    history_free(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_has_its_words),
        cmocka_unit_test(rows_are_cut_at_the_last_column),
        cmocka_unit_test(what_is_left_out_in_the_middle_is_counted),
        cmocka_unit_test(lines_noted_late_stand_where_they_happened),
        cmocka_unit_test(jumps_in_a_row_are_one_row),
        cmocka_unit_test(real_time_is_told_where_it_is_far_from_the_virtual),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
