/* callback_post: a job made ready to be sent: target, headers and signature are worked out, everything is
 * copied. Internal to this folder. Any thread; a post belongs to one owner at a time. */
#ifndef CALLBACK_POST_H
#define CALLBACK_POST_H

#include "callback_overrides.h"
#include "callback_sender.h"
#include "signature.h"

enum { CALLBACK_POST_HEADERS_MAX = 5 };

struct callback_post {
    struct callback_post *next; /* the owner's */
    char *id;
    char *target; /* without fragment, rewritten */
    char *body;
    size_t body_len;
    char *headers[CALLBACK_POST_HEADERS_MAX]; /* "Name: value" */
    size_t header_count;
    char signature[SIGNATURE_BYTES]; /* as sent, "" = none */
    char *notes;
    struct callback_overrides overrides;
    callback_attempted *attempted;
    void *context;
    size_t cost_bytes; /* what it holds */
};

/* New; false with the reason in *why when the job cannot be sent (callback_sender_send). */
bool callback_post_new(const struct callback_job *job, const struct callback_settings *settings,
                       struct callback_post **ret, struct fail *why);
void callback_post_free(struct callback_post *post);

#endif
