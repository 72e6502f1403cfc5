/* A linear look over a short table: a few dozen routes cost less than a microsecond. */
#include "router.h"

static bool pattern_matches(const char *pattern, struct text path, struct route_match *match)
{
    struct text rest = text_of(pattern), given = path, want, part;
    match->param_count = 0;
    while (text_split(&rest, '/', &want)) {
        if (!text_split(&given, '/', &part))
            return false;
        if (text_is(want, "{}")) {
            if (part.len == 0 || match->param_count == ROUTE_PARAMS_MAX)
                return false;
            match->params[match->param_count++] = part;
        } else if (!text_equal(want, part)) {
            return false;
        }
    }
    return given.at == NULL;
}

enum route_result router_find(const struct route *routes, size_t count, struct text method, struct text path,
                              struct route_match *ret_match)
{
    enum route_result result = ROUTE_NONE;
    for (size_t i = 0; i < count; i++) {
        struct route_match match = {.route = &routes[i]};
        if (!pattern_matches(routes[i].pattern, path, &match))
            continue;
        if (text_is(method, routes[i].method)) {
            *ret_match = match;
            return ROUTE_FOUND;
        }
        result = ROUTE_WRONG_METHOD;
    }
    return result;
}
