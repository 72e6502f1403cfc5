/* client_hello: the host that a TLS client asks for (SNI), read from its first bytes before anybody answers.
 *
 *     struct text host;
 *     switch (client_hello_read(bytes, &host)) {
 *     case HELLO_PART:  ... more bytes are needed
 *     case HELLO_WHOLE: ... host is a view into `bytes`, "" when the client names none
 *     case HELLO_ODD:   ... no hello that we can read; GnuTLS is to say what is wrong with it
 *     }
 *
 * Pure. A hello that is spread over several records is odd: no client of our field makes one. Source: RFC
 * 8446 sections 4.1.2 and 5.1, RFC 6066 section 3. */
#ifndef CLIENT_HELLO_H
#define CLIENT_HELLO_H

#include "text.h"

enum hello_result { HELLO_PART, HELLO_WHOLE, HELLO_ODD };

enum hello_result client_hello_read(struct text bytes, struct text *ret_host);

#endif
