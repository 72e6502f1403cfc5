/* rig_census: is everybody of the stack on the virtual clock? Of the real one alone knows whoever is on it: a
 * static binary, a program of Go's, one that was started without the library.
 *
 *     rig_census_begin(rig, &why);               // all is at rest: notes who is there, in the history
 *     rig_census_end(rig, ran_commands, &why);   // the steps are over: who was met since?
 *
 * False with *why: somebody is on another clock, and is neither excused nor ours. One thread at a time. */
#ifndef RIG_CENSUS_H
#define RIG_CENSUS_H

#include "rig.h"

bool rig_census_begin(struct rig *rig, struct fail *why);
/* ran_commands: the scenario had steps `run`; what has ended may have been one of those. */
bool rig_census_end(struct rig *rig, bool ran_commands, struct fail *why);

#endif
