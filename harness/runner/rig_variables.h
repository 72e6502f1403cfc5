/* rig_variables: $twilio.… and $port.… : what only the worker knows. */
#ifndef RIG_VARIABLES_H
#define RIG_VARIABLES_H

#include "rig.h"

/* Sources answer from the rig (borrowed) when they are asked. */
void rig_provide(struct rig *rig, struct variables *variables);

#endif
