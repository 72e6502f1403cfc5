/* Mints certificates with GnuTLS and keeps the last ones. Where the CA's own files lie is ca_files.c's business, and who
 * asks for which leaf is the server's. */
#include "authority.h"

#include <ctype.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "ca_files.h"
#include "mem.h"

enum {
    LEAVES_MAX = 256,
    HOST_MAX_BYTES = 254,
    SERIAL_BYTES = 16,
    VALID_FROM_S = 946684800,      /* 2000-01-01 */
};
static const time_t valid_until_s = 4102444800; /* 2100-01-01 */

struct leaf {
    char host[HOST_MAX_BYTES];
    gnutls_datum_t der;
    uint64_t used; /* when it was last asked for, counted in requests */
};

struct authority {
    struct ca_files files;
    gnutls_x509_crt_t cert;
    gnutls_x509_privkey_t key;
    gnutls_x509_privkey_t leaf_key;
    char **domains;
    pthread_mutex_t lock;
    struct leaf leaves[LEAVES_MAX];
    size_t leaf_count;
    uint64_t requests;
};

/* "127.0.0.0/8" and "::1/128" as name constraints hold them: address and mask. */
static const unsigned char loopback4[] = {127, 0, 0, 0, 255, 0, 0, 0};
static const unsigned char loopback6[32] = {
    [15] = 1,    [16] = 0xff, [17] = 0xff, [18] = 0xff, [19] = 0xff, [20] = 0xff, [21] = 0xff, [22] = 0xff, [23] = 0xff,
    [24] = 0xff, [25] = 0xff, [26] = 0xff, [27] = 0xff, [28] = 0xff, [29] = 0xff, [30] = 0xff, [31] = 0xff};

static gnutls_datum_t datum(const void *at, size_t len)
{
    return (gnutls_datum_t){(unsigned char *)at, (unsigned)len};
}

static bool did(int result, const char *what, struct fail *why)
{
    return result >= 0 || fail_set(why, "cannot %s: %s", what, gnutls_strerror(result));
}

static bool key_new(gnutls_x509_privkey_t *ret_key, struct fail *why)
{
    return did(gnutls_x509_privkey_init(ret_key), "make a key", why) &&
           did(gnutls_x509_privkey_generate(*ret_key, GNUTLS_PK_ECDSA,
                                            GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0),
               "make a key", why);
}

/* What CA and leaves have in common: version, a random serial number, validity, key, name. */
static bool cert_begin(gnutls_x509_crt_t cert, gnutls_x509_privkey_t key, const char *name, struct fail *why)
{
    unsigned char serial[SERIAL_BYTES], id[20];
    size_t id_len = sizeof id;
    if (!did(gnutls_rnd(GNUTLS_RND_NONCE, serial, sizeof serial), "draw a serial number", why))
        return false;
    serial[0] = (unsigned char)((serial[0] & 0x3f) | 0x40);
    int result = gnutls_x509_crt_set_version(cert, 3);
    result = result < 0 ? result : gnutls_x509_crt_set_serial(cert, serial, sizeof serial);
    result = result < 0 ? result : gnutls_x509_crt_set_activation_time(cert, VALID_FROM_S);
    result = result < 0 ? result : gnutls_x509_crt_set_expiration_time(cert, valid_until_s);
    result = result < 0 ? result : gnutls_x509_crt_set_key(cert, key);
    result = result < 0 ? result : gnutls_x509_crt_set_dn_by_oid(cert, GNUTLS_OID_X520_COMMON_NAME, 0, name,
                                                                 (unsigned)strnlen(name, 64));
    result = result < 0 ? result : gnutls_x509_crt_get_key_id(cert, 0, id, &id_len);
    result = result < 0 ? result : gnutls_x509_crt_set_subject_key_id(cert, id, id_len);
    return did(result, "fill in a certificate", why);
}

