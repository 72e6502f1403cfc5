/* The tests' client. It is lenient in nothing but chunk extensions, which the server does not send. */
#include "raw_client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/x509.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "test_support.h"

enum { READ_GUARD_S = 20, CLIENT_MAX_BYTES = 8 * 1024 * 1024 };

void client_open(struct client *client, int port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval guard = {.tv_sec = READ_GUARD_S};
    int on = 1;
    *client = (struct client){.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    assert_true(client->fd >= 0);
    setsockopt(client->fd, SOL_SOCKET, SO_RCVTIMEO, &guard, sizeof guard);
    setsockopt(client->fd, SOL_SOCKET, SO_SNDTIMEO, &guard, sizeof guard);
    setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    text_buf_init(&client->got, CLIENT_MAX_BYTES);
    text_buf_init(&client->answer, CLIENT_MAX_BYTES);
    assert_int_equal(connect(client->fd, (struct sockaddr *)&address, sizeof address), 0);
}

void client_close(struct client *client)
{
    if (client->tls != NULL)
        gnutls_deinit(client->tls);
    if (client->trust != NULL)
        gnutls_certificate_free_credentials(client->trust);
    if (client->fd >= 0)
        close(client->fd);
    text_buf_release(&client->got);
    text_buf_release(&client->answer);
    *client = (struct client){.fd = -1};
}

void client_send_bytes(struct client *client, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t sent = client->tls != NULL ? gnutls_record_send(client->tls, bytes, len)
                                           : send(client->fd, bytes, len, MSG_NOSIGNAL);
        if (sent <= 0)
            return; /* the server has closed: the test sees it when it reads */
        bytes += sent;
        len -= (size_t)sent;
    }
}

void client_send(struct client *client, const char *bytes)
{
    client_send_bytes(client, bytes, strlen(bytes));
}

void client_post(struct client *client, const char *path, const char *body)
{
    struct text_buf request;
    text_buf_init(&request, CLIENT_MAX_BYTES);
    text_putf(&request, "POST %s HTTP/1.1\r\nHost: api.example.com\r\nContent-Length: %zu\r\n\r\n%s", path,
              strlen(body), body);
    client_send_bytes(client, request.at, request.len);
    text_buf_release(&request);
}

void client_get(struct client *client, const char *path)
{
    struct text_buf request;
    text_buf_init(&request, CLIENT_MAX_BYTES);
    text_putf(&request, "GET %s HTTP/1.1\r\nHost: api.example.com\r\n\r\n", path);
    client_send_bytes(client, request.at, request.len);
    text_buf_release(&request);
}

bool client_tls(struct client *client, struct text ca_pem, const char *sni)
{
    gnutls_datum_t ca = {(unsigned char *)ca_pem.at, (unsigned)ca_pem.len};
    snprintf(client->sni, sizeof client->sni, "%s", sni == NULL ? "localhost" : sni);
    assert_true(gnutls_init(&client->tls, GNUTLS_CLIENT | GNUTLS_NO_SIGNAL) == 0);
    assert_true(gnutls_certificate_allocate_credentials(&client->trust) == 0);
    assert_true(gnutls_certificate_set_x509_trust_mem(client->trust, &ca, GNUTLS_X509_FMT_PEM) == 1);
    assert_true(gnutls_set_default_priority(client->tls) == 0);
    assert_true(gnutls_credentials_set(client->tls, GNUTLS_CRD_CERTIFICATE, client->trust) == 0);
    if (sni != NULL)
        assert_true(gnutls_server_name_set(client->tls, GNUTLS_NAME_DNS, sni, strlen(sni)) == 0);
    gnutls_transport_set_int(client->tls, client->fd);
    int result;
    do
        result = gnutls_handshake(client->tls);
    while (result < 0 && gnutls_error_is_fatal(result) == 0 && result != GNUTLS_E_AGAIN);
    if (result == 0)
        assert_true(gnutls_certificate_verify_peers3(client->tls, client->sni, &client->verified) == 0);
    return result == 0;
}

