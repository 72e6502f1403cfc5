/* certificate: the X.509 of an authority: its key, its own certificate, its leaves. What is in them stands
 * here; who keeps them and who asks for them stands in authority.h. Everything returned is new and GnuTLS' to
 * free. */
#ifndef CERTIFICATE_H
#define CERTIFICATE_H

#include <gnutls/x509.h>
#include <stdbool.h>

#include "fail.h"

/* An ECDSA P-256 key. */
bool certificate_key(gnutls_x509_privkey_t *ret_key, struct fail *why);

/* A self-signed authority that may speak for `domains` (ends with NULL), localhost and the loopback addresses
 * only. */
bool certificate_authority(gnutls_x509_privkey_t key, char *const *domains, gnutls_x509_crt_t *ret_cert,
                           struct fail *why);

/* Is `cert` such an authority, and does it cover the domains? `path` is for the words. */
bool certificate_covers(gnutls_x509_crt_t cert, char *const *domains, const char *path, struct fail *why);

/* A leaf, in DER, for one host name in lower case; NULL: for localhost, 127.0.0.1 and ::1. One that has
 * expired was valid in the year 2000: whatever clock a peer goes by, real or virtual, that is over. */
bool certificate_leaf(gnutls_x509_crt_t authority, gnutls_x509_privkey_t authority_key,
                      gnutls_x509_privkey_t key, const char *host, bool expired, gnutls_datum_t *ret_der,
                      struct fail *why);

/* True when a GnuTLS call went well; else says what could not be done. */
bool certificate_did(int result, const char *what, struct fail *why);

#endif
