/* grammar: LANGUAGE as shapes (inside this layer only), a file a chapter: check, step, scenario, profile, and
 * the types that search. What scenarios share with setups (types, account, people, faults) is in
 * sim/yaml/grammar_tools.h. */
#ifndef GRAMMAR_H
#define GRAMMAR_H

#include "grammar_tools.h"

/* types that search in what happened */
extern const struct shape shape_match, shape_pattern, shape_filter, shape_pick, shape_matches,
    shape_named_matches;

/* the chapters */
extern const struct shape shape_check, shape_expect, shape_expect_fields, shape_command, shape_step,
    shape_steps, shape_save, shape_actions, shape_action_call, shape_policy, shape_scenario, shape_used_file,
    shape_profile;

/* Words that no action may have as its name: verbs and common keys. */
const struct field *step_fields(void);

#endif
