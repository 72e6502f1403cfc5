/* Reads and writes the two files of an authority, with the modes that keep its key private. What is in a
 * certificate is authority.c's business. */
#include "ca_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mem.h"
#include "text.h"

enum { PEM_MAX_BYTES = 64 * 1024 };

static char *join(const char *dir, const char *name)
{
    struct text_buf path;
    text_buf_init(&path, 4096);
    text_putf(&path, "%s/%s", dir, name);
    return text_buf_take(&path);
}

static bool make_temporary(struct ca_files *files, struct fail *why)
{
    char dir[] = P_tmpdir "/offline-ca-XXXXXX";
    if (mkdtemp(dir) == NULL || chmod(dir, 0755) != 0)
        return fail_set(why, "cannot make a folder for the certificate in %s: %s", P_tmpdir, strerror(errno));
    files->temporary = true;
    files->dir = mem_string(dir);
    return true;
}

bool ca_files_open(struct ca_files *files, const char *dir, struct fail *why)
{
    if (dir == NULL && !make_temporary(files, why))
        return false;
    if (dir != NULL) {
        if (mkdir(dir, 0700) != 0 && errno != EEXIST)
            return fail_set(why, "cannot make the folder %s: %s", dir, strerror(errno));
        files->dir = mem_string(dir);
    }
    files->cert_path = join(files->dir, "ca.pem");
    files->key_path = join(files->dir, "ca.key");
    return true;
}

void ca_files_close(struct ca_files *files)
{
    if (files->temporary) {
        unlink(files->cert_path);
        rmdir(files->dir);
    }
    mem_free(files->dir);
    mem_free(files->cert_path);
    mem_free(files->key_path);
    mem_free(files->pem);
    *files = (struct ca_files){0};
}

/* A file's whole text as a new string, in *ret_text; NULL when there is no such file. `secret`: nobody else
 * may read it. */
static bool read_text(const char *path, bool secret, char **ret_text, struct fail *why)
{
    *ret_text = NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT || fail_set(why, "cannot read %s: %s", path, strerror(errno));
    struct stat about;
    bool fine = fstat(fd, &about) == 0 && S_ISREG(about.st_mode) && about.st_size <= PEM_MAX_BYTES;
    if (!fine)
        fail_set(why, "%s is not a file of certificates", path);
    else if (secret && (about.st_mode & 077) != 0)
        fine = fail_set(why, "%s holds a private key and others can read it (mode %03o): chmod 600 it", path,
                        about.st_mode & 0777u);
    if (fine) {
        char *text = mem_new((size_t)about.st_size + 1);
        ssize_t got = read(fd, text, (size_t)about.st_size);
        fine = got == about.st_size || fail_set(why, "cannot read %s: %s", path, strerror(errno));
        *ret_text = fine ? text : NULL;
        if (!fine)
            mem_free(text);
    }
    close(fd);
    return fine;
}

static bool same_key(gnutls_x509_crt_t cert, gnutls_x509_privkey_t key)
{
    unsigned char of_cert[64], of_key[64];
    size_t cert_len = sizeof of_cert, key_len = sizeof of_key;
    return gnutls_x509_crt_get_key_id(cert, 0, of_cert, &cert_len) == 0 &&
           gnutls_x509_privkey_get_key_id(key, 0, of_key, &key_len) == 0 && cert_len == key_len &&
           memcmp(of_cert, of_key, cert_len) == 0;
}

static bool parse(const struct ca_files *files, const char *cert_pem, const char *key_pem,
                  gnutls_x509_crt_t cert, gnutls_x509_privkey_t key, struct fail *why)
{
    gnutls_datum_t cert_text = {(unsigned char *)cert_pem, (unsigned)strlen(cert_pem)};
    gnutls_datum_t key_text = {(unsigned char *)key_pem, (unsigned)strlen(key_pem)};
    if (gnutls_x509_crt_import(cert, &cert_text, GNUTLS_X509_FMT_PEM) < 0)
        return fail_set(why, "%s holds no certificate", files->cert_path);
    if (gnutls_x509_privkey_import(key, &key_text, GNUTLS_X509_FMT_PEM) < 0)
        return fail_set(why, "%s holds no key", files->key_path);
    return same_key(cert, key) || fail_set(why, "%s is not the key of %s", files->key_path, files->cert_path);
}

bool ca_files_load(struct ca_files *files, gnutls_x509_crt_t *ret_cert, gnutls_x509_privkey_t *ret_key,
                   bool *ret_found, struct fail *why)
{
    char *cert_pem = NULL, *key_pem = NULL;
    bool fine =
        read_text(files->cert_path, false, &cert_pem, why) && read_text(files->key_path, true, &key_pem, why);
    *ret_found = cert_pem != NULL && key_pem != NULL;
    if (fine && (cert_pem == NULL) != (key_pem == NULL))
        fine = fail_set(why, "%s has only one of ca.pem and ca.key: remove it to have new ones made",
                        files->dir);
    if (fine && *ret_found) {
        gnutls_x509_crt_init(ret_cert);
        gnutls_x509_privkey_init(ret_key);
        fine = parse(files, cert_pem, key_pem, *ret_cert, *ret_key, why);
    }
    if (key_pem != NULL)
        explicit_bzero(key_pem, strlen(key_pem));
    mem_free(key_pem);
    if (fine)
        files->pem = cert_pem;
    else
        mem_free(cert_pem);
    return fine;
}

static bool write_text(const char *path, mode_t mode, const char *text, size_t len, struct fail *why)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    bool written = fd >= 0 && write(fd, text, len) == (ssize_t)len && fchmod(fd, mode) == 0;
    if (!written)
        fail_set(why, "cannot write %s: %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return written;
}

bool ca_files_keep(struct ca_files *files, gnutls_x509_crt_t cert, gnutls_x509_privkey_t key,
                   struct fail *why)
{
    gnutls_datum_t cert_pem = {0}, key_pem = {0};
    bool kept = gnutls_x509_crt_export2(cert, GNUTLS_X509_FMT_PEM, &cert_pem) == 0 &&
                gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &key_pem) == 0;
    if (!kept)
        fail_set(why, "cannot write the authority as PEM");
    kept = kept &&
           (files->temporary || write_text(files->key_path, 0600, (char *)key_pem.data, key_pem.size, why)) &&
           write_text(files->cert_path, 0644, (char *)cert_pem.data, cert_pem.size, why);
    if (kept)
        files->pem = mem_copy((char *)cert_pem.data, cert_pem.size);
    if (key_pem.data != NULL)
        explicit_bzero(key_pem.data, key_pem.size);
    gnutls_free(cert_pem.data);
    gnutls_free(key_pem.data);
    return kept;
}
