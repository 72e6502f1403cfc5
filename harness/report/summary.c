/* Adds up what the scenarios of a run showed. */
#include "summary.h"

#include "json.h"
#include "mem.h"
#include "plain.h"

enum { TARGET_MAX_BYTES = 300 };

struct target {
    char *words; /* "example.com" or "192.0.2.1 port 443"; "redis-server: a static binary" */
    char *label; /* of the first scenario that tried */
    int64_t times;
};

/* Bounded: what comes after SUMMARY_TARGETS_MAX different ones is only counted. */
struct targets {
    struct target items[SUMMARY_TARGETS_MAX];
    size_t count;
    int64_t others;
};

struct summary {
    size_t scenarios;
    struct invariant_results invariants;
    struct targets refused;
    struct targets off_clock; /* processes on the real clock */
};

struct summary *summary_new(void)
{
    struct summary *summary = mem_new(sizeof *summary);
    invariants_init(&summary->invariants);
    return summary;
}

static void targets_release(struct targets *targets)
{
    for (size_t i = 0; i < targets->count; i++) {
        mem_free(targets->items[i].words);
        mem_free(targets->items[i].label);
    }
}

void summary_free(struct summary *summary)
{
    if (summary == NULL)
        return;
    targets_release(&summary->refused);
    targets_release(&summary->off_clock);
    invariants_release(&summary->invariants);
    mem_free(summary);
}

static void count_target(struct targets *targets, struct text words, const char *label)
{
    for (size_t i = 0; i < targets->count; i++)
        if (text_is(words, targets->items[i].words)) {
            targets->items[i].times++;
            return;
        }
    if (targets->count == SUMMARY_TARGETS_MAX) {
        targets->others++;
        return;
    }
    targets->items[targets->count++] =
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
    count_target(&summary->refused, text_of(text_buf_z(&words)), label);
    text_buf_release(&words);
}

static void add_clock(struct summary *summary, const struct history_line *line, const char *label)
{
    struct text_buf words;
    if (!text_is(history_text(line, "event"), "clock") || !text_is(history_text(line, "clock"), "real"))
        return;
    text_buf_init(&words, TARGET_MAX_BYTES);
    plain_put_cut(&words, history_text(line, "process"), 60);
    text_put_z(&words, ": ");
    plain_put_cut(&words, history_text(line, "reason"), 200);
    count_target(&summary->off_clock, text_of(text_buf_z(&words)), label);
    text_buf_release(&words);
}

void summary_add(struct summary *summary, const struct scenario_result *result, const char *label,
                 const struct history *history)
{
    summary->scenarios++;
    invariants_sum(&summary->invariants, &result->invariants);
    for (size_t i = 0; history != NULL && i < history_count(history); i++) {
        const struct history_line *line = history_line(history, i);
        if (line->kind == HISTORY_REFUSED)
            add_refusal(summary, line, label);
        else if (line->kind == HISTORY_PROCESS)
            add_clock(summary, line, label);
    }
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
    text_put_z(out, "  not judged in this version:");
    for (int i = 0, before = 0; i < INVARIANTS; i++)
        if (summary->invariants.rows[i].verdict == INVARIANT_LATER)
            text_putf(out, "%s %d", before++ > 0 ? "," : "", i + 1);
    text_put_char(out, '\n');
}

static void put_targets(const struct targets *targets, const char *title, struct text_buf *out)
{
    if (targets->count == 0)
        return;
    text_putf(out, "%s\n", title);
    for (size_t i = 0; i < targets->count; i++) {
        const struct target *target = &targets->items[i];
        text_putf(out, "  %s, %lld %s, first in ", target->words, (long long)target->times,
                  target->times == 1 ? "time" : "times");
        plain_put(out, text_of(target->label));
        text_put_char(out, '\n');
    }
    if (targets->others > 0)
        text_putf(out, "  and %lld more\n", (long long)targets->others);
}

void summary_write(const struct summary *summary, struct text_buf *out)
{
    if (summary->scenarios == 0)
        return;
    put_invariants(summary, out);
    put_targets(&summary->refused, "refused connections", out);
    put_targets(&summary->off_clock, "on the real clock", out);
}

static json_t *targets_json(const struct targets *targets, const char *key)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < targets->count; i++) {
        json_t *row = json_object();
        json_set(row, key, json_of_text(text_of(targets->items[i].words)));
        json_set(row, "times", json_integer(targets->items[i].times));
        json_set(row, "first", json_of_text(text_of(targets->items[i].label)));
        json_array_append_new(rows, row);
    }
    return rows;
}

const struct invariant_results *summary_invariants(const struct summary *summary)
{
    return &summary->invariants;
}

json_t *summary_to_json(const struct summary *summary)
{
    json_t *value = json_object();
    json_set(value, "invariants", invariants_to_json(&summary->invariants));
    json_set(value, "refused", targets_json(&summary->refused, "target"));
    json_set(value, "real_clock", targets_json(&summary->off_clock, "process"));
    return value;
}
