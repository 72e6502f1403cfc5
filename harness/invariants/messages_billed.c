/* Invariant 6: at most M billed messages per request and per number and window.
 *
 * Two readings, both must hold. Per number: in any window of `sends.per`, at most `sends.limit` send requests
 * are answered `sent`; a window counts when all of it surely lies within that time. Per request: at most one
 * accepted message a channel of the policy, and one more where it retries unknown outcomes; requests that
 * cannot be told apart share their allowance. Exercised: accepted messages that a send request led to. */
#include "judges.h"

#include <stdlib.h>

#include "mem.h"

static int compare_by_phone(const void *a, const void *b)
{
    const struct fact_request *one = *(const struct fact_request *const *)a;
    const struct fact_request *other = *(const struct fact_request *const *)b;
    int by_phone = text_compare(one->phone, other->phone);
    if (by_phone != 0)
        return by_phone;
    return one->began_us < other->began_us ? -1 : one->began_us > other->began_us;
}

/* sends[i] and the `limit` sends before it, all of one number, all within the window. */
static void judge_window(const struct facts *facts, const struct fact_request **sends, size_t i,
                         struct finding *finding)
{
    size_t limit = (size_t)facts->policy->sends_limit;
    if (i < limit || !text_equal(sends[i - limit]->phone, sends[i]->phone))
        return;
    const struct fact_request *first = sends[i - limit], *last = sends[i];
    int64_t took_ms = last->answer->t_ms - first->line->t_ms;
    if (took_ms < facts->policy->sends_per_ms)
        finding_broken(
            finding,
            "%zu sends to %.*s were answered as sent within %lld ms (the policy allows %zu in %lld ms): "
            "lines %lld to %lld",
            limit + 1, TEXT_ARGS(last->phone), (long long)took_ms, limit,
            (long long)facts->policy->sends_per_ms, (long long)first->line->n, (long long)last->answer->n);
}

static void judge_windows(const struct facts *facts, struct finding *finding)
{
    const struct fact_request **sends =
        mem_new_array(facts->request_count + 1, sizeof(struct fact_request *));
    size_t count = 0;
    for (size_t i = 0; i < facts->request_count; i++)
        if (facts->requests[i].does == FACT_SENDS && facts->requests[i].phone.at != NULL &&
            text_is(facts->requests[i].verdict, "sent"))
            sends[count++] = &facts->requests[i];
    qsort(sends, count, sizeof(struct fact_request *), compare_by_phone);
    for (size_t i = 0; i < count; i++)
        judge_window(facts, sends, i, finding);
    mem_free(sends);
}

static int allowance(const struct facts *facts, const struct fact_occasion *occasion)
{
    int each = (int)facts->policy->channel_count + (facts->policy->unknown_outcome == UNKNOWN_RETRY ? 1 : 0);
    return occasion->one_send ? each : each * facts->waves[occasion->wave].sends;
}

/* messages[from, to) are those of one occasion. */
static void judge_request(const struct facts *facts, size_t from, size_t to, struct finding *finding)
{
    const struct fact_send *first = &facts->messages[from], *last = &facts->messages[to - 1];
    const struct fact_occasion *occasion = &facts->occasions[first->occasion];
    int allowed = allowance(facts, occasion);
    int sent = (int)(to - from);
    int requests = occasion->one_send ? 1 : facts->waves[occasion->wave].sends;
    if (sent > allowed)
        finding_broken(
            finding, "%d messages were accepted for %d %s of %.*s (the policy allows %d): lines %lld to %lld",
            sent, requests, requests == 1 ? "request" : "requests", TEXT_ARGS(first->to), allowed,
            (long long)first->line->n, (long long)last->line->n);
}

static void judge_requests(const struct facts *facts, struct finding *finding)
{
    for (size_t from = 0, to; from < facts->message_count; from = to) {
        for (to = from + 1; to < facts->message_count; to++)
            if (facts->messages[to].occasion != facts->messages[from].occasion)
                break;
        if (facts->messages[from].occasion >= 0)
            judge_request(facts, from, to, finding);
    }
}

void judge_messages_billed(const struct facts *facts, struct finding *finding)
{
    bool by_window = facts->policy->sends_limit > 0 && facts->policy->sends_per_ms > 0;
    bool by_request = facts->policy->channel_count > 0;
    if (by_window)
        judge_windows(facts, finding);
    if (by_request)
        judge_requests(facts, finding);
    for (size_t i = 0; (by_window || by_request) && i < facts->message_count; i++)
        finding_exercised(finding, facts->messages[i].occasion >= 0);
}
