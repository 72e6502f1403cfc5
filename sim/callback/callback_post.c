/* Turns a job into what goes on the wire. It runs in the caller's thread, so that a job that cannot be sent
 * is refused at once and the one thread that sends has less to do. */
#include "callback_post.h"

#include <string.h>

#include "arena.h"
#include "mem.h"

enum {
    NOTES_MAX_BYTES = 4 * CALLBACK_URL_MAX_BYTES,
    HEADER_MAX_BYTES = 2 * CALLBACK_URL_MAX_BYTES,
    /* A decoded form: its pairs (bounds.h) and its bytes. */
    FORM_ARENA_MAX_BYTES = 64 * 1024 + CALLBACK_BODY_MAX_BYTES,
};

static const char other_token[] = "0123456789abcdef0123456789abcdef"; /* nobody's */

static bool is_header_value(struct text value)
{
    for (size_t i = 0; i < value.len; i++)
        if ((unsigned char)value.at[i] < ' ' || value.at[i] == 0x7f)
            return false;
    return true;
}

static void put_header(struct callback_post *post, const char *name, struct text value)
{
    struct text_buf line;
    text_buf_init(&line, HEADER_MAX_BYTES);
    REQUIRE(post->header_count < CALLBACK_POST_HEADERS_MAX);
    text_put_z(&line, name);
    text_put_z(&line, ": ");
    text_put(&line, value);
    post->cost_bytes += line.len;
    post->headers[post->header_count++] = text_buf_take(&line);
}

/* A signature that no token makes: its first character is another one. */
static void spoil(char signature[SIGNATURE_BYTES])
{
    signature[0] = signature[0] == 'A' ? 'B' : 'A';
}

static bool sign(const struct callback_job *job, struct text url, char out[SIGNATURE_BYTES], struct fail *why)
{
    bool foreign = job->signature == CALLBACK_SIGNATURE_OTHER_TOKEN;
    struct text token = foreign ? text_of(other_token) : job->auth_token;
    enum form_result result = FORM_OK;
    if (job->kind == CALLBACK_JSON) {
        signature_sign_json(token, url, job->body, out);
    } else {
        struct form form;
        struct arena *arena = arena_new(FORM_ARENA_MAX_BYTES);
        result = form_parse(arena, job->body, &form);
        if (result == FORM_OK)
            signature_sign(token, url, &form, out);
        arena_free(arena);
    }
    if (result != FORM_OK)
        return fail_set(why, "the body is no form: %s", form_result_text(result));
    if (job->signature == CALLBACK_SIGNATURE_WRONG)
        spoil(out);
    if (job->signature == CALLBACK_SIGNATURE_MISSING)
        out[0] = '\0';
    return true;
}

/* Where it goes. A body that is no form has its hash in the URL, which the rewritten one carries as well. */
static void put_target(struct callback_post *post, const struct callback_job *job,
                       const struct callback_url *url, const struct callback_settings *settings)
{
    struct text_buf target;
    text_buf_init(&target, 2 * CALLBACK_URL_MAX_BYTES);
    if (callback_rewrite_apply(settings->rewrites, settings->rewrite_count, url, &target)) {
        put_header(post, "Host", url->authority);
        put_header(post, "X-Forwarded-Proto", url->https ? TEXT("https") : TEXT("http"));
    }
    if (job->kind == CALLBACK_JSON) {
        char *plain = text_buf_take(&target);
        signature_put_json_url(&target, text_of(plain), job->body);
        mem_free(plain);
    }
    post->cost_bytes += target.len;
    post->target = text_buf_take(&target);
}

static void put_headers(struct callback_post *post, const struct callback_job *job)
{
    struct text type = job->kind == CALLBACK_JSON ? TEXT("application/json")
                                                  : TEXT("application/x-www-form-urlencoded; charset=UTF-8");
    put_header(post, "Content-Type", job->content_type.at != NULL ? job->content_type : type);
    if (post->signature[0] != '\0')
        put_header(post, "X-Twilio-Signature", text_of(post->signature));
    if (job->idempotency_token.at != NULL)
        put_header(post, "I-Twilio-Idempotency-Token", job->idempotency_token);
}

static bool job_is_fine(const struct callback_job *job, struct callback_url *ret_url, struct fail *why)
{
    struct fail reason = {0};
    if (!callback_url_split(job->url, ret_url, &reason))
        return fail_set(why, "the callback URL is not valid: %s", reason.text);
    if (job->body.len > CALLBACK_BODY_MAX_BYTES)
        return fail_set(why, "the body is longer than %d bytes", CALLBACK_BODY_MAX_BYTES);
    if (job->content_type.len > CALLBACK_URL_MAX_BYTES || job->idempotency_token.len > CALLBACK_URL_MAX_BYTES)
        return fail_set(why, "a header value is longer than %d bytes", CALLBACK_URL_MAX_BYTES);
    if (!is_header_value(job->content_type) || !is_header_value(job->idempotency_token))
        return fail_set(why, "a header value has a control character");
    return true;
}

bool callback_post_new(const struct callback_job *job, const struct callback_settings *settings,
                       struct callback_post **ret, struct fail *why)
{
    struct callback_url url;
    char signature[SIGNATURE_BYTES];
    REQUIRE(job->attempted != NULL);
    if (!job_is_fine(job, &url, why) || !sign(job, url.whole, signature, why))
        return false;
    struct callback_post *post = mem_new(sizeof *post);
    struct text_buf notes;
    text_buf_init(&notes, NOTES_MAX_BYTES);
    callback_overrides_read(url.fragment, &post->overrides, &notes);
    post->cost_bytes = sizeof *post + job->id.len + job->body.len + notes.len;
    post->notes = text_buf_take(&notes);
    memcpy(post->signature, signature, sizeof signature);
    post->id = text_copy(job->id);
    post->body = text_copy(job->body);
    post->body_len = job->body.len;
    post->attempted = job->attempted;
    post->context = job->context;
    put_target(post, job, &url, settings);
    put_headers(post, job);
    *ret = post;
    return true;
}

void callback_post_free(struct callback_post *post)
{
    if (post == NULL)
        return;
    for (size_t i = 0; i < post->header_count; i++)
        mem_free(post->headers[i]);
    mem_free(post->id);
    mem_free(post->target);
    mem_free(post->body);
    mem_free(post->notes);
    mem_free(post);
}
