/* A Java trust store: its bytes, and what Java's own tool says where there is one. */
#include "test_support.h"

#include <stdio.h>
#include <unistd.h>

#include "trust_store.h"

/* A "certificate" of the bytes 0, 1, 2. */
#define TINY_PEM "-----BEGIN CERTIFICATE-----\nAAEC\n-----END CERTIFICATE-----\n"

static char path[64];

static int a_file_is_there(void **state)
{
    (void)state;
    snprintf(path, sizeof path, "/tmp/trust-store-test-XXXXXX");
    int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int the_file_goes(void **state)
{
    (void)state;
    return unlink(path);
}

/* The bytes were put together by hand; the seal was computed by another program. */
static void the_store_has_one_certificate_and_its_seal(void **state)
{
    (void)state;
    static const unsigned char expected[] = {
        0xFE, 0xED, 0xFE, 0xED, 0,    0,    0,    2,    0,    0,    0,    1,    0,    0,
        0,    2,    0,    10,   't',  'w',  'i',  'l',  'i',  'o',  '-',  's',  'i',  'm',
        0,    0,    0,    0xDC, 0x6A, 0xCF, 0xAC, 0,    0,    5,    'X',  '.',  '5',  '0',
        '9',  0,    0,    0,    3,    0,    1,    2,    0x81, 0x50, 0x17, 0x3A, 0xCD, 0xD6,
        0xB5, 0xDB, 0xE7, 0x83, 0x7D, 0x6A, 0x9C, 0x07, 0x9C, 0x61, 0x10, 0xF3, 0x7D, 0x27};
    unsigned char got[256];
    struct fail why = {0};
    assert_true(trust_store_write(path, TEXT(TINY_PEM), &why));
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t len = fread(got, 1, sizeof got, file);
    fclose(file);
    assert_int_equal(len, sizeof expected);
    assert_memory_equal(got, expected, sizeof expected);
}

static void what_cannot_be_read_or_written_is_said(void **state)
{
    (void)state;
    struct fail unreadable = {0}, unwritable = {0};
    assert_false(trust_store_write(path, TEXT("no certificate"), &unreadable));
    assert_memory_equal(unreadable.text, "the CA certificate cannot be read: ", 35);
    assert_false(trust_store_write("/nonexistent/ca.jks", TEXT(TINY_PEM), &unwritable));
    assert_string_equal(unwritable.text, "/nonexistent/ca.jks cannot be written: No such file or directory");
}

static void javas_keytool_reads_it(void **state)
{
    (void)state;
    static const char make[] = "openssl req -x509 -newkey rsa:2048 -nodes -keyout /dev/null -days 2 "
                               "-subj /CN=trial-ca 2>/dev/null";
    char command[256], said[4096], pem[8192];
    struct fail why = {0};
    if (access("/usr/bin/keytool", X_OK) != 0)
        skip();
    FILE *maker = popen(make, "r");
    assert_non_null(maker);
    size_t len = fread(pem, 1, sizeof pem, maker);
    assert_int_equal(pclose(maker), 0);
    assert_true(trust_store_write(path, text_span(pem, len), &why));
    snprintf(command, sizeof command,
             "env -u JAVA_TOOL_OPTIONS keytool -list -storetype JKS -keystore %s -storepass changeit 2>&1",
             path);
    FILE *tool = popen(command, "r");
    assert_non_null(tool);
    said[fread(said, 1, sizeof said - 1, tool)] = '\0';
    int status = pclose(tool);
    if (status != 0 || strstr(said, "twilio-sim, ") == NULL || strstr(said, "trustedCertEntry") == NULL)
        fail_msg("keytool ended with %d: %s", status, said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_store_has_one_certificate_and_its_seal, a_file_is_there,
                                        the_file_goes),
        cmocka_unit_test_setup_teardown(what_cannot_be_read_or_written_is_said, a_file_is_there,
                                        the_file_goes),
        cmocka_unit_test_setup_teardown(javas_keytool_reads_it, a_file_is_there, the_file_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
