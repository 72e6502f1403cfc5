/* log_entry: one line of a backend's log as Cloud Run reads it.
 *
 *     struct log_entry_form form;
 *     if (!log_entry_form_read(&form, &profile->log, variables, &why)) ...
 *     json_t *entry = log_entry_read(&form, line);          // new
 *     log_entry_form_release(&form);
 *
 * A JSON object is itself; any other line becomes {"textPayload": line}. `severity` and `message` come from
 * where the profile's `log:` says; a severity that is not there is DEFAULT. One thread at a time. */
#ifndef LOG_ENTRY_H
#define LOG_ENTRY_H

#include "jq_filter.h"
#include "profile.h"

struct log_entry_form {
    struct jq_filter *severity, *message; /* NULL: the line's own key */
};

/* `format` NULL: as Cloud Run has it. */
bool log_entry_form_read(struct log_entry_form *ret, const struct log_format *format,
                         struct variables *variables, struct fail *why);
void log_entry_form_release(struct log_entry_form *form);
json_t *log_entry_read(const struct log_entry_form *form, struct text line);

#endif
