/* fault_judge: does a planned fault make sense as a whole? What contradicts itself, what does nothing and
 * what Twilio cannot produce is refused with a reason, so that a test does not pass by a rule that never
 * acts. Pure. */
#ifndef FAULT_JUDGE_H
#define FAULT_JUDGE_H

#include "fail.h"
#include "fault_rules.h"

bool fault_judge(const struct fault_rule *rule, struct fail *why);

#endif
