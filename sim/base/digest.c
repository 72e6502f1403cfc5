/* A thin layer over GnuTLS, so that nobody else has to know its types. */
#include "digest.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <string.h>

#include "fail.h"
#include "mem.h"

static gnutls_datum_t datum(struct text view)
{
    return (gnutls_datum_t){(unsigned char *)(uintptr_t)view.at, (unsigned)view.len};
}

void digest_hmac_sha1_base64(struct text key, struct text message, char out[29])
{
    unsigned char mac[20];
    REQUIRE(gnutls_hmac_fast(GNUTLS_MAC_SHA1, key.at, key.len, message.at, message.len, mac) == 0);
    char *encoded = digest_base64_encode(text_span((const char *)mac, sizeof mac));
    REQUIRE(strlen(encoded) == 28);
    memcpy(out, encoded, 29);
    mem_free(encoded);
}

void digest_sha256_hex(struct text message, char out[65])
{
    unsigned char hash[32];
    REQUIRE(gnutls_hash_fast(GNUTLS_DIG_SHA256, message.at, message.len, hash) == 0);
    for (size_t i = 0; i < sizeof hash; i++)
        snprintf(out + 2 * i, 3, "%02x", hash[i]);
}

bool digest_base64_decode(struct text encoded, char **ret_bytes, size_t *ret_len)
{
    gnutls_datum_t in = datum(encoded), out = {NULL, 0};
    if (encoded.len == 0 || encoded.len > 65536 || gnutls_base64_decode2(&in, &out) < 0)
        return false;
    *ret_bytes = mem_copy((const char *)out.data, out.size);
    *ret_len = out.size;
    gnutls_free(out.data);
    return true;
}

char *digest_base64_encode(struct text bytes)
{
    gnutls_datum_t in = datum(bytes), out = {NULL, 0};
    if (bytes.len == 0)
        return mem_copy("", 0);
    REQUIRE(gnutls_base64_encode2(&in, &out) == 0);
    char *encoded = mem_copy((const char *)out.data, out.size);
    gnutls_free(out.data);
    return encoded;
}
