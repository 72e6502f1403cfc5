/* other_host: hosts that are not Twilio's, with one canned answer each (LANGUAGE, `hosts`): what else a
 * backend talks to.
 *
 * Their calls pass planned faults (`on: { provider: NAME }`) and stand in the journal as Twilio's do, with
 * the host's name as provider and "request" as operation. */
#ifndef OTHER_HOST_H
#define OTHER_HOST_H

#include "call.h"
#include "fail.h"

struct other_host {
    char *name; /* lower case */
    int status;
    char *body; /* JSON, "" = none */
};

/* Reads "NAME=STATUS" or "NAME=STATUS:JSON"; false with the reason. */
bool other_host_read(struct text rule, struct other_host *ret, struct fail *why);
void other_host_release(struct other_host *host);

/* The host of that name, or NULL. */
const struct other_host *other_host_find(const struct other_host *hosts, size_t count, struct text name);
void other_host_answer(struct sim *sim, const struct other_host *host, const struct request *request,
                       struct response *response);

#endif
