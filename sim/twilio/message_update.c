/* POST …/Messages/{Sid}: redacts (Body empty) or cancels (Status=canceled);
 * reference/twilio-messaging.md 2.5. */
#include "endpoints.h"
#include "message_resource.h"
#include "one_message.h"

/* Only an empty Body means anything; what another one gets is UNCONFIRMED. */
static enum error_id redact(struct call *call, struct message *message)
{
    if (form_get(&call->form, "Body").len > 0)
        return ERROR_INVALID_PARAMETER;
    if (!message_state_is_final((enum message_state)message->state) && message->state != MESSAGE_SENT)
        return ERROR_NOT_COMPLETE_YET;
    message->redacted = true;
    message->updated_wall_ms = call->began.wall_ms;
    return ERROR_NONE;
}

static enum error_id cancel(struct call *call, struct message *message)
{
    if (!text_is(form_get(&call->form, "Status"), "canceled"))
        return ERROR_INVALID_PARAMETER;
    if (!message_state_may_follow((enum message_state)message->state, MESSAGE_CANCELED,
                                  (enum channel)message->channel))
        return ERROR_NOT_CANCELABLE;
    message->state = MESSAGE_CANCELED;
    metrics_count_status(&call->sim->metrics, (enum channel)message->channel, MESSAGE_CANCELED, 0, 0);
    message->updated_wall_ms = call->began.wall_ms;
    return ERROR_NONE;
}

enum error_id message_update(struct call *call)
{
    struct render render;
    enum error_id error = ERROR_NONE;
    struct message *message = one_message(call);
    if (message == NULL)
        return ERROR_NOT_FOUND;
    if (form_has(&call->form, "Status"))
        error = cancel(call, message);
    if (error == ERROR_NONE && form_has(&call->form, "Body"))
        error = redact(call, message);
    if (error != ERROR_NONE)
        return error;
    changes_message(&call->sim->changes, message->number);
    call_begin(call, &render, 200, "Message");
    message_resource_write(&render, call->account, message, false);
    render_end(&render);
    return ERROR_NONE;
}
