/* The authority: whom its leaves speak for, that clients believe them and nothing more, and how it is kept.
 */
#include "authority.h"

#include <fcntl.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test_support.h"

static const char *const domains[] = {"example.com", "example.net", NULL};

static char dir[] = "/tmp/authority-test-XXXXXX";
static char cert_path[64], key_path[64];

static int make_dir(void **state)
{
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/authority-test-XXXXXX");
    assert_non_null(mkdtemp(dir));
    snprintf(cert_path, sizeof cert_path, "%s/ca.pem", dir);
    snprintf(key_path, sizeof key_path, "%s/ca.key", dir);
    return 0;
}

static int remove_dir(void **state)
{
    (void)state;
    unlink(cert_path);
    unlink(key_path);
    rmdir(dir);
    return 0;
}

static struct authority *make(const char *where)
{
    struct fail why = {0};
    struct authority *authority = authority_new(where, domains, &why);
    assert_string_equal(why.text, "");
    assert_non_null(authority);
    return authority;
}

/* What a client that trusts `ca` makes of a leaf when it wants to talk to `host` at the time `now`: 0 =
 * trusts it. */
static unsigned verify(struct text ca_pem, const gnutls_datum_t *leaf_der, const char *host)
{
    gnutls_x509_crt_t leaf;
    gnutls_x509_trust_list_t trust;
    gnutls_datum_t ca = {(unsigned char *)ca_pem.at, (unsigned)ca_pem.len};
    gnutls_typed_vdata_st name = {GNUTLS_DT_DNS_HOSTNAME, (unsigned char *)host, 0};
    unsigned status = 1;
    gnutls_x509_crt_init(&leaf);
    assert_int_equal(gnutls_x509_crt_import(leaf, leaf_der, GNUTLS_X509_FMT_DER), 0);
    assert_int_equal(gnutls_x509_trust_list_init(&trust, 0), 0);
    assert_int_equal(gnutls_x509_trust_list_add_trust_mem(trust, &ca, NULL, GNUTLS_X509_FMT_PEM, 0, 0), 1);
    assert_int_equal(gnutls_x509_trust_list_verify_crt2(trust, &leaf, 1, &name, 1, 0, &status, NULL), 0);
    gnutls_x509_trust_list_deinit(trust, 1);
    gnutls_x509_crt_deinit(leaf);
    return status;
}

static unsigned mint_flawed(struct authority *authority, const char *host, enum tls_fault flaw)
{
    gnutls_pcert_st cert;
    gnutls_privkey_t key;
    struct fail why = {0};
    if (!authority_mint(authority, text_of(host), flaw, &cert, &key, &why))
        fail_msg("%s, flaw %d: %s", host, (int)flaw, why.text);
    unsigned status = verify(authority_ca_pem(authority), &cert.cert, host);
    gnutls_pcert_deinit(&cert);
    gnutls_privkey_deinit(key);
    return status;
}

static unsigned mint_and_verify(struct authority *authority, const char *mint_for, const char *talk_to)
{
    gnutls_pcert_st cert;
    gnutls_privkey_t key;
    struct fail why = {0};
    assert_true(authority_mint(authority, text_of(mint_for), TLS_FINE, &cert, &key, &why));
    unsigned status = verify(authority_ca_pem(authority), &cert.cert, talk_to);
    gnutls_pcert_deinit(&cert);
    gnutls_privkey_deinit(key);
    return status;
}

static void a_leaf_is_believed_for_its_own_name_only(void **state)
{
    (void)state;
    static const struct {
        const char *mint_for, *talk_to;
        bool believed;
    } cases[] = {
        {"api.example.com", "api.example.com", true},
        {"API.Example.COM", "api.example.com", true},
        {"api.dublin.ie1.example.com", "api.dublin.ie1.example.com", true},
        {"example.net", "example.net", true},
        {"localhost", "localhost", true},
        {"", "localhost", true},
        {"127.0.0.1", "localhost", true},
        {"api.example.com", "lookups.example.com", false},
        {"api.example.com", "example.com", false},
    };
    struct authority *authority = make(NULL);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        unsigned status = mint_and_verify(authority, cases[i].mint_for, cases[i].talk_to);
        if ((status == 0) != cases[i].believed)
            fail_msg("minted for \"%s\", used for \"%s\": status %u", cases[i].mint_for, cases[i].talk_to,
                     status);
    }
    authority_free(authority);
}

