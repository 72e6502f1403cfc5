/* Any bytes as a callback URL: the parts must lie where they are said to, and the overrides stay within their
 * ranges. */
#include "callback_overrides.h"
#include "callback_rewrite.h"
#include "callback_url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool inside(struct text whole, struct text part)
{
    return part.at >= whole.at && part.at + part.len <= whole.at + whole.len;
}

static void check_overrides(struct text fragment)
{
    struct callback_overrides overrides;
    struct text_buf notes;
    text_buf_init(&notes, 64 * 1024);
    callback_overrides_read(fragment, &overrides, &notes);
    REQUIRE(overrides.connect_ms >= 100 && overrides.connect_ms <= 10000);
    REQUIRE(overrides.read_ms >= 100 && overrides.read_ms <= 15000);
    REQUIRE(overrides.total_ms >= 100 && overrides.total_ms <= 15000);
    REQUIRE(overrides.retries >= 0 && overrides.retries <= 5 && overrides.retry <= CALLBACK_RETRY_ALL);
    text_buf_release(&notes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text input = text_span((const char *)data, size);
    struct fail why = {0}, rule_why = {0};
    struct callback_url url;
    struct callback_rewrite rule;
    if (callback_url_split(input, &url, &why)) {
        REQUIRE(url.whole.at == input.at && inside(url.whole, url.host) && inside(url.whole, url.rest));
        REQUIRE(inside(url.whole, url.authority) && inside(url.authority, url.host) && url.host.len > 0);
        REQUIRE(url.port >= 1 && url.port <= 65535);
        REQUIRE(url.whole.len + (url.fragment.at != NULL ? url.fragment.len + 1 : 0) == input.len);
        (void)callback_url_is_loopback(&url);
        check_overrides(url.fragment);
    } else {
        REQUIRE(why.set);
    }
    if (callback_rewrite_read(input, &rule, &rule_why))
        callback_rewrite_release(&rule);
    return 0;
}
