/* raw_client: a raw HTTP client for tests: bytes out, bytes in, and how the connection ended.
 *
 *     struct client client;
 *     client_open(&client, port);
 *     client_send(&client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
 *     assert_string_equal(client_answer(&client), ...);   // head and body of one answer
 *     client_close(&client);
 *
 * Reads give up after READ_GUARD_S, so a test that would hang fails. Errors fail the running cmocka test. */
#ifndef RAW_CLIENT_H
#define RAW_CLIENT_H

#include <gnutls/gnutls.h>
#include <stdbool.h>
#include <stddef.h>

#include "text.h"

enum client_end { CLIENT_FIN, CLIENT_RST, CLIENT_TIMEOUT };

struct client {
    int fd;
    gnutls_session_t tls;
    gnutls_certificate_credentials_t trust;
    unsigned verified; /* GnuTLS' verification status of the server's certificate; 0 = trusted */
    char sni[256];
    struct text_buf got;    /* received and not given out yet */
    struct text_buf answer; /* the last one given out */
};

void client_open(struct client *client, int port);
void client_close(struct client *client);
void client_send(struct client *client, const char *bytes);
void client_send_bytes(struct client *client, const char *bytes, size_t len);
/* Sends a request with a body: "POST /path". */
void client_post(struct client *client, const char *path, const char *body);
void client_get(struct client *client, const char *path);
/* Speaks TLS from here on; false when the handshake failed. sni NULL: none is sent. */
bool client_tls(struct client *client, struct text ca_pem, const char *sni);
/* The next whole answer (by Content-Length, or chunked and decoded, or a head alone). Borrowed until the next
 * call. */
const char *client_answer(struct client *client);
/* The body of the answer given out last. */
const char *client_body(const struct client *client);
/* Waits for at least `len` bytes and gives out what is there. */
const char *client_bytes(struct client *client, size_t len);
/* Everything until the end, which is returned; the bytes are in client->answer. */
enum client_end client_drain(struct client *client);

#endif
