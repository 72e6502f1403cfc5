/* GET …/Messages/{Sid} */
#include "endpoints.h"
#include "message_resource.h"
#include "one_message.h"

enum error_id message_fetch(struct call *call)
{
    struct render render;
    struct message *message = one_message(call);
    if (message == NULL)
        return ERROR_NOT_FOUND;
    call_begin(call, &render, 200, "Message");
    message_resource_write(&render, call->account, message, false);
    render_end(&render);
    return ERROR_NONE;
}
