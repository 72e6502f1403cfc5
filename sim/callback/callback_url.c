/* Takes a callback URL apart by hand: the parts must be those of the text as configured, because that text is
 * signed, and a library that normalises would lose them. Where the host stands in the network is asked in
 * callback_reach. */
#include "callback_url.h"

#include <arpa/inet.h>
#include <string.h>

#include "callback_reach.h"

enum { HOST_MAX_BYTES = 253 }; /* a DNS name's */

static bool has_blank_or_control(struct text url)
{
    for (size_t i = 0; i < url.len; i++)
        if ((unsigned char)url.at[i] <= ' ' || url.at[i] == 0x7f)
            return true;
    return false;
}

/* Takes "scheme://" off *rest. */
static bool take_scheme(struct text *rest, struct callback_url *url, struct fail *why)
{
    size_t colon = text_find(*rest, ':');
    url->scheme = text_first(*rest, colon);
    url->https = text_is_nocase(url->scheme, "https");
    if (!url->https && !text_is_nocase(url->scheme, "http"))
        return fail_set(why, "it does not begin with http:// or https://");
    *rest = text_from(*rest, colon);
    if (!text_starts(*rest, "://"))
        return fail_set(why, "\"//\" is missing behind the scheme");
    *rest = text_from(*rest, 3);
    return true;
}

/* The host in brackets: *rest becomes what stands behind them. */
static bool take_ipv6(struct text *rest, struct callback_url *url, struct fail *why)
{
    char literal[INET6_ADDRSTRLEN];
    struct in6_addr address;
    size_t end = text_find(*rest, ']');
    url->host_is_ipv6 = true;
    url->host = text_from(text_first(*rest, end), 1);
    bool closed = end < rest->len;
    *rest = text_from(*rest, end + 1);
    if (!closed || url->host.len >= sizeof literal)
        return fail_set(why, "what stands in brackets is no IPv6 address");
    memcpy(literal, url->host.at, url->host.len);
    literal[url->host.len] = '\0';
    if (inet_pton(AF_INET6, literal, &address) != 1)
        return fail_set(why, "what stands in brackets is no IPv6 address");
    return true;
}

static bool is_host_byte(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
           byte == '-' || byte == '.';
}

/* A name or an IPv4 address, up to the port. */
static bool take_name(struct text *rest, struct callback_url *url, struct fail *why)
{
    url->host = text_first(*rest, text_find(*rest, ':'));
    *rest = text_from(*rest, url->host.len);
    if (url->host.len == 0)
        return fail_set(why, "it has no host");
    if (url->host.len > HOST_MAX_BYTES)
        return fail_set(why, "its host is longer than %d characters", HOST_MAX_BYTES);
    for (size_t i = 0; i < url->host.len; i++) {
        if (url->host.at[i] == '_')
            return fail_set(why, "its host has an underscore");
        if (!is_host_byte(url->host.at[i]))
            return fail_set(why, "its host has a character that no host name has");
    }
    if (url->host.at[0] == '.' || text_contains(url->host, TEXT("..")))
        return fail_set(why, "its host has an empty part");
    return true;
}

/* What stands behind the host: nothing, or ":" and a port (which may be empty, as in any URL). */
static bool take_port(struct text rest, struct callback_url *url, struct fail *why)
{
    int64_t port = url->https ? 443 : 80;
    bool fine = rest.len == 0 || rest.at[0] == ':';
    if (fine && rest.len > 1)
        fine = text_all_digits(text_from(rest, 1)) && text_to_int(text_from(rest, 1), 1, 65535, &port);
    url->port = (int)port;
    return fine || fail_set(why, "its port is no number from 1 to 65535");
}

/* Takes the part between "//" and the path off *rest. */
static bool take_authority(struct text *rest, struct callback_url *url, struct fail *why)
{
    size_t end = 0;
    while (end < rest->len && rest->at[end] != '/' && rest->at[end] != '?')
        end++;
    struct text authority = text_first(*rest, end);
    url->rest = text_from(*rest, end);
    url->userinfo = TEXT_NONE;
    for (size_t at = text_find(authority, '@'); at < authority.len; at = text_find(authority, '@')) {
        const char *from = url->userinfo.at != NULL ? url->userinfo.at : authority.at;
        url->userinfo = text_span(from, (size_t)(authority.at + at - from));
        authority = text_from(authority, at + 1);
    }
    url->authority = authority;
    bool fine =
        text_starts(authority, "[") ? take_ipv6(&authority, url, why) : take_name(&authority, url, why);
    return fine && take_port(authority, url, why);
}

bool callback_url_split(struct text text, struct callback_url *ret, struct fail *why)
{
    if (text.len == 0)
        return fail_set(why, "it is empty");
    if (text.len > CALLBACK_URL_MAX_BYTES)
        return fail_set(why, "it is longer than %d characters", CALLBACK_URL_MAX_BYTES);
    if (has_blank_or_control(text))
        return fail_set(why, "it has a space or a control character");
    size_t hash = text_find(text, '#');
    struct callback_url url = {.whole = text_first(text, hash),
                               .fragment = hash < text.len ? text_from(text, hash + 1) : TEXT_NONE};
    struct text rest = url.whole;
    if (!take_scheme(&rest, &url, why) || !take_authority(&rest, &url, why))
        return false;
    *ret = url;
    return true;
}

bool callback_url_valid(struct text url, struct fail *why)
{
    struct callback_url parts;
    struct fail ignored = {0};
    return callback_url_split(url, &parts, why != NULL ? why : &ignored);
}

bool callback_url_is_loopback(const struct callback_url *url)
{
    char host[HOST_MAX_BYTES + 1];
    struct in_addr ipv4;
    struct in6_addr ipv6;
    struct text name = text_ends(url->host, ".") ? text_first(url->host, url->host.len - 1) : url->host;
    memcpy(host, name.at, name.len);
    host[name.len] = '\0';
    if (url->host_is_ipv6)
        return inet_pton(AF_INET6, host, &ipv6) == 1 && callback_reach_ipv6(&ipv6) == REACH_LOOPBACK;
    if (inet_aton(host, &ipv4) != 0)
        return callback_reach_ipv4(ipv4) == REACH_LOOPBACK;
    size_t tail = name.len > 10 ? name.len - 10 : 0;
    return text_is_nocase(name, "localhost") || text_is_nocase(text_from(name, tail), ".localhost");
}
