/* Looking things up in a request. */
#include "request.h"

struct text request_header(const struct request *request, const char *name)
{
    for (size_t i = 0; i < request->header_count; i++)
        if (text_is_nocase(request->headers[i].name, name))
            return request->headers[i].value;
    return TEXT_NONE;
}
