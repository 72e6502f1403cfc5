/* Builds a scenario's result, and brings it through a pipe as JSON. How it is shown is not known here. */
#include "scenario_result.h"

#include <stdio.h>
#include <string.h>

#include "json.h"
#include "mem.h"

enum { STEP_BYTES = 32 };

static const char *const outcome_names[SCENARIO_OUTCOMES] = {
    [SCENARIO_PASSED] = "passed",
    [SCENARIO_FAILED] = "failed",
    [SCENARIO_SETUP_FAILED] = "setup-failed",
    [SCENARIO_ENVIRONMENT] = "environment",
    [SCENARIO_INVALID] = "invalid",
    [SCENARIO_SKIPPED] = "skipped",
};

const char *scenario_outcome_name(enum scenario_outcome outcome)
{
    REQUIRE(outcome >= 0 && outcome < SCENARIO_OUTCOMES);
    return outcome_names[outcome];
}

/* "retries" of "scenarios/retries/x.yaml"; NULL when the file stands in no folder with a name. */
static char *family_of(struct text file)
{
    struct text part, folder = TEXT_NONE, last = TEXT_NONE;
    while (text_split(&file, '/', &part)) {
        folder = last;
        last = part;
    }
    bool named = folder.len > 0 && !text_is(folder, ".") && !text_is(folder, "..");
    return named ? text_copy(folder) : NULL;
}

struct scenario_result *scenario_result_new(const char *file, int line, const char *name,
                                            const char *case_name)
{
    struct scenario_result *result = mem_new(sizeof *result);
    result->file = mem_string(file);
    result->line = line;
    result->family = family_of(text_of(file));
    result->name = mem_string(name);
    result->case_name = mem_string(case_name);
    invariants_init(&result->invariants);
    return result;
}

static void failure_release(struct scenario_failure *failure)
{
    for (size_t i = 0; i < failure->difference_count; i++) {
        mem_free(failure->differences[i].at);
        mem_free(failure->differences[i].expected);
        mem_free(failure->differences[i].actual);
    }
    mem_free(failure->differences);
    mem_free(failure->file);
    mem_free(failure->step);
    mem_free(failure->message);
    mem_free(failure->detail);
}

void scenario_result_free(struct scenario_result *result)
{
    if (result == NULL)
        return;
    for (size_t i = 0; i < result->failure_count; i++)
        failure_release(&result->failures[i]);
    invariants_release(&result->invariants);
    mem_free(result->failures);
    mem_free(result->file);
    mem_free(result->family);
    mem_free(result->name);
    mem_free(result->case_name);
    mem_free(result->history_path);
    mem_free(result);
}

struct scenario_failure *scenario_result_fail(struct scenario_result *result, const char *file, int line,
                                              int col, const char *step, const char *message)
{
    result->failures = mem_resize(result->failures, (result->failure_count + 1) * sizeof result->failures[0]);
    struct scenario_failure *failure = &result->failures[result->failure_count++];
    *failure = (struct scenario_failure){.file = mem_string(file),
                                         .line = line,
                                         .col = col,
                                         .step = mem_string(step),
                                         .message = mem_string(message)};
    if (result->outcome == SCENARIO_PASSED)
        result->outcome = SCENARIO_FAILED;
    return failure;
}

void scenario_failure_differs(struct scenario_failure *failure, const char *at, const char *expected,
                              const char *actual)
{
    size_t count = failure->difference_count++;
    failure->differences = mem_resize(failure->differences, (count + 1) * sizeof failure->differences[0]);
    failure->differences[count] = (struct scenario_difference){
        .at = mem_string(at), .expected = mem_string(expected), .actual = mem_string(actual)};
}

void scenario_failure_set_detail(struct scenario_failure *failure, const char *detail)
{
    mem_free(failure->detail);
    failure->detail = mem_string(detail);
}

void scenario_result_judge(struct scenario_result *result, struct invariant_results *invariants)
{
    invariants_release(&result->invariants);
    result->invariants = *invariants;
    invariants_init(invariants);
    for (int i = 0; i < INVARIANTS; i++) {
        const struct invariant_result *row = &result->invariants.rows[i];
        if (row->verdict != INVARIANT_BROKEN)
            continue;
        char step[STEP_BYTES];
        snprintf(step, sizeof step, "invariant %d", row->number);
        struct scenario_failure *failure =
            scenario_result_fail(result, result->file, result->line, 1, step, row->text);
        scenario_failure_set_detail(failure, row->title);
    }
}

/* ---- JSON ---- */

static void put_string(json_t *object, const char *key, const char *string)
{
    if (string != NULL)
        json_set(object, key, json_of_text(text_of(string)));
}

