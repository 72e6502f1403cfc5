/* The parameters of Messages create, and one judge for each type of value. Which parameters must be there,
 * and in which order Twilio looks at everything, is in sim/rules. */
#include "message_params.h"

#include "callback_urls.h"
#include "clock.h"
#include "fail.h"
#include "json.h"
#include "sids.h"
#include "utf8.h"

enum {
    BODY_MAX = 1600,
    MEDIA_MAX = 10,
    VALIDITY_MAX_S = 36000,
    SCHEDULE_MIN_S = 300,
    SCHEDULE_MAX_S = 3024000
};

#define NAMED(text) .name = ("" text), .name_bytes = sizeof(text) - 1
#define BOOL_ROW(param_id, param_name)                                                                       \
    [param_id] = {.id = (param_id),                                                                          \
                  NAMED(param_name),                                                                         \
                  .type = PARAM_BOOL,                                                                        \
                  .error = ERROR_INVALID_PARAMETER,                                                          \
                  .source = "2.1; guess"}
#define CHOICE_ROW(param_id, param_name, choices, error_id, from)                                            \
    [param_id] = {.id = (param_id),                                                                          \
                  NAMED(param_name),                                                                         \
                  .type = PARAM_CHOICE,                                                                      \
                  .words = (choices),                                                                        \
                  .error = (error_id),                                                                       \
                  .source = (from)}
#define ANY_ROW(param_id, param_name)                                                                        \
    [param_id] = {.id = (param_id), NAMED(param_name), .type = PARAM_ANY, .source = "2.1"}

