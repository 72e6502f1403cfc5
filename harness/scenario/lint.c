/* What a scenario says against what its profile knows. Each check is one small function on one kind of thing;
 * shape_walk brings them to every place where such a thing stands. Calls of actions stand in lint_calls.c. */
#include "lint.h"

#include <string.h>

#include "grammar.h"
#include "lint_calls.h"
#include "mem.h"
#include "nearest.h"

enum { CODE_LENGTH_DEFAULT = 6 };

/* What `otp-harness init` writes where the project's files say nothing (harness/project). */
#define UNGUESSED "FILL-ME-IN"

static const char *const person_members[] = {"bare", "national", "spaced", "code", "wrong-code", NULL};
static const char *const twilio_members[] = {"account_sid", "auth_token", "number", "whatsapp",
                                             "address",     "ca",         NULL};

/* "no WHAT 'x'; did you mean 'y'?" */
static void no_such(struct lint *lint, struct place at, const char *what, struct text written,
                    const char *near)
{
    struct text shown = text_first(written, 60);
    if (near != NULL)
        problems_add(lint->problems, PROBLEM_ERROR, at, "no %s '%.*s'; did you mean '%s'?", what,
                     TEXT_ARGS(shown), near);
    else
        problems_add(lint->problems, PROBLEM_ERROR, at, "no %s '%.*s'", what, TEXT_ARGS(shown));
}

static void check_person(struct lint *lint, struct place at, struct text name)
{
    struct names people = {0};
    if (lint->scenario == NULL || text_starts(name, "+") ||
        people_find(&lint->scenario->people, name) != NULL)
        return;
    for (size_t i = 0; i < lint->scenario->people.count; i++)
        names_add(&people, lint->scenario->people.items[i].name);
    no_such(lint, at, "person", name, names_nearest(&people, name));
    names_release(&people);
}

static size_t members_count(const char *const *members)
{
    size_t count = 0;
    while (members[count] != NULL)
        count++;
    return count;
}

static void check_member(struct lint *lint, struct place at, struct text path, const char *const *members,
                         bool alone)
{
    size_t name_len = text_find(path, '.');
    struct text member = text_from(path, name_len + 1);
    bool known = name_len == path.len && alone;
    for (size_t i = 0; members[i] != NULL; i++)
        known = known || text_is(member, members[i]);
    const char *near = known ? NULL : nearest_word(member, members, members_count(members));
    if (!known)
        problems_add(lint->problems, PROBLEM_ERROR, at, "unknown name '$%.*s'%s%.*s%s%s",
                     TEXT_ARGS(text_first(path, 60)), near == NULL ? "" : "; did you mean '$",
                     TEXT_ARGS(text_first(path, near == NULL ? 0 : name_len + 1)), near == NULL ? "" : near,
                     near == NULL ? "" : "'?");
}

static void unknown_name(struct lint *lint, struct place at, struct text name)
{
    const char *near = names_nearest(&lint->known, name);
    problems_add(lint->problems, PROBLEM_ERROR, at, "unknown name '$%.*s'%s%s%s",
                 TEXT_ARGS(text_first(name, 60)), near == NULL ? "" : "; did you mean '$",
                 near == NULL ? "" : near, near == NULL ? "" : "'?");
}

/* $policy.code.lifetime: is it in the policy of the profile and the scenario? */
static void check_policy_path(struct lint *lint, struct place at, struct text path)
{
    const json_t *value = lint->policy;
    struct text rest = text_from(path, text_find(path, '.') + 1), member;
    if (value == NULL)
        return;
    while (value != NULL && rest.len > 0 && text_split(&rest, '.', &member)) {
        char *key = text_copy(member);
        int64_t index = 0;
        bool item = json_is_array(value) && text_to_int(member, 0, 1000000, &index);
        value = item ? json_array_get(value, (size_t)index) : json_object_get(value, key);
        mem_free(key);
    }
    if (value == NULL)
        problems_add(lint->problems, PROBLEM_ERROR, at, "'$%.*s' is not in the policy of the profile",
                     TEXT_ARGS(text_first(path, 100)));
}

static void check_path(void *context, struct place at, struct text path)
{
    struct lint *lint = context;
    struct text name = text_first(path, text_find(path, '.'));
    if (text_is(name, "policy"))
        check_policy_path(lint, at, path);
    else if (text_is(name, "twilio"))
        check_member(lint, at, path, twilio_members, false);
    else if (text_is(name, "port"))
        return;
    else if (lint->scenario != NULL && people_find(&lint->scenario->people, name) != NULL &&
             !names_have(&lint->made, name))
        check_member(lint, at, path, person_members, true);
    else if (!lint->open && !names_have(&lint->known, name))
        unknown_name(lint, at, name);
}

