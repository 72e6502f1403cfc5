/* `messages:`: how often a person's phone was tried, what was accepted, delivered and refused, which codes,
 * in which gaps. */
#include "checks.h"

#include <stdio.h>

#include "duration_match.h"
#include "mem.h"
#include "text_match.h"

enum { WHAT_BYTES = 80 };

/* One fact of the list while it is judged. */
struct selection {
    const struct message_fact *fact;
    struct text_match *text; /* NULL: any */
    char name[32];           /* "messages[0]" */
    bool fine;
};

static bool selects(struct check_case *c, struct selection *selection, struct text to, struct text channel,
                    struct text provider, struct text from, struct text text)
{
    const struct message_fact *fact = selection->fact;
    return check_selects_person(c, &fact->to, to, &selection->fine) &&
           check_selects(c, &fact->channel, channel, &selection->fine) &&
           check_selects(c, &fact->provider, provider, &selection->fine) &&
           check_selects(c, &fact->from, from, &selection->fine) &&
           (selection->text == NULL || text_match_holds(selection->text, text, NULL));
}

static bool selects_call(struct check_case *c, struct selection *selection, const struct seen_call *call)
{
    return seen_call_creates(call) &&
           selects(c, selection, call->to, call->channel, call->provider, call->from, call->text);
}

static bool selects_message(struct check_case *c, struct selection *selection,
                            const struct seen_message *message)
{
    return message->outbound && selects(c, selection, message->to, message->channel, message->provider,
                                        message->from, message->text);
}

struct message_counts {
    int64_t requests, accepted, delivered, codes;
};

static void code_count(struct text code, struct text *codes, int64_t *count)
{
    if (code.at == NULL)
        return;
    for (int64_t i = 0; i < *count; i++)
        if (text_equal(codes[i], code))
            return;
    codes[(*count)++] = code;
}

static struct message_counts counts_of(struct check_case *c, struct selection *selection)
{
    const struct happenings *seen = c->seen;
    struct message_counts counts = {0};
    struct text *codes = mem_new_array(seen->call_count + seen->message_count + 1, sizeof *codes);
    for (size_t i = 0; i < seen->call_count; i++) {
        if (!selects_call(c, selection, &seen->calls[i]))
            continue;
        counts.requests++;
        code_count(seen->calls[i].code_text, codes, &counts.codes);
    }
    for (size_t i = 0; i < seen->message_count; i++) {
        if (!selects_message(c, selection, &seen->messages[i]))
            continue;
        counts.accepted++;
        counts.delivered += seen->messages[i].delivered;
        code_count(seen->messages[i].code_text, codes, &counts.codes);
    }
    mem_free(codes);
    return counts;
}

static void what_write(char out[WHAT_BYTES], const struct selection *selection, const char *part)
{
    snprintf(out, WHAT_BYTES, "%s.%s", selection->name, part);
}

static bool counts_judge(struct check_case *c, const struct selection *selection,
                         struct message_counts counts)
{
    const struct message_fact *fact = selection->fact;
    const struct {
        const char *part;
        const struct value *expected;
        int64_t actual;
    } rows[] = {
        {"requests", &fact->requests, counts.requests},
        {"accepted", &fact->accepted, counts.accepted},
        {"delivered", &fact->delivered, counts.delivered},
        {"codes", &fact->codes, counts.codes},
    };
    bool fine = true;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char what[WHAT_BYTES];
        what_write(what, selection, rows[i].part);
        fine = check_count(c, rows[i].expected, what, rows[i].actual) && fine;
    }
    return fine;
}

/* refused: { 21610: 1 }: creates that were answered with that code. */
static bool refused_judge(struct check_case *c, struct selection *selection)
{
    bool fine = true;
    for (size_t i = 0; i < selection->fact->refused.count; i++) {
        const struct named_value *wanted = &selection->fact->refused.items[i];
        int64_t code = 0, count = 0;
        text_to_int(wanted->name, 0, INT32_MAX, &code);
        for (size_t k = 0; k < c->seen->call_count; k++)
            count += c->seen->calls[k].code == code && selects_call(c, selection, &c->seen->calls[k]);
        char part[32], what[WHAT_BYTES];
        snprintf(part, sizeof part, "refused.%lld", (long long)code);
        what_write(what, selection, part);
        fine = check_count(c, &wanted->value, what, count) && fine;
    }
    return fine;
}

