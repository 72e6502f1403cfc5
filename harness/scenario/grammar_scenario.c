/* SCENARIO, the files under `uses`, and the policy that a profile and a scenario share. */
#include "grammar.h"

#include "scenario.h"

static const char *const resend_words[] = {"new", "same", NULL};
static const char *const judge_words[] = {"backend", "verify", NULL};
static const char *const retry_after_words[] = {"honour", "ignore", NULL};
static const char *const unknown_words[] = {"look-up", "retry", "stop", NULL};

static const struct shape shape_resend = CHOICE(resend_words, "new or same");
static const struct shape shape_judge = CHOICE(judge_words, "backend or verify");
static const struct shape shape_retry_after = CHOICE(retry_after_words, "honour or ignore");
static const struct shape shape_unknown = CHOICE(unknown_words, "look-up, retry or stop");
static const struct shape shape_invariant = INTEGER(1, 17, "the number of an invariant, 1 to 17");
static const struct shape shape_length = INTEGER(1, 64, "a length from 1 to 64");
static const struct shape shape_some = INTEGER(1, 1000000, "a whole number from 1");

static const struct field code_fields[] = {
    {"length", &shape_length, MEMBER(struct code_policy, length), 0, 0},
    {"lifetime", &shape_duration, MEMBER(struct code_policy, lifetime), 0, 0},
    {"guesses", &shape_some, MEMBER(struct code_policy, guesses), 0, 0},
    {"resend", &shape_resend, MEMBER(struct code_policy, resend), 0, 0},
    {"judge", &shape_judge, MEMBER(struct code_policy, judge), 0, 0},
    {0},
};
static const struct shape shape_code_policy = {
    .kind = SHAPE_MAP,
    .name = "policy-code",
    .what = "a map with length, lifetime, guesses, resend, judge",
    .size_bytes = sizeof(struct code_policy),
    .fields = code_fields,
};

static const struct field sends_fields[] = {
    {"limit", &shape_some, MEMBER(struct sends_policy, limit), 0, 0},
    {"per", &shape_duration, MEMBER(struct sends_policy, per), 0, 0},
    {0},
};
static const struct shape shape_sends_policy = {
    .kind = SHAPE_MAP,
    .name = "policy-sends",
    .what = "a map with limit, per",
    .size_bytes = sizeof(struct sends_policy),
    .fields = sends_fields,
};

static const struct field retry_fields[] = {
    {"tries", &shape_some, MEMBER(struct retry_policy, tries), 0, 0},
    {"gaps", &shape_durations, MEMBER(struct retry_policy, gaps), 0, 0},
    {"permanent", &shape_codes, MEMBER(struct retry_policy, permanent), 0, 0},
    {"retry-after", &shape_retry_after, MEMBER(struct retry_policy, retry_after), 0, 0},
    {"unknown-outcome", &shape_unknown, MEMBER(struct retry_policy, unknown_outcome), 0, 0},
    {0},
};
static const struct shape shape_retry_policy = {
    .kind = SHAPE_MAP,
    .name = "policy-retry",
    .what = "a map with tries, gaps, permanent, retry-after, unknown-outcome",
    .size_bytes = sizeof(struct retry_policy),
    .fields = retry_fields,
};

static const struct field policy_fields[] = {
    {"code", &shape_code_policy, MEMBER(struct policy, code), 0, 0},
    {"sends", &shape_sends_policy, MEMBER(struct policy, sends), 0, 0},
    {"retry", &shape_retry_policy, MEMBER(struct policy, retry), 0, 0},
    {"channels", &shape_channels, MEMBER(struct policy, channels), 0, 0},
    {0},
};
const struct shape shape_policy = {
    .kind = SHAPE_MAP,
    .name = "policy",
    .what = "a map with code, sends, retry, channels",
    .size_bytes = sizeof(struct policy),
    .fields = policy_fields,
};

static const struct field with_fields[] = {
    {"env", &shape_named_texts_or_null, MEMBER(struct with, env), 0, 0},
    {"policy", &shape_policy, MEMBER(struct with, policy), 0, 0},
    {"start", &shape_bool, MEMBER(struct with, start), 0, 0},
    {0},
};
static const struct shape shape_with = {
    .kind = SHAPE_MAP,
    .name = "with",
    .what = "a map with env, policy, start",
    .size_bytes = sizeof(struct with),
    .fields = with_fields,
};

