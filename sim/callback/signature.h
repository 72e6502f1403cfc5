/* signature: X-Twilio-Signature, as the SDKs' validators compute it. Pure; any thread.
 *
 *     char signature[SIGNATURE_BYTES];
 *     signature_sign(token, url, &params, signature);             // a form, by POST
 *     signature_sign_json(token, url, body, signature);           // any other body
 *
 * `url` is the URL exactly as configured (query and port kept) without the #... override fragment, as
 * callback_url_split() gives it in `whole`.
 *
 * base64(HMAC-SHA1(auth token, URL and each parameter's name and value with nothing between)). Parameters are
 * sorted by name in byte order; of a repeated name each different value counts once, sorted
 * (reference/twilio-messaging.md 4.1, twilio-verify-lookup-sdks.md 5.9). */
#ifndef SIGNATURE_H
#define SIGNATURE_H

#include "form.h"
#include "text.h"

enum { SIGNATURE_BYTES = 29 };

/* Signs a form; without parameters the URL alone, as for GET. */
void signature_sign(struct text auth_token, struct text url, const struct form *params,
                    char out[SIGNATURE_BYTES]);

/* The URL a body that is no form is posted to: its query ends with bodySHA256=<hex>. `out` takes it at the
 * end. */
void signature_put_json_url(struct text_buf *out, struct text url, struct text body);

/* Signs that URL; no parameter counts. */
void signature_sign_json(struct text auth_token, struct text url, struct text body,
                         char out[SIGNATURE_BYTES]);

#endif
