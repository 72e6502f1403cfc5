/* Fills in certificates with GnuTLS. Each function stops at the first call that fails and says what it was
 * for. */
#include "certificate.h"

#include <gnutls/crypto.h>
#include <stdio.h>
#include <string.h>

enum {
    SERIAL_BYTES = 16,
    VALID_FROM_S = 946684800, /* 2000-01-01 */
};
static const time_t valid_until_s = 4102444800;  /* 2100-01-01 */
static const time_t expired_until_s = 978307200; /* 2001-01-01 */

/* "127.0.0.0/8" and "::1/128" as name constraints hold them: address and mask. */
static const unsigned char loopback4[] = {127, 0, 0, 0, 255, 0, 0, 0};
static const unsigned char loopback6[32] = {
    [15] = 1,    [16] = 0xff, [17] = 0xff, [18] = 0xff, [19] = 0xff, [20] = 0xff,
    [21] = 0xff, [22] = 0xff, [23] = 0xff, [24] = 0xff, [25] = 0xff, [26] = 0xff,
    [27] = 0xff, [28] = 0xff, [29] = 0xff, [30] = 0xff, [31] = 0xff};

static gnutls_datum_t datum(const void *at, size_t len)
{
    return (gnutls_datum_t){(unsigned char *)at, (unsigned)len};
}

bool certificate_did(int result, const char *what, struct fail *why)
{
    return result >= 0 || fail_set(why, "cannot %s: %s", what, gnutls_strerror(result));
}

bool certificate_key(gnutls_x509_privkey_t *ret_key, struct fail *why)
{
    return certificate_did(gnutls_x509_privkey_init(ret_key), "make a key", why) &&
           certificate_did(gnutls_x509_privkey_generate(*ret_key, GNUTLS_PK_ECDSA,
                                                        GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0),
                           "make a key", why);
}

/* What CA and leaves have in common: version, a random serial number, validity, key, name. */
static bool cert_begin(gnutls_x509_crt_t cert, gnutls_x509_privkey_t key, const char *name, time_t until_s,
                       struct fail *why)
{
    unsigned char serial[SERIAL_BYTES], id[20];
    size_t id_len = sizeof id;
    if (!certificate_did(gnutls_rnd(GNUTLS_RND_NONCE, serial, sizeof serial), "draw a serial number", why))
        return false;
    serial[0] = (unsigned char)((serial[0] & 0x3f) | 0x40);
    int result = gnutls_x509_crt_set_version(cert, 3);
    result = result < 0 ? result : gnutls_x509_crt_set_serial(cert, serial, sizeof serial);
    result = result < 0 ? result : gnutls_x509_crt_set_activation_time(cert, VALID_FROM_S);
    result = result < 0 ? result : gnutls_x509_crt_set_expiration_time(cert, until_s);
    result = result < 0 ? result : gnutls_x509_crt_set_key(cert, key);
    result = result < 0 ? result
                        : gnutls_x509_crt_set_dn_by_oid(cert, GNUTLS_OID_X520_COMMON_NAME, 0, name,
                                                        (unsigned)strnlen(name, 64));
    result = result < 0 ? result : gnutls_x509_crt_get_key_id(cert, 0, id, &id_len);
    result = result < 0 ? result : gnutls_x509_crt_set_subject_key_id(cert, id, id_len);
    return certificate_did(result, "fill in a certificate", why);
}

static bool constrain(gnutls_x509_crt_t cert, char *const *domains, struct fail *why)
{
    gnutls_x509_name_constraints_t names;
    gnutls_datum_t local = datum("localhost", 9), v4 = datum(loopback4, sizeof loopback4),
                   v6 = datum(loopback6, sizeof loopback6);
    if (!certificate_did(gnutls_x509_name_constraints_init(&names), "constrain the authority", why))
        return false;
    int result = gnutls_x509_name_constraints_add_permitted(names, GNUTLS_SAN_DNSNAME, &local);
    result =
        result < 0 ? result : gnutls_x509_name_constraints_add_permitted(names, GNUTLS_SAN_IPADDRESS, &v4);
    result =
        result < 0 ? result : gnutls_x509_name_constraints_add_permitted(names, GNUTLS_SAN_IPADDRESS, &v6);
    for (size_t i = 0; domains[i] != NULL && result >= 0; i++) {
        gnutls_datum_t domain = datum(domains[i], strlen(domains[i]));
        result = gnutls_x509_name_constraints_add_permitted(names, GNUTLS_SAN_DNSNAME, &domain);
    }
    result = result < 0 ? result : gnutls_x509_crt_set_name_constraints(cert, names, 1);
    gnutls_x509_name_constraints_deinit(names);
    return certificate_did(result, "constrain the authority", why);
}

static int ca_fill(gnutls_x509_crt_t cert, gnutls_x509_privkey_t key)
{
    int result = gnutls_x509_crt_set_basic_constraints(cert, 1, 0);
    result = result < 0 ? result
                        : gnutls_x509_crt_set_key_usage(cert, GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN);
    return result < 0 ? result : gnutls_x509_crt_sign2(cert, cert, key, GNUTLS_DIG_SHA256, 0);
}