static bool constrain(gnutls_x509_crt_t cert, char *const *domains, struct fail *why)
{
    gnutls_x509_name_constraints_t names;
    gnutls_datum_t local = datum("localhost", 9), v4 = datum(loopback4, sizeof loopback4),
                   v6 = datum(loopback6, sizeof loopback6);
    if (!did(gnutls_x509_name_constraints_init(&names), "constrain the authority", why))
        return false;
    int result = gnutls_x509_name_constraints_add_permitted(names, GNUTLS_SAN_DNSNAME, &local);
    result = result < 0 ? result : gnutls_x509_name_constraints_add_permitted(names, GNUTLS_SAN_IPADDRESS, &v4);
    result = result < 0 ? result : gnutls_x509_name_constraints_add_permitted(names, GNUTLS_SAN_IPADDRESS, &v6);
    for (size_t i = 0; domains[i] != NULL && result >= 0; i++) {
        gnutls_datum_t domain = datum(domains[i], strlen(domains[i]));
        result = gnutls_x509_name_constraints_add_permitted(names, GNUTLS_SAN_DNSNAME, &domain);
    }
    result = result < 0 ? result : gnutls_x509_crt_set_name_constraints(cert, names, 1);
    gnutls_x509_name_constraints_deinit(names);
    return did(result, "constrain the authority", why);
}

/* The CA's own certificate. Its name is different each time, so that two runs in one trust store are not mixed up. */
static bool ca_make(struct authority *authority, struct fail *why)
{
    char name[64];
    unsigned char tag[4];
    if (!key_new(&authority->key, why) || !did(gnutls_x509_crt_init(&authority->cert), "make a certificate", why) ||
        !did(gnutls_rnd(GNUTLS_RND_NONCE, tag, sizeof tag), "draw a name", why))
        return false;
    snprintf(name, sizeof name, "Offline test authority %02x%02x%02x%02x", tag[0], tag[1], tag[2], tag[3]);
    if (!cert_begin(authority->cert, authority->key, name, why) ||
        !constrain(authority->cert, authority->domains, why))
        return false;
    int result = gnutls_x509_crt_set_basic_constraints(authority->cert, 1, 0);
    result = result < 0 ? result : gnutls_x509_crt_set_key_usage(authority->cert, GNUTLS_KEY_KEY_CERT_SIGN |
                                                                                      GNUTLS_KEY_CRL_SIGN);
    result = result < 0 ? result : gnutls_x509_crt_sign2(authority->cert, authority->cert, authority->key,
                                                         GNUTLS_DIG_SHA256, 0);
    return did(result, "sign the authority's certificate", why);
}

/* A CA that was loaded must be able to speak for our domains. */
static bool ca_covers(struct authority *authority, struct fail *why)
{
    gnutls_x509_name_constraints_t names;
    unsigned critical;
    bool covers = true;
    if (!did(gnutls_x509_name_constraints_init(&names), "read the authority's constraints", why))
        return false;
    if (gnutls_x509_crt_get_name_constraints(authority->cert, names, 0, &critical) < 0)
        covers = fail_set(why, "the certificate in %s has no name constraints: it is not one of ours",
                          authority->files.cert_path);
    for (size_t i = 0; covers && authority->domains[i] != NULL; i++) {
        gnutls_datum_t domain = datum(authority->domains[i], strlen(authority->domains[i]));
        if (gnutls_x509_name_constraints_check(names, GNUTLS_SAN_DNSNAME, &domain) == 0)
            covers = fail_set(why, "the authority in %s does not cover %s: remove its files to have a new one made",
                              authority->files.cert_path, authority->domains[i]);
    }
    gnutls_x509_name_constraints_deinit(names);
    return covers;
}

static bool ca_obtain(struct authority *authority, const char *dir, struct fail *why)
{
    bool found = false;
    if (!ca_files_open(&authority->files, dir, why) ||
        !ca_files_load(&authority->files, &authority->cert, &authority->key, &found, why))
        return false;
    if (found)
        return ca_covers(authority, why);
    return ca_make(authority, why) && ca_files_keep(&authority->files, authority->cert, authority->key, why);
}

