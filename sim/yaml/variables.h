/* variables: what `$x` and `${x}` stand for.
 *
 *     struct variables *run = variables_new(NULL);                       // of the scenario
 *     variables_provide(run, "awa", &(struct variable_source){.context = awa, .read = person_read, .members =
 * members}); struct variables *step = variables_new(run);                       // of one step or one action:
 * sees all of `run` variables_set(step, TEXT("phone"), json_string("+243810000001"));  // a parameter, a
 * case's cell, what was saved variables_free(step);
 *
 * A name is letters, digits, '_' and '-', beginning with a letter or '_'. A path is a name and members behind
 * dots:
 * `$awa.code`, `$policy.code.lifetime`, `$answer.user.roles.0`. The nearest scope that knows the name
 * decides; there the members are found: in JSON by key or index, or by asking the source. `$x` alone keeps
 * its type, `${x}` stands inside text,
 * `$$` is a dollar. An unknown name or member is an error that names the nearest known one.
 *
 * Scopes chain; the outer one must outlive the inner. All scopes of a chain may be used from many threads at
 * once; the callback of a source is called without any lock held. Texts resolved with a scope (value.h) live
 * in it until it is freed. */
#ifndef VARIABLES_H
#define VARIABLES_H

#include "arena.h"
#include "fail.h"
#include "json.h"
#include "place.h"
#include "text.h"

struct variables;

enum variable_answer {
    VARIABLE_FOUND,
    VARIABLE_UNKNOWN, /* no such member: the error names the nearest of `members` */
    VARIABLE_FAILED,  /* known, but there is no value now: *why says it ("awa has not received a message") */
};

/* Values made when they are asked for. `member` is what stands behind the first dot ("" for `$awa` alone);
 * *ret is new. */
struct variable_source {
    void *context;
    enum variable_answer (*read)(void *context, struct text member, json_t **ret, struct fail *why);
    const char *const *members; /* ends with NULL: for the nearest word; NULL = not known beforehand */
};

/* How long all texts resolved with one scope may be together. */
enum { VARIABLES_TEXT_MAX_BYTES = 16 * 1024 * 1024, VARIABLES_DEPTH_MAX = 32 };

/* `outer` is NULL or borrowed. */
struct variables *variables_new(struct variables *outer);
void variables_free(struct variables *variables);

/* Sets or replaces a name in this scope; value is stolen. */
void variables_set(struct variables *variables, struct text name, json_t *value);
/* Answers a name, with all its members, by asking. The struct is copied, what it points to is borrowed. */
void variables_provide(struct variables *variables, const char *name, const struct variable_source *source);

/* The value of a path ("awa.code", no dollar). *ret is new. */
bool variables_get(struct variables *variables, struct text path, json_t **ret, struct fail *why);

/* How a text treats what it puts in and a lone '$'. */
enum variables_style {
    VARIABLES_TEXT,    /* plain text; a '$' that is no variable is an error: "write $$" */
    VARIABLES_PATTERN, /* '/…/': put in quoted (\Q…\E), '$' alone is the anchor */
    VARIABLES_FILTER,  /* .filter: put in with JSON's escapes, `$name` is jq's own */
};

/* True when `written` has something to put in (or a $$, or in plain text any '$'). */
bool variables_wanted(struct text written, enum variables_style style);
/* Puts everything in. `$x` alone gives x as it is, anything else a JSON text. *ret is new; errors carry `at`.
 */
bool variables_resolve(struct variables *variables, struct place at, struct text written,
                       enum variables_style style, json_t **ret, struct fail *why);

/* Calls `visit` with each path that `written` names; for checks beforehand. Broken uses ("${") go to *why. */
bool variables_scan(struct text written, enum variables_style style,
                    void (*visit)(void *context, struct text path), void *context, struct fail *why);

/* The arena of resolved texts of this scope (value.h uses it). */
struct arena *variables_arena(struct variables *variables);

#endif
