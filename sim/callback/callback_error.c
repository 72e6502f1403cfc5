/* The names of the ways an attempt ends, and which of them a result of libcurl is. Results that depend on how
 * far the transfer had come (a connection can break at any time) are not in the table. */
#include "callback_error.h"

#include <stddef.h>

static const char *const names[] = {
    [CALLBACK_ANSWERED] = "answered",
    [CALLBACK_CONNECT_FAILED] = "connect-failed",
    [CALLBACK_CONNECT_TIMEOUT] = "connect-timeout",
    [CALLBACK_TLS_FAILED] = "tls-failed",
    [CALLBACK_NOT_LOCAL] = "not-local",
    [CALLBACK_NO_ANSWER] = "no-answer",
    [CALLBACK_READ_TIMEOUT] = "read-timeout",
    [CALLBACK_TOTAL_TIMEOUT] = "total-timeout",
    [CALLBACK_PARTIAL] = "partial",
    [CALLBACK_BAD_ANSWER] = "bad-answer",
    [CALLBACK_STOPPED] = "stopped",
};

const char *callback_error_name(enum callback_error error)
{
    return names[error];
}

static const struct {
    CURLcode code;
    enum callback_error error;
} results[] = {
    {CURLE_OK, CALLBACK_ANSWERED},
    {CURLE_COULDNT_RESOLVE_HOST, CALLBACK_CONNECT_FAILED},
    {CURLE_COULDNT_CONNECT, CALLBACK_CONNECT_FAILED},
    {CURLE_SSL_CONNECT_ERROR, CALLBACK_TLS_FAILED},
    {CURLE_PEER_FAILED_VERIFICATION, CALLBACK_TLS_FAILED},
    {CURLE_SSL_CACERT_BADFILE, CALLBACK_TLS_FAILED},
    {CURLE_SSL_CERTPROBLEM, CALLBACK_TLS_FAILED},
    {CURLE_SSL_CIPHER, CALLBACK_TLS_FAILED},
    {CURLE_SSL_ISSUER_ERROR, CALLBACK_TLS_FAILED},
    {CURLE_PARTIAL_FILE, CALLBACK_PARTIAL},
    {CURLE_WRITE_ERROR, CALLBACK_PARTIAL}, /* we stopped reading: too long */
    {CURLE_WEIRD_SERVER_REPLY, CALLBACK_BAD_ANSWER},
    {CURLE_UNSUPPORTED_PROTOCOL, CALLBACK_BAD_ANSWER}, /* bytes without a status line (HTTP/0.9) */
    {CURLE_BAD_CONTENT_ENCODING, CALLBACK_BAD_ANSWER},
};

enum callback_error callback_error_of_curl(CURLcode code, bool connected, bool answer_begun)
{
    for (size_t i = 0; i < sizeof results / sizeof results[0]; i++)
        if (results[i].code == code)
            return results[i].error;
    if (!connected)
        return CALLBACK_CONNECT_FAILED;
    return answer_begun ? CALLBACK_PARTIAL : CALLBACK_NO_ANSWER;
}
