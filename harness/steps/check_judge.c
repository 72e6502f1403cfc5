/* Judges all lists of a check, and what the lists share. */
#include "checks.h"

#include "mem.h"

typedef bool facts_judge(const struct check *check, struct check_case *c);

static facts_judge *const judges[] = {check_messages,  check_order, check_calls,
                                      check_callbacks, check_log,   check_answers};

bool check_judge(const struct check *check, const struct check_case *c)
{
    struct happenings seen;
    happenings_read(c->history, c->since_real_us, &seen);
    struct check_case own = *c;
    own.seen = &seen;
    own.variables = variables_new(c->variables); /* what this judging resolves is forgotten after it */
    bool fine = true;
    for (size_t i = 0; i < sizeof judges / sizeof *judges; i++)
        fine = judges[i](check, &own) && fine;
    variables_free(own.variables);
    happenings_release(&seen);
    return fine;
}

bool check_report(struct check_case *c, struct place at, const char *what, bool holds, struct text expected,
                  struct text actual)
{
    if (c->note) {
        json_t *fields = json_object();
        json_set(fields, "what", json_string(what));
        json_set(fields, "expected", json_of_text(expected));
        json_set(fields, "actual", json_of_text(actual));
        json_set(fields, "passed", json_boolean(holds));
        history_add(c->history, HISTORY_CHECK, fields);
    }
    if (!holds) {
        struct finding *finding = findings_add(c->findings, at, c->step, "%s is not what was expected", what);
        finding_differs(finding, what, expected, actual);
    }
    return holds;
}

static bool count_report(struct check_case *c, struct count expected, struct place at, const char *what,
                         int64_t actual)
{
    struct text_buf wanted, got;
    text_buf_init(&wanted, 64);
    text_buf_init(&got, 64);
    count_write(expected, &wanted);
    text_put_int(&got, actual);
    bool holds =
        check_report(c, at, what, count_holds(expected, actual), text_buf_view(&wanted), text_buf_view(&got));
    text_buf_release(&wanted);
    text_buf_release(&got);
    return holds;
}

bool check_broken(struct check_case *c, struct place at, const struct fail *why)
{
    return findings_add_fail(c->findings, at, c->step, why);
}

bool check_count(struct check_case *c, const struct value *expected, const char *what, int64_t actual)
{
    if (!value_given(expected))
        return true;
    struct count count;
    struct fail why = {0};
    if (!value_count(expected, c->variables, &count, &why))
        return check_broken(c, expected->at, &why);
    return count_report(c, count, expected->at, what, actual);
}

bool check_count_or(struct check_case *c, const struct value *expected, struct count otherwise,
                    struct place at, const char *what, int64_t actual)
{
    if (value_given(expected))
        return check_count(c, expected, what, actual);
    return count_report(c, otherwise, at, what, actual);
}

bool check_selects(struct check_case *c, const struct value *wanted, struct text actual, bool *ret_fine)
{
    if (!value_given(wanted))
        return true;
    struct text text;
    struct fail why = {0};
    if (!value_text(wanted, c->variables, &text, &why)) {
        if (*ret_fine)
            check_broken(c, wanted->at, &why);
        *ret_fine = false;
        return false;
    }
    return text_equal(text, actual);
}

bool check_selects_person(struct check_case *c, const struct value *wanted, struct text number,
                          bool *ret_fine)
{
    if (!value_given(wanted))
        return true;
    struct text text;
    struct fail why = {0};
    if (!value_person(wanted, c->variables, &text, &why)) {
        if (*ret_fine)
            check_broken(c, wanted->at, &why);
        *ret_fine = false;
        return false;
    }
    return text_equal(text, number);
}