/* Appends what comes next; false at the end, which goes to *ret_end. */
static bool receive(struct client *client, enum client_end *ret_end)
{
    char bytes[65536];
    errno = 0;
    ssize_t count = client->tls != NULL ? gnutls_record_recv(client->tls, bytes, sizeof bytes)
                                        : recv(client->fd, bytes, sizeof bytes, 0);
    if (count > 0) {
        text_put(&client->got, text_span(bytes, (size_t)count));
        return true;
    }
    bool late = errno == EAGAIN || errno == EWOULDBLOCK;
    *ret_end = CLIENT_FIN;
    if (count == GNUTLS_E_AGAIN || (client->tls == NULL && count < 0 && late))
        *ret_end = CLIENT_TIMEOUT;
    else if (count < 0 && errno == ECONNRESET)
        *ret_end = CLIENT_RST;
    return false;
}

/* Moves the first `len` received bytes to the answer. */
static void give_out(struct client *client, size_t len)
{
    if (len == 0)
        return;
    text_put(&client->answer, text_span(client->got.at, len));
    memmove(client->got.at, client->got.at + len, client->got.len - len);
    client->got.len -= len;
}

static bool wait_for(struct client *client, size_t len)
{
    enum client_end end;
    while (client->got.len < len)
        if (!receive(client, &end))
            return false;
    return true;
}

/* The number of bytes up to and with the first `mark`. */
static size_t wait_for_mark(struct client *client, const char *mark)
{
    enum client_end end;
    for (;;) {
        const char *found = strstr(text_buf_z(&client->got), mark);
        if (found != NULL)
            return (size_t)(found - client->got.at) + strlen(mark);
        if (!receive(client, &end))
            fail_msg("the connection ended before \"%s\" came; there is: %s", mark, text_buf_z(&client->got));
    }
}

/* The number that `text` begins with; 0 when there is none. */
static size_t leading_number(const char *text, unsigned base)
{
    static const char digits[] = "0123456789abcdef";
    size_t number = 0;
    for (const char *digit; *text != '\0' && (digit = memchr(digits, *text, base)) != NULL; text++)
        number = number * base + (size_t)(digit - digits);
    return number;
}

static void take_chunks(struct client *client)
{
    for (size_t size = 1; size > 0;) {
        size_t line = wait_for_mark(client, "\r\n");
        size = leading_number(client->got.at, 16);
        struct text_buf kept = client->answer;
        text_buf_init(&client->answer, CLIENT_MAX_BYTES);
        give_out(client, line);
        text_buf_release(&client->answer);
        client->answer = kept;
        assert_true(wait_for(client, size + 2));
        give_out(client, size);
        memmove(client->got.at, client->got.at + 2, client->got.len - 2);
        client->got.len -= 2;
    }
}

const char *client_answer(struct client *client)
{
    text_buf_clear(&client->answer);
    give_out(client, wait_for_mark(client, "\r\n\r\n"));
    const char *head = text_buf_z(&client->answer);
    const char *length = strcasestr(head, "\r\nContent-Length: ");
    if (length != NULL) {
        size_t bytes = leading_number(length + 18, 10);
        assert_true(wait_for(client, bytes));
        give_out(client, bytes);
    } else if (strcasestr(head, "\r\nTransfer-Encoding: chunked") != NULL) {
        take_chunks(client);
    }
    return text_buf_z(&client->answer);
}

const char *client_body(const struct client *client)
{
    const char *end = strstr(client->answer.at, "\r\n\r\n");
    return end == NULL ? "" : end + 4;
}

const char *client_bytes(struct client *client, size_t len)
{
    text_buf_clear(&client->answer);
    assert_true(wait_for(client, len));
    give_out(client, client->got.len);
    return text_buf_z(&client->answer);
}

enum client_end client_drain(struct client *client)
{
    enum client_end end;
    text_buf_clear(&client->answer);
    while (receive(client, &end))
        ;
    give_out(client, client->got.len);
    text_buf_z(&client->answer);
    return end;
}
