/* judges: one function an invariant, one file each; the file says how it reads the invariant.
 *
 * A judge counts every occasion (finding_exercised) and reports every breach (finding_broken) in a sentence
 * that names the lines of the history that show it: "line 12", "lines 12 and 15". It reads the facts alone. A
 * missing policy entry: it returns at once. The first breach is kept in full, the others are counted. */
#ifndef JUDGES_H
#define JUDGES_H

#include "facts.h"

struct finding {
    int64_t exercised;
    int64_t broken;
    struct text_buf text; /* of the first breach */
};

typedef void invariant_judge(const struct facts *facts, struct finding *finding);

void finding_exercised(struct finding *finding, int64_t times);
void finding_broken(struct finding *finding, const char *format, ...) __attribute__((format(printf, 2, 3)));

invariant_judge judge_accepted_once;       /* 1 */
invariant_judge judge_guesses_counted;     /* 2 */
invariant_judge judge_messages_billed;     /* 6 */
invariant_judge judge_permanent_refusals;  /* 7 */
invariant_judge judge_channel_order;       /* 9 */
invariant_judge judge_code_secrecy;        /* 11 */
invariant_judge judge_callback_signatures; /* 16 */

#endif
