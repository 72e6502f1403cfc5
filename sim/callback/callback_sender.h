/* callback_sender: posts webhooks and reports every attempt.
 *
 *     struct callback_sender *sender = callback_sender_new(&(struct callback_settings){0});
 *     struct callback_job job = {.id = sid, .url = url, .body = form, .auth_token = token,
 *                                .idempotency_token = uuid, .attempted = note, .context = message};
 *     if (!callback_sender_send(sender, &job, &why)) ...           // refused; attempted() is not called
 *     callback_sender_free(sender);
 *
 * A job is copied; callback_sender_send() never waits. For each accepted job attempted() is called once for
 * every attempt, and exactly one of these calls has `last` set; until then `context` must live.
 *
 * On the wire (reference/twilio-messaging.md 4): POST, User-Agent: TwilioProxy/1.1, Accept, Accept-Encoding:
 * gzip, Content-Type, X-Twilio-Signature, I-Twilio-Idempotency-Token (the same over all attempts). The URL is
 * signed as configured, without its fragment. Where a rewrite rule sends it elsewhere, Host stays the
 * original one and X-Forwarded-Proto tells the original scheme, as a load balancer in front of the receiver
 * would do it.
 *
 * Attempts and retries: callback_overrides.h. A retry follows at once. Never tried again: an answer of which
 * a part came, an answer outside 4xx and 5xx, and whatever would begin after the total time. Redirects are
 * not followed (the reference does not say that they are): a 3xx is an answer like any other. Each attempt
 * has a connection of its own: over a kept one libcurl could repeat a request unseen when the receiver closes
 * it at that moment.
 *
 * It connects to this machine and to private networks only, unless settings say otherwise: a production URL
 * that a backend is configured with must not get invented callbacks. Proxy variables are ignored.
 *
 * Threads: any thread may send. One thread of the sender's own runs all transfers and calls attempted(),
 * which may send again, should be quick, and must not wait for the sender or free it. Jobs run side by side,
 * and no order is kept between them: send the next from attempted() of the one before where order matters.
 * Thread and libcurl begin with the first job (libcurl costs 9 ms and 6 MB). Time-outs are struct timers on
 * the clock, not libcurl's. Limits: CALLBACK_TRANSFERS_MAX at a time, CALLBACK_QUEUE_MAX jobs and
 * CALLBACK_QUEUE_MAX_BYTES waiting. */
#ifndef CALLBACK_SENDER_H
#define CALLBACK_SENDER_H

#include <stdbool.h>
#include <stdint.h>

#include "callback_rewrite.h"
#include "fail.h"
#include "text.h"

enum {
    /* Transfers at a time: an open connection each; ordinary receivers queue 511 connections at most. */
    CALLBACK_TRANSFERS_MAX = 256,
    /* Jobs that wait for a transfer, and their bytes; a job of an SMS status has about 1 KiB. */
    CALLBACK_QUEUE_MAX = 100000,
    CALLBACK_QUEUE_MAX_BYTES = 256 * 1024 * 1024,
    /* A job's body. */
    CALLBACK_BODY_MAX_BYTES = 64 * 1024,
    /* What is kept of an answer's body, and where reading it ends. */
    CALLBACK_ANSWER_KEPT_BYTES = 2048,
    CALLBACK_ANSWER_MAX_BYTES = 1024 * 1024,
};

/* How the signature is made; all but the first are for faults. */
enum callback_signature {
    CALLBACK_SIGNATURE_GOOD,
    CALLBACK_SIGNATURE_WRONG,       /* well formed, of nothing */
    CALLBACK_SIGNATURE_MISSING,     /* no header */
    CALLBACK_SIGNATURE_OTHER_TOKEN, /* sound, with the token of some other account */
};

