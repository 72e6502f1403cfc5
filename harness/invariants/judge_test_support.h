/* judge_test_support: hand-written histories for the judges' tests (tests only).
 *
 *     static const char *const lines[] = {
 *         "{'t':0,'kind':'request','id':'1','does':'verify','phone':'+243810000001','code':'111111'}",
 *         "{'t':9,'kind':'answer','request':'1','verdict':'accepted'}", NULL};
 *     assert_judged(1, lines, &policy, INVARIANT_HELD, 1, NULL);
 *
 * A line is JSON with ' for "; `t` is its moment in ms, virtual and real. Lines are numbered from 1. */
#ifndef JUDGE_TEST_SUPPORT_H
#define JUDGE_TEST_SUPPORT_H

#include "test_support.h"

#include "invariants.h"
#include "json.h"
#include "mem.h"

static inline void history_of_line(struct history *history, const char *line)
{
    char *text = mem_string(line);
    for (char *quote = text; (quote = strchr(quote, '\'')) != NULL;)
        *quote = '"';
    json_error_t error;
    json_t *fields = json_loads(text, 0, &error);
    if (fields == NULL)
        fail_msg("%s: %s", text, error.text);
    int64_t t_ms = json_integer_value(json_object_get(fields, "t"));
    enum history_kind kind = history_kind_of(json_text(fields, "kind"));
    assert_int_not_equal(kind, HISTORY_KINDS);
    json_object_del(fields, "t");
    json_object_del(fields, "kind");
    history_add_at(history, kind, fields, (struct history_time){.mono_ms = t_ms, .real_us = t_ms * 1000});
    mem_free(text);
}

/* `lines` ends with NULL. New. */
static inline struct history *history_of(const char *const *lines)
{
    struct history *history = history_open(NULL, (struct history_time){0}, NULL);
    for (; *lines != NULL; lines++)
        history_of_line(history, *lines);
    return history;
}

/* text NULL: not broken. */
static inline void assert_judged(int number, const char *const *lines, const struct invariant_policy *policy,
                                 enum invariant_verdict verdict, int exercised, const char *text)
{
    struct history *history = history_of(lines);
    struct invariant_results results;
    invariants_judge(history, policy, &results);
    const struct invariant_result *row = &results.rows[number - 1];
    const char *said = row->text == NULL ? "" : row->text;
    if (row->verdict != verdict || row->exercised != exercised || strcmp(said, text == NULL ? "" : text) != 0)
        fail_msg("expected \"%s\", %d times: \"%s\"; got \"%s\", %d times: \"%s\"",
                 invariant_verdict_name(verdict), exercised, text == NULL ? "" : text,
                 invariant_verdict_name(row->verdict), (int)row->exercised, said);
    invariants_release(&results);
    history_free(history);
}

#endif
