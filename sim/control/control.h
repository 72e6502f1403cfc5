/* control: the simulator's own endpoints under /sim/v1, and /metrics (DESIGN, Control API), for tests,
 * harnesses and pages.
 *
 * Never a provider's path. It answers only when Host is loopback or a configured name (a web page can rebind
 * DNS) and Origin, if there is one, is such a page, and wants a token when one is set: `Authorization: Bearer
 * TOKEN` or `?token=`. Answers to misuse are plain text that begins with "twilio-sim:", so that they cannot
 * be taken for Twilio's. Every endpoint is scoped by ?account=AC…; without it by the first account. To add
 * one: a file with its function, a line below, a row in control.c. */
#ifndef CONTROL_H
#define CONTROL_H

#include "form.h"
#include "json.h"
#include "router.h"
#include "sim.h"

struct control {
    struct sim *sim;
    struct text ca_pem;              /* TEXT_NONE: no TLS */
    const char *const *hosts;        /* names beside loopback, NULL behind the last; may be NULL */
    const char *token;               /* NULL = none wanted */
    struct clock_mover *clock_mover; /* NULL: time is real, or somebody else's. Borrowed */
    /* A name is looked up: what planned faults do to it, an enum fault_dns or 0. Called under the lock; NULL:
     * there are no names. */
    int (*resolving)(void *context, struct text client, struct text name);
    void *resolving_context;
};

bool control_handles(struct text path);
/* May it be answered under this Host at all? */
bool control_host_is_ours(const struct control *control, struct text host);
void control_answer(struct control *control, const struct request *request, struct response *response);

/* What an endpoint gets. */
struct control_call {
    struct control *control;
    struct sim *sim;
    const struct request *request;
    struct response *response;
    struct route_match match;
    struct form query;
    struct account *account; /* the scope; valid under the lock only */
    json_t *body;            /* an object; {} when the request had none. Borrowed */
};

/* Called under the store's lock. */
typedef void control_endpoint(struct control_call *call);

control_endpoint control_health, control_codes, control_ca;
control_endpoint control_accounts_list, control_accounts_add, control_reset;
control_endpoint control_people_list, control_people_set;
control_endpoint control_accounts_change;
control_endpoint control_faults_list, control_faults_add, control_faults_clear, control_faults_remove;
control_endpoint control_faults_switch;
control_endpoint control_messages_list, control_messages_next, control_messages_receive, control_code;
control_endpoint control_message_story, control_request_story;
control_endpoint control_clock_read, control_clock_move;
control_endpoint control_requests, control_events, control_callbacks_send, control_lookups_judge,
    control_metrics;

/* What the lists show of a message. New. */
json_t *control_message_json(const struct message *message);

/* Answers with a JSON object or array, which is stolen. */
void control_reply(struct control_call *call, int status, json_t *value);
/* Answers 400 (or another status) in plain text. */
void control_refuse(struct control_call *call, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* A number of the query within bounds, or the fallback; false after refusing. */
bool control_query_int(struct control_call *call, const char *name, int64_t min, int64_t max,
                       int64_t fallback, int64_t *ret);
/* Refuses when the body has something else than a text at one of `keys` (NULL behind the last). */
bool control_only_texts(struct control_call *call, const char *const *keys);
/* A phone's number, given as one (a '+' that nobody encoded arrives as a space) or as a person's name; ""
 * stays. False after refusing. *ret is borrowed from the request or the account. */
bool control_number(struct control_call *call, const char *name, struct text given, struct text *ret);
/* Refuses when the body has a key that is not among `keys` (NULL behind the last). */
bool control_only_keys(struct control_call *call, const char *const *keys);

#endif
