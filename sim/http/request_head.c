/* Fills in requests. First lines are cut up in target.c; bodies are gathered in transaction.c. */
#include "request_head.h"

#include <ctype.h>

#include "target.h"

/* libmicrohttpd's record of a header or a query parameter. */
enum { BYTES_BESIDE_A_FIELD = 64 };

static enum MHD_Result keep_header(void *context, enum MHD_ValueKind kind, const char *name,
                                   size_t name_bytes, const char *value, size_t value_bytes)
{
    struct transaction *t = context;
    (void)kind;
    if (t->request.header_count == HEADERS_MAX)
        return MHD_NO;
    t->headers[t->request.header_count++] =
        (struct request_header){{name, name_bytes}, {value == NULL ? "" : value, value_bytes}};
    return MHD_YES;
}

/* The host in lower case; one that is too long for a name is none of ours and stays "". */
static struct text fold_host(struct transaction *t, struct text host)
{
    if (host.len > sizeof t->host)
        return TEXT("");
    for (size_t i = 0; i < host.len; i++)
        t->host[i] = (char)tolower((unsigned char)host.at[i]);
    return text_span(t->host, host.len);
}

void request_head_fill(struct transaction *t, const char *method)
{
    struct request *request = &t->request;
    struct target target = target_of(text_buf_view(&t->uri));
    request->headers = t->headers;
    MHD_get_connection_values_n(t->connection, MHD_HEADER_KIND, keep_header, t);
    request->method = text_of(method);
    request->scheme = target.scheme;
    if (target.scheme.len == 0)
        request->scheme = t->link->tls ? TEXT("https") : TEXT("http");
    struct text authority = target.authority.len > 0 ? target.authority : request_header(request, "Host");
    request->port = text_is(request->scheme, "https") ? 443 : 80;
    request->host = fold_host(t, target_host(authority, &request->port));
    request->path = target.path;
    request->query = target.query;
    request->client = text_of(t->link->client);
}

bool request_head_is_too_large(const struct transaction *t)
{
    size_t bytes = t->uri.len, parameters = 1;
    for (size_t i = 0; i < t->request.header_count; i++)
        bytes += t->headers[i].name.len + t->headers[i].value.len + 4;
    for (size_t i = 0; i < t->request.query.len; i++)
        parameters += t->request.query.at[i] == '&';
    return bytes + (t->request.header_count + parameters) * BYTES_BESIDE_A_FIELD > HTTP_HEAD_MAX_BYTES;
}
