/* people_setup: the account and the people of a scenario, as the simulator wants them. */
#ifndef PEOPLE_SETUP_H
#define PEOPLE_SETUP_H

#include "cast.h"
#include "profile.h"
#include "simulator.h"

/* The body of POST /sim/v1/reset; *ret is new. Without `account` it is a paid one in the profile's country.
 */
bool account_setup(const struct account *account, const struct profile *profile, struct variables *variables,
                   json_t **ret, struct fail *why);
/* Makes each person known to the simulator, which gives the number, and to the cast. */
bool people_setup(const struct people *people, const struct profile *profile, struct variables *variables,
                  struct simulator *simulator, struct cast *cast, struct fail *why);

#endif
