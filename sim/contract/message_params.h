/* message_params: the parameters of Messages create as a table: type, bounds, and the error when one is
 * wrong.
 *
 *     struct param_facts facts = {.now_ms = now, .loopback_callbacks = true};
 *     const struct message_param *wrong;
 *     enum error_id error = message_params_check(form, &facts, &wrong);
 *
 * Only the form of a value is judged here; whose number it is, and the order of all checks, is for sim/rules.
 * A parameter that is missing or empty is never wrong by itself, and an unknown one is ignored (as Twilio
 * does). The first value of a repeated name counts, except for lists. No allocation except for
 * ContentVariables and Tags (JSON). Thread-safe. Source: reference/twilio-messaging.md 2.1, 2.4. */
#ifndef MESSAGE_PARAMS_H
#define MESSAGE_PARAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error_codes.h"
#include "form.h"
#include "text.h"

enum param_type {
    PARAM_ANY,    /* not judged here */
    PARAM_TEXT,   /* at most `max` UTF-16 code units (characters above U+FFFF count double) */
    PARAM_INT,    /* within [min, max] */
    PARAM_BOOL,   /* true or false, in any case */
    PARAM_CHOICE, /* one of `words`, separated by '|' */
    PARAM_SID,    /* the prefix `words` and 32 hex digits */
    PARAM_CALLBACK_URL,
    PARAM_MEDIA_URLS,  /* at most `max` http(s) URLs */
    PARAM_JSON_OBJECT, /* a JSON text of an object; its texts have at most `max` UTF-16 code units each */
    PARAM_TIME,        /* ISO 8601, within [min, max] seconds from now */
};

/* In the order in which they are checked. */
enum message_param_id {
    MESSAGE_PARAM_TO,
    MESSAGE_PARAM_FROM,
    MESSAGE_PARAM_MESSAGING_SERVICE_SID,
    MESSAGE_PARAM_FALLBACK_FROM,
    MESSAGE_PARAM_BODY,
    MESSAGE_PARAM_CONTENT_SID,
    MESSAGE_PARAM_CONTENT_VARIABLES,
    MESSAGE_PARAM_MEDIA_URL,
    MESSAGE_PARAM_STATUS_CALLBACK,
    MESSAGE_PARAM_APPLICATION_SID,
    MESSAGE_PARAM_VALIDITY_PERIOD,
    MESSAGE_PARAM_SCHEDULE_TYPE,
    MESSAGE_PARAM_SEND_AT,
    MESSAGE_PARAM_PROVIDE_FEEDBACK,
    MESSAGE_PARAM_ATTEMPT,
    MESSAGE_PARAM_CONTENT_RETENTION,
    MESSAGE_PARAM_ADDRESS_RETENTION,
    MESSAGE_PARAM_SMART_ENCODED,
    MESSAGE_PARAM_SEND_AS_MMS,
    MESSAGE_PARAM_SHORTEN_URLS,
    MESSAGE_PARAM_RISK_CHECK,
    MESSAGE_PARAM_TRAFFIC_TYPE,
    MESSAGE_PARAM_FORCE_DELIVERY,
    MESSAGE_PARAM_TAGS,
    MESSAGE_PARAM_PERSISTENT_ACTION,
    MESSAGE_PARAM_MAX_PRICE,
    MESSAGE_PARAM_COUNT
};

struct message_param {
    enum message_param_id id;
    const char *name; /* "ValidityPeriod" */
    size_t name_bytes;
    enum param_type type;
    int64_t min, max;
    const char *words;
    enum error_id error;      /* when the value is wrong; ERROR_NONE = it cannot be */
    enum error_id error_over; /* when there is too much of it; ERROR_NONE = `error` */
    const char *only_with;    /* looked at only beside this parameter; NULL = always */
    const char
        *needs; /* the parameter without which it is wrong, NULL = none; a service's SID may stand in From */
    enum error_id error_alone; /* when that one is missing */
    const char
        *source; /* section of the reference and its tags; "guess" = there is no evidence for the error */
};

/* What a judgement depends on besides the form. */
struct param_facts {
    int64_t now_ms;          /* wall time, for SendAt */
    bool loopback_callbacks; /* false: a StatusCallback on this machine is refused, as Twilio does */
};

const struct message_param *message_param(enum message_param_id id);
/* NULL when create has no such parameter. */
const struct message_param *message_param_find(struct text name);

/* The first wrong parameter in table order: its error, and its row in *ret_wrong (may be NULL). ERROR_NONE =
 * all good. */
enum error_id message_params_check(const struct form *form, const struct param_facts *facts,
                                   const struct message_param **ret_wrong);
/* One parameter alone. */
enum error_id message_param_check(enum message_param_id id, const struct form *form,
                                  const struct param_facts *facts);

#endif