static const struct shape shape_row = {
    NAMED_OF(&shape_text, struct named_values, struct named_value, value, KEY_NAME,
             "a row: a map of names and texts"),
};
static bool row_has(const struct named_values *row, struct text name)
{
    for (size_t i = 0; i < row->count; i++) {
        if (text_equal(row->items[i].name, name))
            return true;
    }
    return false;
}

/* Every row fills the same names. */
static void judge_rows(struct document *document, void *made)
{
    const struct case_rows *cases = made;
    for (size_t i = 1; i < cases->count; i++) {
        const struct named_values *row = &cases->items[i], *first = &cases->items[0];
        bool same = row->count == first->count;
        for (size_t j = 0; j < first->count; j++)
            same = same && row_has(row, first->items[j].name);
        if (!same)
            document_error(document, row->at, "this row has other names than the first one");
    }
}

static const struct shape shape_rows = {LIST_OF(&shape_row, struct case_rows, "a list of one or more rows"),
                                        .min = 1, .judge = judge_rows};

static const struct field allowance_fields[] = {
    {"invariant", &shape_invariant, MEMBER(struct allowance, invariant), FIELD_REQUIRED, 0},
    {"why", &shape_text, MEMBER(struct allowance, why), FIELD_REQUIRED, 0},
    {0},
};
static const struct shape shape_allowance = {
    .kind = SHAPE_MAP,
    .name = "allow",
    .what = "a map with invariant, why",
    .size_bytes = sizeof(struct allowance),
    .fields = allowance_fields,
};
static const struct shape shape_allowances = {
    LIST_OF(&shape_allowance, struct allowances, "a list of invariants and why")};

static const struct shape shape_uses = {LIST_OF(&shape_text, struct value_list, "a list of at most 32 files"),
                                        .max = SCENARIO_USES_MAX};

static const struct field scenario_fields[] = {
    {"scenario", &shape_text, MEMBER(struct scenario, sentence), FIELD_REQUIRED, 0},
    {"why", &shape_text, MEMBER(struct scenario, why), 0, 0},
    {"tags", &shape_texts, MEMBER(struct scenario, tags), 0, 0},
    {"uses", &shape_uses, MEMBER(struct scenario, uses), 0, 0},
    {"with", &shape_with, MEMBER(struct scenario, with), 0, 0},
    {"account", &shape_account, MEMBER(struct scenario, account), 0, 0},
    {"people", &shape_people, MEMBER(struct scenario, people), 0, 0},
    {"cases", &shape_rows, MEMBER(struct scenario, cases), 0, 0},
    {"given", &shape_steps, MEMBER(struct scenario, given), 0, 0},
    {"faults", &shape_faults, MEMBER(struct scenario, faults), 0, 0},
    {"steps", &shape_steps, MEMBER(struct scenario, steps), FIELD_REQUIRED, 0},
    {"check", &shape_check, MEMBER(struct scenario, check), FIELD_POINTER, 0},
    {"cleanup", &shape_steps, MEMBER(struct scenario, cleanup), 0, 0},
    {"allow", &shape_allowances, MEMBER(struct scenario, allow), FIELD_LATER, 0},
    {"time-limit", &shape_duration, MEMBER(struct scenario, time_limit), 0, 0},
    {0},
};

static void judge_scenario(struct document *document, void *made)
{
    const struct value *sentence = &((const struct scenario *)made)->sentence;
    if (text_trim(sentence->written).len == 0 || sentence->has_variables)
        document_error(document, sentence->at, "a scenario is a sentence, without variables");
}

const struct shape shape_scenario = {
    .kind = SHAPE_MAP,
    .name = "scenario",
    .what = "a scenario: a map with scenario, steps, …",
    .size_bytes = sizeof(struct scenario),
    .fields = scenario_fields,
    .judge = judge_scenario,
};

static const struct field used_fields[] = {
    {"actions", &shape_actions, MEMBER(struct used_file, actions), FIELD_REQUIRED, 0},
    {0},
};
const struct shape shape_used_file = {
    .kind = SHAPE_MAP,
    .name = "uses",
    .what = "a map with actions",
    .size_bytes = sizeof(struct used_file),
    .fields = used_fields,
};
