/* Which file a path means, and the headers that keep a page safe. */
#include "inbox.h"

#include "inbox_files.h"

static const struct response_header safe_headers[] = {
    {"Content-Security-Policy",
     "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
     "object-src 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"}, /* the address may hold a token */
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Cache-Control", "no-cache"}, /* ask each time: another build has other files */
};

bool inbox_handles(struct text path)
{
    return text_is(path, "/") || text_is(path, "/inbox") || text_starts(path, "/inbox/");
}

static const struct inbox_file *find_file(struct text path)
{
    struct text name = text_starts(path, "/inbox/") ? text_from(path, 7) : TEXT("index.html");
    for (size_t i = 0; i < inbox_file_count; i++)
        if (text_is(name, inbox_files[i].name))
            return &inbox_files[i];
    return NULL;
}

static void send_file(const struct inbox_file *file, const struct request *request, struct response *response)
{
    for (size_t i = 0; i < sizeof safe_headers / sizeof safe_headers[0]; i++)
        response_header_literal(response, safe_headers[i].name, safe_headers[i].value);
    response_header_literal(response, "ETag", file->etag);
    if (text_is(request_header(request, "If-None-Match"), file->etag)) {
        response->status = 304;
        return;
    }
    response->status = 200;
    response_header_literal(response, "Content-Type", file->type);
    text_put(&response->body, text_span((const char *)file->bytes, file->size_bytes));
}

void inbox_answer(const struct control *control, const struct request *request, struct response *response)
{
    const struct inbox_file *file = find_file(request->path);
    if (!control_host_is_ours(control, request->host))
        response_plain(response, 403, "twilio-sim: the inbox answers to loopback names only, not to '%.*s'",
                       TEXT_ARGS(request->host));
    else if (file == NULL)
        response_plain(response, 404, "twilio-sim: there is no file %.*s", TEXT_ARGS(request->path));
    else if (!text_is(request->method, "GET") && !text_is(request->method, "HEAD"))
        response_plain(response, 405, "twilio-sim: %.*s does not take %.*s", TEXT_ARGS(request->path),
                       TEXT_ARGS(request->method));
    else
        send_file(file, request, response);
}
