/* A ring of look-ups, searched from the newest back. */
#include "name_lookups.h"

#include <stdio.h>
#include <string.h>

static size_t asked_at(const struct name_lookup *lookup, int type)
{
    size_t i = 0;
    while (i < lookup->asked_count && lookup->asked[i].type != type)
        i++;
    return i;
}

static bool note(struct name_lookup *lookup, const struct name_query *query)
{
    if (lookup->asked_count == NAME_LOOKUP_TYPES_MAX)
        return false;
    lookup->asked[lookup->asked_count].type = query->type;
    lookup->asked[lookup->asked_count++].id = query->id;
    return true;
}

/* From the same socket: another half, or the same datagram again. */
static bool belongs(struct name_lookup *lookup, const struct name_query *query)
{
    size_t at = asked_at(lookup, query->type);
    if (at < lookup->asked_count)
        return lookup->asked[at].id == query->id;
    return note(lookup, query);
}

static bool is_missing(const struct name_lookup *lookup, const struct name_query *query)
{
    return asked_at(lookup, query->type) == lookup->asked_count &&
           query->at_real_us - lookup->began_real_us < NAME_LOOKUP_JOINS_US;
}

bool name_lookups_join(struct name_lookups *lookups, const struct name_query *query,
                       struct name_lookup **ret_lookup)
{
    size_t kept = lookups->next < NAME_LOOKUPS_MAX ? lookups->next : NAME_LOOKUPS_MAX;
    struct name_lookup *newest = NULL;
    for (size_t back = 1; back <= kept; back++) {
        struct name_lookup *lookup = &lookups->items[(lookups->next - back) % NAME_LOOKUPS_MAX];
        if (strcmp(lookup->name, query->name) != 0)
            continue;
        if (newest == NULL)
            newest = lookup;
        if (lookup->port != query->port)
            continue;
        *ret_lookup = lookup;
        if (belongs(lookup, query))
            return true;
        newest = NULL;
        break; /* this socket asks anew */
    }
    if (newest != NULL && is_missing(newest, query) && note(newest, query)) {
        *ret_lookup = newest;
        return true;
    }
    struct name_lookup *begun = &lookups->items[lookups->next++ % NAME_LOOKUPS_MAX];
    *begun = (struct name_lookup){.port = query->port, .began_real_us = query->at_real_us};
    snprintf(begun->name, sizeof begun->name, "%s", query->name);
    note(begun, query);
    *ret_lookup = begun;
    return false;
}