static void check_value(void *context, const struct value *value)
{
    struct lint *lint = context;
    value_paths(value, check_path, lint);
    if (text_contains(value->written, TEXT(UNGUESSED)))
        problems_add(lint->problems, PROBLEM_WARNING, value->at,
                     "`otp-harness init` could not guess this: write what belongs here");
    if (value->rule->type == VALUE_PERSON && !value->has_variables && !value->is_null)
        check_person(lint, value->at, value->written);
}

static void warn_of_numbers(struct lint *lint, const struct node *node)
{
    bool code = node->kind == NODE_SCALAR && node->plain && node->text.len == lint->code_length &&
                text_all_digits(node->text) && node->text.at[0] != '0';
    if (code)
        problems_add(lint->problems, PROBLEM_WARNING, node->at,
                     "%.*s is a number here; quote it if it is a code", TEXT_ARGS(node->text));
    for (size_t i = 0; node->kind == NODE_LIST && i < node->count; i++)
        warn_of_numbers(lint, node->items[i]);
    for (size_t i = 0; node->kind == NODE_MAP && i < node->count; i++)
        warn_of_numbers(lint, node->pairs[i].value);
}

static void check_json(void *context, const struct node *node)
{
    node_paths(node, check_path, context);
    warn_of_numbers(context, node);
}

static void check_field(void *context, const struct field *field, struct place at)
{
    struct lint *lint = context;
    if ((field->flags & FIELD_LATER) != 0)
        problems_add(lint->problems, PROBLEM_ERROR, at, "'%s' is in the language, but not in this version",
                     field->key);
}

static void check_answer(struct lint *lint, const struct expect *expect)
{
    struct names answers = {0};
    const struct value *name = &expect->name;
    if (!value_given(name) || name->has_variables || expect_is_any(expect) || lint->profile == NULL)
        return;
    if (answers_find(&lint->profile->answers, name->written) != NULL)
        return;
    for (size_t i = 0; i < lint->profile->answers.count; i++)
        names_add(&answers, lint->profile->answers.items[i].name);
    names_add(&answers, TEXT("any"));
    no_such(lint, name->at, "answer", name->written, names_nearest(&answers, name->written));
    names_release(&answers);
}

static void check_process(struct lint *lint, const struct named_values *orders)
{
    struct names processes = {0};
    if (lint->profile == NULL)
        return;
    names_add(&processes, TEXT("backend"));
    for (size_t i = 0; i < lint->profile->services.count; i++)
        names_add(&processes, lint->profile->services.items[i].name);
    for (size_t i = 0; i < orders->count; i++) {
        if (!names_have(&processes, orders->items[i].name))
            no_such(lint, orders->items[i].at, "process", orders->items[i].name,
                    names_nearest(&processes, orders->items[i].name));
    }
    names_release(&processes);
}

