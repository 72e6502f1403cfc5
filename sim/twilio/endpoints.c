/* The one list of endpoints. */
#include "endpoints.h"

#define BASE "/2010-04-01/Accounts"

/* method, path behind BASE, operation, function, whether test credentials may use it */
#define ENDPOINTS(ROW)                                                                                       \
    ROW("POST", "/{}/Messages", OPERATION_MESSAGE_CREATE, message_create, true)                              \
    ROW("GET", "/{}/Messages", OPERATION_MESSAGE_LIST, message_list, false)                                  \
    ROW("GET", "/{}/Messages/{}", OPERATION_MESSAGE_FETCH, message_fetch, false)                             \
    ROW("POST", "/{}/Messages/{}", OPERATION_MESSAGE_UPDATE, message_update, false)                          \
    ROW("DELETE", "/{}/Messages/{}", OPERATION_MESSAGE_DELETE, message_delete, false)                        \
    ROW("GET", "/{}", OPERATION_ACCOUNT_FETCH, account_fetch, false)                                         \
    ROW("GET", "/{}/Balance", OPERATION_BALANCE_FETCH, balance_fetch, false)                                 \
    ROW("GET", "/{}/IncomingPhoneNumbers", OPERATION_NUMBER_LIST, number_list, false)                        \
    ROW("GET", "/{}/IncomingPhoneNumbers/{}", OPERATION_NUMBER_FETCH, number_fetch, false)                   \
    ROW("GET", "/{}/AvailablePhoneNumbers/{}/{}", OPERATION_NUMBER_SEARCH, number_search, false)             \
    ROW("GET", "/{}/OutgoingCallerIds", OPERATION_CALLER_ID_LIST, caller_id_list, false)                     \
    ROW("GET", "/{}/OutgoingCallerIds/{}", OPERATION_CALLER_ID_FETCH, caller_id_fetch, false)                \
    ROW("DELETE", "/{}/OutgoingCallerIds/{}", OPERATION_CALLER_ID_DELETE, caller_id_delete, false)

#define BASE                                                "/2010-04-01/Accounts"
#define ROUTE_ROW(method, path, operation, handle, test)    {method, BASE path, NULL, operation},
#define ENDPOINT_ROW(method, path, operation, handle, test) [operation] = {operation, handle, test},

static const struct route routes[] = {ENDPOINTS(ROUTE_ROW)};
static const struct endpoint_row rows[OPERATION_COUNT] = {ENDPOINTS(ENDPOINT_ROW)};

enum route_result endpoints_find(struct text method, struct text path, struct route_match *ret_match,
                                 const struct endpoint_row **ret_row)
{
    enum route_result result = router_find(routes, sizeof routes / sizeof routes[0], method, path, ret_match);
    if (result == ROUTE_FOUND)
        *ret_row = &rows[ret_match->route->tag];
    return result;
}
