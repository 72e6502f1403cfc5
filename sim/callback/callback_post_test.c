/* What a job becomes before it is sent. */
#include "test_support.h"

#include "callback_post.h"

#define A32 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B32 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define STATUS_BODY                                                                                          \
    "SmsSid=SM" A32 "&MessageSid=SM" A32                                                                     \
    "&SmsStatus=delivered&MessageStatus=delivered&To=%2B243810000001&From=%2B15005550006"                    \
    "&AccountSid=AC" B32 "&ApiVersion=2010-04-01&RawDlrDoneDate=2601021530"

static void nobody(void *context, const struct callback_attempt *attempt)
{
    (void)context, (void)attempt;
}

static const struct callback_job status_job = {
    .id = {"SM1", 3},
    .url = {"https://example.test/twilio/status#rc=2&x=y", 43},
    .body = {STATUS_BODY, sizeof STATUS_BODY - 1},
    .auth_token = {"simtoken", 8},
    .idempotency_token = {"11111111-2222-4333-8444-555555555555", 36},
    .attempted = nobody};

static const struct callback_settings plain = {0};

/* All headers, a line each. */
static void assert_headers(const struct callback_post *post, const char *expected)
{
    struct text_buf all;
    text_buf_init(&all, 4096);
    for (size_t i = 0; i < post->header_count; i++)
        text_putf(&all, "%s\n", post->headers[i]);
    assert_string_equal(text_buf_z(&all), expected);
    text_buf_release(&all);
}

static struct callback_post *post_of(const struct callback_job *job, const struct callback_settings *settings)
{
    struct callback_post *post = NULL;
    struct fail why = {0};
    if (!callback_post_new(job, settings, &post, &why))
        fail_msg("%s", why.text);
    return post;
}

static void a_status_callback_is_signed_without_its_fragment(void **state)
{
    (void)state;
    struct callback_post *post = post_of(&status_job, &plain);
    assert_string_equal(post->target, "https://example.test/twilio/status");
    assert_string_equal(post->body, STATUS_BODY);
    assert_int_equal(post->body_len, 264);
    assert_string_equal(post->signature, "+x0FJrmz6Fy6BQN+9KCqgKaKxcE=");
    assert_headers(post, "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\n"
                         "X-Twilio-Signature: +x0FJrmz6Fy6BQN+9KCqgKaKxcE=\n"
                         "I-Twilio-Idempotency-Token: 11111111-2222-4333-8444-555555555555\n");
    assert_int_equal(post->overrides.retries, 2);
    assert_string_equal(post->notes, "x=y is no connection override");
    callback_post_free(post);
}

static void a_rewritten_one_signs_the_original_and_names_it(void **state)
{
    (void)state;
    struct callback_rewrite rule;
    struct fail why = {0};
    assert_true(callback_rewrite_read(TEXT("https://example.test=http://127.0.0.1:3000"), &rule, &why));
    struct callback_settings settings = {.rewrites = &rule, .rewrite_count = 1};
    struct callback_post *post = post_of(&status_job, &settings);
    assert_string_equal(post->target, "http://127.0.0.1:3000/twilio/status");
    assert_headers(post, "Host: example.test\n"
                         "X-Forwarded-Proto: https\n"
                         "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\n"
                         "X-Twilio-Signature: +x0FJrmz6Fy6BQN+9KCqgKaKxcE=\n"
                         "I-Twilio-Idempotency-Token: 11111111-2222-4333-8444-555555555555\n");
    callback_post_free(post);
    callback_rewrite_release(&rule);
}

