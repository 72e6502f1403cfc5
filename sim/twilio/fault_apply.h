/* fault_apply: what a planned fault does to an answer (LANGUAGE, FAULT). */
#ifndef FAULT_APPLY_H
#define FAULT_APPLY_H

#include "call.h"

enum { FAULT_OUTCOME_BYTES = 64 };

/* Is the request carried out at all, or is only an answer given? */
bool fault_lets_endpoint_run(const struct fault_decision *fault);
/* The asynchronous code a fault orders, 0 = none. */
int fault_async_code(const struct fault_decision *fault);
/* Changes the answer as ordered; what it did in words ("status 503"), in `out`, or NULL when no rule acts. */
const char *fault_apply(struct call *call, char out[FAULT_OUTCOME_BYTES]);

#endif
