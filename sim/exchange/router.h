/* router: finds the endpoint for a method and a path among a table of routes.
 *
 *     static const struct route routes[] = {
 *         {"POST", "/2010-04-01/Accounts/{}/Messages", create},
 *         ...
 *     };
 *     struct route_match match;
 *     enum route_result found = router_find(routes, COUNT, method, path, &match);
 *
 * A pattern's {} takes one whole, non-empty segment, in order, into match.params (views into the path, not
 * decoded). Segments are case-sensitive. Pure. */
#ifndef ROUTER_H
#define ROUTER_H

#include "request.h"
#include "response.h"

enum { ROUTE_PARAMS_MAX = 4 };

struct route_match {
    const struct route *route;
    struct text params[ROUTE_PARAMS_MAX];
    size_t param_count;
};

/* `app` is what main wired up (struct sim); exchange does not look into it. */
typedef void route_handler(void *app, const struct request *request, const struct route_match *match,
                           struct response *response);

struct route {
    const char *method;
    const char *pattern;
    route_handler *handle;
    int tag; /* what the folder that owns the table makes of it */
};

enum route_result { ROUTE_FOUND, ROUTE_WRONG_METHOD, ROUTE_NONE };

enum route_result router_find(const struct route *routes, size_t count, struct text method, struct text path,
                              struct route_match *ret_match);

#endif
