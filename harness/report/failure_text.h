/* failure_text: why a scenario failed, for a person: place, step, expected beside actual, then the timeline.
 *
 *          scenarios/retries/x.yaml:12:5: check
 *            two requests were expected
 *              at                     expected  actual
 *              messages[0].requests   3         2
 *          timeline (line, seconds, who, what)
 *              1     0.000  harness     ...
 *
 * Plain text without colours, the same on the terminal, in JUnit and in TAP. Pure. */
#ifndef FAILURE_TEXT_H
#define FAILURE_TEXT_H

#include "scenario_result.h"

/* Lines of a timeline shown; the history has them all. */
enum { FAILURE_TIMELINE_ROWS = 80 };

/* Appends it. history may be NULL. Nothing when there is no failure. */
void failure_text(const struct scenario_result *result, const struct history *history, struct text_buf *out);

/* The first failure in one line: place, step, sentence, first difference; of a skipped one the sentence
 * alone. Appends nothing when there is none. */
void failure_line(const struct scenario_result *result, struct text_buf *out);

#endif
