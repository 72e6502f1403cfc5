/* Guesses by the names and values of parameters, because the language has no place where a profile would say
 * it. */
#include "meaning.h"

#include "expectation.h"

static const char *const purpose_names[] = {"type", "purpose"};

static bool is_purpose(struct text name)
{
    for (size_t i = 0; i < sizeof purpose_names / sizeof *purpose_names; i++)
        if (text_is_nocase(name, purpose_names[i]))
            return true;
    return false;
}

static bool is_e164(struct text value)
{
    return text_starts(value, "+") && value.len >= 8 && value.len <= 16 &&
           text_all_digits(text_from(value, 1));
}

/* A code of six digits can be somebody's short number nowhere: numbers are looked for in what is no code. */
static void param_take(struct meaning *meaning, struct cast *cast, struct text name, struct text value,
                       bool by_default)
{
    if (text_is_nocase(name, "code"))
        meaning->code = value;
    else if (text_is_nocase(name, "channel"))
        meaning->channel = by_default ? TEXT_NONE : value;
    else if (is_purpose(name))
        meaning->purpose = value;
    else if (meaning->phone.at == NULL) {
        struct actor *actor = cast_find_number(cast, value);
        if (actor != NULL)
            meaning->phone = text_of(actor_number(actor));
        else if (is_e164(value))
            meaning->phone = value;
        meaning->actor = actor;
    }
}

static bool is_named(const struct named_values *values, struct text name)
{
    for (size_t i = 0; i < values->count; i++)
        if (text_equal(values->items[i].name, name))
            return true;
    return false;
}

bool meaning_read(struct meaning *meaning, struct cast *cast, const struct named_values *params,
                  const struct named_values *defaults, struct variables *scope, struct fail *why)
{
    *meaning = (struct meaning){0};
    const struct named_values *lists[] = {params, defaults};
    for (size_t list = 0; list < 2; list++) {
        for (size_t i = 0; i < lists[list]->count; i++) {
            const struct named_value *param = &lists[list]->items[i];
            json_t *value = NULL;
            if (list == 1 && is_named(params, param->name))
                continue;
            if (!variables_get(scope, param->name, &value, why))
                return false;
            if (json_is_string(value)) {
                char *kept = arena_copy(variables_arena(scope), text_of(json_string_value(value)));
                param_take(meaning, cast, param->name, text_of(kept), list == 1);
            }
            json_decref(value);
        }
    }
    if (meaning->code.at != NULL && meaning->phone.at != NULL)
        meaning->does = DOES_VERIFY;
    else if (meaning->phone.at != NULL)
        meaning->does = DOES_SEND;
    return true;
}

void meaning_write(const struct meaning *meaning, json_t *fields)
{
    static const char *const words[] = {
        [DOES_OTHER] = "other", [DOES_SEND] = "send", [DOES_VERIFY] = "verify"};
    const struct {
        const char *key;
        struct text value;
    } rows[] = {{"phone", meaning->phone},
                {"purpose", meaning->purpose},
                {"code", meaning->code},
                {"channel", meaning->channel}};
    json_set(fields, "does", json_string(words[meaning->does]));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].value.at != NULL)
            json_set(fields, rows[i].key, json_of_text(rows[i].value));
}

/* In the order in which they are tried: what a profile does not tell apart goes to the first. */
static const struct {
    enum meaning_does does;
    const char *name;
    bool is_success; /* a 2xx means it when the profile does not name it */
} verdicts[] = {
    {DOES_SEND, "sent", true},       {DOES_SEND, "limited", false},      {DOES_SEND, "undeliverable", false},
    {DOES_VERIFY, "accepted", true}, {DOES_VERIFY, "wrong-code", false}, {DOES_VERIFY, "limited", false},
    {DOES_VERIFY, "expired", false},
};

const char *meaning_verdict(const struct meaning *meaning, const struct profile *profile,
                            struct variables *variables, const struct answer *answer)
{
    for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++) {
        if (verdicts[i].does != meaning->does)
            continue;
        const struct named_expect *named = answers_find(&profile->answers, text_of(verdicts[i].name));
        struct expectation expectation = {.expect = named == NULL ? NULL : &named->expect,
                                          .answers = &profile->answers,
                                          .variables = variables};
        bool asked = named != NULL || verdicts[i].is_success;
        if (asked && expectation_judge(&expectation, answer))
            return verdicts[i].name;
    }
    return "other";
}