struct authority *authority_new(const char *dir, const char *const *domains, struct fail *why)
{
    struct authority *authority = mem_new(sizeof *authority);
    size_t count = 0;
    while (domains[count] != NULL)
        count++;
    pthread_mutex_init(&authority->lock, NULL);
    authority->domains = mem_new_array(count + 1, sizeof *authority->domains);
    for (size_t i = 0; i < count; i++)
        authority->domains[i] = mem_string(domains[i]);
    if (ca_obtain(authority, dir, why) && key_new(&authority->leaf_key, why))
        return authority;
    authority_free(authority);
    return NULL;
}

void authority_free(struct authority *authority)
{
    if (authority == NULL)
        return;
    for (size_t i = 0; i < authority->leaf_count; i++)
        gnutls_free(authority->leaves[i].der.data);
    gnutls_x509_crt_deinit(authority->cert);
    gnutls_x509_privkey_deinit(authority->key);
    gnutls_x509_privkey_deinit(authority->leaf_key);
    for (size_t i = 0; authority->domains[i] != NULL; i++)
        mem_free(authority->domains[i]);
    mem_free(authority->domains);
    ca_files_close(&authority->files);
    pthread_mutex_destroy(&authority->lock);
    mem_free(authority);
}

struct text authority_ca_pem(const struct authority *authority)
{
    return text_of(authority->files.pem);
}

const char *authority_ca_file(const struct authority *authority)
{
    return authority->files.cert_path;
}

static bool has_only(struct text host, const char *marks, bool letters)
{
    for (size_t i = 0; i < host.len; i++) {
        unsigned char byte = (unsigned char)host.at[i];
        if (!isdigit(byte) && !(letters && isalpha(byte)) && (byte == '\0' || strchr(marks, byte) == NULL))
            return false;
    }
    return true;
}

static bool is_loopback(struct text host)
{
    return host.len == 0 || text_is_nocase(host, "localhost") || text_is(host, "::1") ||
           (text_starts(host, "127.") && has_only(host, ".", false));
}

static bool is_host_name(struct text host)
{
    return host.len < HOST_MAX_BYTES && has_only(host, ".-_", true);
}

bool authority_permits(const struct authority *authority, struct text host)
{
    if (is_loopback(host))
        return true;
    if (!is_host_name(host))
        return false;
    for (size_t i = 0; authority->domains[i] != NULL; i++) {
        size_t len = strlen(authority->domains[i]);
        if (host.len < len || strncasecmp(host.at + host.len - len, authority->domains[i], len) != 0)
            continue;
        if (host.len == len || host.at[host.len - len - 1] == '.')
            return true;
    }
    return false;
}

/* Names for a client that said no host: it came by an address. */
static int name_loopback(gnutls_x509_crt_t cert)
{
    static const unsigned char v4[] = {127, 0, 0, 1}, v6[16] = {[15] = 1};
    int result = gnutls_x509_crt_set_subject_alt_name(cert, GNUTLS_SAN_DNSNAME, "localhost", 9, GNUTLS_FSAN_APPEND);
    result = result < 0 ? result : gnutls_x509_crt_set_subject_alt_name(cert, GNUTLS_SAN_IPADDRESS, v4, sizeof v4,
                                                                        GNUTLS_FSAN_APPEND);
    return result < 0 ? result : gnutls_x509_crt_set_subject_alt_name(cert, GNUTLS_SAN_IPADDRESS, v6, sizeof v6,
                                                                      GNUTLS_FSAN_APPEND);
}

