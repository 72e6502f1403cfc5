/* Judges an answer piece by piece: each piece has a function, and a row in the table at the end. */
#include "expectation.h"

#include <stdio.h>

#include "duration_match.h"
#include "json_match.h"
#include "mem.h"
#include "status_match.h"
#include "text_match.h"

enum { NAMED_DEPTH_MAX = 4 };

/* One judgement under way: differences are collected before a finding is made of them. */
struct judgement {
    const struct expectation *e;
    const struct answer *answer;
    struct finding
        *finding; /* made at the first difference; NULL while all holds or when no words are wanted */
    bool fine;
};

static void finding_begin(struct judgement *j)
{
    j->fine = false;
    if (j->e->findings == NULL || j->finding != NULL)
        return;
    j->finding = findings_add(j->e->findings, j->e->at, j->e->step, "the answer is not what was expected");
}

static void differs(struct judgement *j, const char *at, struct text expected, struct text actual)
{
    finding_begin(j);
    if (j->finding != NULL)
        finding_differs(j->finding, at, expected, actual);
}

static void differs_in_words(struct judgement *j, struct text words)
{
    finding_begin(j);
    if (j->finding != NULL)
        finding_put_detail(j->finding, words);
}

static void broken(struct judgement *j, const struct fail *why)
{
    differs_in_words(j, text_of(why->text));
}

static void status_compare(struct judgement *j, const struct status_set *wanted)
{
    if (j->answer->status != 0 && status_holds(wanted, j->answer->status))
        return;
    struct text_buf expected;
    char actual[400];
    text_buf_init(&expected, 256);
    status_write(wanted, &expected);
    if (j->answer->status == 0)
        snprintf(actual, sizeof actual, "no answer: %s", j->answer->error);
    else
        snprintf(actual, sizeof actual, "%d", j->answer->status);
    differs(j, "status", text_buf_view(&expected), text_of(actual));
    text_buf_release(&expected);
}

static void exit_compare(struct judgement *j, int64_t wanted)
{
    if (j->answer->exit == wanted)
        return;
    char expected[24], actual[24];
    snprintf(expected, sizeof expected, "%lld", (long long)wanted);
    snprintf(actual, sizeof actual, "%d", j->answer->exit);
    differs(j, "exit", text_of(expected), text_of(actual));
}

/* What is required when nothing says otherwise. */
static void default_judge(struct judgement *j)
{
    if (j->e->lenient)
        return;
    if (j->answer->kind == ANSWER_PROGRAM)
        exit_compare(j, 0);
    if (j->answer->kind == ANSWER_HTTP)
        status_compare(j, &(struct status_set){.ranges = {{200, 299}}, .count = 1});
}

static void status_judge(struct judgement *j, const struct expect *expect)
{
    bool said = place_given(expect->status.at) || value_given(&expect->exit) || expect->not_ != NULL ||
                place_given(expect->answers.at);
    if (!said)
        default_judge(j);
    if (!place_given(expect->status.at))
        return;
    struct status_set wanted = {0};
    struct fail why = {0};
    if (!value_status_set(&expect->status, j->e->variables, &wanted, &why))
        broken(j, &why);
    else
        status_compare(j, &wanted);
}

static void exit_judge(struct judgement *j, const struct expect *expect)
{
    if (!value_given(&expect->exit))
        return;
    int64_t wanted;
    struct fail why = {0};
    if (!value_int(&expect->exit, j->e->variables, &wanted, &why))
        broken(j, &why);
    else
        exit_compare(j, wanted);
}

static void json_judge(struct judgement *j, const struct expect *expect)
{
    if (expect->json == NULL)
        return;
    json_t *wanted = NULL;
    struct fail why = {0};
    if (!node_json(expect->json, j->e->variables, &wanted, &why)) {
        broken(j, &why);
        return;
    }
    struct text_buf words;
    text_buf_init(&words, FINDING_TEXT_MAX_BYTES);
    if (j->answer->json == NULL)
        differs(j, "json", TEXT("JSON"), text_first(text_buf_view(&j->answer->body), 200));
    else if (!json_match(wanted, j->answer->json, &words))
        differs_in_words(j, text_buf_view(&words));
    text_buf_release(&words);
    json_decref(wanted);
}