static void a_flawed_leaf_has_that_flaw_and_no_other(void **state)
{
    (void)state;
    static const char *const hosts[] = {"api.example.com", "localhost"};
    struct authority *authority = make(NULL);
    for (size_t i = 0; i < COUNT_OF(hosts); i++) {
        assert_int_equal(mint_flawed(authority, hosts[i], TLS_FINE), 0);
        assert_int_equal(mint_flawed(authority, hosts[i], TLS_EXPIRED),
                         GNUTLS_CERT_INVALID | GNUTLS_CERT_EXPIRED);
        assert_int_equal(mint_flawed(authority, hosts[i], TLS_WRONG_HOST),
                         GNUTLS_CERT_INVALID | GNUTLS_CERT_UNEXPECTED_OWNER);
        assert_int_equal(mint_flawed(authority, hosts[i], TLS_UNKNOWN_CA),
                         GNUTLS_CERT_INVALID | GNUTLS_CERT_SIGNER_NOT_FOUND);
        assert_int_equal(mint_flawed(authority, hosts[i], TLS_FINE), 0);
    }
    authority_free(authority);
}

static void strange_names_get_no_leaf(void **state)
{
    (void)state;
    static const char *const names[] = {"www.example.org",  "notexample.com",      "example.com.evil.org",
                                        "evil/example.com", "a b.example.com",     "8.8.8.8",
                                        "127.evil.org",     "localhost.evil.org",  "com",
                                        "*.example.com",    "\xc3\xa9.example.com"};
    struct authority *authority = make(NULL);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        gnutls_pcert_st cert;
        gnutls_privkey_t key;
        struct fail why = {0};
        assert_false(authority_permits(authority, text_of(names[i])));
        assert_false(authority_mint(authority, text_of(names[i]), TLS_FINE, &cert, &key, &why));
        assert_non_null(strstr(why.text, "is not under the permitted domains"));
    }
    authority_free(authority);
}

static void the_cache_of_leaves_is_bounded_and_still_right(void **state)
{
    (void)state;
    struct authority *authority = make(NULL);
    for (int i = 0; i < 600; i++) {
        char host[64];
        gnutls_pcert_st cert;
        gnutls_privkey_t key;
        struct fail why = {0};
        snprintf(host, sizeof host, "h%d.example.com", i);
        assert_true(authority_mint(authority, text_of(host), TLS_FINE, &cert, &key, &why));
        gnutls_pcert_deinit(&cert);
        gnutls_privkey_deinit(key);
    }
    assert_int_equal(mint_and_verify(authority, "h0.example.com", "h0.example.com"), 0);
    assert_int_equal(mint_and_verify(authority, "h599.example.com", "h599.example.com"), 0);
    authority_free(authority);
}

static void it_is_valid_from_2000_to_2100(void **state)
{
    (void)state;
    struct authority *authority = make(NULL);
    gnutls_x509_crt_t cert;
    struct text pem = authority_ca_pem(authority);
    gnutls_datum_t ca = {(unsigned char *)pem.at, (unsigned)pem.len};
    gnutls_x509_crt_init(&cert);
    assert_int_equal(gnutls_x509_crt_import(cert, &ca, GNUTLS_X509_FMT_PEM), 0);
    assert_int_equal(gnutls_x509_crt_get_activation_time(cert), 946684800);
    assert_int_equal(gnutls_x509_crt_get_expiration_time(cert), 4102444800);
    gnutls_x509_crt_deinit(cert);
    authority_free(authority);
}

static gnutls_datum_t load(const char *path)
{
    gnutls_datum_t text;
    assert_int_equal(gnutls_load_file(path, &text), 0);
    return text;
}

/* Somebody steals the kept key and signs for a name outside: clients must not believe it. */
static void the_constraints_bind_even_the_key_itself(void **state)
{
    (void)state;
    static const char *const names[] = {"api.example.com", "www.evil.org"};
    struct authority *authority = make(dir);
    gnutls_datum_t ca_pem = load(cert_path), key_pem = load(key_path);
    gnutls_x509_crt_t ca, leaf;
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_init(&ca);
    gnutls_x509_privkey_init(&key);
    assert_int_equal(gnutls_x509_crt_import(ca, &ca_pem, GNUTLS_X509_FMT_PEM), 0);
    assert_int_equal(gnutls_x509_privkey_import(key, &key_pem, GNUTLS_X509_FMT_PEM), 0);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        gnutls_x509_crt_init(&leaf);
        gnutls_x509_crt_set_version(leaf, 3);
        gnutls_x509_crt_set_serial(leaf, "\x05", 1);
        gnutls_x509_crt_set_activation_time(leaf, 946684800);
        gnutls_x509_crt_set_expiration_time(leaf, 4102444800);
        gnutls_x509_crt_set_key(leaf, key);
        gnutls_x509_crt_set_dn(leaf, "CN=leaf", NULL);
        gnutls_x509_crt_set_subject_alt_name(leaf, GNUTLS_SAN_DNSNAME, names[i], (unsigned)strlen(names[i]),
                                             GNUTLS_FSAN_SET);
        assert_int_equal(gnutls_x509_crt_sign2(leaf, ca, key, GNUTLS_DIG_SHA256, 0), 0);
        gnutls_datum_t der;
        assert_int_equal(gnutls_x509_crt_export2(leaf, GNUTLS_X509_FMT_DER, &der), 0);
        unsigned status = verify(authority_ca_pem(authority), &der, names[i]);
        gnutls_free(der.data);
        if (i == 0)
            assert_int_equal(status, 0);
        else
            assert_int_not_equal(status, 0);
        gnutls_x509_crt_deinit(leaf);
    }
    gnutls_free(ca_pem.data);
    gnutls_free(key_pem.data);
    gnutls_x509_crt_deinit(ca);
    gnutls_x509_privkey_deinit(key);
    authority_free(authority);
}

