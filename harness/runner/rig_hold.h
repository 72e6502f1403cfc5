/* rig_hold: whether the preload way holds the stack. Static programs and Go's take no library: a backend of
 * that kind would go past the simulator to the real service, so nothing is asked of it.
 *
 *     if (!rig_holds_all(rig, &why)) ...        // once the backend is ready, before the first step
 *
 * Only who has an internet socket counts: a bundler written in Go that talks by pipes does no harm. In the
 * other ways it is always true. */
#ifndef RIG_HOLD_H
#define RIG_HOLD_H

#include "rig.h"

bool rig_holds_all(const struct rig *rig, struct fail *why);

#endif
