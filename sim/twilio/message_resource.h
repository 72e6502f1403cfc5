/* message_resource: a Message as the API shows it (reference/twilio-messaging.md 2.2). */
#ifndef MESSAGE_RESOURCE_H
#define MESSAGE_RESOURCE_H

#include "call.h"

/* Writes the fields into what is open. `created`: the answer to a create, which names fewer subresources. */
void message_resource_write(struct render *render, const struct account *account,
                            const struct message *message, bool created);

#endif
