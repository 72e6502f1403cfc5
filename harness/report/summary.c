/* Adds up what the scenarios of a run showed. */
#include "summary.h"

#include "json.h"
#include "mem.h"
#include "plain.h"

enum { TARGET_MAX_BYTES = 300 };

struct target {
    char *words; /* "example.com" or "192.0.2.1 port 443" */
    char *label; /* of the first scenario that tried */
    int64_t times;
};

struct summary {
    size_t scenarios;
    struct invariant_results invariants;
    struct target targets[SUMMARY_TARGETS_MAX];
    size_t target_count;
    int64_t other_refusals; /* of targets beyond those named */
};

struct summary *summary_new(void)
{
    struct summary *summary = mem_new(sizeof *summary);
    invariants_init(&summary->invariants);
    return summary;
}

void summary_free(struct summary *summary)
{
    if (summary == NULL)
        return;
    for (size_t i = 0; i < summary->target_count; i++) {
        mem_free(summary->targets[i].words);
        mem_free(summary->targets[i].label);
    }
    invariants_release(&summary->invariants);
    mem_free(summary);
}

static void count_target(struct summary *summary, struct text words, const char *label)
{
    for (size_t i = 0; i < summary->target_count; i++)
        if (text_is(words, summary->targets[i].words)) {
            summary->targets[i].times++;
            return;
        }
    if (summary->target_count == SUMMARY_TARGETS_MAX) {
        summary->other_refusals++;
        return;
    }
    summary->targets[summary->target_count++] =
        (struct target){.words = text_copy(words), .label = mem_string(label), .times = 1};
}

static void add_refusal(struct summary *summary, const struct history_line *line, const char *label)
{
    struct text_buf words;
    text_buf_init(&words, TARGET_MAX_BYTES);
    struct text name = history_text(line, "name");
    plain_put_cut(&words, name.at != NULL ? name : history_text(line, "address"), 200);
    if (history_int(line, "port", 0) > 0)
        text_putf(&words, " port %lld", (long long)history_int(line, "port", 0));
    count_target(summary, text_of(text_buf_z(&words)), label);
    text_buf_release(&words);
}

void summary_add(struct summary *summary, const struct scenario_result *result, const char *label,
                 const struct history *history)
{
    summary->scenarios++;
    invariants_sum(&summary->invariants, &result->invariants);
    for (size_t i = 0; history != NULL && i < history_count(history); i++)
        if (history_line(history, i)->kind == HISTORY_REFUSED)
            add_refusal(summary, history_line(history, i), label);
}

static void put_invariant(struct text_buf *out, const struct invariant_result *row)
{
    text_putf(out, "  %2d  %-13s  %6lld  %s\n", row->number, invariant_verdict_name(row->verdict),
              (long long)row->exercised, row->title);
    if (row->text == NULL)
        return;
    text_put_z(out, "                             ");
    plain_put_cut(out, text_of(row->text), 81);
    text_put_char(out, '\n');
}

static void put_invariants(const struct summary *summary, struct text_buf *out)
{
    text_putf(out, "invariants, and how often %zu %s exercised them\n", summary->scenarios,
              summary->scenarios == 1 ? "scenario" : "scenarios");
    for (int i = 0; i < INVARIANTS; i++)
        if (summary->invariants.rows[i].verdict != INVARIANT_LATER)
            put_invariant(out, &summary->invariants.rows[i]);
    text_put_z(out, "  a later issue:");
    for (int i = 0, before = 0; i < INVARIANTS; i++)
        if (summary->invariants.rows[i].verdict == INVARIANT_LATER)
            text_putf(out, "%s %d", before++ > 0 ? "," : "", i + 1);
    text_put_char(out, '\n');
}

static void put_targets(const struct summary *summary, struct text_buf *out)
{
    if (summary->target_count == 0)
        return;
    text_put_z(out, "refused connections\n");
    for (size_t i = 0; i < summary->target_count; i++) {
        const struct target *target = &summary->targets[i];
        text_putf(out, "  %s, %lld %s, first in ", target->words, (long long)target->times,
                  target->times == 1 ? "time" : "times");
        plain_put(out, text_of(target->label));
        text_put_char(out, '\n');
    }
    if (summary->other_refusals > 0)
        text_putf(out, "  and %lld more to other targets\n", (long long)summary->other_refusals);
}

void summary_write(const struct summary *summary, struct text_buf *out)
{
    if (summary->scenarios == 0)
        return;
    put_invariants(summary, out);
    put_targets(summary, out);
}

json_t *summary_to_json(const struct summary *summary)
{
    json_t *refused = json_array();
    for (size_t i = 0; i < summary->target_count; i++) {
        json_t *row = json_object();
        json_set(row, "target", json_of_text(text_of(summary->targets[i].words)));
        json_set(row, "times", json_integer(summary->targets[i].times));
        json_set(row, "first", json_of_text(text_of(summary->targets[i].label)));
        json_array_append_new(refused, row);
    }
    json_t *value = json_object();
    json_set(value, "invariants", invariants_to_json(&summary->invariants));
    json_set(value, "refused", refused);
    return value;
}
