/* Pages of a list. Which items are on one is the endpoint's. */
#include "paging.h"

#include <string.h>

enum error_id paging_read(const struct call *call, struct paging *ret)
{
    struct text size = form_get(&call->query, "PageSize");
    struct text page = form_get(&call->query, "Page");
    struct text token = form_get(&call->query, "PageToken");
    *ret = (struct paging){.page_size = PAGE_SIZE_DEFAULT};
    if (size.len > 0 && !text_to_int(size, 1, PAGE_SIZE_MAX, &ret->page_size)) {
        if (text_all_digits(size) && !text_is(size, "0"))
            return ERROR_PAGE_SIZE_TOO_LARGE;
        ret->page_size = PAGE_SIZE_DEFAULT;
    }
    if (page.len > 0 && !text_to_int(page, 0, INT32_MAX, &ret->page))
        return ERROR_INVALID_PARAMETER;
    if (token.len == 0)
        return ERROR_NONE;
    ret->backwards = text_starts(token, "PB");
    if (token.len != SID_BYTES + 1 || !(ret->backwards || text_starts(token, "PA")))
        return ERROR_PAGE_TOKEN_INVALID;
    ret->token_sid = text_from(token, 2);
    return ERROR_NONE;
}

/* The collection with its filters, and with Page and PageToken when there is a token. */
static void put_uri(struct call *call, const char *collection_uri, const struct paging *paging, int64_t page,
                    const char *token_kind, const char *token_sid, struct text_buf *out)
{
    text_put_z(out, collection_uri);
    text_put_char(out, '?');
    for (size_t i = 0; i < call->query.count; i++) {
        const struct form_pair *pair = &call->query.pairs[i];
        if (text_is(pair->name, "Page") || text_is(pair->name, "PageSize") ||
            text_is(pair->name, "PageToken"))
            continue;
        form_put_encoded(out, pair->name, false);
        text_put_char(out, '=');
        form_put_encoded(out, pair->value, false);
        text_put_char(out, '&');
    }
    text_putf(out, "PageSize=%d&Page=%d", (int)paging->page_size, (int)page);
    if (token_sid != NULL)
        text_putf(out, "&PageToken=%s%s", token_kind, token_sid);
}

struct page_uris {
    struct text_buf own, first, next, previous;
};

static void uris_make(struct call *call, const struct paging *paging, const struct page_ends *ends,
                      const char *collection_uri, struct page_uris *uris)
{
    struct text_buf *all[] = {&uris->own, &uris->first, &uris->next, &uris->previous};
    for (size_t i = 0; i < 4; i++)
        text_buf_init(all[i], 16 * 1024);
    char token[SID_BYTES] = "";
    memcpy(token, paging->token_sid.at == NULL ? "" : paging->token_sid.at,
           paging->token_sid.len < SID_BYTES ? paging->token_sid.len : SID_BYTES - 1);
    put_uri(call, collection_uri, paging, paging->page, paging->backwards ? "PB" : "PA",
            token[0] == '\0' ? NULL : token, &uris->own);
    put_uri(call, collection_uri, paging, 0, NULL, NULL, &uris->first);
    if (ends->more_after)
        put_uri(call, collection_uri, paging, paging->page + 1, "PA", ends->last_sid, &uris->next);
    if (ends->more_before)
        put_uri(call, collection_uri, paging, paging->page > 0 ? paging->page - 1 : 0, "PB", ends->first_sid,
                &uris->previous);
}

static void uris_release(struct page_uris *uris)
{
    text_buf_release(&uris->own);
    text_buf_release(&uris->first);
    text_buf_release(&uris->next);
    text_buf_release(&uris->previous);
}

static struct text or_none(const struct text_buf *buf)
{
    return buf->len == 0 ? TEXT_NONE : text_buf_view(buf);
}

void paging_write(struct call *call, struct render *render, const struct paging *paging,
                  const struct page_ends *ends, const char *collection_uri)
{
    struct page_uris uris;
    if (render->format != FORMAT_JSON)
        return;
    uris_make(call, paging, ends, collection_uri, &uris);
    int64_t start = ends->count == 0 ? 0 : paging->page * paging->page_size;
    render_int(render, "page", paging->page);
    render_int(render, "page_size", paging->page_size);
    render_int(render, "start", start);
    render_int(render, "end", ends->count == 0 ? 0 : start + (int64_t)ends->count - 1);
    render_text(render, "uri", text_buf_view(&uris.own));
    render_text(render, "first_page_uri", text_buf_view(&uris.first));
    render_text(render, "next_page_uri", or_none(&uris.next));
    render_text(render, "previous_page_uri", or_none(&uris.previous));
    uris_release(&uris);
}

static void put_attribute(struct text_buf *out, const char *name, struct text value)
{
    text_putf(out, " %s=\"", name);
    render_put_xml(out, value);
    text_put_char(out, '"');
}

const char *paging_attributes(struct call *call, const struct paging *paging, const struct page_ends *ends,
                              const char *collection_uri)
{
    struct page_uris uris;
    struct text_buf out;
    if (call->format != FORMAT_XML)
        return NULL;
    text_buf_init(&out, 64 * 1024);
    uris_make(call, paging, ends, collection_uri, &uris);
    int64_t start = ends->count == 0 ? 0 : paging->page * paging->page_size;
    text_putf(&out, " page=\"%d\" pagesize=\"%d\" start=\"%d\" end=\"%d\"", (int)paging->page,
              (int)paging->page_size, (int)start, ends->count == 0 ? 0 : (int)start + (int)ends->count - 1);
    put_attribute(&out, "uri", text_buf_view(&uris.own));
    put_attribute(&out, "firstpageuri", text_buf_view(&uris.first));
    put_attribute(&out, "previouspageuri", text_buf_view(&uris.previous));
    put_attribute(&out, "nextpageuri", text_buf_view(&uris.next));
    uris_release(&uris);
    const char *copy = arena_copy(call->request->arena, text_buf_view(&out));
    text_buf_release(&out);
    return copy;
}
