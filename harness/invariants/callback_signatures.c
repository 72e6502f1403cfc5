/* Invariant 16: a callback with a wrong signature is refused.
 *
 * Reading: a callback that reached the backend with any signature but a good one is answered 401 or 403. What
 * it may have changed shows in the other invariants and in the scenario's checks. Exercised: such callbacks
 * that were answered. */
#include "judges.h"

void judge_callback_signatures(const struct facts *facts, struct finding *finding)
{
    for (size_t i = 0; i < facts->line_count; i++) {
        const struct history_line *line = facts->lines[i];
        if (line->kind != HISTORY_CALLBACK)
            continue;
        struct text signature = history_text(line, "signature");
        int64_t status = history_int(line, "status", 0);
        if (signature.at == NULL || text_is(signature, "good") || status == 0)
            continue;
        finding_exercised(finding, 1);
        if (status != 401 && status != 403)
            finding_broken(finding, "a callback whose signature is %.*s was answered %lld: line %lld",
                           TEXT_ARGS(signature), (long long)status, (long long)line->n);
    }
}
