/* Hashes and base64 against published vectors (RFC 2202, FIPS 180, RFC 4648). */
#include "test_support.h"
#include "digest.h"
#include "mem.h"

static void hmac_sha1_agrees_with_rfc_2202(void **state)
{
    (void)state;
    static const struct {
        const char *key, *message, *base64;
    } rows[] = {
        {"\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b", "Hi There",
         "thcxhlUFcmTii8C2+zeMjvFGvgA="},
        {"Jefe", "what do ya want for nothing?", "7/zfauXrL6LSdBbV8YTfnCWafHk="},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char out[29];
        digest_hmac_sha1_base64(text_of(rows[i].key), text_of(rows[i].message), out);
        assert_string_equal(out, rows[i].base64);
    }
}

static void sha256_agrees_with_its_standard(void **state)
{
    (void)state;
    char out[65];
    digest_sha256_hex(TEXT("abc"), out);
    assert_string_equal(out, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    digest_sha256_hex(TEXT(""), out);
    assert_string_equal(out, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void base64_goes_there_and_back(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *encoded;
    } rows[] = {{"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foobar", "Zm9vYmFy"}, {"a:b", "YTpi"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char *encoded = digest_base64_encode(text_of(rows[i].bytes)), *decoded = NULL;
        size_t len = 0;
        assert_string_equal(encoded, rows[i].encoded);
        assert_true(digest_base64_decode(text_of(encoded), &decoded, &len));
        assert_text(text_span(decoded, len), rows[i].bytes);
        mem_free(encoded);
        mem_free(decoded);
    }
    char *nothing = digest_base64_encode(TEXT(""));
    assert_string_equal(nothing, "");
    mem_free(nothing);
}

static void a_long_text_is_encoded_in_one_line(void **state)
{
    (void)state;
    char bytes[300];
    memset(bytes, 'a', sizeof bytes);
    char *encoded = digest_base64_encode(text_span(bytes, sizeof bytes));
    assert_int_equal(strlen(encoded), 400);
    assert_null(strpbrk(encoded, "\r\n"));
    mem_free(encoded);
}

static void what_is_no_base64_is_refused(void **state)
{
    (void)state;
    static const char *const rows[] = {"", "!!!!", "Zg=", "Z", "Zm9v*"};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char *bytes = NULL;
        size_t len = 0;
        if (digest_base64_decode(text_of(rows[i]), &bytes, &len))
            fail_msg("'%s' is taken", rows[i]);
    }
    static char large[65537];
    char *bytes = NULL;
    size_t len = 0;
    memset(large, 'A', sizeof large);
    assert_false(digest_base64_decode(text_span(large, sizeof large), &bytes, &len));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hmac_sha1_agrees_with_rfc_2202),
        cmocka_unit_test(sha256_agrees_with_its_standard),
        cmocka_unit_test(base64_goes_there_and_back),
        cmocka_unit_test(a_long_text_is_encoded_in_one_line),
        cmocka_unit_test(what_is_no_base64_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
