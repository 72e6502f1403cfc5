/* call: one request to Twilio's API while it is handled, and the gate that each passes: credentials, account,
 * planned faults; then its endpoint; then the journal.
 *
 * An endpoint is called under the store's lock: it reads call->form and call->account, decides, changes the
 * store, writes the answer, and never waits. It returns ERROR_NONE, or the error that the gate then renders.
 */
#ifndef CALL_H
#define CALL_H

#include "error_codes.h"
#include "fault_rules.h"
#include "form.h"
#include "render.h"
#include "router.h"
#include "schedule.h"
#include "sim.h"

enum operation {
    OPERATION_NONE,
    OPERATION_RESOLVE, /* of a host's name; no endpoint of ours */
    OPERATION_CONNECT,
    OPERATION_OTHER, /* of a host that is not Twilio's */
    OPERATION_MESSAGE_CREATE,
    OPERATION_MESSAGE_LIST,
    OPERATION_MESSAGE_FETCH,
    OPERATION_MESSAGE_UPDATE,
    OPERATION_MESSAGE_DELETE,
    OPERATION_ACCOUNT_FETCH,
    OPERATION_BALANCE_FETCH,
    OPERATION_NUMBER_LIST,
    OPERATION_NUMBER_FETCH,
    OPERATION_NUMBER_SEARCH,
    OPERATION_CALLER_ID_LIST,
    OPERATION_CALLER_ID_FETCH,
    OPERATION_CALLER_ID_DELETE,
    OPERATION_COUNT
};

/* "message.create", as LANGUAGE's faults name it; "" for OPERATION_NONE. */
const char *operation_name(enum operation operation);

struct call {
    struct sim *sim;
    const struct request *request;
    struct response *response;
    struct route_match match;
    enum operation operation;
    struct text provider; /* TEXT_NONE: twilio */
    enum format format;
    struct form form; /* of the body */
    struct form query;
    struct journal_stamp began;
    char id[SID_BYTES]; /* RQ… */
    struct account *account;
    struct text address_to, address_from; /* of a create or a filter, as sent */
    struct text to, from;                 /* the same without the channel's prefix */
    enum channel channel;
    struct fault_decision fault;
    int fault_number; /* of the rule that acts; 0 = none */
    struct error_words words;
    char sid[SID_BYTES];     /* of the message that was made or looked at; "" = none */
    struct message *created; /* by this call; NULL = none. Valid under the lock */
    enum error_id error;
};

/* One endpoint. */
typedef enum error_id endpoint(struct call *call);

/* An endpoint's row: the router finds it, the gate calls it. */
struct endpoint_row {
    enum operation operation;
    endpoint *handle;
    bool test_credentials; /* may be used with them */
};

/* What comes before a request: whom a client is about to talk to. Nothing else is known yet, so the first
 * account's rules count. */
struct beginning {
    struct text client;   /* address and port, or what else is known of it */
    struct text host;     /* as asked for, in lower case; "" = not known */
    struct text provider; /* of that host */
};

/* A client connects (its TLS hello is there): what planned faults on the operation `connect` do to it. A hit
 * is journalled as a call; connections that no rule touches are not. */
struct connect_fault call_connecting(struct sim *sim, const struct beginning *beginning);

/* A name is looked up: what planned faults on `resolve` do to it, FAULT_UNKNOWN, FAULT_SERVFAIL or 0.
 * Journalled alike. Called under the store's lock. */
int call_resolving(struct sim *sim, const struct beginning *beginning);

/* Answers a request to Twilio's API. */
void call_answer(struct sim *sim, const struct request *request, struct response *response);

/* Planned faults and journal for a call whose answer stands already: of a host that is not Twilio's. */
void call_finish_foreign(struct call *call);

/* Starts the answer's document with status and content type; ends it with render_end(). */
void call_begin(struct call *call, struct render *render, int status, const char *xml_name);
/* "/2010-04-01/Accounts/AC…" and what follows, with the extension in JSON. New C string in the request's
 * arena. */
const char *call_uri(struct call *call, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
