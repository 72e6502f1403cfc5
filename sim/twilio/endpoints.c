/* The one list of endpoints. */
#include "endpoints.h"

#define BASE "/2010-04-01/Accounts"

static const struct endpoint_row rows[] = {
    {"POST", BASE "/{}/Messages", OPERATION_MESSAGE_CREATE, message_create, true},
    {"GET", BASE "/{}/Messages", OPERATION_MESSAGE_LIST, message_list, false},
    {"GET", BASE "/{}/Messages/{}", OPERATION_MESSAGE_FETCH, message_fetch, false},
    {"POST", BASE "/{}/Messages/{}", OPERATION_MESSAGE_UPDATE, message_update, false},
    {"DELETE", BASE "/{}/Messages/{}", OPERATION_MESSAGE_DELETE, message_delete, false},
    {"GET", BASE "/{}", OPERATION_ACCOUNT_FETCH, account_fetch, false},
    {"GET", BASE "/{}/Balance", OPERATION_BALANCE_FETCH, balance_fetch, false},
    {"GET", BASE "/{}/IncomingPhoneNumbers", OPERATION_NUMBER_LIST, number_list, false},
    {"GET", BASE "/{}/IncomingPhoneNumbers/{}", OPERATION_NUMBER_FETCH, number_fetch, false},
    {"GET", BASE "/{}/AvailablePhoneNumbers/{}/{}", OPERATION_NUMBER_SEARCH, number_search, false},
    {"GET", BASE "/{}/OutgoingCallerIds", OPERATION_CALLER_ID_LIST, caller_id_list, false},
    {"GET", BASE "/{}/OutgoingCallerIds/{}", OPERATION_CALLER_ID_FETCH, caller_id_fetch, false},
    {"DELETE", BASE "/{}/OutgoingCallerIds/{}", OPERATION_CALLER_ID_DELETE, caller_id_delete, false},
};

enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

enum route_result endpoints_find(struct text method, struct text path, struct route_match *ret_match,
                                 const struct endpoint_row **ret_row)
{
    struct route routes[ROW_COUNT];
    for (size_t i = 0; i < ROW_COUNT; i++)
        routes[i] = (struct route){rows[i].method, rows[i].pattern, NULL, (int)i};
    enum route_result result = router_find(routes, ROW_COUNT, method, path, ret_match);
    if (result == ROUTE_FOUND)
        *ret_row = &rows[ret_match->route->tag];
    ret_match->route = NULL;
    return result;
}
