/* rig_hosts: the profile's `hosts`, which the simulator answers beside the provider: their names for the
 * sandbox, and the simulator's options for them. */
#ifndef RIG_HOSTS_H
#define RIG_HOSTS_H

#include "fail.h"
#include "profile.h"
#include "variables.h"

/* Every name that leads to the simulator: the provider's domain, then the profile's hosts. New list of
 * borrowed names, NULL behind the last; the caller ends it with mem_free(). */
char **rig_hosts_names(const struct profile *profile);

/* "NAME=STATUS:JSON" for each, as `twilio-sim --host` takes them. New list of new texts, ended by
 * rig_words_free(). */
bool rig_hosts_rules(const struct profile *profile, struct variables *variables, char ***ret,
                     struct fail *why);

#endif
