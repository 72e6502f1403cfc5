/* From a line to an entry. What a filter asks of it is log_filter.c's. */
#include "log_entry.h"

static bool filter_read(const struct value *written, struct variables *variables, struct jq_filter **ret,
                        struct fail *why)
{
    struct text program;
    if (!value_given(written))
        return true;
    if (!value_text(written, variables, &program, why))
        return false;
    *ret = jq_filter_new(program, why);
    return *ret != NULL;
}

bool log_entry_form_read(struct log_entry_form *ret, const struct log_format *format,
                         struct variables *variables, struct fail *why)
{
    *ret = (struct log_entry_form){0};
    if (format == NULL || (filter_read(&format->severity, variables, &ret->severity, why) &&
                           filter_read(&format->message, variables, &ret->message, why)))
        return true;
    log_entry_form_release(ret);
    return false;
}

void log_entry_form_release(struct log_entry_form *form)
{
    jq_filter_free(form->severity);
    jq_filter_free(form->message);
    *form = (struct log_entry_form){0};
}

/* What the filter does not find stays as it was. */
static void key_set(json_t *entry, const char *key, struct jq_filter *filter, const json_t *whole)
{
    json_t *value = NULL;
    struct fail ignored = {0};
    if (filter == NULL || !jq_filter_run(filter, whole, &value, &ignored))
        return;
    if (json_is_null(value))
        json_decref(value);
    else
        json_set(entry, key, value);
}

json_t *log_entry_read(const struct log_entry_form *form, struct text line)
{
    struct fail ignored = {0};
    json_t *whole = NULL;
    if (!json_read(line, "log", &whole, &ignored) || !json_is_object(whole)) {
        json_decref(whole);
        whole = json_object();
        json_set(whole, "textPayload", json_of_text(line));
    }
    json_t *entry = json_copy(whole);
    key_set(entry, "severity", form->severity, whole);
    key_set(entry, "message", form->message, whole);
    if (json_object_get(entry, "severity") == NULL)
        json_set(entry, "severity", json_string("DEFAULT"));
    json_decref(whole);
    return entry;
}
