/* Reading the name out of a client's first bytes. */
#include "test_support.h"
#include "client_hello.h"

#define RANDOM "0123456789abcdef0123456789abcdef"
#define BEFORE                                                                                               \
    "\x03\x03" RANDOM "\x00"                                                                                 \
    "\x00\x02\x13\x01"                                                                                       \
    "\x01\x00"

/* A record around a hello: two cipher bytes, one compression method, these extensions. */
static struct text record_of(char room[512], struct text extensions)
{
    static const char before[] = BEFORE;
    size_t hello = sizeof before - 1 + 2 + extensions.len, at = 0;
    const unsigned char head[] = {0x16,
                                  3,
                                  1,
                                  (unsigned char)((hello + 4) >> 8),
                                  (unsigned char)(hello + 4),
                                  1,
                                  0,
                                  (unsigned char)(hello >> 8),
                                  (unsigned char)hello};
    memcpy(room, head, sizeof head);
    at = sizeof head;
    memcpy(room + at, before, sizeof before - 1);
    at += sizeof before - 1;
    room[at++] = (char)(extensions.len >> 8);
    room[at++] = (char)extensions.len;
    memcpy(room + at, extensions.at, extensions.len);
    return text_span(room, at + extensions.len);
}

/* supported_versions, then server_name "api.example.com" */
#define VERSIONS "\x00\x2b\x00\x03\x02\x03\x04"
#define NAME                                                                                                 \
    "\x00\x00\x00\x14\x00\x12\x00\x00\x0f"                                                                   \
    "api.example.com"

static void the_name_is_found_behind_other_extensions(void **state)
{
    char room[512];
    struct text host;
    (void)state;
    struct text bytes = record_of(room, TEXT(VERSIONS NAME));
    assert_int_equal(client_hello_read(bytes, &host), HELLO_WHOLE);
    assert_text(host, "api.example.com");
}

static void a_client_may_name_nobody(void **state)
{
    char room[512];
    struct text host;
    (void)state;
    assert_int_equal(client_hello_read(record_of(room, TEXT(VERSIONS)), &host), HELLO_WHOLE);
    assert_text(host, "");
}

static void a_part_of_a_hello_wants_more(void **state)
{
    char room[512];
    struct text host, bytes = record_of(room, TEXT(VERSIONS NAME));
    (void)state;
    for (size_t len = 0; len < bytes.len; len++)
        assert_int_equal(client_hello_read(text_first(bytes, len), &host), HELLO_PART);
}

static void lengths_that_lie_are_odd_and_name_nobody(void **state)
{
    static const struct {
        const char *why;
        struct text extensions;
    } cases[] = {
        {"half a type", TEXT("\x00")},
        {"longer than the rest", TEXT("\x00\x00\x00\x20\x00")},
        {"a list longer than its extension", TEXT("\x00\x00\x00\x04\x00\x09\x00\x00")},
        {"a name longer than its list", TEXT("\x00\x00\x00\x06\x00\x04\x00\x00\x0f"
                                             "a")},
        {"an empty list", TEXT("\x00\x00\x00\x02\x00\x00")},
    };
    char room[512];
    struct text host;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        if (client_hello_read(record_of(room, cases[i].extensions), &host) != HELLO_ODD || host.len != 0)
            fail_msg("%s", cases[i].why);
    }
}

static void what_is_no_hello_is_odd(void **state)
{
    struct text host;
    (void)state;
    assert_int_equal(client_hello_read(TEXT("GET / HTTP/1.1"), &host), HELLO_ODD);
    assert_int_equal(client_hello_read(TEXT("\x16\x03\x01\x00\x02xx"), &host), HELLO_ODD);
    assert_int_equal(client_hello_read(TEXT("\x16\x03\x01\x00\x04\x02\x00\x00\x00"), &host), HELLO_ODD);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_name_is_found_behind_other_extensions),
        cmocka_unit_test(a_client_may_name_nobody),
        cmocka_unit_test(a_part_of_a_hello_wants_more),
        cmocka_unit_test(lengths_that_lie_are_odd_and_name_nobody),
        cmocka_unit_test(what_is_no_hello_is_odd),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
