/* rig_services: the profile's `services`, started. */
#ifndef RIG_SERVICES_H
#define RIG_SERVICES_H

#include "rig.h"

bool rig_services_start(struct rig *rig, struct fail *why);

/* `ready:` of a service or of the backend, resolved. Match and path live in the variables and in *ret_match
 * (new or NULL). `port` is what an HTTP path is asked on. */
bool rig_ready(const struct ready *ready, int port, struct variables *variables,
               struct text_match **ret_match, struct process_ready *ret, struct fail *why);
/* Sets each pair; null takes a name away. */
bool rig_env_set(const struct named_values *pairs, struct variables *variables,
                 struct environment *environment, struct fail *why);

/* Not `clock: ignored`. */
bool rig_service_shares_clock(struct rig *rig, const struct service *service);

#endif
