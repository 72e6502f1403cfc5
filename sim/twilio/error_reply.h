/* error_reply: Twilio's error body, in JSON or XML (reference/twilio-messaging.md 1.3). */
#ifndef ERROR_REPLY_H
#define ERROR_REPLY_H

#include "error_codes.h"
#include "render.h"
#include "response.h"

/* Replaces whatever the response holds. An error that is only asynchronous in the table is answered with 400.
 */
void error_reply(struct response *response, enum format format, const struct error_code *error, bool old_text,
                 const struct error_words *words);

#endif
