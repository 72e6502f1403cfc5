/* message_create: what the gate needs of POST …/Messages beyond the endpoint itself. */
#ifndef MESSAGE_CREATE_H
#define MESSAGE_CREATE_H

#include "call.h"

/* An address as Twilio reads it: formatting characters in a number (spaces, hyphens, dots, parentheses) are
 * dropped. In the request's arena, or as it was. */
struct text message_create_address(struct call *call, struct text address);

/* After the call stands in the journal: the new message follows it there, and begins its course. */
void message_create_follow_up(struct call *call);

#endif
