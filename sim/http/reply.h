/* reply: puts a transaction's answer on the wire through libmicrohttpd, or breaks the wire as the answer
 * asks.
 *
 * Header lines: libmicrohttpd makes three allocations for each, which for the usual seventeen costs as much
 * as everything else we do for a request. So they are given to it as one: the first header's name, and as its
 * value the rest of the lines. It refuses line breaks in a value, therefore they are put in afterwards, in
 * the copy it made. Line breaks in a value become spaces; Content-Length and Transfer-Encoding are
 * libmicrohttpd's own; Connection is the answer's where the connection really stays. Date is from the clock,
 * in GMT. */
#ifndef REPLY_H
#define REPLY_H

#include "transaction.h"

/* The answer (also WIRE_TRUNCATE, WIRE_DRIP and streams). */
enum MHD_Result reply_queue(struct transaction *transaction);
/* A refusal in plain text (a literal), before the body is read. */
enum MHD_Result reply_refusal(struct transaction *transaction, int status, const char *text);
/* A true RST: SO_LINGER would give a FIN, dissolving the association does not. */
void reply_reset(struct transaction *transaction);
/* Bytes that are no HTTP. */
void reply_garbage(struct transaction *transaction);

#endif
