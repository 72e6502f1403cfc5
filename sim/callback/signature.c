/* Signs callbacks. Checking a signature is the receiver's business, and no code of ours does it. */
#include "signature.h"

#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "mem.h"

/* Name first, then value, both in byte order. */
static int compare_pairs(const void *a, const void *b)
{
    const struct form_pair *left = a, *right = b;
    int names = text_compare(left->name, right->name);
    return names != 0 ? names : text_compare(left->value, right->value);
}

/* Appends every different pair, sorted. */
static void put_pairs(struct text_buf *out, const struct form *params)
{
    struct form_pair *sorted = mem_new_array(params->count, sizeof *sorted);
    memcpy(sorted, params->pairs, params->count * sizeof *sorted);
    qsort(sorted, params->count, sizeof *sorted, compare_pairs);
    for (size_t i = 0; i < params->count; i++) {
        if (i > 0 && compare_pairs(&sorted[i - 1], &sorted[i]) == 0)
            continue;
        text_put(out, sorted[i].name);
        text_put(out, sorted[i].value);
    }
    mem_free(sorted);
}

void signature_sign(struct text auth_token, struct text url, const struct form *params,
                    char out[SIGNATURE_BYTES])
{
    struct text_buf message;
    text_buf_init(&message, SIZE_MAX);
    text_put(&message, url);
    if (params->count > 0)
        put_pairs(&message, params);
    digest_hmac_sha1_base64(auth_token, text_buf_view(&message), out);
    text_buf_release(&message);
}

void signature_put_json_url(struct text_buf *out, struct text url, struct text body)
{
    char hash[65];
    digest_sha256_hex(body, hash);
    text_put(out, url);
    text_put_char(out, text_find(url, '?') < url.len ? '&' : '?');
    text_put_z(out, "bodySHA256=");
    text_put_z(out, hash);
}

void signature_sign_json(struct text auth_token, struct text url, struct text body, char out[SIGNATURE_BYTES])
{
    struct text_buf message;
    text_buf_init(&message, SIZE_MAX);
    signature_put_json_url(&message, url, body);
    digest_hmac_sha1_base64(auth_token, text_buf_view(&message), out);
    text_buf_release(&message);
}