static void match_judge(struct judgement *j, const struct value *value, const char *at, struct text subject)
{
    struct text written;
    struct fail why = {0};
    struct text_match *match = NULL;
    if (value_text(value, j->e->variables, &written, &why))
        match = text_match_new(written, &why);
    if (match == NULL) {
        broken(j, &why);
        return;
    }
    if (subject.at == NULL)
        differs(j, at, written, TEXT("(not there)"));
    else if (!text_match_holds(match, subject, NULL))
        differs(j, at, written, text_first(subject, 400));
    text_match_free(match);
}

static void text_judge(struct judgement *j, const struct expect *expect)
{
    struct text body = text_buf_view(&j->answer->body);
    if (body.at == NULL)
        body = TEXT("");
    for (size_t i = 0; i < expect->text.count; i++)
        match_judge(j, &expect->text.items[i], "text", body);
}

static void headers_judge(struct judgement *j, const struct expect *expect)
{
    for (size_t i = 0; i < expect->headers.count; i++) {
        const struct named_value *wanted = &expect->headers.items[i];
        char at[80];
        snprintf(at, sizeof at, "header %.*s", TEXT_ARGS(text_first(wanted->name, 60)));
        match_judge(j, &wanted->value, at, answer_header(j->answer, wanted->name));
    }
}

static void took_report(struct judgement *j, const char *words, int64_t limit_ms)
{
    struct text_buf expected, actual;
    text_buf_init(&expected, 64);
    text_buf_init(&actual, 64);
    text_put_z(&expected, words);
    duration_write(limit_ms, &expected);
    duration_write(j->answer->took_ms, &actual);
    differs(j, "took", text_buf_view(&expected), text_buf_view(&actual));
    text_buf_release(&expected);
    text_buf_release(&actual);
}

static bool took_about(int64_t limit_ms, int64_t actual_ms, int64_t tolerance_ms)
{
    int64_t work_ms = tolerance_ms > 0 ? DURATION_WORK_MS : 0;
    return actual_ms >= limit_ms - tolerance_ms && actual_ms <= limit_ms + work_ms;
}

static bool took_longer(int64_t limit_ms, int64_t actual_ms, int64_t tolerance_ms)
{
    (void)tolerance_ms;
    return actual_ms > limit_ms;
}

static bool took_less(int64_t limit_ms, int64_t actual_ms, int64_t tolerance_ms)
{
    (void)tolerance_ms;
    return actual_ms < limit_ms;
}

static void took_judge(struct judgement *j, const struct expect *expect)
{
    int64_t actual = j->answer->took_ms;
    const struct {
        const struct value *value;
        const char *words;
        bool (*holds)(int64_t limit_ms, int64_t actual_ms, int64_t tolerance_ms);
    } rows[] = {
        {&expect->took.about, "", took_about},
        {&expect->took.over, "over ", took_longer},
        {&expect->took.under, "under ", took_less},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t limit_ms;
        struct fail why = {0};
        if (!value_given(rows[i].value))
            continue;
        if (!value_duration_ms(rows[i].value, j->e->variables, &limit_ms, &why)) {
            broken(j, &why);
            continue;
        }
        if (!rows[i].holds(limit_ms, actual, j->e->exact_time ? 0 : DURATION_TOLERANCE_MS))
            took_report(j, rows[i].words, limit_ms);
    }
}

/* not: { … } fails when all of it holds. */
static void not_judge(struct judgement *j, const struct expect *expect)
{
    if (expect->not_ == NULL)
        return;
    struct expectation inner = *j->e;
    inner.expect = expect->not_;
    inner.findings = NULL;
    inner.lenient = true;
    if (expectation_judge(&inner, j->answer))
        differs(j, "not", TEXT("an answer unlike the one under `not`"), TEXT("one that fits it"));
}

typedef void piece_judge(struct judgement *j, const struct expect *expect);

static piece_judge *const pieces[] = {status_judge,  exit_judge, json_judge, text_judge,
                                      headers_judge, took_judge, not_judge};

/* Where no answer came nothing fits but `any`, `not` neither; that there is no body to compare need not be
 * said. */
