/* The summary of a step: tables in Markdown. Everything from elsewhere is escaped, so that nobody's text
 * becomes a link, an image or a table. */
#include "github.h"

#include <string.h>

#include "plain.h"

enum {
    ROW_MAX_BYTES = 64 * 1024,
    CELL_COLUMNS = 300,
    NOTE_BYTES = 256, /* kept free for the sentence on what was left out */
    WHOLE_FAILURES = 10,
    SHOWN_ROWS = 5,
};

static void put_cell(struct text_buf *out, const char *words)
{
    struct text_buf shown;
    text_buf_init(&shown, ROW_MAX_BYTES);
    plain_put_cut(&shown, text_of(words), CELL_COLUMNS);
    struct text view = text_buf_view(&shown);
    for (size_t i = 0; i < view.len; i++) {
        char byte = view.at[i];
        if (byte == '&')
            text_put_z(out, "&amp;");
        else if (byte == '<')
            text_put_z(out, "&lt;");
        else if (byte == '@')
            text_put_z(out, "&#64;"); /* nobody is told */
        else {
            if (strchr("\\`*_{}[]()#+!|~>$:", byte) != NULL)
                text_put_char(out, '\\');
            text_put_char(out, byte);
        }
    }
    text_buf_release(&shown);
}

static bool is_failure(const struct report_entry *entry)
{
    return entry->result->outcome != SCENARIO_PASSED && entry->result->outcome != SCENARIO_SKIPPED;
}

static void put_results(const struct report_suite *suite, struct text_buf *out)
{
    size_t counts[SCENARIO_OUTCOMES] = {0};
    for (size_t i = 0; i < suite->entry_count; i++)
        counts[suite->entries[i].result->outcome]++;
    size_t skipped = counts[SCENARIO_SKIPPED];
    text_putf(out, "## otp-harness: %zu passed, %zu failed\n\n| result | scenarios |\n|---|---:|\n",
              counts[SCENARIO_PASSED], suite->entry_count - counts[SCENARIO_PASSED] - skipped);
    for (int i = 0; i < SCENARIO_OUTCOMES; i++)
        if (counts[i] > 0)
            text_putf(out, "| %s | %zu |\n", scenario_outcome_name((enum scenario_outcome)i), counts[i]);
    text_put_z(out, "\n");
    if (suite->way != NULL)
        text_putf(out, "way: %s, clock: ", suite->way);
    if (suite->way != NULL && suite->clocks != NULL)
        clock_total_write(suite->clocks, out);
    else if (suite->way != NULL)
        text_putf(out, "%s\n", suite->clock);
    text_put_z(out, "\n");
}

static void put_invariants(const struct report_suite *suite, struct text_buf *out)
{
    if (suite->invariants == NULL)
        return;
    text_put_z(out, "### Invariants\n\n| | invariant | verdict | exercised |\n|---:|---|---|---:|\n");
    for (int i = 0; i < INVARIANTS; i++) {
        const struct invariant_result *row = &suite->invariants->rows[i];
        if (row->verdict == INVARIANT_LATER)
            continue;
        text_putf(out, "| %d | ", row->number);
        put_cell(out, row->title);
        text_putf(out, " | %s | %lld |\n", invariant_verdict_name(row->verdict), (long long)row->exercised);
    }
    text_put_z(out, "\n");
}

static void put_differences(const struct scenario_failure *failure, bool expected, struct text_buf *out)
{
    for (size_t i = 0; i < failure->difference_count && i < SHOWN_ROWS; i++) {
        const struct scenario_difference *row = &failure->differences[i];
        text_put_z(out, i > 0 ? "<br>" : "");
        if (expected) {
            put_cell(out, row->at);
            text_put_z(out, " = ");
        }
        put_cell(out, expected ? row->expected : row->actual);
    }
}

/* A row of the table, or nothing when there is no room. */
static bool put_whole(struct text_buf *out, struct text row, size_t room)
{
    if (out->len + row.len + NOTE_BYTES > room)
        return false;
    text_put(out, row);
    return true;
}

