/* The Test Anything Protocol: a line a scenario, and for a failure a YAML block that holds what a person
 * would read. */
#include "report_entry.h"

#include "failure_text.h"
#include "json.h"
#include "plain.h"

enum { MESSAGE_MAX_BYTES = 4096 };

/* '#' begins a directive in a TAP line. */
static void put_name(struct text_buf *out, const char *label)
{
    struct text rest = text_of(label), part;
    for (bool first = true; text_split(&rest, '#', &part); first = false) {
        text_put_z(out, first ? "" : "\\#");
        plain_put(out, part);
    }
}

static void put_block(struct text_buf *out, const struct report_entry *entry)
{
    struct text_buf message;
    text_buf_init(&message, MESSAGE_MAX_BYTES);
    failure_line(entry->result, &message);
    text_put_z(out, "  ---\n  message: ");
    json_put_text(out, text_buf_view(&message));
    text_buf_release(&message);
    text_putf(out, "\n  severity: %s\n  file: ", scenario_outcome_name(entry->result->outcome));
    json_put_text(out, text_of(entry->result->file));
    text_putf(out, "\n  line: %d\n  text: |\n", entry->result->line);
    struct text rest = text_of(entry->body), line;
    while (text_split(&rest, '\n', &line)) {
        if (line.len == 0)
            continue;
        text_put_z(out, "    ");
        plain_put(out, line);
        text_put_char(out, '\n');
    }
    text_put_z(out, "  ...\n");
}

static void put_entry(struct text_buf *out, const struct report_entry *entry, size_t number)
{
    enum scenario_outcome outcome = entry->result->outcome;
    bool skipped = outcome == SCENARIO_SKIPPED;
    text_putf(out, "%s %zu - ", outcome == SCENARIO_PASSED || skipped ? "ok" : "not ok", number);
    put_name(out, entry->label);
    if (skipped) {
        text_put_z(out, " # SKIP ");
        failure_line(entry->result, out);
    }
    text_put_char(out, '\n');
    if (outcome != SCENARIO_PASSED && !skipped)
        put_block(out, entry);
}

void tap_write(const struct report_suite *suite, struct text_buf *out)
{
    text_putf(out, "TAP version 13\n1..%zu\n", suite->entry_count);
    if (suite->way != NULL)
        text_putf(out, "# way: %s, clock: %s\n", suite->way, suite->clock);
    for (size_t i = 0; i < suite->entry_count; i++)
        put_entry(out, &suite->entries[i], i + 1);
}
