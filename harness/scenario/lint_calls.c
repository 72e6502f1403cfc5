/* Calls of actions. The parameters of an action are the names that it uses and neither saves itself nor finds
 * in the language
 * ($policy, $port, $twilio); those in `defaults` may be left out, and so may those that the scenario knows.
 */
#include "lint_calls.h"

#include <string.h>

#include "grammar.h"
#include "mem.h"

static const struct action *find_action(const struct lint *lint, struct text name)
{
    const struct action *found = NULL;
    for (size_t i = 0; lint->scenario != NULL && found == NULL && i < lint->scenario->used_count; i++)
        found = actions_find(&lint->scenario->used[i].actions, name);
    if (found == NULL && lint->profile != NULL)
        found = actions_find(&lint->profile->actions, name);
    return found;
}

static void add_action_names(struct names *names, const struct actions *actions)
{
    for (size_t i = 0; i < actions->count; i++)
        names_add(names, actions->items[i].name);
}

/* A misspelt verb looks like an action: verbs are among the words that it may have meant. */
static void unknown_action(struct lint *lint, const struct action_call *call)
{
    struct names words = {0};
    for (const struct field *field = step_fields(); field->key != NULL; field++)
        names_add(&words, text_of(field->key));
    for (size_t i = 0; lint->scenario != NULL && i < lint->scenario->used_count; i++)
        add_action_names(&words, &lint->scenario->used[i].actions);
    if (lint->profile != NULL)
        add_action_names(&words, &lint->profile->actions);
    const char *near = names_nearest(&words, call->name);
    problems_add(lint->problems, PROBLEM_ERROR, call->at, "no verb or action '%.*s'%s%s%s",
                 TEXT_ARGS(text_first(call->name, 60)), near == NULL ? "" : "; did you mean '",
                 near == NULL ? "" : near, near == NULL ? "" : "'?");
    names_release(&words);
}

static bool named_have(const struct named_values *values, struct text name)
{
    for (size_t i = 0; i < values->count; i++) {
        if (text_equal(values->items[i].name, name))
            return true;
    }
    return false;
}

static bool of_the_language(struct text name)
{
    return text_is(name, "policy") || text_is(name, "port") || text_is(name, "twilio");
}

static void check_given(struct lint *lint, const struct action_call *call, const struct action *action,
                        const struct names *params)
{
    for (size_t i = 0; i < call->params.count; i++) {
        const struct named_value *param = &call->params.items[i];
        if (names_have(params, param->name))
            continue;
        const char *near = names_nearest(params, param->name);
        problems_add(lint->problems, PROBLEM_ERROR, param->at, "'%.*s' takes no '%.*s'%s%s%s",
                     TEXT_ARGS(action->name), TEXT_ARGS(text_first(param->name, 60)),
                     near == NULL ? "" : "; did you mean '", near == NULL ? "" : near,
                     near == NULL ? "" : "'?");
    }
}

static void check_missing(struct lint *lint, const struct action_call *call, const struct action *action,
                          const struct names *params)
{
    for (size_t i = 0; i < params->count && !lint->open; i++) {
        struct text param = params->items[i];
        if (named_have(&call->params, param) || named_have(&action->defaults, param) ||
            names_have(&lint->known, param))
            continue;
        problems_add(lint->problems, PROBLEM_ERROR, call->at, "'%.*s' needs '%.*s'", TEXT_ARGS(action->name),
                     TEXT_ARGS(param));
    }
}

void lint_call(struct lint *lint, const struct action_call *call)
{
    struct name_use use = {0};
    struct names params = {0};
    const struct action *action = find_action(lint, call->name);
    if (action == NULL) {
        if (lint->profile != NULL)
            unknown_action(lint, call);
        return;
    }
    name_use_gather(&use, shape_actions.item, action);
    for (size_t i = 0; i < use.used.count; i++) {
        struct text name = use.used.items[i];
        if (!of_the_language(name) && !names_have(&use.saved, name))
            names_add(&params, name);
    }
    for (size_t i = 0; i < action->defaults.count; i++)
        names_add(&params, action->defaults.items[i].name);
    check_given(lint, call, action, &params);
    check_missing(lint, call, action, &params);
    names_release(&params);
    name_use_release(&use);
}

enum mark { UNSEEN, OPEN, DONE };

struct circle {
    struct lint *lint;
    const struct actions *actions;
    enum mark *marks;
};

static void visit_action(struct circle *circle, size_t index);

static bool visit_calls(void *context, const struct shape *shape, const void *made)
{
    struct circle *circle = context;
    if (shape != &shape_step)
        return true;
    const struct action_call *call = ((const struct step *)made)->action;
    const struct action *called = call == NULL ? NULL : actions_find(circle->actions, call->name);
    if (called == NULL)
        return true;
    size_t index = (size_t)(called - circle->actions->items);
    if (circle->marks[index] == OPEN)
        problems_add(circle->lint->problems, PROBLEM_ERROR, call->at, "'%.*s' calls itself in the end",
                     TEXT_ARGS(text_first(call->name, 60)));
    else if (circle->marks[index] == UNSEEN)
        visit_action(circle, index);
    return true;
}

static void visit_action(struct circle *circle, size_t index)
{
    const struct shape_visitor visitor = {.context = circle, .enter = visit_calls};
    circle->marks[index] = OPEN;
    shape_walk(shape_actions.item, &circle->actions->items[index], &visitor);
    circle->marks[index] = DONE;
}

void lint_circles(struct lint *lint, const struct actions *actions)
{
    struct circle circle = {lint, actions, mem_new_array(actions->count, sizeof(enum mark))};
    for (size_t i = 0; i < actions->count; i++) {
        if (circle.marks[i] == UNSEEN)
            visit_action(&circle, i);
    }
    mem_free(circle.marks);
}
