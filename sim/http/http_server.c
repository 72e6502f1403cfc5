/* Wires the parts: an acceptor in front of two libmicrohttpd daemons (plain and TLS), a desk for what they
 * call back for, a lobby for what waits. The TLS daemon is started when the first client speaks TLS. */
#include "http_server.h"

#include <errno.h>
#include <microhttpd.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "acceptor.h"
#include "flaws.h"
#include "log.h"
#include "mem.h"
#include "transaction.h"

enum {
    THREADS_MAX = 64,
    /* Descriptors that are not connections: listeners, epoll sets, files, callbacks. */
    OTHER_DESCRIPTORS = 512,
    SNI_MAX_BYTES = 256,
    CROWD_SHARE = 256, /* one of so many gives way at once when there are too many connections */
    /* libmicrohttpd's memory for a connection: both heads. It clears all of it after each request, so less is
       faster. */
    CONNECTION_MEMORY_BYTES = HTTP_HEAD_MAX_BYTES + 4 * 1024,
};

struct http_server {
    struct http_config config;
    struct lobby *lobby;
    struct desk *desk;
    struct MHD_Daemon *plain;
    struct MHD_Daemon *tls;
    struct acceptor *acceptor;
    struct links links;
    struct flaws flaws;
};

/* The server that this worker thread works for: GnuTLS' certificate callback has no argument of its own. */
static _Thread_local struct http_server *serving;
/* GnuTLS asks several times in one handshake; a refusal is told once. */
static _Thread_local gnutls_session_t refused_session;

/* Of a connection that ended without a request. */
static const char *end_words(struct http_server *server, const struct link *link)
{
    if (link_is_put_out(link))
        return "closed without a whole request, to make room for others";
    return flaws_of(&server->flaws, link->fd) == TLS_FINE
               ? "a connection that ended without a request"
               : "a client that did not take the certificate of a planned fault";
}

static void on_connection(void *context, struct MHD_Connection *connection, void **socket_context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct http_server *server = context;
    struct link *link = *socket_context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        link = mem_new(sizeof *link);
        link->fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
        link->tls = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION) != NULL;
        address_text(MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr,
                     link->client);
        *socket_context = link;
        serving = server;
        refused_session = NULL;
        links_add(&server->links, link);
        return;
    }
    links_remove(&server->links, link);
    if (!link->said_something && server->config.refused != NULL)
        server->config.refused(server->config.app, text_of(link->client), end_words(server, link));
    flaws_drop(&server->flaws, link->fd);
    mem_free(link);
    acceptor_ended(server->acceptor);
}

static void *on_first_line(void *context, const char *uri, struct MHD_Connection *connection)
{
    struct http_server *server = context;
    return desk_begin(server->desk, uri, connection);
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *data_bytes, void **transaction)
{
    (void)context;
    (void)connection;
    (void)url;
    return desk_continue(*transaction, method, version, data, data_bytes);
}

static void on_completed(void *context, struct MHD_Connection *connection, void **transaction,
                         enum MHD_RequestTerminationCode code)
{
    (void)context;
    (void)connection;
    if (*transaction != NULL)
        desk_end(*transaction, code);
    *transaction = NULL;
}

/* Paths and queries are kept as they were sent. */
static size_t keep_encoding(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context;
    (void)connection;
    return strlen(text);
}

static void on_log(void *context, const char *format, va_list args) __attribute__((format(printf, 2, 0)));

static void on_log(void *context, const char *format, va_list args)
{
    char line[512];
    (void)context;
    vsnprintf(line, sizeof line, format, args);
    line[strcspn(line, "\n")] = '\0';
    log_line(LOG_DEBUG, "http", "libmicrohttpd: %s", line);
}

/* The leaf for the name that the client asks for. What is handed out is GnuTLS' to free after the handshake.
 */
static int on_certificate(gnutls_session_t session, const struct gnutls_cert_retr_st *info,
                          gnutls_pcert_st **certs, unsigned *cert_count, gnutls_ocsp_data_st **ocsp,
                          unsigned *ocsp_count, gnutls_privkey_t *key, unsigned *flags)
{
    char host[SNI_MAX_BYTES] = "";
    size_t len = sizeof host;
    unsigned type;
    struct fail why = {0};
    (void)info;
    if (gnutls_server_name_get(session, host, &len, &type, 0) != 0)
        host[0] = '\0';
    enum tls_fault flaw = flaws_of(&serving->flaws, gnutls_transport_get_int(session));
    gnutls_pcert_st *cert = gnutls_malloc(sizeof *cert);
    if (cert == NULL || !authority_mint(serving->config.authority, text_of(host), flaw, cert, key, &why)) {
        gnutls_free(cert);
        if (refused_session != session) {
            gnutls_alert_send(session, GNUTLS_AL_FATAL, GNUTLS_A_UNRECOGNIZED_NAME);
            log_line(LOG_WARN, "http", "TLS refused: %s", why.text);
        }
        refused_session = session;
        return -1;
    }
    *certs = cert;
    *cert_count = 1;
    *ocsp = NULL;
    *ocsp_count = 0;
    *flags = GNUTLS_CERT_RETR_DEINIT_ALL;
    return 0;
}

