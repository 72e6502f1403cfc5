/* log_filter: a filter in the language of Cloud Logging, on one line of a backend's log.
 *
 *     struct log_filter *filter = log_filter_new(TEXT("severity>=ERROR AND jsonPayload.code=21608"), &why);
 *     if (log_filter_holds(filter, entry, line)) ...
 *     log_filter_free(filter);
 *
 * A line that is a JSON object is read as Cloud Run reads it: `severity` and `message` are its own keys,
 * jsonPayload.x.y its other ones (`message` too). Any other line has `textPayload` and severity DEFAULT.
 * Understood: comparisons with = != > < >=
 * <= : (contains) =~ !~ (PCRE2), AND, OR, NOT, '-' before a term, parentheses, terms side by side (AND), a
 * bare word or quoted text (contained in any value). OR binds tighter than AND, as in Cloud Logging. Texts
 * compare without regard to case, except in patterns; severities in their order; numbers as numbers. A field
 * that is not there fails every comparison. Functions and resource labels are refused. Bounds:
 * LOG_FILTER_TERMS_MAX terms. One thread at a time. */
#ifndef LOG_FILTER_H
#define LOG_FILTER_H

#include "fail.h"
#include "json.h"
#include "text.h"

enum { LOG_FILTER_TERMS_MAX = 64, LOG_FILTER_DEPTH_MAX = 16 };

struct log_filter;

/* New, or NULL with the place in *why. */
struct log_filter *log_filter_new(struct text written, struct fail *why);
void log_filter_free(struct log_filter *filter);

/* `entry` is log_entry_read()'s of that line. */
bool log_filter_holds(const struct log_filter *filter, const json_t *entry, struct text line);

#endif
