/* fault_restore: a planned fault out of a store that survives (TABLE_FAULT): the rule as it was given, armed
 * when it was, with the counts that it had come to. The store's lock is held. */
#ifndef FAULT_RESTORE_H
#define FAULT_RESTORE_H

#include "sim.h"

/* False when the row makes no sense. */
bool fault_restore(struct sim *sim, const struct row *row, const struct journal_stamp *now, struct fail *why);

#endif
