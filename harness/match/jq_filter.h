/* jq_filter: a jq program, compiled once, run on JSON.
 *
 *     struct jq_filter *filter = jq_filter_new(TEXT(".user.id"), &why);
 *     json_t *id = NULL;
 *     if (jq_filter_run(filter, answer, &id, &why)) ...
 *     json_decref(id);
 *     jq_filter_free(filter);
 *
 * The first result counts, later ones are not asked for. A filter that gives nothing gives null. It cannot
 * read files, modules or the environment: `import`, `include`, `input`, `env`, `$ENV`, `debug` and `halt` are
 * refused. A program that never ends cannot be stopped from here (libjq 1.6 has no such door): the time limit
 * of the scenario ends it. One thread at a time; no value in or out is kept. */
#ifndef JQ_FILTER_H
#define JQ_FILTER_H

#include "fail.h"
#include "json.h"
#include "text.h"

struct jq_filter;

enum { JQ_FILTER_MAX_BYTES = 4096, JQ_RESULT_DEPTH_MAX = 256 };

/* New, or NULL with jq's own words in *why. */
struct jq_filter *jq_filter_new(struct text program, struct fail *why);
void jq_filter_free(struct jq_filter *filter);

/* *ret is new. False when the program fails on this input. */
bool jq_filter_run(struct jq_filter *filter, const json_t *input, json_t **ret, struct fail *why);

#endif