/* Its name is different each time, so that two of them in one trust store are not mixed up. */
bool certificate_authority(gnutls_x509_privkey_t key, char *const *domains, gnutls_x509_crt_t *ret_cert,
                           struct fail *why)
{
    char name[64];
    unsigned char tag[4];
    gnutls_x509_crt_t cert;
    if (!certificate_did(gnutls_rnd(GNUTLS_RND_NONCE, tag, sizeof tag), "draw a name", why) ||
        !certificate_did(gnutls_x509_crt_init(&cert), "make a certificate", why))
        return false;
    snprintf(name, sizeof name, "Offline test authority %02x%02x%02x%02x", tag[0], tag[1], tag[2], tag[3]);
    bool made = cert_begin(cert, key, name, valid_until_s, why) && constrain(cert, domains, why) &&
                certificate_did(ca_fill(cert, key), "sign the authority's certificate", why);
    if (made)
        *ret_cert = cert;
    else
        gnutls_x509_crt_deinit(cert);
    return made;
}

bool certificate_covers(gnutls_x509_crt_t cert, char *const *domains, const char *path, struct fail *why)
{
    gnutls_x509_name_constraints_t names;
    unsigned critical;
    bool covers = true;
    if (!certificate_did(gnutls_x509_name_constraints_init(&names), "read the authority's constraints", why))
        return false;
    if (gnutls_x509_crt_get_name_constraints(cert, names, 0, &critical) < 0)
        covers = fail_set(why, "the certificate in %s has no name constraints: it is not one of ours", path);
    for (size_t i = 0; covers && domains[i] != NULL; i++) {
        gnutls_datum_t domain = datum(domains[i], strlen(domains[i]));
        if (gnutls_x509_name_constraints_check(names, GNUTLS_SAN_DNSNAME, &domain) == 0)
            covers = fail_set(
                why, "the authority in %s does not cover %s: remove its files to have a new one made", path,
                domains[i]);
    }
    gnutls_x509_name_constraints_deinit(names);
    return covers;
}

/* Names for a client that said no host: it came by an address. */
static int name_loopback(gnutls_x509_crt_t cert)
{
    static const unsigned char v4[] = {127, 0, 0, 1}, v6[16] = {[15] = 1};
    int result =
        gnutls_x509_crt_set_subject_alt_name(cert, GNUTLS_SAN_DNSNAME, "localhost", 9, GNUTLS_FSAN_APPEND);
    result = result < 0 ? result
                        : gnutls_x509_crt_set_subject_alt_name(cert, GNUTLS_SAN_IPADDRESS, v4, sizeof v4,
                                                               GNUTLS_FSAN_APPEND);
    return result < 0 ? result
                      : gnutls_x509_crt_set_subject_alt_name(cert, GNUTLS_SAN_IPADDRESS, v6, sizeof v6,
                                                             GNUTLS_FSAN_APPEND);
}

static int leaf_fill(gnutls_x509_crt_t cert, gnutls_x509_crt_t authority, gnutls_x509_privkey_t authority_key,
                     const char *host)
{
    unsigned char id[20];
    size_t id_len = sizeof id;
    int result = host == NULL ? name_loopback(cert)
                              : gnutls_x509_crt_set_subject_alt_name(cert, GNUTLS_SAN_DNSNAME, host,
                                                                     (unsigned)strlen(host), GNUTLS_FSAN_SET);
    result = result < 0 ? result : gnutls_x509_crt_set_basic_constraints(cert, 0, -1);
    result = result < 0 ? result : gnutls_x509_crt_set_key_usage(cert, GNUTLS_KEY_DIGITAL_SIGNATURE);
    result = result < 0 ? result : gnutls_x509_crt_set_key_purpose_oid(cert, GNUTLS_KP_TLS_WWW_SERVER, 0);
    result = result < 0 ? result : gnutls_x509_crt_get_key_id(authority, 0, id, &id_len);
    result = result < 0 ? result : gnutls_x509_crt_set_authority_key_id(cert, id, id_len);
    return result < 0 ? result : gnutls_x509_crt_sign2(cert, authority, authority_key, GNUTLS_DIG_SHA256, 0);
}

bool certificate_leaf(gnutls_x509_crt_t authority, gnutls_x509_privkey_t authority_key,
                      gnutls_x509_privkey_t key, const char *host, bool expired, gnutls_datum_t *ret_der,
                      struct fail *why)
{
    gnutls_x509_crt_t cert;
    if (!certificate_did(gnutls_x509_crt_init(&cert), "make a certificate", why))
        return false;
    bool made = cert_begin(cert, key, host == NULL ? "localhost" : host,
                           expired ? expired_until_s : valid_until_s, why) &&
                certificate_did(leaf_fill(cert, authority, authority_key, host), "sign a certificate", why) &&
                certificate_did(gnutls_x509_crt_export2(cert, GNUTLS_X509_FMT_DER, ret_der),
                                "write a certificate", why);
    gnutls_x509_crt_deinit(cert);
    return made;
}
