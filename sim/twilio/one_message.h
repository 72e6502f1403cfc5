/* one_message: the message that the path names. */
#ifndef ONE_MESSAGE_H
#define ONE_MESSAGE_H

#include "call.h"

/* The account's own message, or NULL. Notes its SID for the journal. */
struct message *one_message(struct call *call);

#endif
