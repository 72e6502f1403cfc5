/* callback_rewrite: rules that send a callback elsewhere than its URL says. Pure; any thread.
 *
 *     struct callback_rewrite rule;
 *     if (!callback_rewrite_read(text_of("https://api.example.com=http://127.0.0.1:3000"), &rule, &why)) ...
 *     callback_rewrite_apply(&rule, 1, &url, &target);             // path, query and user:password are kept
 *     callback_rewrite_release(&rule);
 *
 * A rule replaces scheme, host and port. The left side must match all three (case does not count; :443 and
 * :80 may be left out); the first rule that matches wins. The signature is still made over the URL as
 * configured: see callback_sender.h for the headers that let the receiver check it. */
#ifndef CALLBACK_REWRITE_H
#define CALLBACK_REWRITE_H

#include "callback_url.h"

struct callback_rewrite {
    char *from; /* scheme://host[:port] */
    char *to;
};

/* Reads "FROM=TO"; false with the reason in *why. */
bool callback_rewrite_read(struct text rule, struct callback_rewrite *ret, struct fail *why);
void callback_rewrite_release(struct callback_rewrite *rule);

/* Appends where the callback goes, without fragment; true when a rule matched, else that is url->whole. */
bool callback_rewrite_apply(const struct callback_rewrite *rules, size_t count,
                            const struct callback_url *url, struct text_buf *out);

#endif
