/* remember: an identity that is the same at the next start: account SID, token and numbers in a file of the
 * user's, and beside it the folder of the certificate authority, so that whoever trusts it need not do so
 * again.
 *
 *     struct remember *remember = remember_open("default", &why);          // takes the lock; NULL with *why
 *     if (remember_identity(remember) != NULL) ...                         // NULL: nothing was kept yet
 *     authority_new(remember_ca_dir(remember), ...);
 *     remember_keep(remember, &identity, &why);                            // writes, if it is not there
 * already remember_unlock(remember);                                           // the start is over
 *     remember_free(remember);
 *
 * Where: $XDG_STATE_HOME/twilio-sim/NAME/, or ~/.local/state/twilio-sim/NAME/: folders 0700, files 0600. A
 * file that is not ours, not readable as ours or open to others is an error, and is left as it is. A new one
 * takes the place of the old one at once (rename), under a lock, so that two starts agree. One thread at a
 * time. */
#ifndef REMEMBER_H
#define REMEMBER_H

#include "sim.h"

struct remember;

struct identity {
    char sid[SID_BYTES];
    char token[TOKEN_BYTES];
    char number[E164_BYTES];   /* "" = the default one */
    char whatsapp[E164_BYTES]; /* likewise */
    bool adopted;              /* SID and token came with a request: the token is never shown */
};

/* New. `name`: letters, digits, '-', '_' and '.', not at its beginning. */
struct remember *remember_open(const char *name, struct fail *why);
void remember_free(struct remember *remember);

const struct identity *remember_identity(const struct remember *remember);
const char *remember_ca_dir(const struct remember *remember);
/* Locks by itself when nobody of this process holds the lock. */
bool remember_keep(struct remember *remember, const struct identity *identity, struct fail *why);
void remember_unlock(struct remember *remember);

#endif
