/* pattern: a PCRE2 pattern, compiled once, that can never hang.
 *
 *     struct pattern *pattern = pattern_new(TEXT("code is (\\d{6})"), &why);
 *     struct text code;
 *     switch (pattern_find(pattern, body, &code)) { case PATTERN_FOUND: ... }
 *     pattern_free(pattern);
 *
 * The source is the text between the slashes, without them. Patterns read UTF-8; a subject that is not UTF-8
 * is searched byte by byte. Match, depth and heap limits are set: a pattern that would search for ever gives
 * up and says so. The searched text is borrowed, and so is what a search gives back. A pattern may be used by
 * many threads at once. */
#ifndef PATTERN_H
#define PATTERN_H

#include "fail.h"
#include "text.h"

struct pattern;

enum pattern_result { PATTERN_FOUND, PATTERN_NOT_FOUND, PATTERN_GAVE_UP };

/* A longer pattern is refused: no sensible one comes near. */
enum { PATTERN_MAX_BYTES = 4096 };

/* New, or NULL with the reason and the place inside the pattern in *why. */
struct pattern *pattern_new(struct text source, struct fail *why);
void pattern_free(struct pattern *pattern);

/* Where the pattern first stands: its first group when it has one, else all of it. `ret_found` may be NULL.
 */
enum pattern_result pattern_find(const struct pattern *pattern, struct text subject, struct text *ret_found);

/* How many groups it has. */
unsigned pattern_groups(const struct pattern *pattern);

/* True for "/…/": a pattern in a scenario. *ret_source is what stands between the slashes. */
bool pattern_in_slashes(struct text written, struct text *ret_source);

#endif
