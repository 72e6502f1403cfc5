/* DELETE …/Messages/{Sid}: only when its delivery is over (20009, reference/twilio-messaging.md 2.5). */
#include "endpoints.h"
#include "one_message.h"

enum error_id message_delete(struct call *call)
{
    struct message *message = one_message(call);
    if (message == NULL)
        return ERROR_NOT_FOUND;
    if (!message_state_is_final((enum message_state)message->state) && message->state != MESSAGE_SENT)
        return ERROR_NOT_COMPLETE_YET;
    changes_message(&call->sim->changes, message->number);
    messages_remove(&call->sim->messages, text_of(call->sid));
    call->response->status = 204;
    return ERROR_NONE;
}
