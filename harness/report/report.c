/* What a person sees while scenarios run, and who gets told when one ends. The texts of a failure, of the
 * summary and of the files are made elsewhere. */
#include "report.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "failure_text.h"
#include "github.h"
#include "json.h"
#include "mem.h"
#include "plain.h"
#include "report_entry.h"
#include "clock_total.h"
#include "report_file.h"
#include "summary.h"

enum {
    LABEL_COLUMNS = 84,
    PROGRESS_COLUMNS = 78,
    LINE_BYTES = 4096,
    BODY_MAX_BYTES_KEPT = 256 * 1024,
    FILE_MAX_BYTES = 256 * 1024 * 1024,
    WHOLE_FAILURES = 10, /* with their timelines on the terminal; a report file has all */
    LISTED_FAILURES_MAX = 50,
    LISTED_COLUMNS = 200,
};

static const char default_folder[] = "otp-report";

/* NULL as writer: written while it goes. */
static const struct output_kind {
    const char *name;
    const char *file;
    void (*write)(const struct report_suite *suite, struct text_buf *out);
} kinds[] = {
    {"junit", "junit.xml", junit_write},
    {"tap", "results.tap", tap_write},
    {"json", "events.ndjson", NULL},
    {"github", "summary.md", github_summary_write},
};

static const char *const later_kinds[] = {"html"};

struct output {
    const struct output_kind *kind;
    struct report_file file;
    size_t used_bytes; /* by others, before */
};

struct report {
    struct report_options options;
    char *way, *folder, *github_workspace, *github_summary;
    char github_token[GITHUB_TOKEN_BYTES]; /* "" when nobody asked for that report */
    struct report_entry *entries;
    size_t entry_count;
    struct output *outputs;
    size_t output_count;
    struct summary *summary;
    struct clock_total clocks;
    bool progress_shown;
};

static const struct {
    const char *word;
    const char *colour;
} outcome_words[SCENARIO_OUTCOMES] = {
    [SCENARIO_PASSED] = {"ok", "\033[32m"},          [SCENARIO_FAILED] = {"FAIL", "\033[31m"},
    [SCENARIO_SETUP_FAILED] = {"SETUP", "\033[31m"}, [SCENARIO_ENVIRONMENT] = {"ENV", "\033[35m"},
    [SCENARIO_INVALID] = {"BAD", "\033[31m"},        [SCENARIO_SKIPPED] = {"skip", "\033[33m"},
};

static const char colour_end[] = "\033[0m";

void report_options_detect(struct report_options *options, const char *no_color)
{
    options->terminal = isatty(options->out) == 1;
    options->colour = options->terminal && (no_color == NULL || no_color[0] == '\0');
}

struct report *report_new(const struct report_options *options)
{
    struct report *report = mem_new(sizeof *report);
    report->options = *options;
    report->way = mem_string(options->way);
    report->folder = mem_string(options->folder == NULL ? default_folder : options->folder);
    report->github_workspace = mem_string(options->github_workspace);
    report->github_summary = mem_string(options->github_summary);
    report->summary = summary_new();
    return report;
}

void report_free(struct report *report)
{
    if (report == NULL)
        return;
    for (size_t i = 0; i < report->entry_count; i++) {
        scenario_result_free(report->entries[i].result);
        mem_free(report->entries[i].label);
        mem_free(report->entries[i].body);
    }
    for (size_t i = 0; i < report->output_count; i++)
        report_file_release(&report->outputs[i].file);
    mem_free(report->entries);
    mem_free(report->outputs);
    mem_free(report->way);
    mem_free(report->folder);
    mem_free(report->github_workspace);
    mem_free(report->github_summary);
    summary_free(report->summary);
    mem_free(report);
}

/* ---- lines for people ---- */

static void show(struct report *report, struct text text)
{
    if (report->progress_shown)
        report_write(report->options.out, TEXT("\r\033[K"));
    report->progress_shown = false;
    report_write(report->options.out, text);
}

static void show_progress(struct report *report, const char *label)
{
    struct text_buf line;
    if (!report->options.terminal)
        return;
    text_buf_init(&line, LINE_BYTES);
    text_putf(&line, "[%zu/%zu] ", report->entry_count, report->options.scenarios);
    plain_put_cut(&line, text_of(label), PROGRESS_COLUMNS - line.len);
    show(report, text_buf_view(&line));
    report->progress_shown = true;
    text_buf_release(&line);
}

