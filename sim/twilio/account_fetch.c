/* GET …/Accounts/{Sid} and …/Balance (reference/twilio-messaging.md 10). */
#include "endpoints.h"

static const char *status_name(enum account_status status)
{
    static const char *const names[] = {"active", "suspended", "closed"};
    return names[status];
}

enum error_id account_fetch(struct call *call)
{
    static const struct {
        const char *name;
        const char *path;
    } subresources[] = {{"incoming_phone_numbers", "/IncomingPhoneNumbers"},
                        {"messages", "/Messages"},
                        {"outgoing_caller_ids", "/OutgoingCallerIds"}};
    struct render render;
    const struct account *account = call->account;
    call_begin(call, &render, 200, "Account");
    render_z(&render, "sid", account->sid);
    render_z(&render, "friendly_name", account->friendly_name);
    render_z(&render, "type", account->plan->account_type);
    render_z(&render, "status", status_name(account->status));
    render_z(&render, "auth_token", account->token);
    render_z(&render, "owner_account_sid", account->sid);
    render_date(&render, "date_created", account->created_wall_ms);
    render_date(&render, "date_updated", account->created_wall_ms);
    render_z(&render, "uri", call_uri(call, "%s", ""));
    render_open(&render, "subresource_uris");
    for (size_t i = 0; i < sizeof subresources / sizeof subresources[0]; i++)
        render_z(&render, subresources[i].name, call_uri(call, "%s", subresources[i].path));
    render_close(&render);
    render_end(&render);
    return ERROR_NONE;
}

enum error_id balance_fetch(struct call *call)
{
    struct render render;
    call_begin(call, &render, 200, "Balance");
    render_z(&render, "account_sid", call->account->sid);
    render_z(&render, "balance", call->account->balance);
    render_z(&render, "currency", "USD");
    render_end(&render);
    return ERROR_NONE;
}