static bool put_failure(const struct report_entry *entry, size_t room, struct text_buf *out)
{
    const struct scenario_result *result = entry->result;
    const struct scenario_failure *failure = result->failure_count > 0 ? &result->failures[0] : NULL;
    struct text_buf row;
    text_buf_init(&row, ROW_MAX_BYTES);
    text_put_z(&row, "| ");
    put_cell(&row, entry->label);
    text_put_z(&row, " | ");
    put_cell(&row, failure != NULL && failure->file != NULL ? failure->file : result->file);
    text_putf(&row, "\\:%d | ", failure != NULL && failure->file != NULL ? failure->line : result->line);
    put_cell(&row, failure != NULL ? failure->message : scenario_outcome_name(result->outcome));
    text_put_z(&row, " | ");
    if (failure != NULL)
        put_differences(failure, true, &row);
    text_put_z(&row, " | ");
    if (failure != NULL)
        put_differences(failure, false, &row);
    text_put_z(&row, " |\n");
    bool fits = put_whole(out, text_buf_view(&row), room);
    text_buf_release(&row);
    return fits;
}

/* Number of rows that found no room. */
static size_t put_failures(const struct report_suite *suite, size_t room, struct text_buf *out)
{
    size_t left_out = 0;
    bool begun = false;
    for (size_t i = 0; i < suite->entry_count; i++) {
        if (!is_failure(&suite->entries[i]))
            continue;
        if (!begun)
            begun = put_whole(out,
                              TEXT("### Failures\n\n| scenario | where | what | expected | actual |\n"
                                   "|---|---|---|---|---|\n"),
                              room);
        if (left_out > 0 || !begun || !put_failure(&suite->entries[i], room, out))
            left_out++;
    }
    return left_out;
}

/* Inside a block of HTML, which an empty line would end. */
static void put_html(struct text_buf *out, const char *words)
{
    for (const char *at = words; *at != '\0'; at++) {
        if (*at == '<' || *at == '&')
            text_put_z(out, *at == '<' ? "&lt;" : "&amp;");
        else if (*at != '\n' || at[1] != '\n')
            text_put_char(out, *at);
    }
}

static void put_body(const struct report_entry *entry, size_t room, struct text_buf *out)
{
    struct text_buf part;
    text_buf_init(&part, GITHUB_SUMMARY_MAX_BYTES);
    text_put_z(&part, "\n<details><summary>");
    put_html(&part, entry->label);
    text_put_z(&part, "</summary>\n\n<pre>\n");
    put_html(&part, entry->body);
    text_put_z(&part, "</pre></details>\n");
    if (!part.overflowed)
        put_whole(out, text_buf_view(&part), room);
    text_buf_release(&part);
}

void github_summary_write(const struct report_suite *suite, struct text_buf *out)
{
    size_t room_bytes = suite->room_bytes;
    struct text_buf text;
    text_buf_init(&text, GITHUB_SUMMARY_MAX_BYTES);
    put_results(suite, &text);
    put_invariants(suite, &text);
    if (text.len + NOTE_BYTES > room_bytes) {
        text_buf_clear(&text); /* other steps' words have filled it */
        if (NOTE_BYTES <= room_bytes)
            text_put_z(&text, "otp-harness: there is no room left for its summary; the log has it\n");
    } else {
        size_t left_out = put_failures(suite, room_bytes, &text), whole = 0;
        if (left_out > 0)
            text_putf(&text, "\n%zu more failures are left out: a summary holds 1 MiB; the log has them\n",
                      left_out);
        for (size_t i = 0; i < suite->entry_count && whole < WHOLE_FAILURES && left_out == 0; i++) {
            if (!is_failure(&suite->entries[i]))
                continue;
            put_body(&suite->entries[i], room_bytes, &text);
            whole++;
        }
    }
    text_put(out, text_buf_view(&text));
    text_buf_release(&text);
}