static size_t gaps_of(struct check_case *c, struct selection *selection, int64_t *gaps_ms)
{
    const struct seen_call *before = NULL;
    size_t count = 0;
    for (size_t i = 0; i < c->seen->call_count; i++) {
        const struct seen_call *call = &c->seen->calls[i];
        if (!selects_call(c, selection, call))
            continue;
        if (before != NULL)
            gaps_ms[count++] = call->start_ms - before->end_ms;
        before = call;
    }
    return count;
}

static void gaps_write(struct text_buf *out, const int64_t *gaps_ms, size_t count)
{
    text_put_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        text_put_z(out, i == 0 ? "" : ", ");
        duration_write(gaps_ms[i], out);
    }
    text_put_char(out, ']');
}

static bool gaps_compare(struct check_case *c, struct selection *selection, const int64_t *expected_ms,
                         size_t expected)
{
    int64_t *actual_ms = mem_new_array(c->seen->call_count + 1, sizeof *actual_ms);
    size_t actual = gaps_of(c, selection, actual_ms);
    int64_t tolerance_ms = c->exact_time ? 0 : DURATION_TOLERANCE_MS;
    struct text_buf wanted, got;
    text_buf_init(&wanted, 4096);
    text_buf_init(&got, 4096);
    gaps_write(&wanted, expected_ms, expected);
    gaps_write(&got, actual_ms, actual);
    if (tolerance_ms > 0)
        text_putf(&wanted, " (+-%lldms)", (long long)tolerance_ms);
    char what[WHAT_BYTES];
    what_write(what, selection, "gaps");
    bool holds =
        gaps_match((struct gaps){expected_ms, expected}, (struct gaps){actual_ms, actual}, tolerance_ms);
    check_report(c, selection->fact->gaps.at, what, holds, text_buf_view(&wanted), text_buf_view(&got));
    text_buf_release(&wanted);
    text_buf_release(&got);
    mem_free(actual_ms);
    return holds;
}

static bool gaps_judge(struct check_case *c, struct selection *selection)
{
    const struct value_list *gaps = &selection->fact->gaps;
    if (!place_given(gaps->at))
        return true;
    int64_t *expected_ms = mem_new_array(gaps->count + 1, sizeof *expected_ms);
    struct fail why = {0};
    bool fine = true;
    for (size_t i = 0; i < gaps->count && fine; i++)
        fine = value_duration_ms(&gaps->items[i], c->variables, &expected_ms[i], &why);
    fine = fine ? gaps_compare(c, selection, expected_ms, gaps->count) : check_broken(c, gaps->at, &why);
    mem_free(expected_ms);
    return fine;
}

static bool text_prepare(struct check_case *c, struct selection *selection)
{
    const struct value *text = &selection->fact->text;
    if (!value_given(text))
        return true;
    struct text written;
    struct fail why = {0};
    if (value_text(text, c->variables, &written, &why))
        selection->text = text_match_new(written, &why);
    return selection->text != NULL || check_broken(c, text->at, &why);
}

static bool fact_judge(struct check_case *c, const struct message_fact *fact, size_t index)
{
    struct selection selection = {.fact = fact, .fine = true};
    snprintf(selection.name, sizeof selection.name, "messages[%zu]", index);
    if (!text_prepare(c, &selection))
        return false;
    bool fine = counts_judge(c, &selection, counts_of(c, &selection));
    fine = refused_judge(c, &selection) && fine;
    fine = gaps_judge(c, &selection) && fine;
    text_match_free(selection.text);
    return fine && selection.fine;
}

bool check_messages(const struct check *check, struct check_case *c)
{
    bool fine = true;
    for (size_t i = 0; i < check->messages.count; i++)
        fine = fact_judge(c, &check->messages.items[i], i) && fine;
    return fine;
}
