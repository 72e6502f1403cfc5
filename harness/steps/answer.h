/* answer: what a step got back: the backend's answer to a request or a callback, a program's end, a message's
 * text. One value that `expect` judges and `save` reads.
 *
 *     struct answer answer = {0};
 *     answer_set_http(&answer, &result);
 *     ...
 *     answer_release(&answer);
 *
 * Owns what it holds. One thread at a time. */
#ifndef ANSWER_H
#define ANSWER_H

#include "http_client.h"
#include "json.h"
#include "text.h"

enum answer_kind {
    ANSWER_HTTP = 1, /* of the backend */
    ANSWER_PROGRAM,  /* `run` */
    ANSWER_MESSAGE,  /* `receive` */
};

enum { ANSWER_HEADERS_MAX = 200, ANSWER_BODY_MAX_BYTES = 8 * 1024 * 1024 };

struct answer {
    enum answer_kind kind;
    int status; /* 0: no answer came, `error` says why */
    char error[300];
    int exit; /* of ANSWER_PROGRAM */
    int64_t took_ms;
    json_t *headers; /* an object of texts, names in lower case; repeated ones joined with ", " */
    struct text_buf body;
    json_t *json;     /* the body when it is JSON, else NULL */
    struct text code; /* of ANSWER_MESSAGE: the code in it, borrowed from the history */
};

void answer_init(struct answer *answer, enum answer_kind kind);
void answer_release(struct answer *answer);
/* Copies from a result. */
void answer_set_http(struct answer *answer, const struct http_result *result);
void answer_set_body(struct answer *answer, struct text body);
/* Behind the error, in brackets. */
void answer_add_reason(struct answer *answer, const char *reason);
/* A header by its lower-case name, or TEXT_NONE. Borrowed. */
struct text answer_header(const struct answer *answer, struct text name);
/* "HTTP 502, 31 ms\n{...}", cut: for a person who reads a failure. */
void answer_describe(const struct answer *answer, struct text_buf *out);

#endif
