/* Reads and applies rewrite rules; both sides are origins, so that path and query can never be lost by a
 * rule. */
#include "callback_rewrite.h"

#include <strings.h>

#include "mem.h"

/* One side of a rule: an origin, a slash behind it is allowed. */
static bool read_origin(struct text side, const char *which, struct callback_url *ret, struct fail *why)
{
    struct fail reason = {0};
    if (!callback_url_split(side, ret, &reason))
        return fail_set(why, "the %s side of the rewrite rule is no URL: %s", which, reason.text);
    bool bare = ret->rest.len == 0 || text_is(ret->rest, "/");
    if (!bare || ret->userinfo.at != NULL || ret->fragment.at != NULL)
        return fail_set(why, "the %s side of the rewrite rule has more than scheme, host and port", which);
    return true;
}

static char *origin_text(const struct callback_url *url)
{
    struct text_buf out;
    text_buf_init(&out, CALLBACK_URL_MAX_BYTES);
    text_put(&out, url->scheme);
    text_put_z(&out, "://");
    text_put(&out, url->authority);
    return text_buf_take(&out);
}

bool callback_rewrite_read(struct text rule, struct callback_rewrite *ret, struct fail *why)
{
    struct callback_url from, to;
    size_t equals = text_find(rule, '=');
    if (equals == rule.len)
        return fail_set(why, "a rewrite rule is FROM=TO, as https://api.example.com=http://127.0.0.1:3000");
    if (!read_origin(text_first(rule, equals), "left", &from, why) ||
        !read_origin(text_from(rule, equals + 1), "right", &to, why))
        return false;
    *ret = (struct callback_rewrite){origin_text(&from), origin_text(&to)};
    return true;
}

void callback_rewrite_release(struct callback_rewrite *rule)
{
    mem_free(rule->from);
    mem_free(rule->to);
    *rule = (struct callback_rewrite){0};
}

static bool same_host(struct text a, struct text b)
{
    return a.len == b.len && strncasecmp(a.at, b.at, a.len) == 0;
}

static bool rule_matches(const struct callback_rewrite *rule, const struct callback_url *url)
{
    struct callback_url from;
    REQUIRE(callback_url_split(text_of(rule->from), &from, NULL));
    return from.https == url->https && from.port == url->port && same_host(from.host, url->host);
}

bool callback_rewrite_apply(const struct callback_rewrite *rules, size_t count,
                            const struct callback_url *url, struct text_buf *out)
{
    for (size_t i = 0; i < count; i++) {
        if (!rule_matches(&rules[i], url))
            continue;
        struct callback_url to;
        REQUIRE(callback_url_split(text_of(rules[i].to), &to, NULL));
        text_put(out, to.scheme);
        text_put_z(out, "://");
        if (url->userinfo.at != NULL) {
            text_put(out, url->userinfo);
            text_put_char(out, '@');
        }
        text_put(out, to.authority);
        text_put(out, url->rest);
        return true;
    }
    text_put(out, url->whole);
    return false;
}
