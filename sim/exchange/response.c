/* Building an answer. What goes into it is decided elsewhere. */
#include "response.h"

#include <stdarg.h>
#include <strings.h>

#include "fail.h"

void response_init(struct response *response, struct arena *arena)
{
    *response = (struct response){.status = 200, .arena = arena};
    text_buf_init(&response->body, RESPONSE_MAX_BYTES);
}

void response_restart(struct response *response)
{
    struct text_buf kept = response->body;
    text_buf_clear(&kept);
    response_init(response, response->arena);
    response->body = kept;
}

void response_release(struct response *response)
{
    text_buf_release(&response->body);
}

void response_header_literal(struct response *response, const char *name, const char *value)
{
    REQUIRE(response->header_count < RESPONSE_HEADERS_MAX);
    response->headers[response->header_count++] = (struct response_header){name, value};
}

void response_header(struct response *response, const char *name, const char *value)
{
    const char *copy = arena_copy(response->arena, text_of(value));
    if (copy != NULL)
        response_header_literal(response, name, copy);
}

const char *response_get_header(const struct response *response, const char *name)
{
    for (size_t i = 0; i < response->header_count; i++)
        if (strcasecmp(response->headers[i].name, name) == 0)
            return response->headers[i].value;
    for (size_t i = 0; i < response->usual_header_count; i++)
        if (strcasecmp(response->usual_headers[i].name, name) == 0)
            return response->usual_headers[i].value;
    return NULL;
}

void response_park(struct response *response, int64_t until_mono_ms)
{
    response->parked = true;
    response->parked_until_mono_ms = until_mono_ms;
}

void response_plain(struct response *response, int status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    response->status = status;
    text_buf_clear(&response->body);
    text_putv(&response->body, format, args);
    text_put_char(&response->body, '\n');
    va_end(args);
    response_header_literal(response, "Content-Type", "text/plain; charset=utf-8");
}
