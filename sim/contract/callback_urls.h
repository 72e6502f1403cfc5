/* callback_urls: which URLs Twilio takes as a status callback: http or https, a sound host without '_', at
 * most 4000 characters; not this machine unless the caller allows it. Source:
 * reference/twilio-messaging.md 2.1 and 2.4 (21609). Pure; thread-safe. */
#ifndef CALLBACK_URLS_H
#define CALLBACK_URLS_H

#include <stdbool.h>

#include "text.h"

enum { CALLBACK_URL_MAX = 4000 };

bool callback_url_sound(struct text url, bool loopback_allowed);
/* An http(s) URL with a sound host, whatever else; for media. */
bool http_url_sound(struct text url);
/* Its host without port and brackets, borrowed; TEXT_NONE when the URL is not sound. */
struct text http_url_host(struct text url);
/* localhost and below, 127.x.x.x, 0.0.0.0, ::1 and their IPv4-mapped forms. */
bool host_is_loopback(struct text host);

#endif