/* How an attempt ended. */
enum callback_error {
    CALLBACK_ANSWERED,        /* a whole answer, whatever its status */
    CALLBACK_CONNECT_FAILED,  /* refused, unreachable, name not found */
    CALLBACK_CONNECT_TIMEOUT, /* no connection (with TLS) within ct */
    CALLBACK_TLS_FAILED,      /* no common ground, or a certificate that is not trusted */
    CALLBACK_NOT_LOCAL, /* no address of the host is on this machine or a private network; nothing was sent */
    CALLBACK_NO_ANSWER, /* the connection ended without a byte of an answer */
    CALLBACK_READ_TIMEOUT,  /* nothing came within rt; status tells whether an answer had begun */
    CALLBACK_TOTAL_TIMEOUT, /* tt was over */
    CALLBACK_PARTIAL,    /* the answer ended before its end, or was longer than CALLBACK_ANSWER_MAX_BYTES */
    CALLBACK_BAD_ANSWER, /* what came is no HTTP answer */
    CALLBACK_STOPPED,    /* the sender was freed, or libcurl does not start */
};

/* "answered", "connect-failed", ... as reports and journals name them. */
const char *callback_error_name(enum callback_error error);

/* One attempt; everything is borrowed for the time of the call. */
struct callback_attempt {
    const char *id; /* the job's */
    int number;     /* from 1; 0 = the job was stopped before it had begun */
    int64_t started_mono_ms;
    int64_t ended_mono_ms;
    int status; /* of the answer; 0 = none came */
    enum callback_error error;
    const char *text; /* in words */
    bool last;
    const char *target;    /* where it really went, rewritten */
    const char *signature; /* as sent, "" = none */
    const char *notes;     /* what was not understood in the URL's fragment, "" = nothing */
    struct text answer;    /* the first CALLBACK_ANSWER_KEPT_BYTES of the body */
};

typedef void callback_attempted(void *context, const struct callback_attempt *attempt);

enum callback_body { CALLBACK_FORM, CALLBACK_JSON };

struct callback_job {
    struct text id;   /* the caller's name for it; may be empty */
    struct text url;  /* as configured, with its fragment */
    struct text body; /* an encoded form (order and repetitions as they shall be sent), or JSON */
    enum callback_body kind;
    struct text content_type; /* TEXT_NONE: "application/x-www-form-urlencoded; charset=UTF-8" or
                                 "application/json" */
    struct text auth_token;
    enum callback_signature signature;
    struct text idempotency_token; /* TEXT_NONE: no such header */
    callback_attempted *attempted;
    void *context; /* borrowed until the last attempt was reported */
};

struct callback_settings {
    const struct callback_rewrite *rewrites; /* borrowed for the sender's life */
    size_t rewrite_count;
    const char *ca_file; /* whom to trust for https; NULL = the system's store. Borrowed likewise */
    bool reach_public;   /* connect to any address */
    /* Bounds of the queue; 0 = CALLBACK_QUEUE_MAX and CALLBACK_QUEUE_MAX_BYTES. */
    size_t queue_max;
    size_t queue_max_bytes;
    /* Called before a job's first attempt, on the sender's thread; may wait a little. NULL: nobody wants to
     * know. */
    void (*beginning)(void *context);
    void *beginning_context;
};

struct callback_counts {
    uint64_t accepted, refused; /* jobs */
    uint64_t attempts;          /* reported ones */
    size_t waiting, running;    /* now */
};

struct callback_sender;

/* New. Cheap: nothing is started yet. */
struct callback_sender *callback_sender_new(const struct callback_settings *settings);

/* Ends everything at once: each job that is not over gets a last attempted() with CALLBACK_STOPPED before
 * this returns. Nobody may send any more. NULL is allowed. */
void callback_sender_free(struct callback_sender *sender);

/* Copies the job and sends it as soon as there is room. False with the reason in *why when its URL is not
 * valid, its body is no form or too long, the queue is full, or libcurl does not start. */
bool callback_sender_send(struct callback_sender *sender, const struct callback_job *job, struct fail *why);

struct callback_counts callback_sender_counts(struct callback_sender *sender);

/* Waits until no job is outstanding and all calls are over; false when clock_real_mono_us() has come there
 * first. */
bool callback_sender_wait_idle(struct callback_sender *sender, int64_t until_real_mono_us);

#endif
