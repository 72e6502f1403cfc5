/* endpoints: every endpoint of Twilio's 2010-04-01 API that is simulated, one file each; the table that
 * routes to them is in endpoints.c. To add one: a file with its function, a line here, a row there. */
#ifndef ENDPOINTS_H
#define ENDPOINTS_H

#include "call.h"

endpoint message_create, message_list, message_fetch, message_update, message_delete;
endpoint account_fetch, balance_fetch;
endpoint number_list, number_fetch, number_search;
endpoint caller_id_list, caller_id_fetch, caller_id_delete;

/* The row for a method and a path (without extension); ROUTE_WRONG_METHOD when only the method is wrong. */
enum route_result endpoints_find(struct text method, struct text path, struct route_match *ret_match,
                                 const struct endpoint_row **ret_row);

#endif
