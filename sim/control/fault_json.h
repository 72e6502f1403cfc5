/* fault_json: a planned fault out of the JSON of LANGUAGE's FAULT block: the same keys, durations as text. */
#ifndef FAULT_JSON_H
#define FAULT_JSON_H

#include "json.h"
#include "sim.h"

/* New (planned_fault_free); NULL with the reason, also for what Twilio cannot produce. */
struct planned_fault *fault_json_read(const json_t *json, struct fail *why);
/* Arms it from now on; the fault is stolen. False with the reason. */
bool fault_json_arm(struct planned_fault *fault, struct account *account, struct ids *ids, struct fail *why);

#endif
