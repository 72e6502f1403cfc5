/* Holds the authority and its last leaves, and says for whom there is one. What is in a certificate stands in
 * certificate.c, where the authority's files lie in ca_files.c. */
#include "authority.h"

#include <ctype.h>
#include <gnutls/x509.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "ca_files.h"
#include "certificate.h"
#include "mem.h"

enum {
    LEAVES_MAX = 256,
    HOST_MAX_BYTES = 254,
};

struct leaf {
    char host[HOST_MAX_BYTES];
    enum tls_fault flaw;
    gnutls_datum_t der;
    uint64_t used; /* when it was last asked for, counted in requests */
};

struct authority {
    struct ca_files files;
    gnutls_x509_crt_t cert;
    gnutls_x509_privkey_t key;
    gnutls_x509_privkey_t leaf_key;
    gnutls_x509_crt_t stranger; /* who signs for TLS_UNKNOWN_CA; NULL: not wanted so far */
    gnutls_x509_privkey_t stranger_key;
    char **domains;
    pthread_mutex_t lock;
    struct leaf leaves[LEAVES_MAX];
    size_t leaf_count;
    uint64_t requests;
};

static bool ca_obtain(struct authority *authority, const char *dir, struct fail *why)
{
    bool found = false;
    if (!ca_files_open(&authority->files, dir, why) ||
        !ca_files_load(&authority->files, &authority->cert, &authority->key, &found, why))
        return false;
    if (found)
        return certificate_covers(authority->cert, authority->domains, authority->files.cert_path, why);
    return certificate_key(&authority->key, why) &&
           certificate_authority(authority->key, authority->domains, &authority->cert, why) &&
           ca_files_keep(&authority->files, authority->cert, authority->key, why);
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
    if (ca_obtain(authority, dir, why) && certificate_key(&authority->leaf_key, why))
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
    gnutls_x509_crt_deinit(authority->stranger);
    gnutls_x509_privkey_deinit(authority->stranger_key);
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

/* Under the lock: an authority that no client trusts. */
static bool stranger_obtain(struct authority *authority, struct fail *why)
{
    if (authority->stranger != NULL)
        return true;
    gnutls_x509_privkey_deinit(authority->stranger_key); /* of an attempt that failed */
    authority->stranger_key = NULL;
    return certificate_key(&authority->stranger_key, why) &&
           certificate_authority(authority->stranger_key, authority->domains, &authority->stranger, why);
}

/* A host that nobody asks for, under a permitted domain: the name alone is to be wrong. */
static void name_wrong_host(const struct authority *authority, char out[HOST_MAX_BYTES])
{
    snprintf(out, HOST_MAX_BYTES, "wrong-host.%s",
             authority->domains[0] == NULL ? "localhost" : authority->domains[0]);
}

static bool leaf_mint(struct authority *authority, const char *host, enum tls_fault flaw, gnutls_datum_t *ret,
                      struct fail *why)
{
    char other[HOST_MAX_BYTES];
    bool strange = flaw == TLS_UNKNOWN_CA;
    if (flaw == TLS_WRONG_HOST) {
        name_wrong_host(authority, other);
        host = other;
    }
    if (strange && !stranger_obtain(authority, why))
        return false;
    return certificate_leaf(strange ? authority->stranger : authority->cert,
                            strange ? authority->stranger_key : authority->key, authority->leaf_key, host,
                            flaw == TLS_EXPIRED, ret, why);
}

/* Under the lock: the leaf for a host in lower case, or NULL and why. */
static struct leaf *leaf_get(struct authority *authority, const char *host, bool loopback,
                             enum tls_fault flaw, struct fail *why)
{
    for (size_t i = 0; i < authority->leaf_count; i++)
        if (authority->leaves[i].flaw == flaw && strcmp(authority->leaves[i].host, host) == 0)
            return &authority->leaves[i];
    gnutls_datum_t der;
    if (!leaf_mint(authority, loopback ? NULL : host, flaw, &der, why))
        return NULL;
    struct leaf *leaf = leaf_place(authority);
    leaf->der = der;
    leaf->flaw = flaw;
    snprintf(leaf->host, sizeof leaf->host, "%s", host);
    return leaf;
}

bool authority_mint(struct authority *authority, struct text host, enum tls_fault flaw,
                    gnutls_pcert_st *ret_cert, gnutls_privkey_t *ret_key, struct fail *why)
{
    char name[HOST_MAX_BYTES] = "localhost";
    bool loopback = is_loopback(host);
    if (!authority_permits(authority, host))
        return fail_set(why, "no certificate for \"%.*s\": it is not under the permitted domains",
                        TEXT_ARGS(host));
    for (size_t i = 0; !loopback && i <= host.len; i++)
        name[i] = (char)(i == host.len ? '\0' : tolower((unsigned char)host.at[i]));
    pthread_mutex_lock(&authority->lock);
    struct leaf *leaf = leaf_get(authority, name, loopback, flaw, why);
    int result = GNUTLS_E_INTERNAL_ERROR;
    if (leaf != NULL) {
        leaf->used = ++authority->requests;
        result = gnutls_pcert_import_x509_raw(ret_cert, &leaf->der, GNUTLS_X509_FMT_DER, 0);
    }
    pthread_mutex_unlock(&authority->lock);
    if (!certificate_did(result, "use a certificate", why))
        return false;
    result = gnutls_privkey_init(ret_key);
    if (result >= 0) {
        result = gnutls_privkey_import_x509(*ret_key, authority->leaf_key, GNUTLS_PRIVKEY_IMPORT_COPY);
        if (result < 0)
            gnutls_privkey_deinit(*ret_key);
    }
    if (result < 0)
        gnutls_pcert_deinit(ret_cert);
    return certificate_did(result, "use a key", why);
}