static int leaf_fill(struct authority *authority, gnutls_x509_crt_t cert, const char *host, bool loopback)
{
    unsigned char id[20];
    size_t id_len = sizeof id;
    int result = loopback ? name_loopback(cert)
                          : gnutls_x509_crt_set_subject_alt_name(cert, GNUTLS_SAN_DNSNAME, host,
                                                                 (unsigned)strlen(host), GNUTLS_FSAN_SET);
    result = result < 0 ? result : gnutls_x509_crt_set_basic_constraints(cert, 0, -1);
    result = result < 0 ? result : gnutls_x509_crt_set_key_usage(cert, GNUTLS_KEY_DIGITAL_SIGNATURE);
    result = result < 0 ? result : gnutls_x509_crt_set_key_purpose_oid(cert, GNUTLS_KP_TLS_WWW_SERVER, 0);
    result = result < 0 ? result : gnutls_x509_crt_get_key_id(authority->cert, 0, id, &id_len);
    result = result < 0 ? result : gnutls_x509_crt_set_authority_key_id(cert, id, id_len);
    return result < 0 ? result : gnutls_x509_crt_sign2(cert, authority->cert, authority->key, GNUTLS_DIG_SHA256, 0);
}

static bool leaf_make(struct authority *authority, const char *host, bool loopback, gnutls_datum_t *ret_der,
                      struct fail *why)
{
    gnutls_x509_crt_t cert;
    if (!did(gnutls_x509_crt_init(&cert), "make a certificate", why))
        return false;
    bool made = cert_begin(cert, authority->leaf_key, host, why) &&
                did(leaf_fill(authority, cert, host, loopback), "sign a certificate", why) &&
                did(gnutls_x509_crt_export2(cert, GNUTLS_X509_FMT_DER, ret_der), "write a certificate", why);
    gnutls_x509_crt_deinit(cert);
    return made;
}

/* Under the lock: the place for a new leaf, if need be that of the one not asked for the longest. */
static struct leaf *leaf_place(struct authority *authority)
{
    if (authority->leaf_count < LEAVES_MAX)
        return &authority->leaves[authority->leaf_count++];
    struct leaf *oldest = &authority->leaves[0];
    for (size_t i = 1; i < LEAVES_MAX; i++)
        if (authority->leaves[i].used < oldest->used)
            oldest = &authority->leaves[i];
    gnutls_free(oldest->der.data);
    return oldest;
}

/* Under the lock: the leaf for a host in lower case, or NULL and why. */
static struct leaf *leaf_get(struct authority *authority, const char *host, bool loopback, struct fail *why)
{
    for (size_t i = 0; i < authority->leaf_count; i++)
        if (strcmp(authority->leaves[i].host, host) == 0)
            return &authority->leaves[i];
    gnutls_datum_t der;
    if (!leaf_make(authority, host, loopback, &der, why))
        return NULL;
    struct leaf *leaf = leaf_place(authority);
    leaf->der = der;
    snprintf(leaf->host, sizeof leaf->host, "%s", host);
    return leaf;
}

bool authority_mint(struct authority *authority, struct text host, gnutls_pcert_st *ret_cert,
                    gnutls_privkey_t *ret_key, struct fail *why)
{
    char name[HOST_MAX_BYTES] = "localhost";
    bool loopback = is_loopback(host);
    if (!authority_permits(authority, host))
        return fail_set(why, "no certificate for \"%.*s\": it is not under the permitted domains", TEXT_ARGS(host));
    for (size_t i = 0; !loopback && i <= host.len; i++)
        name[i] = (char)(i == host.len ? '\0' : tolower((unsigned char)host.at[i]));
    pthread_mutex_lock(&authority->lock);
    struct leaf *leaf = leaf_get(authority, name, loopback, why);
    int result = GNUTLS_E_INTERNAL_ERROR;
    if (leaf != NULL) {
        leaf->used = ++authority->requests;
        result = gnutls_pcert_import_x509_raw(ret_cert, &leaf->der, GNUTLS_X509_FMT_DER, 0);
    }
    pthread_mutex_unlock(&authority->lock);
    if (!did(result, "use a certificate", why))
        return false;
    result = gnutls_privkey_init(ret_key);
    if (result >= 0) {
        result = gnutls_privkey_import_x509(*ret_key, authority->leaf_key, GNUTLS_PRIVKEY_IMPORT_COPY);
        if (result < 0)
            gnutls_privkey_deinit(*ret_key);
    }
    if (result < 0)
        gnutls_pcert_deinit(ret_cert);
    return did(result, "use a key", why);
}
