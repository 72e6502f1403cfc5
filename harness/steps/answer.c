/* What a step got back. Whether it is right is expectation.c's question. */
#include "answer.h"

#include <ctype.h>
#include <stdio.h>

#include "mem.h"

enum { DESCRIBED_BODY_BYTES = 4000 };

void answer_init(struct answer *answer, enum answer_kind kind)
{
    *answer = (struct answer){.kind = kind};
    text_buf_init(&answer->body, ANSWER_BODY_MAX_BYTES);
    answer->headers = json_object();
}

void answer_release(struct answer *answer)
{
    text_buf_release(&answer->body);
    json_decref(answer->headers);
    json_decref(answer->json);
    answer->headers = NULL;
    answer->json = NULL;
}

void answer_set_body(struct answer *answer, struct text body)
{
    text_buf_clear(&answer->body);
    text_put(&answer->body, body);
    json_decref(answer->json);
    answer->json = NULL;
    struct text start = text_trim(body);
    struct fail why = {0};
    if (start.len > 0 && !json_read(start, "answer", &answer->json, &why))
        answer->json = NULL;
}

static void header_add(json_t *headers, const struct http_header *header)
{
    char *name = mem_string(header->name);
    for (char *at = name; *at != '\0'; at++)
        *at = (char)tolower((unsigned char)*at);
    struct text_buf value;
    text_buf_init(&value, HTTP_HEADERS_MAX_BYTES);
    struct text before = json_text(headers, name);
    if (before.at != NULL) {
        text_put(&value, before);
        text_put_z(&value, ", ");
    }
    text_put_z(&value, header->value);
    json_set(headers, name, json_of_text(text_buf_view(&value)));
    text_buf_release(&value);
    mem_free(name);
}

void answer_set_http(struct answer *answer, const struct http_result *result)
{
    answer->status = result->status;
    snprintf(answer->error, sizeof answer->error, "%s", result->error == HTTP_OK ? "" : result->error_text);
    if (result->error != HTTP_OK && answer->error[0] == '\0')
        snprintf(answer->error, sizeof answer->error, "%s", http_error_name(result->error));
    answer->took_ms = result->ended.mono_ms - result->sent.mono_ms;
    for (size_t i = 0; i < result->header_count; i++)
        header_add(answer->headers, &result->headers[i]);
    answer_set_body(answer, text_buf_view(&result->body));
}

void answer_add_reason(struct answer *answer, const char *reason)
{
    size_t len = strlen(answer->error);
    snprintf(answer->error + len, sizeof answer->error - len, " (%s)", reason);
}

struct text answer_header(const struct answer *answer, struct text name)
{
    char *key = text_copy(name);
    for (char *at = key; *at != '\0'; at++)
        *at = (char)tolower((unsigned char)*at);
    struct text value = json_text(answer->headers, key);
    mem_free(key);
    return value;
}

void answer_describe(const struct answer *answer, struct text_buf *out)
{
    if (answer->kind == ANSWER_PROGRAM)
        text_putf(out, "exit status %d\n", answer->exit);
    else if (answer->kind == ANSWER_HTTP && answer->status != 0)
        text_putf(out, "HTTP %d after %lld ms\n", answer->status, (long long)answer->took_ms);
    struct text body = text_buf_view(&answer->body);
    text_put(out, text_first(body, DESCRIBED_BODY_BYTES));
    if (body.len > DESCRIBED_BODY_BYTES)
        text_putf(out, "\n(%zu more bytes)", body.len - DESCRIBED_BODY_BYTES);
    if (body.len > 0)
        text_put_char(out, '\n');
}
