/* GET …/IncomingPhoneNumbers, …/{Sid}, and AvailablePhoneNumbers, which only tells trial accounts that it is
 * not for them (reference/twilio-messaging.md 10 and 1.2). Buying is not simulated. */
#include "endpoints.h"
#include "paging.h"

static void write_number(struct call *call, struct render *render, const struct owned_number *number)
{
    static const char *const empty[] = {"sms_fallback_url",   "sms_application_sid",   "voice_url",
                                        "voice_fallback_url", "voice_application_sid", "status_callback"};
    static const char *const methods[] = {"sms_method", "sms_fallback_method", "voice_method",
                                          "voice_fallback_method", "status_callback_method"};
    static const char *const none[] = {"address_sid", "bundle_sid", "identity_sid", "trunk_sid",
                                       "emergency_address_sid"};
    const struct account *account = call->account;
    render_z(render, "sid", number->sid);
    render_z(render, "account_sid", account->sid);
    render_z(render, "friendly_name", number->e164);
    render_z(render, "phone_number", number->e164);
    render_z(render, "sms_url", number->sms_url);
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        render_z(render, methods[i], "POST");
    for (size_t i = 0; i < sizeof empty / sizeof empty[0]; i++)
        render_z(render, empty[i], "");
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        render_null(render, none[i]);
    render_bool(render, "voice_caller_id_lookup", false);
    render_z(render, "voice_receive_mode", "voice");
    render_open(render, "capabilities");
    render_bool(render, "voice", true);
    render_bool(render, "sms", number->sms);
    render_bool(render, "mms", false);
    render_bool(render, "fax", false);
    render_close(render);
    render_z(render, "address_requirements", "none");
    render_z(render, "emergency_status", "Inactive");
    render_z(render, "emergency_address_status", "unregistered");
    render_bool(render, "beta", false);
    render_z(render, "origin", "twilio");
    render_z(render, "status", "in-use");
    render_z(render, "type", "local");
    render_z(render, "api_version", "2010-04-01");
    render_date(render, "date_created", account->created_wall_ms);
    render_date(render, "date_updated", account->created_wall_ms);
    render_z(render, "uri", call_uri(call, "/IncomingPhoneNumbers/%s", number->sid));
}

static bool is_listed(const struct call *call, const struct owned_number *number)
{
    struct text wanted = form_get(&call->query, "PhoneNumber"), name = form_get(&call->query, "FriendlyName");
    return (wanted.len == 0 || text_contains(text_of(number->e164), wanted)) &&
           (name.len == 0 || text_is(name, number->e164));
}

enum error_id number_list(struct call *call)
{
    struct render render;
    struct paging paging;
    const struct account *account = call->account;
    enum error_id error = paging_read(call, &paging);
    if (error != ERROR_NONE)
        return error;
    size_t shown[ACCOUNT_NUMBERS_MAX];
    struct page_ends ends = {0};
    for (size_t i = 0; account->plan->lists_numbers && paging.page == 0 && i < account->number_count; i++)
        if (is_listed(call, &account->numbers[i]))
            shown[ends.count++] = i;
    const char *uri = call_uri(call, "/IncomingPhoneNumbers");
    call_begin(call, &render, 200, "");
    render_list_begin(&render, "incoming_phone_numbers", "IncomingPhoneNumbers",
                      paging_attributes(call, &paging, &ends, uri));
    for (size_t i = 0; i < ends.count; i++) {
        render_item_begin(&render, "IncomingPhoneNumber");
        write_number(call, &render, &account->numbers[shown[i]]);
        render_close(&render);
    }
    render_list_end(&render);
    paging_write(call, &render, &paging, &ends, uri);
    render_end(&render);
    return ERROR_NONE;
}

enum error_id number_fetch(struct call *call)
{
    struct render render;
    for (size_t i = 0; i < call->account->number_count; i++) {
        const struct owned_number *number = &call->account->numbers[i];
        if (!text_is(call->match.params[1], number->sid))
            continue;
        call_begin(call, &render, 200, "IncomingPhoneNumber");
        write_number(call, &render, number);
        render_end(&render);
        return ERROR_NONE;
    }
    return ERROR_NOT_FOUND;
}

enum error_id number_search(struct call *call)
{
    bool trial = text_is(text_of(call->account->plan->account_type), "Trial");
    return trial ? ERROR_TRIAL_FEATURE_MISSING : ERROR_NOT_FOUND;
}
