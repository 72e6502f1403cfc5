/* message_line: what happened to a message, as one line for a person at a terminal. The same lines while
 * serving, under `exec`, and from `twilio-sim messages`.
 *
 *     sms       +243810000001  482913    Votre code est 482913
 *     whatsapp  +243810000001  undelivered  63003  Channel could not find To address
 *     sms       +243810000001  refused   21608  The number +24381000XXXX is unverified. ...
 *     POST /2010-04-01/Accounts/AC.../Messages.json  refused   20003  Authenticate
 *
 * Control characters become spaces: a message must not move anybody's cursor. Pure, but for
 * message_line_color(). */
#ifndef MESSAGE_LINE_H
#define MESSAGE_LINE_H

#include <stdio.h>

#include "text.h"

/* A message, with the code in it. */
void message_line_put(struct text_buf *out, struct text channel, struct text to, struct text body,
                      bool color);

/* What a person wrote to one of our numbers: "sms       +243810000001  wrote     STOP". */
void message_line_put_reply(struct text_buf *out, struct text channel, struct text from, struct text body);

struct message_trouble {
    struct text channel, to;
    struct text from; /* this and `account` are for the sentence; may be empty */
    struct text account;
    struct text method, path; /* shown when `to` is empty */
    struct text what;         /* "refused", "undelivered", "lost" */
    int64_t code;             /* Twilio's; 0 = none, `detail` is shown */
    struct text detail;
};

/* What went wrong with one, with its meaning. */
void message_line_put_trouble(struct text_buf *out, const struct message_trouble *trouble, bool color);

/* Whether lines on `out` may have colour: it is a terminal, and NO_COLOR is not set. */
bool message_line_color(FILE *out);

#endif
