/* The report that CI servers read. Times of day and host names are left out: the same run gives the same
 * file. */
#include "report_entry.h"

#include <string.h>

#include "failure_text.h"
#include "plain.h"

enum { MESSAGE_MAX_BYTES = 4096 };

static const char no_family[] = "scenarios";

/* XML forbids most control characters even as references, so they are shown; newlines stay. */
static void put_xml(struct text_buf *out, struct text value)
{
    static const struct {
        char byte;
        const char *entity;
    } entities[] = {{'<', "&lt;"}, {'>', "&gt;"}, {'&', "&amp;"}, {'"', "&quot;"}, {'\n', "\n"}};
    size_t from = 0;
    for (size_t i = 0; i <= value.len; i++) {
        const char *entity = i == value.len ? "" : NULL;
        for (size_t e = 0; entity == NULL && e < sizeof entities / sizeof entities[0]; e++)
            if (value.at[i] == entities[e].byte)
                entity = entities[e].entity;
        if (entity == NULL)
            continue;
        plain_put(out, text_span(value.at + from, i - from));
        text_put_z(out, entity);
        from = i + 1;
    }
}

static void put_attribute(struct text_buf *out, const char *name, const char *value)
{
    if (value == NULL)
        return;
    text_putf(out, " %s=\"", name);
    put_xml(out, text_of(value));
    text_put_char(out, '"');
}

struct counts {
    size_t tests, failures, errors, skipped;
    int64_t took_ms;
};

static void count_one(struct counts *counts, const struct scenario_result *result)
{
    size_t *const by_outcome[SCENARIO_OUTCOMES] = {
        [SCENARIO_FAILED] = &counts->failures,    [SCENARIO_SETUP_FAILED] = &counts->failures,
        [SCENARIO_ENVIRONMENT] = &counts->errors, [SCENARIO_INVALID] = &counts->errors,
        [SCENARIO_SKIPPED] = &counts->skipped,
    };
    counts->tests++;
    counts->took_ms += result->took_real_ms;
    if (by_outcome[result->outcome] != NULL)
        ++*by_outcome[result->outcome];
}

static const char *family_of(const struct report_entry *entry)
{
    return entry->result->family == NULL ? no_family : entry->result->family;
}

/* Of one family, or of all when it is NULL. */
static struct counts counts_of(const struct report_suite *suite, const char *family)
{
    struct counts counts = {0};
    for (size_t i = 0; i < suite->entry_count; i++)
        if (family == NULL || strcmp(family_of(&suite->entries[i]), family) == 0)
            count_one(&counts, suite->entries[i].result);
    return counts;
}

static void put_counts(struct text_buf *out, const struct counts *counts, bool with_skipped)
{
    text_putf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\"", counts->tests, counts->failures,
              counts->errors);
    if (with_skipped)
        text_putf(out, " skipped=\"%zu\"", counts->skipped);
    text_putf(out, " time=\"%.3f\"", (double)counts->took_ms / 1000);
}

static void put_message(struct text_buf *out, const struct report_entry *entry)
{
    struct text_buf line;
    text_buf_init(&line, MESSAGE_MAX_BYTES);
    failure_line(entry->result, &line);
    put_attribute(out, "message", text_buf_z(&line));
    text_buf_release(&line);
}

static void put_property(struct text_buf *out, const char *name, const char *value)
{
    if (value == NULL)
        return;
    text_putf(out, "      <property name=\"%s\"", name);
    put_attribute(out, "value", value);
    text_put_z(out, "/>\n");
}

/* What a scenario that did not pass has inside its testcase. */
static void put_outcome(struct text_buf *out, const struct report_entry *entry)
{
    enum scenario_outcome outcome = entry->result->outcome;
    if (outcome == SCENARIO_SKIPPED) {
        text_put_z(out, "      <skipped");
        put_message(out, entry);
        text_put_z(out, "/>\n");
        return;
    }
    const char *element =
        outcome == SCENARIO_ENVIRONMENT || outcome == SCENARIO_INVALID ? "error" : "failure";
    text_putf(out, "      <%s", element);
    put_message(out, entry);
    put_attribute(out, "type", scenario_outcome_name(outcome));
    text_put_char(out, '>');
    put_xml(out, text_of(entry->body));
    text_putf(out, "</%s>\n", element);
}

static void put_testcase(struct text_buf *out, const struct report_entry *entry)
{
    const struct scenario_result *result = entry->result;
    struct text_buf name;
    text_buf_init(&name, 4096);
    text_put_z(&name, result->name);
    if (result->case_name != NULL)
        text_putf(&name, " (%s)", result->case_name);
    text_put_z(out, "    <testcase");
    put_attribute(out, "name", text_buf_z(&name));
    put_attribute(out, "classname", family_of(entry));
    put_attribute(out, "file", result->file);
    if (result->line > 0)
        text_putf(out, " line=\"%d\"", result->line);
    text_putf(out, " time=\"%.3f\"", (double)result->took_real_ms / 1000);
    if (result->outcome == SCENARIO_PASSED) {
        text_put_z(out, "/>\n");
    } else {
        text_put_z(out, ">\n");
        put_outcome(out, entry);
        text_put_z(out, "    </testcase>\n");
    }
    text_buf_release(&name);
}

static void put_family(struct text_buf *out, const struct report_suite *suite, const char *family)
{
    struct counts counts = counts_of(suite, family);
    text_put_z(out, "  <testsuite");
    put_attribute(out, "name", family);
    put_counts(out, &counts, true);
    text_put_z(out, ">\n");
    if (suite->way != NULL || suite->clock != NULL) {
        text_put_z(out, "    <properties>\n");
        put_property(out, "way", suite->way);
        put_property(out, "clock", suite->clock);
        text_put_z(out, "    </properties>\n");
    }
    for (size_t i = 0; i < suite->entry_count; i++)
        if (strcmp(family_of(&suite->entries[i]), family) == 0)
            put_testcase(out, &suite->entries[i]);
    text_put_z(out, "  </testsuite>\n");
}

static bool is_first_of_family(const struct report_suite *suite, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(family_of(&suite->entries[i]), family_of(&suite->entries[at])) == 0)
            return false;
    return true;
}

void junit_write(const struct report_suite *suite, struct text_buf *out)
{
    struct counts counts = counts_of(suite, NULL);
    text_put_z(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"otp-harness\"");
    put_counts(out, &counts, false);
    text_put_z(out, ">\n");
    for (size_t i = 0; i < suite->entry_count; i++)
        if (is_first_of_family(suite, i))
            put_family(out, suite, family_of(&suite->entries[i]));
    text_put_z(out, "</testsuites>\n");
}
