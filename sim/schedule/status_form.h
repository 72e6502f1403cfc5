/* status_form: the body of a status callback, as captured (reference/twilio-messaging.md 4). Pure but for the
 * buffer. */
#ifndef STATUS_FORM_H
#define STATUS_FORM_H

#include "form.h"
#include "sim.h"

/* Appends the encoded form of `message` entering `state` with `code` (0 = none). Parameters in `change`
 * replace those of the same name, and others join at the end; NULL = none. */
void status_form_write(const struct message *message, const struct account *account, enum message_state state,
                       int code, int64_t wall_ms, const struct form *change, struct text_buf *out);

#endif