void report_note(struct report *report, const char *line)
{
    struct text_buf out;
    text_buf_init(&out, LINE_BYTES);
    plain_put_cut(&out, text_of(line), REPORT_COLUMNS);
    text_put_char(&out, '\n');
    show(report, text_buf_view(&out));
    text_buf_release(&out);
}

static void put_outcome(const struct report *report, enum scenario_outcome outcome, struct text_buf *out)
{
    const char *word = outcome_words[outcome].word;
    text_putf(out, "%s%s%s%*s", report->options.colour ? outcome_words[outcome].colour : "", word,
              report->options.colour ? colour_end : "", (int)(6 - strlen(word)), "");
}

/* "ok    verification/the right code signs in      0.8 s" */
static void put_line(const struct report *report, const struct report_entry *entry, struct text_buf *out)
{
    const struct scenario_result *result = entry->result;
    put_outcome(report, result->outcome, out);
    size_t from = out->len;
    plain_put(out, text_of(entry->label));
    plain_pad(out, from, LABEL_COLUMNS);
    text_putf(out, " %6.1f s", (double)result->took_real_ms / 1000);
    if (result->is_virtual)
        text_putf(out, " %8.1f s", (double)result->virtual_ms / 1000);
    text_put_char(out, '\n');
}

static bool is_failure(const struct report_entry *entry)
{
    return entry->result->outcome != SCENARIO_PASSED && entry->result->outcome != SCENARIO_SKIPPED;
}

static size_t failure_count(const struct report *report)
{
    size_t count = 0;
    for (size_t i = 0; i < report->entry_count; i++)
        count += is_failure(&report->entries[i]);
    return count;
}

/* What went wrong, in full for the first few: the tenth timeline is read by nobody while the first is not. */
static void put_body(const struct report *report, const struct report_entry *entry, struct text_buf *out)
{
    if (entry->result->outcome == SCENARIO_SKIPPED)
        return;
    if (failure_count(report) <= WHOLE_FAILURES) {
        text_put(out, text_of(entry->body));
        return;
    }
    failure_text(entry->result, NULL, out);
    if (entry->result->history_path == NULL)
        return;
    text_put_z(out, "     timeline left out, see ");
    plain_put(out, text_of(entry->result->history_path));
    text_put_char(out, '\n');
}

static void put_skipped(const struct report *report, const struct report_totals *totals, struct text_buf *out)
{
    const struct report_entry *first = NULL;
    for (size_t i = 0; i < report->entry_count && first == NULL; i++)
        if (report->entries[i].result->outcome == SCENARIO_SKIPPED)
            first = &report->entries[i];
    if (first == NULL)
        return;
    text_putf(out, "%zu skipped, the first because: ", totals->skipped);
    failure_line(first->result, out);
    text_put_char(out, '\n');
}

/* All failures together, a line each, where they can be seen at once. */
static void put_failures(const struct report *report, struct text_buf *out)
{
    size_t failures = failure_count(report), listed = 0;
    if (failures < 2)
        return;
    text_put_z(out, "failed\n");
    for (size_t i = 0; i < report->entry_count && listed < LISTED_FAILURES_MAX; i++) {
        struct text_buf line;
        if (!is_failure(&report->entries[i]))
            continue;
        text_buf_init(&line, LINE_BYTES);
        text_put_z(&line, "  ");
        text_put_z(&line, report->entries[i].label);
        text_put_z(&line, "  ");
        failure_line(report->entries[i].result, &line);
        plain_put_cut(out, text_buf_view(&line), LISTED_COLUMNS);
        text_put_char(out, '\n');
        text_buf_release(&line);
        listed++;
    }
    if (failures > listed)
        text_putf(out, "  and %zu more\n", failures - listed);
}

/* ---- outputs ---- */

static const struct output_kind *kind_of(struct text name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (text_is(name, kinds[i].name))
            return &kinds[i];
    return NULL;
}

static bool refuse_kind(struct text name, struct fail *why)
{
    for (size_t i = 0; i < sizeof later_kinds / sizeof later_kinds[0]; i++)
        if (text_is(name, later_kinds[i]))
            return fail_set(why, "--report %s is not in this version: junit, tap, json and github are",
                            later_kinds[i]);
    return fail_set(why, "--report %.*s: there is no such kind; junit, tap, json and github are",
                    TEXT_ARGS(text_first(name, 40)));
}

