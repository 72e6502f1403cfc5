/* The list of what did not hold. How it is shown is the report's work. */
#include "findings.h"

#include <pthread.h>
#include <stdarg.h>

#include "mem.h"

struct findings {
    pthread_mutex_t mutex;
    struct finding *items[FINDINGS_MAX];
    size_t count;
    size_t left_out;
};

struct findings *findings_new(void)
{
    struct findings *findings = mem_new(sizeof *findings);
    pthread_mutex_init(&findings->mutex, NULL);
    return findings;
}

static void finding_free(struct finding *finding)
{
    for (size_t i = 0; i < finding->difference_count; i++) {
        mem_free(finding->differences[i].at);
        mem_free(finding->differences[i].expected);
        mem_free(finding->differences[i].actual);
    }
    mem_free(finding->differences);
    mem_free(finding->step);
    mem_free(finding->message);
    mem_free(finding->detail);
    mem_free(finding);
}

void findings_cut(struct findings *findings, size_t count)
{
    pthread_mutex_lock(&findings->mutex);
    while (findings->count > count)
        finding_free(findings->items[--findings->count]);
    pthread_mutex_unlock(&findings->mutex);
}

void findings_free(struct findings *findings)
{
    if (findings == NULL)
        return;
    findings_cut(findings, 0);
    pthread_mutex_destroy(&findings->mutex);
    mem_free(findings);
}

static void detail_append(struct finding *finding, struct text more)
{
    struct text_buf all;
    text_buf_init(&all, FINDING_TEXT_MAX_BYTES);
    text_put_z(&all, finding->detail == NULL ? "" : finding->detail);
    text_put(&all, more);
    mem_free(finding->detail);
    finding->detail = mem_string(text_buf_z(&all));
    text_buf_release(&all);
}

/* A full list keeps what it has; the newcomer is counted and takes the place of the last. */
static struct finding *slot_take(struct findings *findings)
{
    struct finding *finding = mem_new(sizeof *finding);
    pthread_mutex_lock(&findings->mutex);
    if (findings->count == FINDINGS_MAX) {
        findings->left_out++;
        finding_free(findings->items[--findings->count]);
    }
    findings->items[findings->count++] = finding;
    size_t left_out = findings->left_out;
    pthread_mutex_unlock(&findings->mutex);
    if (left_out > 0) {
        char line[80];
        struct text_buf words;
        text_buf_init(&words, sizeof line);
        text_putf(&words, "(%zu more before this one are not shown)\n", left_out);
        detail_append(finding, text_buf_view(&words));
        text_buf_release(&words);
    }
    return finding;
}

struct finding *findings_add(struct findings *findings, struct place at, const char *step, const char *format,
                             ...)
{
    struct text_buf message;
    text_buf_init(&message, FINDING_TEXT_MAX_BYTES);
    va_list args;
    va_start(args, format);
    text_putv(&message, format, args);
    va_end(args);
    struct finding *finding = slot_take(findings);
    finding->at = at;
    finding->step = mem_string(step == NULL ? "" : step);
    finding->message = mem_string(text_buf_z(&message));
    text_buf_release(&message);
    return finding;
}

bool findings_add_fail(struct findings *findings, struct place at, const char *step, const struct fail *why)
{
    findings_add(findings, at, step, "%s", why->text);
    return false;
}

static char *text_kept(struct text value)
{
    return text_copy(text_first(value, FINDING_TEXT_MAX_BYTES));
}

void finding_differs(struct finding *finding, const char *at, struct text expected, struct text actual)
{
    if (finding->difference_count == FINDING_DIFFERENCES_MAX)
        return;
    finding->differences =
        mem_resize(finding->differences, (finding->difference_count + 1) * sizeof *finding->differences);
    finding->differences[finding->difference_count++] =
        (struct finding_difference){mem_string(at), text_kept(expected), text_kept(actual)};
}

void finding_put_detail(struct finding *finding, struct text detail)
{
    detail_append(finding, detail);
}

size_t findings_count(struct findings *findings)
{
    pthread_mutex_lock(&findings->mutex);
    size_t count = findings->count;
    pthread_mutex_unlock(&findings->mutex);
    return count;
}

const struct finding *findings_at(struct findings *findings, size_t index)
{
    pthread_mutex_lock(&findings->mutex);
    REQUIRE(index < findings->count);
    const struct finding *finding = findings->items[index];
    pthread_mutex_unlock(&findings->mutex);
    return finding;
}
