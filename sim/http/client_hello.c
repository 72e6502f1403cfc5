/* Walks over the fields of a ClientHello to the one that matters. Every length is checked against what is
 * there. */
#include "client_hello.h"

enum {
    RECORD_HEAD_BYTES = 5,
    RECORD_HANDSHAKE = 0x16,
    HANDSHAKE_HEAD_BYTES = 4,
    HANDSHAKE_CLIENT_HELLO = 1,
    VERSION_AND_RANDOM_BYTES = 2 + 32,
    EXTENSION_SERVER_NAME = 0,
    NAME_TYPE_HOST = 0,
};

static size_t number(struct text bytes, size_t at, size_t width)
{
    size_t value = 0;
    for (size_t i = 0; i < width; i++)
        value = value << 8 | (unsigned char)bytes.at[at + i];
    return value;
}

/* Takes a field off whose length stands before it in `width` bytes; false when it is longer than the rest. */
static bool take_field(struct text *rest, size_t width, struct text *ret)
{
    if (rest->len < width)
        return false;
    size_t len = number(*rest, 0, width);
    if (rest->len - width < len)
        return false;
    *ret = text_first(text_from(*rest, width), len);
    *rest = text_from(*rest, width + len);
    return true;
}

static bool read_server_name(struct text extension, struct text *ret_host)
{
    struct text list, name;
    if (!take_field(&extension, 2, &list) || list.len < 1)
        return false;
    bool is_host = list.at[0] == NAME_TYPE_HOST;
    list = text_from(list, 1);
    if (!take_field(&list, 2, &name))
        return false;
    if (is_host)
        *ret_host = name;
    return true;
}

static bool read_extensions(struct text extensions, struct text *ret_host)
{
    while (extensions.len > 0) {
        struct text extension;
        if (extensions.len < 2)
            return false;
        size_t type = number(extensions, 0, 2);
        extensions = text_from(extensions, 2);
        if (!take_field(&extensions, 2, &extension))
            return false;
        if (type == EXTENSION_SERVER_NAME && !read_server_name(extension, ret_host))
            return false;
    }
    return true;
}

static bool read_hello(struct text hello, struct text *ret_host)
{
    struct text session, ciphers, compression, extensions;
    if (hello.len < VERSION_AND_RANDOM_BYTES)
        return false;
    hello = text_from(hello, VERSION_AND_RANDOM_BYTES);
    if (!take_field(&hello, 1, &session) || !take_field(&hello, 2, &ciphers) ||
        !take_field(&hello, 1, &compression))
        return false;
    return hello.len == 0 || (take_field(&hello, 2, &extensions) && read_extensions(extensions, ret_host));
}

enum hello_result client_hello_read(struct text bytes, struct text *ret_host)
{
    *ret_host = TEXT("");
    if (bytes.len > 0 && bytes.at[0] != RECORD_HANDSHAKE)
        return HELLO_ODD;
    if (bytes.len < RECORD_HEAD_BYTES)
        return HELLO_PART;
    size_t record = number(bytes, 3, 2);
    if (record < HANDSHAKE_HEAD_BYTES)
        return HELLO_ODD;
    if (bytes.len - RECORD_HEAD_BYTES < record)
        return HELLO_PART;
    struct text handshake = text_first(text_from(bytes, RECORD_HEAD_BYTES), record), hello;
    bool is_hello = handshake.at[0] == HANDSHAKE_CLIENT_HELLO;
    handshake = text_from(handshake, 1);
    bool whole = is_hello && take_field(&handshake, 3, &hello) && read_hello(hello, ret_host);
    if (!whole)
        *ret_host = TEXT("");
    return whole ? HELLO_WHOLE : HELLO_ODD;
}
