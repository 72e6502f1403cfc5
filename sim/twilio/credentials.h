/* credentials: who is asking? HTTP Basic with an account's SID and token, or with an API key (SK) and its
 * secret (reference/twilio-messaging.md 1.2). */
#ifndef CREDENTIALS_H
#define CREDENTIALS_H

#include "error_codes.h"
#include "sim.h"

/* The account that the Authorization header opens, or the error. The store's lock is held. */
enum error_id credentials_judge(struct sim *sim, struct text authorization, struct account **ret_account);

#endif
