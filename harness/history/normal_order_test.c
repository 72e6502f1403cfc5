/* Which lines stand together, and which orders are kept. */
#include "test_support.h"

#include <stdio.h>

#include "json.h"
#include "mem.h"
#include "normal_order.h"

static struct history *history_of(const char *const *lines)
{
    struct history *history = history_open(NULL, (struct history_time){0}, NULL);
    for (; *lines != NULL; lines++) {
        struct fail why = {0};
        json_t *fields;
        char *text = mem_string(*lines);
        for (char *quote = text; (quote = strchr(quote, '\'')) != NULL;)
            *quote = '"';
        assert_true(json_read(text_of(text), "", &fields, &why));
        enum history_kind kind = history_kind_of(json_text(fields, "kind"));
        json_object_del(fields, "kind");
        history_add_at(history, kind, fields, (struct history_time){0});
        mem_free(text);
    }
    return history;
}

/* "3 5|4": the n of the lines of each block, in the order of blocks; "," where two blocks are in no order. */
static void assert_blocks(const char *const *lines, const char *expected)
{
    struct history *history = history_of(lines);
    struct order_blocks blocks;
    char seen[256] = "";
    size_t len = 0;
    order_blocks_init(&blocks, history);
    for (size_t i = 0; i < blocks.count; i++) {
        if (i > 0)
            len += (size_t)snprintf(seen + len, sizeof seen - len, "%s",
                                    order_compare(&blocks.blocks[i - 1], &blocks.blocks[i]) == 0  ? ","
                                    : order_compare(&blocks.blocks[i - 1], &blocks.blocks[i]) < 0 ? "|"
                                                                                                  : "<");
        for (size_t k = 0; k < blocks.blocks[i].count; k++)
            len += (size_t)snprintf(seen + len, sizeof seen - len, k == 0 ? "%d" : " %d",
                                    (int)blocks.blocks[i].lines[k].line->n);
    }
    assert_string_equal(seen, expected);
    order_blocks_release(&blocks);
    history_free(history);
}

static void an_answer_stands_with_its_request(void **state)
{
    (void)state;
    assert_blocks((const char *const[]){"{'kind':'request','id':'q1'}", "{'kind':'request','id':'q2'}",
                                        "{'kind':'answer','request':'q2'}",
                                        "{'kind':'answer','request':'q1'}",
                                        "{'kind':'answer','request':'q9'}", NULL},
                  "1 4|2 3|5");
}

static void what_is_done_at_once_is_in_no_order(void **state)
{
    (void)state;
    assert_blocks((const char *const[]){"{'kind':'step','path':'steps[0]','verb':'parallel','event':'begin'}",
                                        "{'kind':'request','id':'q1'}", "{'kind':'request','id':'q2'}",
                                        "{'kind':'step','path':'steps[0]','verb':'parallel','event':'end'}",
                                        "{'kind':'request','id':'q3'}", "{'kind':'phase','name':'check'}",
                                        NULL},
                  "1|2,3|4|5|6");
}

static void a_message_stands_with_its_call_by_observer(void **state)
{
    (void)state;
    assert_blocks((const char *const[]){"{'kind':'call','id':'R1','to':'+1'}",
                                        "{'kind':'message','sid':'S1','cause':'R1','to':'+1'}",
                                        "{'kind':'status','sid':'S1','status':'sent'}",
                                        "{'kind':'callback','sid':'S1','id':'late','start_ms':7}",
                                        "{'kind':'reply','call':'R1'}", "{'kind':'fault','call':'R1'}",
                                        "{'kind':'status','sid':'S1','status':'delivered'}",
                                        "{'kind':'callback','sid':'S1','forged':true,'start_ms':4}",
                                        "{'kind':'callback','sid':'S1','id':'early','start_ms':5}", NULL},
                  "1 6 2 5 3 7 9 4 8");
}

static void calls_are_in_order_for_each_person(void **state)
{
    (void)state;
    assert_blocks((const char *const[]){"{'kind':'call','id':'R1','to':'+1'}",
                                        "{'kind':'call','id':'R2','to':'+1'}",
                                        "{'kind':'call','id':'R3','to':'+2'}",
                                        "{'kind':'message','sid':'S1','direction':'inbound','from':'+2'}",
                                        "{'kind':'call','id':'R4'}", "{'kind':'call','id':'R5'}", NULL},
                  "1|2|3|4<5,6");
}

static void log_lines_are_in_no_order_but_go_on(void **state)
{
    (void)state;
    assert_blocks(
        (const char *const[]){"{'kind':'log','process':'b','stream':'stdout','text':'sent'}",
                              "{'kind':'log','process':'b','stream':'stdout','text':'Error: no'}",
                              "{'kind':'log','process':'b','stream':'stdout','text':'    at x.js:1'}",
                              "{'kind':'log','process':'b','stream':'stdout','text':'half','continued':true}",
                              "{'kind':'log','process':'b','stream':'stdout','text':'the rest'}",
                              "{'kind':'log','process':'b','stream':'stdout','text':'more'}",
                              "{'kind':'log','process':'c','stream':'stdout','text':' alone'}", NULL},
        "1,2 3,4 5,6|7");
}

static void how_often_the_backend_was_asked_whether_it_is_ready_is_chance(void **state)
{
    (void)state;
    assert_blocks(
        (const char *const[]){
            "{'kind':'run','ready':'/health'}", "{'kind':'log','text':'GET /health 200'}",
            "{'kind':'log','text':'path=/health'}", "{'kind':'log','text':'GET /healthy 200'}",
            "{'kind':'log','text':'GET /api/health/x 200'}", "{'kind':'request','url':'/health'}", NULL},
        "1|4,5<6");
}

static void jumps_are_no_behaviour_and_processes_are_each_for_itself(void **state)
{
    (void)state;
    assert_blocks(
        (const char *const[]){"{'kind':'process','name':'a','event':'started'}", "{'kind':'jump','to_ms':5}",
                              "{'kind':'process','name':'b','event':'started'}",
                              "{'kind':'process','name':'a','event':'ready'}",
                              "{'kind':'refused','name':'x'}", "{'kind':'refused','name':'y'}", NULL},
        "1 4|3|5,6");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_stands_with_its_request),
        cmocka_unit_test(what_is_done_at_once_is_in_no_order),
        cmocka_unit_test(a_message_stands_with_its_call_by_observer),
        cmocka_unit_test(calls_are_in_order_for_each_person),
        cmocka_unit_test(log_lines_are_in_no_order_but_go_on),
        cmocka_unit_test(how_often_the_backend_was_asked_whether_it_is_ready_is_chance),
        cmocka_unit_test(jumps_are_no_behaviour_and_processes_are_each_for_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