static void silence_judge(struct judgement *j, const struct expect *expect)
{
    status_judge(j, expect);
    took_judge(j, expect);
    if (!j->fine)
        return;
    char actual[400];
    snprintf(actual, sizeof actual, "none: %s", j->answer->error);
    differs(j, "answer", TEXT("any"), text_of(actual));
}

/* Follows NAME to the profile's answers; NULL with a finding when there is none. */
static const struct expect *named_find(struct judgement *j, const struct expect *expect)
{
    for (int depth = 0; expect != NULL && value_given(&expect->name) && depth < NAMED_DEPTH_MAX; depth++) {
        struct text name;
        struct fail why = {0};
        if (!value_text(&expect->name, j->e->variables, &name, &why)) {
            broken(j, &why);
            return NULL;
        }
        const struct named_expect *found = answers_find(j->e->answers, name);
        if (found == NULL) {
            fail_set(&why, "the profile has no answer named '%.*s'", TEXT_ARGS(name));
            broken(j, &why);
            return NULL;
        }
        expect = &found->expect;
    }
    return expect;
}

static void answer_show(struct judgement *j)
{
    struct text_buf words;
    text_buf_init(&words, FINDING_TEXT_MAX_BYTES / 2);
    answer_describe(j->answer, &words);
    finding_put_detail(j->finding, text_buf_view(&words));
    text_buf_release(&words);
}

bool expectation_judge(const struct expectation *e, const struct answer *answer)
{
    struct judgement j = {.e = e, .answer = answer, .fine = true};
    if (e->expect != NULL && expect_is_any(e->expect))
        return true;
    if (e->expect == NULL) {
        default_judge(&j);
    } else {
        const struct expect *expect = named_find(&j, e->expect);
        bool silent = answer->kind == ANSWER_HTTP && answer->status == 0;
        if (expect != NULL && silent)
            silence_judge(&j, expect);
        for (size_t i = 0; expect != NULL && !silent && i < sizeof pieces / sizeof *pieces; i++)
            pieces[i](&j, expect);
    }
    if (j.finding != NULL)
        answer_show(&j);
    return j.fine;
}

bool expectation_counts(const struct expect *expect)
{
    return expect != NULL && place_given(expect->answers.at);
}

static void counts_write(const int *statuses, size_t count, struct text_buf *out)
{
    for (int status = 0; status < 600; status++) {
        size_t times = 0;
        for (size_t i = 0; i < count; i++)
            times += statuses[i] == status;
        if (times == 0)
            continue;
        if (out->len > 0)
            text_put_z(out, ", ");
        if (status == 0)
            text_putf(out, "no answer: %zu", times);
        else
            text_putf(out, "%d: %zu", status, times);
    }
}

static bool count_judge(struct judgement *j, const struct named_value *wanted, const int *statuses,
                        size_t count)
{
    struct status_set set = {.count = 1};
    struct count expected;
    struct fail why = {0};
    if (!status_read(wanted->name, &set.ranges[0], &why) ||
        !value_count(&wanted->value, j->e->variables, &expected, &why)) {
        broken(j, &why);
        return false;
    }
    int64_t seen = 0;
    for (size_t i = 0; i < count; i++)
        seen += statuses[i] != 0 && status_holds(&set, statuses[i]);
    if (count_holds(expected, seen))
        return true;
    struct text_buf words, got;
    text_buf_init(&words, 64);
    text_buf_init(&got, 1024);
    count_write(expected, &words);
    counts_write(statuses, count, &got);
    char at[40];
    snprintf(at, sizeof at, "answers.%.*s", TEXT_ARGS(text_first(wanted->name, 16)));
    differs(j, at, text_buf_view(&words), text_buf_view(&got));
    text_buf_release(&words);
    text_buf_release(&got);
    return false;
}

bool expectation_judge_counts(const struct expectation *e, const int *statuses, size_t count)
{
    if (!expectation_counts(e->expect))
        return true;
    struct judgement j = {.e = e, .fine = true};
    bool fine = true;
    for (size_t i = 0; i < e->expect->answers.count; i++)
        fine = count_judge(&j, &e->expect->answers.items[i], statuses, count) && fine;
    return fine;
}