static void a_fault_changes_the_signature_alone(void **state)
{
    (void)state;
    static const struct {
        enum callback_signature signature;
        const char *expected, *headers;
    } rows[] = {
        {CALLBACK_SIGNATURE_WRONG, "Ax0FJrmz6Fy6BQN+9KCqgKaKxcE=",
         "Content-Type: text/plain\nX-Twilio-Signature: Ax0FJrmz6Fy6BQN+9KCqgKaKxcE=\n"},
        {CALLBACK_SIGNATURE_OTHER_TOKEN, "mldcJA68gG6aMlNVcQIBL7xrSoc=",
         "Content-Type: text/plain\nX-Twilio-Signature: mldcJA68gG6aMlNVcQIBL7xrSoc=\n"},
        {CALLBACK_SIGNATURE_MISSING, "", "Content-Type: text/plain\n"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct callback_job job = status_job;
        job.signature = rows[i].signature;
        job.content_type = TEXT("text/plain");
        job.idempotency_token = TEXT_NONE;
        struct callback_post *post = post_of(&job, &plain);
        assert_string_equal(post->signature, rows[i].expected);
        assert_headers(post, rows[i].headers);
        callback_post_free(post);
    }
}

static void a_json_body_has_its_hash_in_the_url_and_is_signed_by_it(void **state)
{
    (void)state;
    struct callback_job job = status_job;
    job.kind = CALLBACK_JSON;
    job.url = TEXT("https://a.example/hook#rc=0");
    job.body = TEXT("{\"a\":1}");
    job.auth_token = TEXT("12345");
    job.idempotency_token = TEXT_NONE;
    struct callback_post *post = post_of(&job, &plain);
    assert_string_equal(
        post->target,
        "https://a.example/hook?bodySHA256=015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862");
    assert_headers(post,
                   "Content-Type: application/json\nX-Twilio-Signature: hlB4o+7x0MJSCFthqY9gjGbENEk=\n");
    callback_post_free(post);
}

static void a_job_that_cannot_be_sent_is_refused_with_its_reason(void **state)
{
    (void)state;
    static char long_body[CALLBACK_BODY_MAX_BYTES + 1], long_type[CALLBACK_URL_MAX_BYTES + 1];
    memset(long_body, 'a', sizeof long_body);
    memset(long_type, 'a', sizeof long_type);
    const struct {
        struct text url, body, type, token;
        const char *why;
    } rows[] = {
        {TEXT("example.test"), TEXT(""), TEXT_NONE, TEXT_NONE,
         "the callback URL is not valid: it does not begin with http:// or https://"},
        {TEXT("http://a.example/"), text_span(long_body, sizeof long_body), TEXT_NONE, TEXT_NONE,
         "the body is longer than 65536 bytes"},
        {TEXT("http://a.example/"), TEXT("a=%zz"), TEXT_NONE, TEXT_NONE,
         "the body is no form: a % is not followed by two hex digits"},
        {TEXT("http://a.example/"), TEXT(""), TEXT("text/plain\r\nX: y"), TEXT_NONE,
         "a header value has a control character"},
        {TEXT("http://a.example/"), TEXT(""), TEXT_NONE, TEXT("a\nb"),
         "a header value has a control character"},
        {TEXT("http://a.example/"), TEXT(""), text_span(long_type, sizeof long_type), TEXT_NONE,
         "a header value is longer than 4000 bytes"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct callback_job job = {.url = rows[i].url,
                                   .body = rows[i].body,
                                   .content_type = rows[i].type,
                                   .idempotency_token = rows[i].token,
                                   .auth_token = TEXT("t"),
                                   .attempted = nobody};
        struct callback_post *post = NULL;
        struct fail why = {0};
        assert_false(callback_post_new(&job, &plain, &post, &why));
        assert_string_equal(why.text, rows[i].why);
        assert_null(post);
    }
}

static void the_longest_body_is_a_form_as_well(void **state)
{
    (void)state;
    static char body[CALLBACK_BODY_MAX_BYTES];
    memset(body, '+', sizeof body); /* '+' makes it decoded, that is copied */
    memcpy(body, "Body=", 5);
    struct callback_job job = status_job;
    job.body = text_span(body, sizeof body);
    struct callback_post *post = post_of(&job, &plain);
    assert_int_equal(post->body_len, 65536);
    callback_post_free(post);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_status_callback_is_signed_without_its_fragment),
        cmocka_unit_test(a_rewritten_one_signs_the_original_and_names_it),
        cmocka_unit_test(a_fault_changes_the_signature_alone),
        cmocka_unit_test(a_json_body_has_its_hash_in_the_url_and_is_signed_by_it),
        cmocka_unit_test(a_job_that_cannot_be_sent_is_refused_with_its_reason),
        cmocka_unit_test(the_longest_body_is_a_form_as_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
