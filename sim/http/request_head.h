/* request_head: what libmicrohttpd knows of a request's head, as a struct request without a body. */
#ifndef REQUEST_HEAD_H
#define REQUEST_HEAD_H

#include "transaction.h"

/* Views into libmicrohttpd's memory and the transaction; nothing is copied but the host. */
void request_head_fill(struct transaction *transaction, const char *method);

/* Would this head leave too little of libmicrohttpd's memory for the answer's head? */
bool request_head_is_too_large(const struct transaction *transaction);

#endif
