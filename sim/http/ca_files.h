/* ca_files: where a certificate authority is kept: `ca.pem` and, in a folder of the user's, `ca.key`.
 *
 * A temporary folder holds no key (it stays in memory) and may be read by everybody, because the processes
 * that shall trust the certificate may run as somebody else. It goes with ca_files_close(). Memory and
 * strings here are the struct's. */
#ifndef CA_FILES_H
#define CA_FILES_H

#include <gnutls/x509.h>
#include <stdbool.h>

#include "fail.h"

struct ca_files {
    char *dir;
    char *cert_path;
    char *key_path;
    char *pem; /* of the certificate, once it is loaded or kept */
    bool temporary;
};

/* dir NULL: a new temporary folder. A folder that is not there is made (0700). */
bool ca_files_open(struct ca_files *files, const char *dir, struct fail *why);
void ca_files_close(struct ca_files *files);

/* Loads what is there, as new objects; *ret_found is false, and nothing is wrong, when neither file exists.
 */
bool ca_files_load(struct ca_files *files, gnutls_x509_crt_t *ret_cert, gnutls_x509_privkey_t *ret_key,
                   bool *ret_found, struct fail *why);
/* Writes both (in a temporary folder: the certificate). */
bool ca_files_keep(struct ca_files *files, gnutls_x509_crt_t cert, gnutls_x509_privkey_t key,
                   struct fail *why);

#endif
