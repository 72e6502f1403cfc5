/* Key by key from JSON. */
#include "policy_rows.h"

#include "mem.h"

static const json_t *member(const json_t *policy, const char *part, const char *key)
{
    return json_object_get(json_object_get(policy, part), key);
}

static bool read_int(const json_t *policy, const char *part, const char *key, int *ret, struct fail *why)
{
    int64_t number;
    const json_t *value = member(policy, part, key);
    if (value == NULL)
        return true;
    if (json_is_integer(value))
        *ret = (int)json_integer_value(value);
    else if (json_is_string(value) && text_to_int(text_of(json_string_value(value)), 0, 1000000, &number))
        *ret = (int)number;
    else
        return fail_set(why, "policy.%s.%s is no whole number", part, key);
    return true;
}

static bool read_duration(const json_t *policy, const char *part, const char *key, int64_t *ret_ms,
                          struct fail *why)
{
    const json_t *value = member(policy, part, key);
    if (value == NULL)
        return true;
    return (json_is_string(value) && text_to_duration_ms(text_of(json_string_value(value)), ret_ms)) ||
           fail_set(why, "policy.%s.%s is no duration", part, key);
}

static int read_word(const json_t *policy, const char *part, const char *key, const char *const *words,
                     int count)
{
    struct text word = text_of(json_string_value(member(policy, part, key)));
    for (int i = 0; i < count; i++)
        if (text_is(word, words[i]))
            return i + 1;
    return 0;
}

static void read_permanent(struct policy_rows *rows, const json_t *policy)
{
    const json_t *list = member(policy, "retry", "permanent");
    rows->permanent = mem_new_array(json_array_size(list) + 1, sizeof *rows->permanent);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        int64_t code = json_integer_value(item);
        if (json_is_string(item))
            text_to_int(text_of(json_string_value(item)), 0, INT32_MAX, &code);
        rows->permanent[rows->policy.permanent_count++] = code;
    }
    rows->policy.permanent = rows->permanent;
}

static void read_channels(struct policy_rows *rows, const json_t *policy)
{
    const json_t *list = json_object_get(policy, "channels");
    rows->channels = mem_new_array(json_array_size(list) + 1, sizeof *rows->channels);
    for (size_t i = 0; i < json_array_size(list); i++)
        rows->channels[rows->policy.channel_count++] =
            text_copy(text_of(json_string_value(json_array_get(list, i))));
    rows->policy.channels = (const char *const *)rows->channels;
}

bool policy_rows_read(struct policy_rows *ret, const json_t *policy, struct fail *why)
{
    static const char *const resend[] = {"new", "same"};
    static const char *const unknown[] = {"look-up", "retry", "stop"};
    *ret = (struct policy_rows){0};
    struct invariant_policy *p = &ret->policy;
    read_permanent(ret, policy);
    read_channels(ret, policy);
    p->resend = (enum invariant_resend)read_word(policy, "code", "resend", resend, 2);
    p->unknown_outcome = (enum invariant_unknown)read_word(policy, "retry", "unknown-outcome", unknown, 3);
    return read_int(policy, "code", "length", &p->code_length, why) &&
           read_int(policy, "code", "guesses", &p->code_guesses, why) &&
           read_int(policy, "sends", "limit", &p->sends_limit, why) &&
           read_int(policy, "retry", "tries", &p->retry_tries, why) &&
           read_duration(policy, "code", "lifetime", &p->code_lifetime_ms, why) &&
           read_duration(policy, "sends", "per", &p->sends_per_ms, why);
}

void policy_rows_release(struct policy_rows *rows)
{
    for (size_t i = 0; i < rows->policy.channel_count; i++)
        mem_free(rows->channels[i]);
    mem_free(rows->channels);
    mem_free(rows->permanent);
    *rows = (struct policy_rows){0};
}
