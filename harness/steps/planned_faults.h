/* planned_faults: the fault rules of a scenario at the simulator, and whether each of them hit.
 *
 *     planned_faults_add(faults, simulator, &scenario->faults, variables, &why);
 *     planned_faults_settle(faults, simulator, findings, "faults", &why);    // what never hit is a finding
 *
 * Rules that a step takes away (`faults: none`) are settled then. Thread-safe. */
#ifndef PLANNED_FAULTS_H
#define PLANNED_FAULTS_H

#include "fault.h"
#include "findings.h"
#include "simulator.h"

struct planned_faults;

struct planned_faults *planned_faults_new(void);
void planned_faults_free(struct planned_faults *faults);

/* Arms them, in order. */
bool planned_faults_add(struct planned_faults *faults, struct simulator *simulator,
                        const struct faults *rules, struct variables *variables, struct fail *why);
/* Each rule that is armed, not optional and never hit becomes a finding at its place. Then none is armed.
 * False with *why when the simulator cannot say. */
bool planned_faults_settle(struct planned_faults *faults, struct simulator *simulator,
                           struct findings *findings, const char *step, struct fail *why);

#endif
