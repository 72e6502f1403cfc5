/* authority: the private certificate authority of a simulator, and the leaf certificates it mints.
 *
 *     static const char *const domains[] = {"twilio.com", NULL};
 *     struct authority *authority = authority_new(NULL, domains, &why);
 *     printf("trust this: %s\n", authority_ca_file(authority));
 *     authority_free(authority);                 // the temporary folder goes with it
 *
 * ECDSA P-256. X.509 name constraints (critical) let it speak only for the permitted domains and what is
 * under them, for localhost, 127.0.0.0/8 and ::1: whoever trusts it trusts it for nothing else. Valid from
 * 2000 to 2100, because the clock of a test moves.
 *
 * Where it lives: with a folder, `ca.pem` and `ca.key` are loaded from there, or made and kept there (a new
 * folder has mode 0700, the key 0600; a key that others can read, that does not belong to the certificate, or
 * a certificate that does not cover the domains is refused). Without one, the key never leaves memory;
 * `ca.pem` lies in a new temporary folder that everybody may read.
 *
 * A leaf can be minted with a flaw, as a planned fault wants it (enum tls_fault). Who signs for
 * TLS_UNKNOWN_CA is a second authority with the same constraints, made when it is first wanted; it never
 * leaves memory.
 *
 * A leaf is minted for exactly the name a client asks for (SNI); a client that names no host gets one for
 * localhost, 127.0.0.1 and ::1. The last LEAVES_MAX are kept. All leaves share one key, made at start.
 *
 * Thread-safe but for authority_free(). Depends on GnuTLS. */
#ifndef AUTHORITY_H
#define AUTHORITY_H

#include <stdbool.h>

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>

#include "fail.h"
#include "response.h"
#include "text.h"

struct authority;

/* New; `dir` NULL = a private temporary one; `domains` ends with NULL and is copied. NULL and why when it
 * cannot be. */
struct authority *authority_new(const char *dir, const char *const *domains, struct fail *why);
/* NULL is allowed. */
void authority_free(struct authority *authority);

/* The CA certificate in PEM. Borrowed. */
struct text authority_ca_pem(const struct authority *authority);
/* The file it lies in. Borrowed. */
const char *authority_ca_file(const struct authority *authority);

/* Is it a host that a leaf may be minted for? In any case of letters; "" is (localhost). */
bool authority_permits(const struct authority *authority, struct text host);

/* A certificate for `host` and its key, both new (gnutls_pcert_deinit, gnutls_privkey_deinit), with that flaw
 * in it; TLS_ABORT, which needs none, is as TLS_FINE. False when the host is not permitted. */
bool authority_mint(struct authority *authority, struct text host, enum tls_fault flaw,
                    gnutls_pcert_st *ret_cert, gnutls_privkey_t *ret_key, struct fail *why)
    __attribute__((warn_unused_result));

#endif