static const struct message_param params[MESSAGE_PARAM_COUNT] = {
    ANY_ROW(MESSAGE_PARAM_TO, "To"),
    ANY_ROW(MESSAGE_PARAM_FROM, "From"),
    [MESSAGE_PARAM_MESSAGING_SERVICE_SID] = {.id = MESSAGE_PARAM_MESSAGING_SERVICE_SID,
                                             NAMED("MessagingServiceSid"),
                                             .type = PARAM_SID,
                                             .words = "MG",
                                             .error = ERROR_SERVICE_SID_INVALID,
                                             .source = "2.1 spec; 2.4 E"},
    [MESSAGE_PARAM_FALLBACK_FROM] = {.id = MESSAGE_PARAM_FALLBACK_FROM,
                                     NAMED("FallbackFrom"),
                                     .type = PARAM_ANY,
                                     .needs = "MessagingServiceSid",
                                     .error_alone = ERROR_FALLBACK_FROM_NEEDS_SERVICE,
                                     .source = "2.1; 12 #71"},
    [MESSAGE_PARAM_BODY] = {.id = MESSAGE_PARAM_BODY,
                            NAMED("Body"),
                            .type = PARAM_TEXT,
                            .max = BODY_MAX,
                            .error = ERROR_BODY_TOO_LONG,
                            .source = "2.1 spec E; 2.4 T22"},
    [MESSAGE_PARAM_CONTENT_SID] = {.id = MESSAGE_PARAM_CONTENT_SID,
                                   NAMED("ContentSid"),
                                   .type = PARAM_SID,
                                   .words = "HX",
                                   .error = ERROR_CONTENT_SID_INVALID,
                                   .source = "2.1 spec; 2.4 E"},
    [MESSAGE_PARAM_CONTENT_VARIABLES] = {.id = MESSAGE_PARAM_CONTENT_VARIABLES,
                                         NAMED("ContentVariables"),
                                         .type = PARAM_JSON_OBJECT,
                                         .max = BODY_MAX,
                                         .error = ERROR_CONTENT_VARIABLES_INVALID,
                                         .error_over = ERROR_PARAMETER_TOO_LONG,
                                         .needs = "ContentSid",
                                         .error_alone = ERROR_CONTENT_SID_REQUIRED,
                                         .source = "2.1 spec; 2.4 E"},
    [MESSAGE_PARAM_MEDIA_URL] = {.id = MESSAGE_PARAM_MEDIA_URL,
                                 NAMED("MediaUrl"),
                                 .type = PARAM_MEDIA_URLS,
                                 .max = MEDIA_MAX,
                                 .error = ERROR_MEDIA_URL_INVALID,
                                 .error_over = ERROR_TOO_MANY_MEDIA,
                                 .source = "2.1 spec; 2.4 E"},
    [MESSAGE_PARAM_STATUS_CALLBACK] = {.id = MESSAGE_PARAM_STATUS_CALLBACK,
                                       NAMED("StatusCallback"),
                                       .type = PARAM_CALLBACK_URL,
                                       .max = CALLBACK_URL_MAX,
                                       .error = ERROR_STATUS_CALLBACK_INVALID,
                                       .source = "2.1 spec E; 2.4 T17"},
    [MESSAGE_PARAM_APPLICATION_SID] = {.id = MESSAGE_PARAM_APPLICATION_SID,
                                       NAMED("ApplicationSid"),
                                       .type = PARAM_SID,
                                       .words = "AP",
                                       .error = ERROR_INVALID_SID,
                                       .source = "2.1 spec; guess"},
    [MESSAGE_PARAM_VALIDITY_PERIOD] = {.id = MESSAGE_PARAM_VALIDITY_PERIOD,
                                       NAMED("ValidityPeriod"),
                                       .type = PARAM_INT,
                                       .min = 1,
                                       .max = VALIDITY_MAX_S,
                                       .error = ERROR_VALIDITY_PERIOD_INVALID,
                                       .source = "2.1 spec E; 2.4 E"},
    [MESSAGE_PARAM_SCHEDULE_TYPE] = {.id = MESSAGE_PARAM_SCHEDULE_TYPE,
                                     NAMED("ScheduleType"),
                                     .type = PARAM_CHOICE,
                                     .words = "fixed",
                                     .error = ERROR_SCHEDULE_TYPE_INVALID,
                                     .needs = "SendAt",
                                     .error_alone = ERROR_SEND_AT_MISSING,
                                     .source = "2.1 spec E; 2.4 E"},
    [MESSAGE_PARAM_SEND_AT] = {.id = MESSAGE_PARAM_SEND_AT,
                               NAMED("SendAt"),
                               .type = PARAM_TIME,
                               .min = SCHEDULE_MIN_S,
                               .max = SCHEDULE_MAX_S,
                               .error = ERROR_SEND_AT_UNSUPPORTED,
                               .only_with = "ScheduleType",
                               .needs = "MessagingServiceSid",
                               .error_alone = ERROR_SCHEDULE_NEEDS_SERVICE,
                               .source = "2.1 spec E; 2.4 E"},
    BOOL_ROW(MESSAGE_PARAM_PROVIDE_FEEDBACK, "ProvideFeedback"),
    [MESSAGE_PARAM_ATTEMPT] = {.id = MESSAGE_PARAM_ATTEMPT,
                               NAMED("Attempt"),
                               .type = PARAM_INT,
                               .min = 0,
                               .max = INT32_MAX,
                               .error = ERROR_INVALID_PARAMETER,
                               .source = "2.1; guess"},
    CHOICE_ROW(MESSAGE_PARAM_CONTENT_RETENTION, "ContentRetention", "retain|discard",
               ERROR_CONTENT_RETENTION_INVALID, "2.1 spec; 12 #97"),
    CHOICE_ROW(MESSAGE_PARAM_ADDRESS_RETENTION, "AddressRetention", "retain|obfuscate",
               ERROR_ADDRESS_RETENTION_INVALID, "2.1 spec; 12 #97"),
    BOOL_ROW(MESSAGE_PARAM_SMART_ENCODED, "SmartEncoded"),
    BOOL_ROW(MESSAGE_PARAM_SEND_AS_MMS, "SendAsMms"),
    BOOL_ROW(MESSAGE_PARAM_SHORTEN_URLS, "ShortenUrls"),
    CHOICE_ROW(MESSAGE_PARAM_RISK_CHECK, "RiskCheck", "enable|disable", ERROR_INVALID_PARAMETER,
               "2.1 spec; guess"),
    CHOICE_ROW(MESSAGE_PARAM_TRAFFIC_TYPE, "TrafficType", "free", ERROR_INVALID_PARAMETER, "2.1 spec; guess"),
    BOOL_ROW(MESSAGE_PARAM_FORCE_DELIVERY, "ForceDelivery"),
    [MESSAGE_PARAM_TAGS] = {.id = MESSAGE_PARAM_TAGS,
                            NAMED("Tags"),
                            .type = PARAM_JSON_OBJECT,
                            .max = BODY_MAX,
                            .error = ERROR_INVALID_PARAMETER,
                            .source = "2.1 spec; guess"},
    ANY_ROW(MESSAGE_PARAM_PERSISTENT_ACTION, "PersistentAction"),
    ANY_ROW(MESSAGE_PARAM_MAX_PRICE, "MaxPrice"),
};

struct judged {
    const struct message_param *param;
    struct text value;
    const struct form *form;
    const struct param_facts *facts;
};

static enum error_id over(const struct message_param *param)
{
    return param->error_over != ERROR_NONE ? param->error_over : param->error;
}

static bool units_fit(struct text value, int64_t max)
{
    int64_t units = 0;
    while (value.len > 0 && units <= max)
        units += utf8_next(&value) > 0xFFFF ? 2 : 1;
    return units <= max;
}

static enum error_id judge_any(const struct judged *judged)
{
    (void)judged;
    return ERROR_NONE;
}

static enum error_id judge_text(const struct judged *judged)
{
    return units_fit(judged->value, judged->param->max) ? ERROR_NONE : over(judged->param);
}

static enum error_id judge_int(const struct judged *judged)
{
    int64_t number;
    bool good = text_to_int(judged->value, judged->param->min, judged->param->max, &number);
    return good ? ERROR_NONE : judged->param->error;
}

static enum error_id judge_bool(const struct judged *judged)
{
    bool good = text_is_nocase(judged->value, "true") || text_is_nocase(judged->value, "false");
    return good ? ERROR_NONE : judged->param->error;
}

