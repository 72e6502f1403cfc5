/* meaning: what a request means for the judge of the invariants, who knows no routes (FORMAT.md, "what it
 * means").
 *
 *     struct meaning meaning;
 *     meaning_read(&meaning, cast, params);                       // from the parameters of an action
 *     meaning_write(&meaning, request_fields);
 *     verdict = meaning_verdict(&meaning, profile, variables, &answer);
 *
 * An action with a parameter `code` offers a code (verify); one with a phone number and no code asks for one
 * (send); everything else is `other`. The phone number is the parameter that is a person's number in any
 * form, or one in E.164; the purpose is the parameter `type` or `purpose`; the channel counts only when the
 * call names it. The verdict is the first of the profile's `answers` that fits, in the order below. Pure. */
#ifndef MEANING_H
#define MEANING_H

#include "answer.h"
#include "cast.h"
#include "profile.h"
#include "step.h"

enum meaning_does { DOES_OTHER, DOES_SEND, DOES_VERIFY };

struct meaning {
    enum meaning_does does;
    struct actor *actor;                       /* whose number it is, or NULL */
    struct text phone, purpose, code, channel; /* TEXT_NONE = absent; borrowed from the variables */
};

/* `params` are those of the call, resolved in `outer`; `defaults` those of the action. */
bool meaning_read(struct meaning *meaning, struct cast *cast, const struct named_values *params,
                  const struct named_values *defaults, struct variables *outer, struct fail *why);
void meaning_write(const struct meaning *meaning, json_t *fields);
/* "sent", "accepted", "wrong-code", "expired", "limited", "undeliverable" or "other". */
const char *meaning_verdict(const struct meaning *meaning, const struct profile *profile,
                            struct variables *variables, const struct answer *answer);

#endif