/* The acceptor counts. libmicrohttpd divides its limit among its threads, and one of them that reaches its
 * share with connections still queued locks itself out for ever: no share may be less than all. */
static unsigned connection_limit(const struct http_server *server)
{
    unsigned threads = server->config.threads > 1 ? server->config.threads : 1;
    return ((unsigned)server->config.connections_max + 1) * threads;
}

/* Both kinds of daemon. Their threads take no signals: those are main's. TLS is polled for: with epoll
 * libmicrohttpd 0.9.75 spins from a handshake's first byte to its last, and a client may stop in between. */
static struct MHD_Daemon *start_daemon(struct http_server *server, bool tls)
{
    unsigned threads = server->config.threads;
    unsigned waiting =
        tls ? MHD_USE_TLS | MHD_USE_POLL_INTERNAL_THREAD : MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TURBO;
    unsigned flags = waiting | MHD_USE_ITC | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME |
                     MHD_USE_SUPPRESS_DATE_NO_CLOCK | MHD_USE_ERROR_LOG;
    struct MHD_OptionItem options[4];
    size_t count = 0;
    if (threads > 1)
        options[count++] = (struct MHD_OptionItem){MHD_OPTION_THREAD_POOL_SIZE, (intptr_t)threads, NULL};
    if (tls)
        options[count++] =
            (struct MHD_OptionItem){MHD_OPTION_HTTPS_CERT_CALLBACK2, 0, (void *)(uintptr_t)on_certificate};
    options[count] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    struct MHD_Daemon *daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, server, MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL,
        MHD_OPTION_CONNECTION_LIMIT, connection_limit(server), MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_MEMORY_BYTES, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)HTTP_IDLE_TIMEOUT_S,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, server, MHD_OPTION_NOTIFY_COMPLETED, on_completed,
        server, MHD_OPTION_URI_LOG_CALLBACK, on_first_line, server, MHD_OPTION_UNESCAPE_CALLBACK,
        keep_encoding, server, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return daemon;
}

/* The answer to a hello that no version of TLS can be agreed on with, in the clear as such answers are:
 * alert, its version and length, fatal, handshake_failure. The hello is read away first, or the close would
 * turn into a reset. */