static void a_kept_authority_is_the_same_next_time_and_its_key_private(void **state)
{
    (void)state;
    struct stat about;
    struct authority *first = make(dir);
    assert_int_equal(stat(key_path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    assert_string_equal(authority_ca_file(first), cert_path);
    struct authority *second = make(dir);
    assert_true(text_equal(authority_ca_pem(first), authority_ca_pem(second)));
    assert_int_equal(mint_and_verify(second, "api.example.com", "api.example.com"), 0);
    authority_free(second);
    authority_free(first);
    assert_int_equal(stat(key_path, &about), 0);
}

static void a_temporary_authority_leaves_no_key_and_no_folder(void **state)
{
    (void)state;
    struct stat about;
    char file[256], folder[256], key[300];
    struct authority *authority = make(NULL);
    snprintf(file, sizeof file, "%s", authority_ca_file(authority));
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(file, '/') - file), file);
    snprintf(key, sizeof key, "%s/ca.key", folder);
    assert_int_equal(stat(file, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0644);
    assert_int_equal(stat(folder, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0755);
    assert_int_not_equal(stat(key, &about), 0);
    authority_free(authority);
    assert_int_not_equal(stat(folder, &about), 0);
}

static void write_file(const char *path, const char *text, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
    assert_true(fd >= 0 && fchmod(fd, mode) == 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

static void break_nothing(void)
{
}

static void open_the_key(void)
{
    chmod(key_path, 0644);
}

static void lose_the_key(void)
{
    unlink(key_path);
}

static void spoil_the_key(void)
{
    write_file(key_path, "no key\n", 0600);
}

static void spoil_the_certificate(void)
{
    write_file(cert_path, "no certificate\n", 0644);
}

static void swap_the_certificate(void)
{
    struct authority *other = make(NULL);
    char pem[8192];
    snprintf(pem, sizeof pem, "%.*s", TEXT_ARGS(authority_ca_pem(other)));
    authority_free(other);
    write_file(cert_path, pem, 0644);
}

static void a_folder_that_is_not_right_is_refused_in_words(void **state)
{
    (void)state;
    static const char *const more[] = {"example.com", "example.org", NULL};
    static const struct {
        void (*spoil)(void);
        const char *const *wanted;
        const char *words;
    } cases[] = {
        {break_nothing, more, "does not cover example.org: remove its files to have a new one made"},
        {open_the_key, domains, "holds a private key and others can read it (mode 644): chmod 600 it"},
        {lose_the_key, domains, "has only one of ca.pem and ca.key: remove it to have new ones made"},
        {spoil_the_key, domains, "ca.key holds no key"},
        {spoil_the_certificate, domains, "ca.pem holds no certificate"},
        {swap_the_certificate, domains, "ca.key is not the key of"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fail why = {0};
        unlink(cert_path);
        unlink(key_path);
        authority_free(make(dir));
        cases[i].spoil();
        assert_null(authority_new(dir, cases[i].wanted, &why));
        if (strstr(why.text, cases[i].words) == NULL)
            fail_msg("case %zu says: %s", i, why.text);
    }
}

static void a_folder_that_cannot_be_made_is_refused_in_words(void **state)
{
    (void)state;
    struct fail why = {0};
    assert_null(authority_new("/nowhere/at/all", domains, &why));
    assert_string_equal(why.text, "cannot make the folder /nowhere/at/all: No such file or directory");
}

#define WITH_DIR(test) cmocka_unit_test_setup_teardown(test, make_dir, remove_dir)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_leaf_is_believed_for_its_own_name_only),
        cmocka_unit_test(a_flawed_leaf_has_that_flaw_and_no_other),
        cmocka_unit_test(strange_names_get_no_leaf),
        cmocka_unit_test(the_cache_of_leaves_is_bounded_and_still_right),
        cmocka_unit_test(it_is_valid_from_2000_to_2100),
        WITH_DIR(the_constraints_bind_even_the_key_itself),
        WITH_DIR(a_kept_authority_is_the_same_next_time_and_its_key_private),
        cmocka_unit_test(a_temporary_authority_leaves_no_key_and_no_folder),
        WITH_DIR(a_folder_that_is_not_right_is_refused_in_words),
        cmocka_unit_test(a_folder_that_cannot_be_made_is_refused_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
