/* step: one step of a scenario (LANGUAGE, STEP). Plain data: exactly one verb, and its struct is the one that
 * is not NULL. */
#ifndef STEP_H
#define STEP_H

#include "check.h"
#include "expect.h"
#include "fault.h"
#include "node.h"
#include "value.h"

enum verb {
    VERB_ACTION = 1,
    VERB_REQUEST,
    VERB_RECEIVE,
    VERB_REPLY,
    VERB_ADVANCE,
    VERB_FAULTS,
    VERB_CALLBACK,
    VERB_PARALLEL,
    VERB_REPEAT,
    VERB_PROCESS,
    VERB_RUN,
    VERB_CHECK,
    VERB_CLOCK,
};

/* "request", "receive", …; VERB_ACTION gives "action". */
const char *verb_name(enum verb verb);

/* The words of the grammar's type `channel`, in this order. */
enum channel { CHANNEL_SMS, CHANNEL_WHATSAPP, CHANNEL_CALL, CHANNEL_EMAIL };

struct steps {
    struct place at;
    struct step *items;
    size_t count;
};

/* A program: argv, or text for sh -c. */
struct command {
    struct place at;
    struct value_list argv; /* either this */
    struct value shell;     /* or this */
};

/* login: { phone: $awa } */
struct action_call {
    struct place at;
    struct text name;
    struct named_values params; /* VALUE_TEXT */
};

struct action_calls {
    struct place at;
    struct action_call *items;
    size_t count;
};

/* A request, in a step or as an action of the profile. */
struct request_step {
    struct place at;
    struct value method;         /* GET when not written; POST when there is a body */
    struct value path, url;      /* exactly one */
    struct named_values query;   /* VALUE_TEXT */
    struct named_values headers; /* VALUE_TEXT */
    const struct node *json;     /* at most one of json, form, text */
    struct named_values form;    /* VALUE_TEXT */
    struct value text;
};

struct receive_step {
    struct place at;
    struct value to, channel, from, provider;
};

struct reply_step {
    struct place at;
    struct value from, channel, text;
};

/* A duration, or to a moment. `to` is expiry, window, midnight or a time. */
struct advance_step {
    struct place at;
    struct value by;
    struct value to, of, plus, minus;
};

enum callback_signature { SIGNATURE_GOOD, SIGNATURE_WRONG, SIGNATURE_MISSING, SIGNATURE_OTHER_TOKEN };

struct callback_step {
    struct place at;
    struct value of, status, code;
    struct value signature;     /* enum callback_signature */
    struct named_values change; /* VALUE_TEXT */
    struct value url;
};

enum process_order {
    PROCESS_START,
    PROCESS_STOP,
    PROCESS_KILL,
    PROCESS_RESTART,
    PROCESS_PAUSE,
    PROCESS_RESUME,
    PROCESS_WIPE
};

/* How far off a wall clock is: one of the two, 0s puts it right. */
struct clock_skew {
    struct place at;
    struct text name; /* backend, provider, or a service */
    struct value ahead, behind;
};

struct clock_skews {
    struct place at;
    struct clock_skew *items;
    size_t count;
};

/* save: NAME, or { NAME: .filter | '/pattern(group)/' | header.NAME | status } */
struct save {
    struct place at;
    struct value name;          /* either this */
    struct named_values values; /* or these; see save_kind() */
};

enum save_kind { SAVE_FILTER, SAVE_PATTERN, SAVE_HEADER, SAVE_STATUS };

/* What a text under `save` asks for; of a header, *ret_header is its name. False when it is none of the four.
 */
bool save_kind(struct text written, enum save_kind *ret, struct text *ret_header);

struct step {
    struct place at;
    enum verb verb;
    struct place verb_at;
    struct value name, as, times, within;
    struct expect *expect; /* NULL = not written: 2xx is required */
    struct save save;

    struct action_call *action;
    struct request_step *request;
    struct receive_step *receive;
    struct reply_step *reply;
    struct advance_step *advance;
    struct faults *faults;
    struct callback_step *callback;
    struct steps *parallel;
    struct steps *repeat;
    struct named_values *process; /* enum process_order */
    struct command *run;
    struct check *check;
    struct clock_skews *clock;

    struct action_calls others; /* the reader's: keys that are no verb and no common key */
};

/* An action of a profile or of a file under `uses`: a request, or steps. */
struct action {
    struct place at;
    struct text name;
    struct request_step *request; /* exactly one of the two */
    struct steps *steps;
    struct named_values defaults; /* VALUE_TEXT: parameters that a call may leave out */

    struct request_step request_fields; /* the reader's: what `request` points to */
};

struct actions {
    struct place at;
    struct action *items;
    size_t count;
};

const struct action *actions_find(const struct actions *actions, struct text name);

#endif
