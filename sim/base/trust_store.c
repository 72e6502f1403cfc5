/* JKS, version 2, with a single trusted certificate. */
#include "trust_store.h"

#include <errno.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static void put_be(struct text_buf *out, uint64_t value, int bytes)
{
    for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8)
        text_put_char(out, (char)(value >> shift & 0xFF));
}

static void put_string(struct text_buf *out, const char *string)
{
    put_be(out, strlen(string), 2);
    text_put_z(out, string);
}

static void put_seal(struct text_buf *out)
{
    struct text_buf sealed;
    unsigned char digest[20];
    text_buf_init(&sealed, out->len + 256);
    for (const char *c = TRUST_STORE_PASSWORD; *c != '\0'; c++)
        put_be(&sealed, (unsigned char)*c, 2);
    text_put_z(&sealed, "Mighty Aphrodite");
    text_put(&sealed, text_buf_view(out));
    gnutls_hash_fast(GNUTLS_DIG_SHA1, sealed.at, sealed.len, digest);
    text_put(out, text_span((const char *)digest, sizeof digest));
    text_buf_release(&sealed);
}

static bool der_of(struct text pem, gnutls_datum_t *ret_der, struct fail *why)
{
    gnutls_datum_t in = {(unsigned char *)(uintptr_t)pem.at, (unsigned)pem.len};
    int result = gnutls_pem_base64_decode2("CERTIFICATE", &in, ret_der);
    return result >= 0 || fail_set(why, "the CA certificate cannot be read: %s", gnutls_strerror(result));
}

bool trust_store_write(const char *path, struct text ca_pem, struct fail *why)
{
    gnutls_datum_t der;
    struct text_buf out;
    if (!der_of(ca_pem, &der, why))
        return false;
    text_buf_init(&out, 64 * 1024);
    put_be(&out, 0xFEEDFEED, 4);
    put_be(&out, 2, 4); /* version */
    put_be(&out, 1, 4); /* entries */
    put_be(&out, 2, 4); /* a trusted certificate */
    put_string(&out, "twilio-sim");
    put_be(&out, 946684800000u, 8); /* 2000-01-01, the CA's first day */
    put_string(&out, "X.509");
    put_be(&out, der.size, 4);
    text_put(&out, text_span((const char *)der.data, der.size));
    put_seal(&out);
    gnutls_free(der.data);
    FILE *file = fopen(path, "we");
    bool fine = file != NULL && fwrite(out.at, 1, out.len, file) == out.len;
    if (file != NULL)
        fine = fclose(file) == 0 && fine;
    text_buf_release(&out);
    return fine || fail_set(why, "%s cannot be written: %s", path, strerror(errno));
}

void trust_store_put_java_options(struct text_buf *out, const char *path)
{
    text_putf(out, "-Djavax.net.ssl.trustStore=%s -Djavax.net.ssl.trustStoreType=JKS ", path);
    text_put_z(out, "-Djavax.net.ssl.trustStorePassword=" TRUST_STORE_PASSWORD);
}

void trust_store_put_java_proxy(struct text_buf *out, const char *host, int port)
{
    text_putf(out, "-Dhttp.proxyHost=%s -Dhttp.proxyPort=%d -Dhttps.proxyHost=%s -Dhttps.proxyPort=%d ", host,
              port, host, port);
}

void trust_store_put_php_ini(struct text_buf *out, const char *ca_file)
{
    text_putf(out, "curl.cainfo=\"%s\"\nopenssl.cafile=\"%s\"\n", ca_file, ca_file);
}
