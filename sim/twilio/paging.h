/* paging: Page, PageSize and PageToken of a list, and the URIs between pages
 * (reference/twilio-messaging.md 2.5).
 *
 * A token names an item of the page it comes from: "PA" and its SID means what follows that item, "PB" what
 * comes before it. */
#ifndef PAGING_H
#define PAGING_H

#include "call.h"

enum { PAGE_SIZE_DEFAULT = 50, PAGE_SIZE_MAX = 1000 };

struct paging {
    int64_t page, page_size;
    struct text token_sid; /* TEXT_NONE: from the beginning */
    bool backwards;        /* before token_sid */
};

/* Reads the query; an error when a value is out of bounds or no token. */
enum error_id paging_read(const struct call *call, struct paging *ret);

/* Where the page lies among its neighbours: SIDs of its first and last items ("" when it is empty), and
 * whether there is more on either side. */
struct page_ends {
    const char *first_sid, *last_sid;
    size_t count;
    bool more_before, more_after;
};

/* Writes the paging keys behind the list in JSON. */
void paging_write(struct call *call, struct render *render, const struct paging *paging,
                  const struct page_ends *ends, const char *collection_uri);
/* The same as XML attributes; in the request's arena, NULL in JSON. */
const char *paging_attributes(struct call *call, const struct paging *paging, const struct page_ends *ends,
                              const char *collection_uri);

#endif
