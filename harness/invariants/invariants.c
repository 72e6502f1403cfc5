/* The table of all invariants, and their results as a value. How each is judged is in its own file. */
#include "invariants.h"

#include <string.h>

#include "json.h"
#include "judges.h"
#include "mem.h"

enum { FINDING_MAX_BYTES = 1024 };

static const struct {
    const char *title;
    invariant_judge *judge; /* NULL: a later issue */
} table[INVARIANTS] = {
    {"an accepted code is never accepted again, also concurrently", judge_accepted_once},
    {"at most N wrong guesses are evaluated per code, also concurrently", judge_guesses_counted},
    {"a code works only for the number and purpose it was sent for", NULL},
    {"no code is accepted at or after expiry", NULL},
    {"a resend never leaves two valid codes", NULL},
    {"at most M billed messages per request and per number and window", judge_messages_billed},
    {"no retry after a permanent code", judge_permanent_refusals},
    {"gaps respect backoff and Retry-After", NULL},
    {"channels in the promised order", judge_channel_order},
    {"a status never goes backwards, and duplicates change nothing", NULL},
    {"the code never appears in a response, a log or a URL", judge_code_secrecy},
    {"if one channel is healthy, the person gets a code that works", NULL},
    {"nothing is left without expiry in the store", NULL},
    {"one number's trouble does not block others", NULL},
    {"known and unknown numbers get the same answer", NULL},
    {"a callback with a wrong signature is refused", judge_callback_signatures},
    {"a stranger's wrong guesses do not destroy a person's code beyond what the policy says", NULL},
};

static const char *const verdict_names[] = {
    [INVARIANT_NOT_EXERCISED] = "not exercised",
    [INVARIANT_HELD] = "held",
    [INVARIANT_BROKEN] = "broken",
    [INVARIANT_LATER] = "a later issue",
};

const char *invariant_title(int number)
{
    REQUIRE(number >= 1 && number <= INVARIANTS);
    return table[number - 1].title;
}

const char *invariant_verdict_name(enum invariant_verdict verdict)
{
    REQUIRE((size_t)verdict < sizeof verdict_names / sizeof verdict_names[0]);
    return verdict_names[verdict];
}

void finding_exercised(struct finding *finding, int64_t times)
{
    finding->exercised += times;
}

void finding_broken(struct finding *finding, const char *format, ...)
{
    if (finding->broken++ > 0)
        return;
    va_list args;
    va_start(args, format);
    text_putv(&finding->text, format, args);
    va_end(args);
}

void invariants_init(struct invariant_results *results)
{
    for (int i = 0; i < INVARIANTS; i++)
        results->rows[i] = (struct invariant_result){
            .number = i + 1,
            .title = table[i].title,
            .verdict = table[i].judge == NULL ? INVARIANT_LATER : INVARIANT_NOT_EXERCISED,
        };
}

static void judge_one(const struct facts *facts, invariant_judge *judge, struct invariant_result *result)
{
    struct finding finding = {0};
    text_buf_init(&finding.text, FINDING_MAX_BYTES);
    judge(facts, &finding);
    if (finding.broken > 1)
        text_putf(&finding.text, "; and %lld more", (long long)finding.broken - 1);
    result->exercised = finding.exercised;
    if (finding.broken > 0) {
        result->verdict = INVARIANT_BROKEN;
        result->text = text_buf_take(&finding.text);
    } else if (finding.exercised > 0) {
        result->verdict = INVARIANT_HELD;
    }
    text_buf_release(&finding.text);
}

void invariants_judge(const struct history *history, const struct invariant_policy *policy,
                      struct invariant_results *ret)
{
    struct facts facts;
    invariants_init(ret);
    facts_init(&facts, history, policy);
    for (int i = 0; i < INVARIANTS; i++)
        if (table[i].judge != NULL)
            judge_one(&facts, table[i].judge, &ret->rows[i]);
    facts_release(&facts);
}

void invariants_release(struct invariant_results *results)
{
    for (int i = 0; i < INVARIANTS; i++)
        mem_free(results->rows[i].text);
    invariants_init(results);
}

void invariants_sum(struct invariant_results *sum, const struct invariant_results *one)
{
    for (int i = 0; i < INVARIANTS; i++) {
        struct invariant_result *into = &sum->rows[i];
        const struct invariant_result *from = &one->rows[i];
        into->exercised += from->exercised;
        if (into->verdict != INVARIANT_LATER && from->verdict != INVARIANT_LATER &&
            from->verdict > into->verdict)
            into->verdict = from->verdict;
        if (into->text == NULL)
            into->text = mem_string(from->text);
    }
}

bool invariants_all_hold(const struct invariant_results *results)
{
    for (int i = 0; i < INVARIANTS; i++)
        if (results->rows[i].verdict == INVARIANT_BROKEN)
            return false;
    return true;
}

static json_t *row_to_json(const struct invariant_result *row)
{
    json_t *fields = json_object();
    json_set(fields, "number", json_integer(row->number));
    json_set(fields, "exercised", json_integer(row->exercised));
    json_set(fields, "verdict", json_string(verdict_names[row->verdict]));
    if (row->text != NULL)
        json_set(fields, "text", json_of_text(text_of(row->text)));
    return fields;
}

void invariants_note(struct history *history, const struct invariant_results *results)
{
    for (int i = 0; i < INVARIANTS; i++)
        if (results->rows[i].verdict != INVARIANT_LATER)
            history_add(history, HISTORY_INVARIANT, row_to_json(&results->rows[i]));
}

json_t *invariants_to_json(const struct invariant_results *results)
{
    json_t *rows = json_array();
    for (int i = 0; i < INVARIANTS; i++)
        json_array_append_new(rows, row_to_json(&results->rows[i]));
    return rows;
}

static bool row_from_json(const json_t *value, struct invariant_result *row)
{
    struct text verdict = json_text(value, "verdict");
    size_t known = 0;
    while (known < sizeof verdict_names / sizeof verdict_names[0] && !text_is(verdict, verdict_names[known]))
        known++;
    if (known == sizeof verdict_names / sizeof verdict_names[0] ||
        json_integer_value(json_object_get(value, "number")) != row->number)
        return false;
    row->verdict = (enum invariant_verdict)known;
    row->exercised = json_integer_value(json_object_get(value, "exercised"));
    struct text text = json_text(value, "text");
    row->text = text.at == NULL ? NULL : text_copy(text);
    return true;
}

bool invariants_from_json(const json_t *value, struct invariant_results *ret)
{
    invariants_init(ret);
    bool fine = json_array_size(value) == INVARIANTS;
    for (size_t i = 0; fine && i < INVARIANTS; i++)
        fine = row_from_json(json_array_get(value, i), &ret->rows[i]);
    if (!fine)
        invariants_release(ret);
    return fine;
}
