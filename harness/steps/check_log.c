/* `log:`: lines that the backend wrote. `match` reads a line as text (or as JSON, for a filter of jq's),
 * `filter` speaks the language of Cloud Logging. Lines of stores are not the backend's. */
#include "checks.h"

#include <stdio.h>

#include "log_entry.h"
#include "log_filter.h"
#include "stage.h"
#include "text_match.h"

/* Exactly one of the two is there. */
struct line_test {
    struct text_match *match;
    struct log_filter *filter;
    struct log_entry_form form;
};

static bool test_prepare(struct check_case *c, const struct log_fact *fact, struct line_test *ret,
                         struct fail *why)
{
    struct text written;
    const struct value *wanted = value_given(&fact->match) ? &fact->match : &fact->filter;
    if (!value_text(wanted, c->variables, &written, why))
        return false;
    if (wanted == &fact->match)
        ret->match = text_match_new(written, why);
    else if (log_entry_form_read(&ret->form, c->log, c->variables, why))
        ret->filter = log_filter_new(written, why);
    return ret->match != NULL || ret->filter != NULL;
}

static void test_release(struct line_test *test)
{
    text_match_free(test->match);
    log_filter_free(test->filter);
    log_entry_form_release(&test->form);
}

static bool test_holds(const struct line_test *test, struct text line)
{
    if (test->match != NULL)
        return text_match_holds(test->match, line, NULL);
    json_t *entry = log_entry_read(&test->form, line);
    bool holds = log_filter_holds(test->filter, entry, line);
    json_decref(entry);
    return holds;
}

static bool fact_judge(struct check_case *c, const struct log_fact *fact, size_t index)
{
    struct line_test test = {0};
    struct fail why = {0};
    if (!test_prepare(c, fact, &test, &why)) {
        test_release(&test);
        return check_broken(c, fact->at, &why);
    }
    int64_t count = 0;
    for (size_t i = 0; i < c->seen->log_count; i++)
        count += text_is(c->seen->logs[i].process, STAGE_BACKEND) && test_holds(&test, c->seen->logs[i].text);
    test_release(&test);
    char what[40];
    snprintf(what, sizeof what, "log[%zu].count", index);
    return check_count_or(c, &fact->count, (struct count){1, COUNT_NO_END}, fact->at, what, count);
}

bool check_log(const struct check *check, struct check_case *c)
{
    bool fine = true;
    for (size_t i = 0; i < check->log.count; i++)
        fine = fact_judge(c, &check->log.items[i], i) && fine;
    return fine;
}