/* `advance: { to: expiry }` takes its time from the policy. */
static void check_advance(struct lint *lint, const struct advance_step *advance)
{
    static const struct {
        const char *moment;
        const char *map, *key;
    } rows[] = {{"expiry", "code", "lifetime"}, {"window", "sends", "per"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bool asked = value_given(&advance->to) && text_is(advance->to.written, rows[i].moment);
        const json_t *map = json_object_get(lint->policy, rows[i].map);
        if (asked && lint->policy != NULL && json_object_get(map, rows[i].key) == NULL)
            problems_add(lint->problems, PROBLEM_ERROR, advance->to.at,
                         "'%s' needs policy.%s.%s, which the profile does not have", rows[i].moment,
                         rows[i].map, rows[i].key);
    }
}

static void check_step(struct lint *lint, const struct step *step)
{
    if (step->action != NULL)
        lint_call(lint, step->action);
    if (step->process != NULL)
        check_process(lint, step->process);
    if (step->advance != NULL)
        check_advance(lint, step->advance);
}

static void check_order(struct lint *lint, const struct check *check)
{
    for (size_t i = 0; i < check->order.count; i++)
        check_person(lint, check->order.items[i].at, check->order.items[i].name);
}

static bool check_inside(void *context, const struct shape *shape, const void *made)
{
    struct lint *lint = context;
    if (shape == &shape_actions)
        return false; /* looked at on their own: any name may be a parameter there */
    if (shape == &shape_step)
        check_step(lint, made);
    else if (shape == &shape_expect)
        check_answer(lint, made);
    else if (shape == &shape_check)
        check_order(lint, made);
    return true;
}

static void walk(struct lint *lint, const struct shape *shape, const void *made)
{
    const struct shape_visitor visitor = {.context = lint,
                                          .value = check_value,
                                          .json = check_json,
                                          .field = check_field,
                                          .enter = check_inside};
    shape_walk(shape, made, &visitor);
}

/* In an action any name may be a parameter or one of the scenario's: only the fixed ones are checked. */
static void check_actions(struct lint *lint, const struct actions *actions)
{
    bool open = lint->open;
    lint->open = true;
    for (size_t i = 0; i < actions->count; i++)
        walk(lint, shape_actions.item, &actions->items[i]);
    lint->open = open;
}

/* The length of a code, for the warning about numbers. */
static size_t code_length(const json_t *policy)
{
    const json_t *length = json_object_get(json_object_get(policy, "code"), "length");
    return json_is_integer(length) ? (size_t)json_integer_value(length) : CODE_LENGTH_DEFAULT;
}

static void lint_begin(struct lint *lint, const struct policy *over)
{
    struct variables *none = variables_new(NULL);
    struct fail why = {0};
    const struct policy *base = lint->profile == NULL ? NULL : &lint->profile->policy;
    if (lint->profile != NULL && !policy_json(base, over, none, &lint->policy, &why))
        lint->policy = NULL; /* it uses variables: known at run time only */
    lint->code_length = code_length(lint->policy);
    variables_free(none);
}

static void lint_end(struct lint *lint)
{
    names_release(&lint->known);
    names_release(&lint->made);
    json_decref(lint->policy);
}

/* What a scenario's texts may name. */
static void gather_known(struct lint *lint)
{
    const struct scenario *scenario = lint->scenario;
    struct name_use use = {0};
    name_use_gather(&use, &shape_scenario, scenario);
    for (size_t i = 0; i < scenario->used_count; i++)
        name_use_gather(&use, &shape_used_file, &scenario->used[i]);
    if (lint->profile != NULL)
        name_use_gather(&use, &shape_profile, lint->profile);
    for (size_t i = 0; i < use.saved.count; i++)
        names_add(&lint->made, use.saved.items[i]);
    if (scenario->cases.count > 0) {
        const struct named_values *row = &scenario->cases.items[0];
        for (size_t i = 0; i < row->count; i++)
            names_add(&lint->made, row->items[i].name);
    }
    for (size_t i = 0; i < lint->made.count; i++)
        names_add(&lint->known, lint->made.items[i]);
    for (size_t i = 0; i < scenario->people.count; i++)
        names_add(&lint->known, scenario->people.items[i].name);
    name_use_release(&use);
}

static void check_plan(struct lint *lint)
{
    const struct value *plan = &lint->scenario->account.plan;
    if (value_given(plan) && text_is(plan->written, "trial-units"))
        problems_add(lint->problems, PROBLEM_ERROR, plan->at,
                     "the plan 'trial-units' is in the language, but not in this version");
}

void lint_scenario(const struct scenario *scenario, const struct profile *profile, struct problems *problems)
{
    struct lint lint = {.scenario = scenario, .profile = profile, .problems = problems};
    lint_begin(&lint, &scenario->with.policy);
    gather_known(&lint);
    walk(&lint, &shape_scenario, scenario);
    check_plan(&lint);
    for (size_t i = 0; i < scenario->used_count; i++)
        check_actions(&lint, &scenario->used[i].actions);
    lint_end(&lint);
}

static void check_reset(struct lint *lint)
{
    const struct value *backend = &lint->profile->reset.backend;
    struct names words = {0};
    if (!value_given(backend) || actions_find(&lint->profile->actions, backend->written) != NULL)
        return;
    names_add(&words, TEXT("restart"));
    names_add(&words, TEXT("keep"));
    if (!names_have(&words, backend->written)) {
        for (size_t i = 0; i < lint->profile->actions.count; i++)
            names_add(&words, lint->profile->actions.items[i].name);
        no_such(lint, backend->at, "action", backend->written, names_nearest(&words, backend->written));
    }
    names_release(&words);
}

void lint_profile(const struct profile *profile, struct problems *problems)
{
    struct lint lint = {.profile = profile, .problems = problems};
    lint_begin(&lint, NULL);
    names_add(&lint.known, TEXT("policy"));
    names_add(&lint.known, TEXT("port"));
    names_add(&lint.known, TEXT("twilio"));
    walk(&lint, &shape_profile, profile);
    check_actions(&lint, &profile->actions);
    lint_circles(&lint, &profile->actions);
    check_reset(&lint);
    lint_end(&lint);
}

void lint_sentences(const struct scenario *const *scenarios, size_t count, struct problems *problems)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++) {
            const struct value *one = &scenarios[j]->sentence, *other = &scenarios[i]->sentence;
            if (!text_equal(text_trim(one->written), text_trim(other->written)))
                continue;
            problems_add(problems, PROBLEM_ERROR, other->at, "another scenario has this sentence: %s:%d",
                         one->at.file, one->at.line);
            break;
        }
    }
}
