/* summary: what a whole run showed beyond its scenarios: the invariants with their counts, and the
 * connections that were refused. Appends text for people.
 *
 *     struct summary *summary = summary_new();
 *     summary_add(summary, result, label, history);       // a scenario; history may be NULL
 *     summary_write(summary, &out);
 *     summary_free(summary);
 *
 * Refused targets are counted by name or address and port; at most SUMMARY_TARGETS_MAX are named, the rest is
 * counted. */
#ifndef SUMMARY_H
#define SUMMARY_H

#include "scenario_result.h"

enum { SUMMARY_TARGETS_MAX = 20 };

struct summary;

struct summary *summary_new(void);
void summary_free(struct summary *summary);
void summary_add(struct summary *summary, const struct scenario_result *result, const char *label,
                 const struct history *history);
void summary_write(const struct summary *summary, struct text_buf *out);
/* Of all scenarios so far. Borrowed. */
const struct invariant_results *summary_invariants(const struct summary *summary);
/* For the event file. New. */
json_t *summary_to_json(const struct summary *summary);

#endif
