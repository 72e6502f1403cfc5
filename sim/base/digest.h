/* digest: hashes and base64, by GnuTLS. Base64 results are *new*. Thread-safe. */
#ifndef DIGEST_H
#define DIGEST_H

#include <stdbool.h>
#include <stdint.h>

#include "text.h"

/* base64(HMAC-SHA1(key, message)), 28 characters and NUL. */
void digest_hmac_sha1_base64(struct text key, struct text message, char out[29]);
/* 64 lower-case hex digits and NUL. */
void digest_sha256_hex(struct text message, char out[65]);
/* New; false when it is no base64. */
bool digest_base64_decode(struct text encoded, char **ret_bytes, size_t *ret_len);
/* New C string. */
char *digest_base64_encode(struct text bytes);

#endif