static char *take_string(const json_t *object, const char *key)
{
    struct text text = json_text(object, key);
    return text.at == NULL ? NULL : text_copy(text);
}

static int64_t take_int(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

static json_t *failure_to_json(const struct scenario_failure *failure)
{
    json_t *value = json_object();
    put_string(value, "file", failure->file);
    json_set(value, "line", json_integer(failure->line));
    json_set(value, "col", json_integer(failure->col));
    put_string(value, "step", failure->step);
    put_string(value, "message", failure->message);
    put_string(value, "detail", failure->detail);
    json_t *differences = json_array();
    for (size_t i = 0; i < failure->difference_count; i++) {
        json_t *row = json_object();
        put_string(row, "at", failure->differences[i].at);
        put_string(row, "expected", failure->differences[i].expected);
        put_string(row, "actual", failure->differences[i].actual);
        json_array_append_new(differences, row);
    }
    json_set(value, "differences", differences);
    return value;
}

json_t *scenario_result_to_json(const struct scenario_result *result)
{
    json_t *value = json_object();
    put_string(value, "file", result->file);
    json_set(value, "line", json_integer(result->line));
    put_string(value, "family", result->family);
    put_string(value, "name", result->name);
    put_string(value, "case", result->case_name);
    json_set(value, "outcome", json_string(scenario_outcome_name(result->outcome)));
    json_set(value, "took_real_ms", json_integer(result->took_real_ms));
    json_set(value, "virtual_ms", json_integer(result->virtual_ms));
    json_set(value, "clock", json_string(result->is_virtual ? "virtual" : "real"));
    json_set(value, "jumps", json_integer(result->jumps));
    put_string(value, "history", result->history_path);
    json_t *failures = json_array();
    for (size_t i = 0; i < result->failure_count; i++)
        json_array_append_new(failures, failure_to_json(&result->failures[i]));
    json_set(value, "failures", failures);
    json_set(value, "invariants", invariants_to_json(&result->invariants));
    return value;
}

static void failure_from_json(struct scenario_result *result, const json_t *value)
{
    struct scenario_failure *failure = scenario_result_fail(result, NULL, (int)take_int(value, "line"),
                                                            (int)take_int(value, "col"), NULL, NULL);
    failure->file = take_string(value, "file");
    failure->step = take_string(value, "step");
    failure->message = take_string(value, "message");
    failure->detail = take_string(value, "detail");
    const json_t *differences = json_object_get(value, "differences");
    for (size_t i = 0; i < json_array_size(differences); i++) {
        const json_t *row = json_array_get(differences, i);
        scenario_failure_differs(failure, json_string_value(json_object_get(row, "at")),
                                 json_string_value(json_object_get(row, "expected")),
                                 json_string_value(json_object_get(row, "actual")));
    }
}

static enum scenario_outcome outcome_of(struct text name)
{
    int outcome = 0;
    while (outcome < SCENARIO_OUTCOMES && !text_is(name, outcome_names[outcome]))
        outcome++;
    return (enum scenario_outcome)outcome;
}

struct scenario_result *scenario_result_from_json(const json_t *value, struct fail *why)
{
    enum scenario_outcome outcome = outcome_of(json_text(value, "outcome"));
    struct invariant_results invariants;
    if (outcome == SCENARIO_OUTCOMES || json_text(value, "file").at == NULL ||
        json_text(value, "name").at == NULL) {
        fail_set(why, "a scenario's result has a file, a name and an outcome");
        return NULL;
    }
    if (!invariants_from_json(json_object_get(value, "invariants"), &invariants)) {
        fail_set(why, "a scenario's result has %d invariants", INVARIANTS);
        return NULL;
    }
    struct scenario_result *result = mem_new(sizeof *result);
    result->file = take_string(value, "file");
    result->line = (int)take_int(value, "line");
    result->family = take_string(value, "family");
    result->name = take_string(value, "name");
    result->case_name = take_string(value, "case");
    result->took_real_ms = take_int(value, "took_real_ms");
    result->virtual_ms = take_int(value, "virtual_ms");
    result->is_virtual = text_is(json_text(value, "clock"), "virtual");
    result->jumps = take_int(value, "jumps");
    result->history_path = take_string(value, "history");
    result->invariants = invariants;
    const json_t *failures = json_object_get(value, "failures");
    for (size_t i = 0; i < json_array_size(failures); i++)
        failure_from_json(result, json_array_get(failures, i));
    result->outcome = outcome;
    return result;
}

const char *scenario_result_label(const struct scenario_result *result, struct text_buf *out)
{
    if (result->family != NULL)
        text_putf(out, "%s/", result->family);
    text_put_z(out, result->name);
    if (result->case_name != NULL)
        text_putf(out, " (%s)", result->case_name);
    return text_buf_z(out);
}
