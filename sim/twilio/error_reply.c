/* Errors on the wire. Which error it is, is decided elsewhere. */
#include "error_reply.h"

void error_reply(struct response *response, enum format format, const struct error_code *error, bool old_text,
                 const struct error_words *words)
{
    char page[ERROR_PAGE_BYTES];
    struct text_buf message;
    struct render render;
    text_buf_init(&message, REQUEST_ARENA_MAX_BYTES); /* it may quote what was sent */
    error_code_write(error, old_text, words, &message);
    response->status = error->http_status != 0 ? error->http_status : 400;
    text_buf_clear(&response->body);
    render_begin(&render, format, &response->body, "RestException");
    render_int(&render, "code", error->code);
    render_text(&render, "message", text_buf_view(&message));
    render_z(&render, "more_info", error_code_page(error, page));
    render_int(&render, "status", response->status);
    render_end(&render);
    text_buf_release(&message);
    if (response->status == 401)
        response_header_literal(response, "WWW-Authenticate", "Basic realm=\"Twilio API\"");
}
