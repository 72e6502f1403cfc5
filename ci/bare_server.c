/* bare_server: libmicrohttpd alone, the yardstick of ci/bench. It reads a request's body, throws it away, and
 * answers every request with one ready-made response of as many bytes as twilio-sim's answer to a create:
 * usage: bare_server BODY_BYTES THREADS. Prints its port. Ends with its standard input. */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct MHD_Response *response;

static enum MHD_Result answer(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_size, void **state)
{
    static int seen;
    (void)context, (void)url, (void)method, (void)version, (void)upload;
    if (*state == NULL) {
        *state = &seen;
        return MHD_YES;
    }
    if (*upload_size > 0) {
        *upload_size = 0;
        return MHD_YES;
    }
    return MHD_queue_response(connection, MHD_HTTP_CREATED, response);
}

int main(int argc, char **argv)
{
    static const char *const headers[][2] = {
        {"Content-Type", "application/json"},
        {"Twilio-Request-Id", "RQ00000000000000000000000000000000"},
        {"Twilio-Request-Duration", "0.000"},
        {"Twilio-Concurrent-Requests", "1"},
        {"Access-Control-Allow-Origin", "*"},
        {"Access-Control-Allow-Headers", "Accept, Authorization, Content-Type, If-Match, If-Modified-Since, "
                                         "If-None-Match, If-Unmodified-Since, Idempotency-Key"},
        {"Access-Control-Allow-Methods", "GET, POST, DELETE, OPTIONS"},
        {"Access-Control-Expose-Headers", "ETag"},
        {"Access-Control-Allow-Credentials", "true"},
        {"X-Powered-By", "AT-5000"},
        {"X-Shenanigans", "none"},
        {"X-Home-Region", "us1"},
        {"X-API-Domain", "api.twilio.com"},
        {"Strict-Transport-Security", "max-age=31536000"},
    };
    size_t size = argc > 1 ? strtoul(argv[1], NULL, 10) : 700;
    unsigned threads = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 2;
    struct sockaddr_in loopback = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    char *body = malloc(size + 1);
    if (body == NULL)
        return 1;
    memset(body, 'x', size);
    response = MHD_create_response_from_buffer(size, body, MHD_RESPMEM_MUST_FREE);
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
        MHD_add_response_header(response, headers[i][0], headers[i][1]);
    struct MHD_Daemon *daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TURBO, 0, NULL, NULL, answer, NULL, MHD_OPTION_SOCK_ADDR,
        (struct sockaddr *)&loopback, MHD_OPTION_THREAD_POOL_SIZE, threads, MHD_OPTION_END);
    if (daemon == NULL)
        return 1;
    printf("%d\n", MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
    fflush(stdout);
    char end;
    while (read(STDIN_FILENO, &end, 1) > 0)
        continue;
    MHD_stop_daemon(daemon);
    MHD_destroy_response(response);
    return 0;
}
