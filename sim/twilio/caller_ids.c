/* GET …/OutgoingCallerIds, …/{Sid}, DELETE: the verified recipients of a trial account
 * (reference/twilio-messaging.md 10). Verifying by a call is not simulated: a person is verified in the setup
 * or by the control API. */
#include <string.h>

#include "endpoints.h"
#include "paging.h"

static void write_caller_id(struct call *call, struct render *render, const struct caller_id *caller_id)
{
    render_z(render, "sid", caller_id->sid);
    render_z(render, "account_sid", call->account->sid);
    render_z(render, "friendly_name", caller_id->friendly_name);
    render_z(render, "phone_number", caller_id->e164);
    render_date(render, "date_created", caller_id->created_wall_ms);
    render_date(render, "date_updated", caller_id->created_wall_ms);
    render_z(render, "uri", call_uri(call, "/OutgoingCallerIds/%s", caller_id->sid));
}

static const struct caller_id *one_caller_id(const struct call *call)
{
    for (size_t i = 0; i < call->account->caller_id_count; i++)
        if (text_is(call->match.params[1], call->account->caller_ids[i].sid))
            return &call->account->caller_ids[i];
    return NULL;
}

static bool is_listed(const struct call *call, const struct caller_id *caller_id)
{
    struct text number = form_get(&call->query, "PhoneNumber"), name = form_get(&call->query, "FriendlyName");
    return (number.len == 0 || text_is(number, caller_id->e164)) &&
           (name.len == 0 || text_is(name, caller_id->friendly_name));
}

/* The index at which a page begins among those that are listed. */
static enum error_id first_on_page(const struct call *call, const struct paging *paging, int64_t *ret_skip)
{
    *ret_skip = paging->page * paging->page_size;
    if (paging->token_sid.at == NULL)
        return ERROR_NONE;
    int64_t at = 0;
    for (size_t i = 0; i < call->account->caller_id_count; i++) {
        const struct caller_id *caller_id = &call->account->caller_ids[i];
        if (text_is(paging->token_sid, caller_id->sid)) {
            *ret_skip = paging->backwards ? (at > paging->page_size ? at - paging->page_size : 0) : at + 1;
            return ERROR_NONE;
        }
        at += is_listed(call, caller_id);
    }
    return ERROR_PAGE_TOKEN_INVALID;
}

static struct page_ends collect(const struct call *call, const struct paging *paging, int64_t skip,
                                const struct caller_id **shown)
{
    struct page_ends ends = {.more_before = skip > 0};
    int64_t at = 0;
    for (size_t i = 0; i < call->account->caller_id_count; i++) {
        const struct caller_id *caller_id = &call->account->caller_ids[i];
        if (!is_listed(call, caller_id) || at++ < skip)
            continue;
        if (ends.count == (size_t)paging->page_size) {
            ends.more_after = true;
            break;
        }
        shown[ends.count++] = caller_id;
    }
    ends.first_sid = ends.count > 0 ? shown[0]->sid : "";
    ends.last_sid = ends.count > 0 ? shown[ends.count - 1]->sid : "";
    return ends;
}

enum error_id caller_id_list(struct call *call)
{
    struct render render;
    struct paging paging;
    int64_t skip = 0;
    const struct caller_id *shown[PAGE_SIZE_MAX];
    enum error_id error = paging_read(call, &paging);
    if (error == ERROR_NONE)
        error = first_on_page(call, &paging, &skip);
    if (error != ERROR_NONE)
        return error;
    struct page_ends ends = collect(call, &paging, skip, shown);
    const char *uri = call_uri(call, "/OutgoingCallerIds");
    call_begin(call, &render, 200, "");
    render_list_begin(&render, "outgoing_caller_ids", "OutgoingCallerIds",
                      paging_attributes(call, &paging, &ends, uri));
    for (size_t i = 0; i < ends.count; i++) {
        render_item_begin(&render, "OutgoingCallerId");
        write_caller_id(call, &render, shown[i]);
        render_close(&render);
    }
    render_list_end(&render);
    paging_write(call, &render, &paging, &ends, uri);
    render_end(&render);
    return ERROR_NONE;
}

enum error_id caller_id_fetch(struct call *call)
{
    struct render render;
    const struct caller_id *caller_id = one_caller_id(call);
    if (caller_id == NULL)
        return ERROR_NOT_FOUND;
    call_begin(call, &render, 200, "OutgoingCallerId");
    write_caller_id(call, &render, caller_id);
    render_end(&render);
    return ERROR_NONE;
}

enum error_id caller_id_delete(struct call *call)
{
    char e164[E164_BYTES];
    const struct caller_id *caller_id = one_caller_id(call);
    if (caller_id == NULL)
        return ERROR_NOT_FOUND;
    memcpy(e164, caller_id->e164, sizeof e164);
    account_remove_caller_id(call->account, call->match.params[1]);
    changes_person(&call->sim->changes, call->account, e164);
    call->response->status = 204;
    return ERROR_NONE;
}
