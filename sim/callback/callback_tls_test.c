/* https receivers: a certificate that is trusted, and ones that are not. */
#include "test_receiver.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

static char key_pem[4096], cert_pem[4096], ca_file[] = "/tmp/callback_tls_XXXXXX";

/* A self-signed certificate for 127.0.0.1, valid for an hour, and a file that holds it. */
static int make_certificate(void **state)
{
    (void)state;
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t cert;
    size_t key_len = sizeof key_pem, cert_len = sizeof cert_pem;
    const unsigned char address[4] = {127, 0, 0, 1};
    time_t now = (time_t)(clock_real_wall_ms() / 1000);
    int bad = gnutls_x509_privkey_init(&key) | gnutls_x509_crt_init(&cert);
    bad |= gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
                                        GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
    bad |= gnutls_x509_crt_set_version(cert, 3) | gnutls_x509_crt_set_serial(cert, "\x01", 1);
    bad |= gnutls_x509_crt_set_dn(cert, "CN=callback test", NULL) | gnutls_x509_crt_set_key(cert, key);
    bad |= gnutls_x509_crt_set_activation_time(cert, now - 60);
    bad |= gnutls_x509_crt_set_expiration_time(cert, now + 3600);
    bad |= gnutls_x509_crt_set_basic_constraints(cert, 1, -1);
    bad |= gnutls_x509_crt_set_subject_alt_name(cert, GNUTLS_SAN_IPADDRESS, address, 4, 0);
    bad |= gnutls_x509_crt_sign2(cert, cert, key, GNUTLS_DIG_SHA256, 0);
    bad |= gnutls_x509_privkey_export(key, GNUTLS_X509_FMT_PEM, key_pem, &key_len);
    bad |= gnutls_x509_crt_export(cert, GNUTLS_X509_FMT_PEM, cert_pem, &cert_len);
    gnutls_x509_privkey_deinit(key);
    gnutls_x509_crt_deinit(cert);
    int fd = mkstemp(ca_file);
    bad |= fd < 0 || write(fd, cert_pem, strlen(cert_pem)) != (ssize_t)strlen(cert_pem) || close(fd) != 0;
    return bad != 0 ? -1 : 0;
}

static int remove_certificate(void **state)
{
    (void)state;
    return unlink(ca_file);
}

/* Sends one job to https://HOST:port and returns its last attempt. */
static struct noted try_https(const char *host, int port, const char *trusted)
{
    struct notebook notebook;
    notebook_init(&notebook);
    struct callback_sender *sender = callback_sender_new(&(struct callback_settings){.ca_file = trusted});
    char url[100];
    snprintf(url, sizeof url, "https://%s:%d/hook", host, port);
    send_url(sender, &notebook, url);
    wait_idle(sender);
    callback_sender_free(sender);
    struct noted last = notebook.rows[notebook.count - 1];
    notebook_release(&notebook);
    return last;
}

static void a_trusted_certificate_lets_the_callback_through(void **state)
{
    (void)state;
    struct receiver receiver;
    receiver_start(&receiver, (const int[]){204}, 1, key_pem, cert_pem);
    struct noted last = try_https("127.0.0.1", receiver.port, ca_file);
    if (last.status != 204)
        fail_msg("%s", last.text);
    assert_int_equal(last.number, 1);
    assert_int_equal(receiver.count, 1);
    receiver_stop(&receiver);
}

static void a_certificate_that_is_not_trusted_fails_twice(void **state)
{
    (void)state;
    static const struct {
        const char *why, *host;
        bool trusted;
    } rows[] = {{"nobody vouches for it", "127.0.0.1", false}, {"it is for another host", "localhost", true}};
    struct receiver receiver;
    receiver_start(&receiver, (const int[]){204}, 1, key_pem, cert_pem);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct noted last = try_https(rows[i].host, receiver.port, rows[i].trusted ? ca_file : NULL);
        assert_string_equal(callback_error_name(last.error), "tls-failed");
        assert_int_equal(last.number, 2);
        assert_true(text_starts(text_of(last.text), "TLS failed: "));
    }
    assert_int_equal(receiver.count, 0);
    receiver_stop(&receiver);
}

static void plain_http_where_tls_is_expected_is_a_tls_failure(void **state)
{
    (void)state;
    struct receiver receiver;
    receiver_start(&receiver, (const int[]){204}, 1, NULL, NULL);
    struct noted last = try_https("127.0.0.1", receiver.port, ca_file);
    assert_string_equal(callback_error_name(last.error), "tls-failed");
    receiver_stop(&receiver);
}

static void a_ca_file_that_is_missing_is_told(void **state)
{
    (void)state;
    struct noted last = try_https("127.0.0.1", closed_port(), "/nonexistent/ca.pem");
    assert_string_equal(callback_error_name(last.error), "connect-failed");
    struct receiver receiver;
    receiver_start(&receiver, (const int[]){204}, 1, key_pem, cert_pem);
    last = try_https("127.0.0.1", receiver.port, "/nonexistent/ca.pem");
    assert_string_equal(callback_error_name(last.error), "tls-failed");
    receiver_stop(&receiver);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_trusted_certificate_lets_the_callback_through),
        cmocka_unit_test(a_certificate_that_is_not_trusted_fails_twice),
        cmocka_unit_test(plain_http_where_tls_is_expected_is_a_tls_failure),
        cmocka_unit_test(a_ca_file_that_is_missing_is_told),
    };
    return cmocka_run_group_tests(tests, make_certificate, remove_certificate);
}