static void abort_handshake(int fd)
{
    static const unsigned char alert[] = {21, 3, 3, 0, 2, 2, 40};
    char hello[4096];
    while (recv(fd, hello, sizeof hello, MSG_DONTWAIT) > 0)
        ;
    if (send(fd, alert, sizeof alert, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
        log_line(LOG_DEBUG, "http", "a client left before its handshake was aborted");
}

/* True when a planned fault has ended the connection. */
static bool is_broken_off(struct http_server *server, int fd, const struct address *peer, struct text host)
{
    char client[ADDRESS_TEXT_BYTES];
    struct sockaddr nobody = {.sa_family = AF_UNSPEC};
    if (server->config.connecting == NULL)
        return false;
    struct connect_fault fault =
        server->config.connecting(server->config.app, text_of(address_text(&peer->any, client)), host);
    if (fault.wire == WIRE_RESET)
        connect(fd, &nobody, sizeof nobody); /* a true RST, as reply_reset() does it */
    else if (fault.tls == TLS_ABORT)
        abort_handshake(fd);
    else if (fault.tls != TLS_FINE)
        flaws_put(&server->flaws, fd, fault.tls);
    if (fault.wire != WIRE_RESET && fault.wire != WIRE_CLOSE && fault.tls != TLS_ABORT)
        return false;
    close(fd);
    return true;
}

static void on_greeted(void *context, int fd, const struct address *peer, bool tls, struct text host)
{
    struct http_server *server = context;
    if (tls && is_broken_off(server, fd, peer, host))
        return;
    struct MHD_Daemon *daemon = server->plain;
    if (tls) {
        if (server->tls == NULL && server->config.authority != NULL)
            server->tls = start_daemon(server, true);
        daemon = server->tls;
    }
    if (daemon == NULL) {
        log_line(LOG_WARN, "http", "a client speaks TLS, which is not served here");
        flaws_drop(&server->flaws, fd);
        close(fd);
        return;
    }
    acceptor_began(server->acceptor); /* now: the worker that takes it may be behind */
    if (MHD_add_connection(daemon, fd, &peer->any, peer->len) == MHD_YES)
        return;
    acceptor_ended(server->acceptor);
    log_line(LOG_WARN, "http", "a connection could not be taken: %s", strerror(errno));
    flaws_drop(&server->flaws, fd);
}

static bool on_tunnel(void *context, struct text host)
{
    struct http_server *server = context;
    return server->config.tunnel_allowed != NULL && server->config.tunnel_allowed(server->config.app, host);
}

static bool on_tunnel_lookup(void *context, struct text client, struct text host)
{
    struct http_server *server = context;
    return server->config.tunnel_lost != NULL && server->config.tunnel_lost(server->config.app, client, host);
}

static void on_refused(void *context, struct text client, const char *what)
{
    struct http_server *server = context;
    if (server->config.refused != NULL)
        server->config.refused(server->config.app, client, what);
}

static bool on_crowd(void *context, int64_t since_us)
{
    struct http_server *server = context;
    size_t ended = 0;
    while (ended <= server->config.connections_max / CROWD_SHARE &&
           links_close_slowest(&server->links, since_us))
        ended++;
    return ended > 0;
}

static void on_lobby(void *context)
{
    lobby_notice(context);
}

/* As many descriptors as connections_max needs, if we may; else fewer connections. */
static void fit_descriptors(struct http_config *config)
{
    struct rlimit limit;
    rlim_t wanted = config->connections_max + OTHER_DESCRIPTORS;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= wanted)
        return;
    config->connections_max =
        limit.rlim_cur > 2 * OTHER_DESCRIPTORS ? limit.rlim_cur - OTHER_DESCRIPTORS : limit.rlim_cur / 2;
}

static struct http_config complete(const struct http_config *given)
{
    struct http_config config = *given;
    REQUIRE(config.handle != NULL && config.timers != NULL);
    if (config.threads == 0)
        config.threads = get_nprocs() < 4 ? 1 : (unsigned)get_nprocs() / 2;
    if (config.threads > THREADS_MAX)
        config.threads = THREADS_MAX;
    if (config.connections_max == 0)
        config.connections_max = CONNECTIONS_MAX;
    if (config.greeting_timeout_ms == 0)
        config.greeting_timeout_ms = HTTP_GREETING_TIMEOUT_MS;
    fit_descriptors(&config);
    return config;
}

struct http_server *http_server_new(const struct http_config *config, struct fail *why)
{
    struct http_server *server = mem_new(sizeof *server);
    server->config = complete(config);
    links_init(&server->links);
    flaws_init(&server->flaws);
    server->lobby = lobby_new(server->config.timers);
    server->desk = desk_new(&server->config, server->lobby);
    struct acceptor_config accepting = {.context = server,
                                        .connections_max = server->config.connections_max,
                                        .greeting_timeout_ms = server->config.greeting_timeout_ms,
                                        .hand_over = on_greeted,
                                        .tunnel_allowed = on_tunnel,
                                        .tunnel_lost = on_tunnel_lookup,
                                        .refused = on_refused,
                                        .make_room = on_crowd,
                                        .extra_fd = lobby_descriptor(server->lobby),
                                        .on_extra = on_lobby,
                                        .extra_context = server->lobby};
    server->acceptor = acceptor_new(&accepting, why);
    if (server->acceptor != NULL) {
        server->plain = start_daemon(server, false);
        if (server->plain != NULL)
            return server;
        fail_set(why, "cannot start the threads that serve requests: %s", strerror(errno));
    }
    http_server_free(server);
    return NULL;
}

bool http_server_listen(struct http_server *server, const char *address, int port, int *ret_port,
                        struct fail *why)
{
    return acceptor_listen(server->acceptor, address, port, ret_port, why);
}

void http_server_poke(struct http_server *server)
{
    lobby_poke(server->lobby);
}

/* First nothing new comes in, then nobody waits any more, then the workers end. */
void http_server_free(struct http_server *server)
{
    if (server == NULL)
        return;
    acceptor_stop(server->acceptor);
    lobby_close(server->lobby);
    if (server->plain != NULL)
        MHD_stop_daemon(server->plain);
    if (server->tls != NULL)
        MHD_stop_daemon(server->tls);
    acceptor_free(server->acceptor);
    desk_free(server->desk);
    lobby_free(server->lobby);
    links_release(&server->links);
    flaws_release(&server->flaws);
    mem_free(server);
}
