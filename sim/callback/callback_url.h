/* callback_url: a callback URL and its parts. Pure; any thread.
 *
 *     struct callback_url url;
 *     if (!callback_url_split(text, &url, &why)) ...               // the reason in words
 *     if (callback_url_is_loopback(&url)) ...                      // 21609 under --strict-callbacks
 *
 * Valid is: http or https, a host without underscore, a port from 1 to 65535, no space or control character,
 * at most CALLBACK_URL_MAX_BYTES (reference/twilio-messaging.md 2.1, StatusCallback). All parts are borrowed
 * from the text. */
#ifndef CALLBACK_URL_H
#define CALLBACK_URL_H

#include <stdbool.h>

#include "fail.h"
#include "text.h"

enum { CALLBACK_URL_MAX_BYTES = 4000 };

struct callback_url {
    struct text whole;  /* without the fragment: this is signed */
    struct text scheme; /* as written */
    bool https;
    struct text userinfo;  /* "user:password", or TEXT_NONE */
    struct text authority; /* host and port as written: what stands in the Host header */
    struct text host;      /* without brackets */
    bool host_is_ipv6;
    int port;             /* as written, or the scheme's */
    struct text rest;     /* path and query; may be empty */
    struct text fragment; /* behind the #, or TEXT_NONE */
};

/* False with the reason in *why; *ret is set only on success. */
bool callback_url_split(struct text url, struct callback_url *ret, struct fail *why);

/* The same question without the parts; `why` may be NULL. */
bool callback_url_valid(struct text url, struct fail *why);

/* Does the host name this machine: localhost, *.localhost, 127.0.0.0/8 in any notation, 0.0.0.0, ::1, ::, and
 * mapped ones? No name is looked up. */
bool callback_url_is_loopback(const struct callback_url *url);

#endif
