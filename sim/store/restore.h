/* restore: the store out of the rows that it was written down in (row.h).
 *
 *     restore_begin(sim);
 *     for each row, tables in the order of row.h: if (!restore_row(sim, &row, &now, &why)) ...
 *     if (!restore_end(sim, &why)) ...
 *
 * Rows of faults, progress and callbacks belong to higher layers and are not taken here. What makes no sense
 * is refused with table, row and column: the file was damaged or written by hand.
 *
 * Deadlines are stored by the wall clock and become those of this process' other clock: what was 20 h ahead
 * and 5 h ago is 15 h ahead. A wall clock that stands earlier than when they were written (set back, or
 * virtual) counts as no time passed: a window is never longer than a new one. The lock is held. */
#ifndef RESTORE_H
#define RESTORE_H

#include "sim.h"

/* Everything is forgotten, without a note for whoever writes changes down. */
void restore_begin(struct sim *sim);
bool restore_row(struct sim *sim, const struct row *row, const struct journal_stamp *now, struct fail *why);
/* False when there is no account. */
bool restore_end(struct sim *sim, struct fail *why);

/* The account of a row's first column, or NULL after refusing. */
struct account *restore_owner(struct sim *sim, struct row_reader *reader);
/* When on this process' clock something was that the wall clock showed as wall_ms; not later than now. */
int64_t restore_past_ms(const struct journal_stamp *now, int64_t wall_ms);

#endif
