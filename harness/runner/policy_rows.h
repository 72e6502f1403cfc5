/* policy_rows: the policy of a profile (and what a scenario says otherwise) in the form that the judge of the
 * invariants reads.
 *
 *     struct policy_rows rows;
 *     if (!policy_rows_read(&rows, policy_json, &why)) ...
 *     invariants_judge(history, &rows.policy, &results);
 *     policy_rows_release(&rows);
 *
 * Reads the JSON that policy_json() (scenario.h) makes. What is not there stays missing: its invariants are
 * not exercised. Pure. */
#ifndef POLICY_ROWS_H
#define POLICY_ROWS_H

#include "fail.h"
#include "invariants.h"
#include "json.h"

struct policy_rows {
    struct invariant_policy policy; /* points into what follows */
    int64_t *permanent;
    char **channels;
};

bool policy_rows_read(struct policy_rows *ret, const json_t *policy, struct fail *why);
void policy_rows_release(struct policy_rows *rows);

#endif