/* A line of the event file; `fields` are stolen. */
static void put_event(struct report *report, const char *name, json_t *fields)
{
    json_t *event = json_object();
    json_set(event, "event", json_string(name));
    json_object_update(event, fields);
    char *text = json_write(event);
    for (size_t i = 0; i < report->output_count; i++) {
        if (report->outputs[i].kind->write != NULL)
            continue;
        report_file_put(&report->outputs[i].file, text_of(text));
        report_file_put(&report->outputs[i].file, TEXT("\n"));
    }
    mem_free(text);
    json_decref(event);
    json_decref(fields);
}

static json_t *run_event(const struct report *report)
{
    json_t *event = json_object();
    json_set(event, "scenarios", json_integer((json_int_t)report->options.scenarios));
    json_set(event, "way", json_of_text(text_of(report->way)));
    return event;
}

static bool is_for_github(const struct output_kind *kind)
{
    return kind->write == github_summary_write;
}

static void stop_commands(struct report *report)
{
    struct text_buf line;
    if (report->github_token[0] != '\0')
        return;
    text_buf_init(&line, LINE_BYTES);
    github_commands_stop(report->github_token, &line);
    show(report, text_buf_view(&line));
    text_buf_release(&line);
}

static bool output_open(struct report *report, struct output *output, const char *file, struct fail *why)
{
    struct text_buf path;
    bool fine;
    bool is_github = is_for_github(output->kind);
    if (file == NULL && is_github && report->github_summary != NULL && report->github_summary[0] != '\0')
        file = report->github_summary;
    if (file != NULL && is_github && strcmp(file, "-") != 0)
        return report_file_append(&output->file, file, &output->used_bytes, why);
    text_buf_init(&path, LINE_BYTES);
    if (file != NULL)
        text_put_z(&path, file);
    else
        text_putf(&path, "%s/%s", report->folder, output->kind->file);
    fine = report_file_init(&output->file, text_buf_z(&path), report->options.out,
                            output->kind->write == NULL, why);
    text_buf_release(&path);
    return fine;
}

bool report_add_output(struct report *report, const char *argument, struct fail *why)
{
    struct text name = text_first(text_of(argument), text_find(text_of(argument), '='));
    const struct output_kind *kind = kind_of(name);
    if (kind == NULL)
        return refuse_kind(name, why);
    struct output output = {.kind = kind};
    if (!output_open(report, &output, name.len < strlen(argument) ? argument + name.len + 1 : NULL, why))
        return false;
    if (is_for_github(kind))
        stop_commands(report);
    report->outputs = mem_resize(report->outputs, (report->output_count + 1) * sizeof report->outputs[0]);
    report->outputs[report->output_count++] = output;
    if (kind->write == NULL)
        put_event(report, "run", run_event(report));
    return true;
}

static struct report_suite suite_of(const struct report *report, size_t used_bytes)
{
    return (struct report_suite){
        .way = report->way,
        .clock = clock_total_word(&report->clocks),
        .clocks = &report->clocks,
        .invariants = summary_invariants(report->summary),
        .room_bytes = used_bytes < GITHUB_SUMMARY_MAX_BYTES ? GITHUB_SUMMARY_MAX_BYTES - used_bytes : 0,
        .entries = report->entries,
        .entry_count = report->entry_count};
}

static void write_output(const struct report *report, struct output *output)
{
    const struct report_suite suite = suite_of(report, output->used_bytes);
    struct text_buf out;
    text_buf_init(&out, FILE_MAX_BYTES);
    output->kind->write(&suite, &out);
    report_file_put(&output->file, text_buf_view(&out));
    if (out.overflowed)
        output->file.error = EFBIG;
    text_buf_release(&out);
}

/* ---- what the runner tells ---- */

void report_began(struct report *report, const char *label)
{
    json_t *event = json_object();
    json_set(event, "scenario", json_of_text(text_of(label)));
    put_event(report, "began", event);
    show_progress(report, label);
}

