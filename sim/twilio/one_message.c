/* Finding a message for fetch, update and delete. */
#include "one_message.h"

#include <string.h>

struct message *one_message(struct call *call)
{
    struct message *message = messages_find(&call->sim->messages, call->match.params[1]);
    if (message == NULL || message->tenant != call->account->tenant)
        return NULL;
    memcpy(call->sid, message->sid, sizeof call->sid);
    return message;
}
