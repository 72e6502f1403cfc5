/* simulator: what the harness asks of a running twilio-sim, over HTTP, under /sim/v1 of its control address.
 *
 *     struct simulator *simulator = simulator_new("http://127.0.0.1:4010");
 *     if (!simulator_reset(simulator, setup, &account, &why)) ...
 *
 * Every call takes SIMULATOR_WITHIN_MS at most. JSON that goes in is borrowed, JSON that comes out is new.
 * False with *why when the simulator cannot be reached or refuses; its own words are in it. Thread-safe. */
#ifndef SIMULATOR_H
#define SIMULATOR_H

#include "fail.h"
#include "json.h"

enum { SIMULATOR_WITHIN_MS = 10000 };

struct simulator;

/* `address` without a slash at its end; copied. New. */
struct simulator *simulator_new(const char *address);
void simulator_free(struct simulator *simulator);
/* Borrowed. */
const char *simulator_address(const struct simulator *simulator);

/* Forgets everything and sets the account up; *ret_account has account_sid, auth_token, number, whatsapp. */
bool simulator_reset(struct simulator *simulator, const json_t *setup, json_t **ret_account,
                     struct fail *why);
/* *ret_person has number and national. */
bool simulator_add_person(struct simulator *simulator, const json_t *person, json_t **ret_person,
                          struct fail *why);
/* *ret_id: the rule's id, new. */
bool simulator_add_fault(struct simulator *simulator, const json_t *rule, char **ret_id, struct fail *why);
/* *ret_list: an array of {id, matched, hits, …}. */
bool simulator_list_faults(struct simulator *simulator, json_t **ret_list, struct fail *why);
bool simulator_clear_faults(struct simulator *simulator, struct fail *why);
/* A message from a person. */
bool simulator_inbound(struct simulator *simulator, const json_t *message, struct fail *why);
/* A callback that we ask for; its outcome comes as an event with this id (new). */
bool simulator_callback(struct simulator *simulator, const json_t *callback, char **ret_id, struct fail *why);
/* The number of the last event that was written so far. */
bool simulator_last_event(struct simulator *simulator, int64_t *ret_n, struct fail *why);

#endif
