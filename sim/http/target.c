/* Cuts first lines into their parts. What the parts mean is decided elsewhere; percent-encoding is left as it
 * is. */
#include "target.h"

#include <string.h>

static bool take_scheme(struct text *uri, const char *prefix, struct text scheme, struct target *target)
{
    size_t len = strlen(prefix);
    if (uri->len < len || !text_is_nocase(text_first(*uri, len), prefix))
        return false;
    target->scheme = scheme;
    *uri = text_from(*uri, len);
    return true;
}

struct target target_of(struct text uri)
{
    struct target target = {.scheme = TEXT(""), .authority = TEXT(""), .query = TEXT("")};
    if (take_scheme(&uri, "http://", TEXT("http"), &target) ||
        take_scheme(&uri, "https://", TEXT("https"), &target)) {
        size_t end = 0;
        while (end < uri.len && uri.at[end] != '/' && uri.at[end] != '?')
            end++;
        target.authority = text_first(uri, end);
        uri = text_from(uri, end);
    }
    size_t mark = text_find(uri, '?');
    target.path = text_first(uri, mark);
    if (mark < uri.len)
        target.query = text_from(uri, mark + 1);
    if (target.path.len == 0)
        target.path = TEXT("/");
    return target;
}

struct text target_host(struct text authority, int *ret_port)
{
    size_t at = text_find(authority, '@');
    if (at < authority.len)
        authority = text_from(authority, at + 1);
    struct text host, rest;
    if (text_starts(authority, "[")) {
        size_t end = text_find(authority, ']');
        host = text_from(text_first(authority, end), 1);
        rest = text_from(authority, end + 1);
    } else {
        size_t colon = text_find(authority, ':');
        host = text_first(authority, colon);
        rest = text_from(authority, colon);
    }
    int64_t port;
    if (text_starts(rest, ":") && text_all_digits(text_from(rest, 1)) &&
        text_to_int(text_from(rest, 1), 1, 65535, &port))
        *ret_port = (int)port;
    return host;
}

/* The head's length with its empty line, or 0 when that has not come yet. A bare line feed ends a line, too.
 */
static size_t head_length(struct text bytes)
{
    for (size_t i = 1; i < bytes.len; i++) {
        if (bytes.at[i] != '\n')
            continue;
        if (bytes.at[i - 1] == '\n' || (i >= 2 && bytes.at[i - 1] == '\r' && bytes.at[i - 2] == '\n'))
            return i + 1;
    }
    return 0;
}

enum connect_result connect_read(struct text bytes, struct connect_head *ret_head)
{
    static const struct text verb = {"CONNECT ", 8};
    size_t known = bytes.len < verb.len ? bytes.len : verb.len;
    if (!text_equal(text_first(bytes, known), text_first(verb, known)))
        return CONNECT_NOT;
    size_t len = head_length(bytes);
    if (len == 0)
        return CONNECT_PART;
    struct text line = text_from(text_first(bytes, text_find(bytes, '\n')), verb.len);
    struct text authority = text_first(line, text_find(line, ' '));
    struct connect_head head = {.len_bytes = len};
    head.host = target_host(authority, &head.port);
    bool version = text_starts(text_from(line, authority.len), " HTTP/1.");
    *ret_head = head;
    return version && head.host.len > 0 && head.port > 0 ? CONNECT_WHOLE : CONNECT_BROKEN;
}