static enum error_id judge_choice(const struct judged *judged)
{
    struct text words = text_of(judged->param->words);
    struct text word;
    while (text_split(&words, '|', &word))
        if (text_equal(judged->value, word))
            return ERROR_NONE;
    return judged->param->error;
}

static enum error_id judge_sid(const struct judged *judged)
{
    return sid_is(judged->value, judged->param->words) ? ERROR_NONE : judged->param->error;
}

static enum error_id judge_callback_url(const struct judged *judged)
{
    bool good = callback_url_sound(judged->value, judged->facts->loopback_callbacks);
    return good ? ERROR_NONE : judged->param->error;
}

static enum error_id judge_media_urls(const struct judged *judged)
{
    const struct form *form = judged->form;
    int64_t count = 0;
    bool good = true;
    for (size_t i = 0; i < form->count; i++) {
        if (!text_is(form->pairs[i].name, judged->param->name))
            continue;
        count++;
        good = good && http_url_sound(form->pairs[i].value);
    }
    if (count > judged->param->max)
        return over(judged->param);
    return good ? ERROR_NONE : judged->param->error;
}

static enum error_id judge_json_object(const struct judged *judged)
{
    struct fail why = {0};
    json_auto_t *object = NULL;
    const char *key;
    json_t *value;
    if (!json_read(judged->value, judged->param->name, &object, &why) || !json_is_object(object))
        return judged->param->error;
    json_object_foreach(object, key, value)
    {
        struct text text = text_span(json_string_value(value), json_string_length(value));
        if (json_is_string(value) && !units_fit(text, judged->param->max))
            return over(judged->param);
    }
    return ERROR_NONE;
}

static enum error_id judge_time(const struct judged *judged)
{
    enum { DATE_BYTES = 10 }; /* "2026-01-02" */
    int64_t at_ms;
    bool whole_day;
    bool iso = judged->value.len > DATE_BYTES && judged->value.at[DATE_BYTES] == 'T';
    if (!iso || !clock_parse(judged->value, &at_ms, &whole_day))
        return judged->param->error;
    int64_t ahead_ms = at_ms - judged->facts->now_ms;
    bool within = ahead_ms >= judged->param->min * 1000 && ahead_ms <= judged->param->max * 1000;
    return within ? ERROR_NONE : judged->param->error;
}

static bool form_states(const struct form *form, const char *name)
{
    if (form_get(form, name).len > 0)
        return true;
    return text_is(text_of(name), "MessagingServiceSid") && sid_is(form_get(form, "From"), "MG");
}

const struct message_param *message_param(enum message_param_id id)
{
    REQUIRE((size_t)id < MESSAGE_PARAM_COUNT);
    return &params[id];
}

const struct message_param *message_param_find(struct text name)
{
    for (size_t i = 0; i < MESSAGE_PARAM_COUNT; i++)
        if (text_equal(name, text_span(params[i].name, params[i].name_bytes)))
            return &params[i];
    return NULL;
}

static enum error_id judge(const struct judged *judged)
{
    static enum error_id (*const judges[])(const struct judged *) = {
        [PARAM_ANY] = judge_any,
        [PARAM_TEXT] = judge_text,
        [PARAM_INT] = judge_int,
        [PARAM_BOOL] = judge_bool,
        [PARAM_CHOICE] = judge_choice,
        [PARAM_SID] = judge_sid,
        [PARAM_CALLBACK_URL] = judge_callback_url,
        [PARAM_MEDIA_URLS] = judge_media_urls,
        [PARAM_JSON_OBJECT] = judge_json_object,
        [PARAM_TIME] = judge_time,
    };
    const struct message_param *param = judged->param;
    if (judged->value.len == 0 || (param->only_with != NULL && !form_states(judged->form, param->only_with)))
        return ERROR_NONE;
    if (param->needs != NULL && !form_states(judged->form, param->needs))
        return param->error_alone;
    return judges[param->type](judged);
}

enum error_id message_param_check(enum message_param_id id, const struct form *form,
                                  const struct param_facts *facts)
{
    const struct message_param *param = message_param(id);
    return judge(&(struct judged){param, form_get(form, param->name), form, facts});
}

/* One walk over the form finds the values of all parameters: a create is judged in much less than a
 * microsecond. */
static void values_collect(const struct form *form, struct text values[MESSAGE_PARAM_COUNT])
{
    for (size_t i = form->count; i > 0; i--) {
        const struct message_param *param = message_param_find(form->pairs[i - 1].name);
        if (param != NULL)
            values[param->id] = form->pairs[i - 1].value;
    }
}

enum error_id message_params_check(const struct form *form, const struct param_facts *facts,
                                   const struct message_param **ret_wrong)
{
    struct text values[MESSAGE_PARAM_COUNT] = {{NULL, 0}};
    values_collect(form, values);
    for (int i = 0; i < MESSAGE_PARAM_COUNT; i++) {
        enum error_id error = judge(&(struct judged){&params[i], values[i], form, facts});
        if (error == ERROR_NONE)
            continue;
        if (ret_wrong != NULL)
            *ret_wrong = &params[i];
        return error;
    }
    return ERROR_NONE;
}
