/* One small HTTP request put together, one small JSON answer looked through. */
#include "lookup_words.h"

#include <stdbool.h>
#include <string.h>

enum { NAME_MAX_BYTES = 255 };

static size_t put(char *out, size_t at, const char *words)
{
    size_t len = strlen(words);
    memcpy(out + at, words, len);
    return at + len;
}

static bool is_host_name(const char *name, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        char c = name[i];
        bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                    c == '.' || c == '_';
        if (!fine)
            return false;
    }
    return len > 0 && len <= NAME_MAX_BYTES;
}

size_t lookup_question_write(const char *name, char out[LOOKUP_ROOM_BYTES])
{
    static const char before[] = "{\"name\":\"", after[] = "\"}";
    size_t len = strlen(name), at;
    if (!is_host_name(name, len))
        return 0;
    size_t body = sizeof before - 1 + len + sizeof after - 1;
    const char digits[] = {(char)('0' + body / 100), (char)('0' + body / 10 % 10), (char)('0' + body % 10),
                           '\0'};
    at = put(out, 0,
             "POST /sim/v1/lookups HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
             "Content-Type: application/json\r\nContent-Length: ");
    at = put(out, at, digits);
    at = put(out, at, "\r\n\r\n");
    at = put(out, at, before);
    at = put(out, at, name);
    return put(out, at, after);
}

enum lookup_answer lookup_answer_read(const char *answer)
{
    const char *said = strstr(answer, "\"outcome\"");
    if (said == NULL)
        return LOOKUP_FOUND;
    if (strstr(said, "\"unknown\"") != NULL)
        return LOOKUP_UNKNOWN;
    return strstr(said, "\"servfail\"") != NULL ? LOOKUP_SERVFAIL : LOOKUP_FOUND;
}