/* A copy that lives as long as the report. */
static struct scenario_result *copy_of(const struct scenario_result *result)
{
    json_t *value = scenario_result_to_json(result);
    struct scenario_result *copy = scenario_result_from_json(value, NULL);
    json_decref(value);
    REQUIRE(copy != NULL);
    return copy;
}

static struct report_entry entry_of(const struct scenario_result *result, const struct history *history)
{
    struct text_buf label, body;
    text_buf_init(&label, LINE_BYTES);
    text_buf_init(&body, BODY_MAX_BYTES_KEPT);
    scenario_result_label(result, &label);
    if (result->outcome != SCENARIO_PASSED)
        failure_text(result, history, &body);
    return (struct report_entry){
        .result = copy_of(result), .label = text_buf_take(&label), .body = text_buf_take(&body)};
}

void report_ended(struct report *report, const struct scenario_result *result, const struct history *history)
{
    report->entries = mem_resize(report->entries, (report->entry_count + 1) * sizeof report->entries[0]);
    struct report_entry *entry = &report->entries[report->entry_count++];
    *entry = entry_of(result, history);
    summary_add(report->summary, result, entry->label, history);
    clock_total_add(&report->clocks, result);
    put_event(report, "ended", scenario_result_to_json(result));
    struct text_buf out;
    text_buf_init(&out, BODY_MAX_BYTES_KEPT + LINE_BYTES);
    put_line(report, entry, &out);
    put_body(report, entry, &out);
    show(report, text_buf_view(&out));
    text_buf_release(&out);
}

struct report_totals report_totals(const struct report *report)
{
    struct report_totals totals = {0};
    for (size_t i = 0; i < report->entry_count; i++) {
        enum scenario_outcome outcome = report->entries[i].result->outcome;
        totals.passed += outcome == SCENARIO_PASSED;
        totals.skipped += outcome == SCENARIO_SKIPPED;
        totals.environment += outcome == SCENARIO_ENVIRONMENT;
        totals.invalid += outcome == SCENARIO_INVALID;
        totals.setup_failed += outcome == SCENARIO_SETUP_FAILED;
    }
    totals.failed = report->entry_count - totals.passed - totals.skipped;
    return totals;
}

static json_t *finished_event(const struct report *report, const struct report_totals *totals)
{
    json_t *event = summary_to_json(report->summary);
    json_set(event, "passed", json_integer((json_int_t)totals->passed));
    json_set(event, "failed", json_integer((json_int_t)totals->failed));
    json_set(event, "skipped", json_integer((json_int_t)totals->skipped));
    return event;
}

/* Every file is tried; the first fault is the one that is told. */
static bool finish_outputs(struct report *report, struct text_buf *out, struct fail *why)
{
    bool fine = true;
    for (size_t i = 0; i < report->output_count; i++) {
        struct output *output = &report->outputs[i];
        if (output->kind->write != NULL)
            write_output(report, output);
        bool written = report_file_finish(&output->file, why);
        if (written && output->file.path != NULL)
            text_putf(out, "report: %s\n", output->file.path);
        fine = fine && written;
    }
    return fine;
}

static void put_annotations(const struct report *report, struct text_buf *out)
{
    const struct report_suite suite = suite_of(report, 0);
    char folder[LINE_BYTES];
    if (report->github_token[0] == '\0' || getcwd(folder, sizeof folder) == NULL)
        return;
    struct github_place place = {.root = github_root(report->github_workspace, folder), .folder = folder};
    github_commands_go_on(report->github_token, out);
    github_annotations_write(&suite, &place, out);
    mem_free((char *)(uintptr_t)place.root);
}

bool report_finish(struct report *report, struct fail *why)
{
    struct report_totals totals = report_totals(report);
    struct text_buf out;
    text_buf_init(&out, BODY_MAX_BYTES_KEPT);
    put_event(report, "finished", finished_event(report, &totals));
    summary_write(report->summary, &out);
    if (report->way != NULL) {
        text_putf(&out, "way: %s, clock: ", report->way);
        clock_total_write(&report->clocks, &out);
    }
    bool fine = finish_outputs(report, &out, why);
    put_failures(report, &out);
    put_skipped(report, &totals, &out);
    put_annotations(report, &out);
    text_putf(&out, "%zu passed, %zu failed\n", totals.passed, totals.failed);
    show(report, text_buf_view(&out));
    text_buf_release(&out);
    return fine;
}
