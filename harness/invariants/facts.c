/* Arranges a history for the judges. It decides which send request a provider call belongs to, and nothing
 * about right and wrong. */
#include "facts.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"

static int compare_int(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

/* TEXT_NONE and "" are alike. */
static int compare_text(struct text a, struct text b)
{
    return text_compare(text_span(a.at == NULL ? "" : a.at, a.len),
                        text_span(b.at == NULL ? "" : b.at, b.len));
}

/* An address without "whatsapp:" or the like. */
static struct text bare_number(struct text address)
{
    size_t colon = text_find(address, ':');
    return colon < address.len ? text_from(address, colon + 1) : address;
}

struct text facts_code_in(struct text text, int length)
{
    for (size_t i = 0; length > 0 && i < text.len;) {
        size_t end = i;
        while (end < text.len && text.at[end] >= '0' && text.at[end] <= '9')
            end++;
        if (end - i == (size_t)length)
            return text_span(text.at + i, end - i);
        i = end + 1;
    }
    return TEXT_NONE;
}

/* ---- requests and their answers ---- */

struct answer_key {
    struct text id;
    const struct history_line *line;
};

static int compare_answers(const void *a, const void *b)
{
    const struct answer_key *one = a, *other = b;
    int by_id = compare_text(one->id, other->id);
    return by_id != 0 ? by_id : compare_int(one->line->n, other->line->n);
}

static int compare_answer_id(const void *key, const void *entry)
{
    return compare_text(*(const struct text *)key, ((const struct answer_key *)entry)->id);
}

static enum fact_does does_of(const struct history_line *line)
{
    struct text word = history_text(line, "does");
    if (text_is(word, "send"))
        return FACT_SENDS;
    return text_is(word, "verify") ? FACT_VERIFIES : FACT_OTHER;
}

static struct fact_request request_of(const struct history_line *line, const struct history_line *answer)
{
    return (struct fact_request){
        .line = line,
        .answer = answer,
        .does = does_of(line),
        .phone = bare_number(history_text(line, "phone")),
        .purpose = history_text(line, "purpose"),
        .code = history_text(line, "code"),
        .channel = history_text(line, "channel"),
        .verdict = answer == NULL ? TEXT_NONE : history_text(answer, "verdict"),
        .began_us = line->real_us,
        .ended_us = answer == NULL ? INT64_MAX : answer->real_us,
    };
}

static size_t count_kind(const struct facts *facts, enum history_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < facts->line_count; i++)
        count += facts->lines[i]->kind == kind;
    return count;
}

static struct answer_key *sorted_answers(const struct facts *facts, size_t *ret_count)
{
    struct answer_key *answers = mem_new_array(count_kind(facts, HISTORY_ANSWER) + 1, sizeof *answers);
    size_t count = 0;
    for (size_t i = 0; i < facts->line_count; i++)
        if (facts->lines[i]->kind == HISTORY_ANSWER)
            answers[count++] = (struct answer_key){history_text(facts->lines[i], "request"), facts->lines[i]};
    qsort(answers, count, sizeof *answers, compare_answers);
    *ret_count = count;
    return answers;
}

static void find_requests(struct facts *facts)
{
    size_t answer_count;
    struct answer_key *answers = sorted_answers(facts, &answer_count);
    facts->requests = mem_new_array(count_kind(facts, HISTORY_REQUEST) + 1, sizeof *facts->requests);
    for (size_t i = 0; i < facts->line_count; i++) {
        if (facts->lines[i]->kind != HISTORY_REQUEST)
            continue;
        struct text id = history_text(facts->lines[i], "id");
        const struct answer_key *answer =
            bsearch(&id, answers, answer_count, sizeof *answers, compare_answer_id);
        facts->requests[facts->request_count++] =
            request_of(facts->lines[i], answer == NULL || id.at == NULL ? NULL : answer->line);
    }
    mem_free(answers);
}

/* ---- waves ---- */

static int compare_sends(const void *a, const void *b)
{
    const struct fact_request *one = *(const struct fact_request *const *)a;
    const struct fact_request *other = *(const struct fact_request *const *)b;
    int by_phone = compare_text(one->phone, other->phone);
    return by_phone != 0 ? by_phone : compare_int(one->began_us, other->began_us);
}

static void add_to_waves(struct facts *facts, const struct fact_request *send)
{
    struct fact_wave *last = facts->wave_count == 0 ? NULL : &facts->waves[facts->wave_count - 1];
    bool overlaps = last != NULL && text_equal(last->phone, send->phone) && send->began_us < last->ended_us;
    if (!overlaps) {
        last = &facts->waves[facts->wave_count++];
        *last = (struct fact_wave){.phone = send->phone, .began_us = send->began_us};
    }
    if (send->ended_us > last->ended_us)
        last->ended_us = send->ended_us;
    last->sends += !text_is(send->verdict, "limited");
    last->channel_asked |= send->channel.at != NULL;
}

static void find_waves(struct facts *facts)
{
    const struct fact_request **sends =
        mem_new_array(facts->request_count + 1, sizeof(struct fact_request *));
    size_t count = 0;
    for (size_t i = 0; i < facts->request_count; i++)
        if (facts->requests[i].does == FACT_SENDS && facts->requests[i].phone.at != NULL)
            sends[count++] = &facts->requests[i];
    qsort(sends, count, sizeof(struct fact_request *), compare_sends);
    facts->waves = mem_new_array(count + 1, sizeof *facts->waves);
    for (size_t i = 0; i < count; i++)
        add_to_waves(facts, sends[i]);
    mem_free(sends);
}

/* The last wave of that number which began before; -1 when there is none. */
static int wave_at(const struct facts *facts, struct text phone, int64_t at_us)
{
    size_t low = 0, high = facts->wave_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int by_phone = compare_text(facts->waves[middle].phone, phone);
        if (by_phone < 0 || (by_phone == 0 && facts->waves[middle].began_us <= at_us))
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 && text_equal(facts->waves[low - 1].phone, phone) ? (int)low - 1 : -1;
}

/* ---- calls and messages ---- */

static int compare_by_code(const void *a, const void *b)
{
    const struct fact_send *one = *(struct fact_send *const *)a, *other = *(struct fact_send *const *)b;
    int by_to = compare_text(one->to, other->to);
    int by_code = by_to != 0 ? by_to : compare_text(one->code, other->code);
    return by_code != 0 ? by_code : compare_int(one->at_us, other->at_us);
}

static int compare_by_wave(const void *a, const void *b)
{
    const struct fact_send *one = *(struct fact_send *const *)a, *other = *(struct fact_send *const *)b;
    int by_wave = compare_int(one->wave, other->wave);
    return by_wave != 0 ? by_wave : compare_by_code(a, b);
}

static int compare_by_occasion(const void *a, const void *b)
{
    const struct fact_send *one = a, *other = b;
    int by_occasion = compare_int(one->occasion, other->occasion);
    return by_occasion != 0 ? by_occasion : compare_int(one->at_us, other->at_us);
}

static bool same_code(const struct fact_send *one, const struct fact_send *other)
{
    return text_equal(one->to, other->to) && text_equal(one->code, other->code);
}

/* What carries a code belongs to the wave in which the code first appeared, where a resend brings a new one.
 */
static void give_waves(struct facts *facts, struct fact_send **sends, size_t count)
{
    bool by_code = facts->policy->resend == RESEND_NEW;
    qsort(sends, count, sizeof(struct fact_send *), compare_by_code);
    for (size_t i = 0; i < count; i++) {
        bool follows = by_code && i > 0 && sends[i]->code.at != NULL && same_code(sends[i - 1], sends[i]);
        sends[i]->wave = follows ? sends[i - 1]->wave : wave_at(facts, sends[i]->to, sends[i]->at_us);
    }
}

static void give_occasions(struct facts *facts, struct fact_send **sends, size_t count)
{
    facts->occasions = mem_new_array(count + 1, sizeof *facts->occasions);
    qsort(sends, count, sizeof(struct fact_send *), compare_by_wave);
    for (size_t i = 0; i < count; i++) {
        sends[i]->occasion = -1;
        if (sends[i]->wave < 0)
            continue;
        if (i == 0 || sends[i - 1]->wave != sends[i]->wave || !same_code(sends[i - 1], sends[i])) {
            bool own_code = sends[i]->code.at != NULL && facts->policy->resend == RESEND_NEW;
            facts->occasions[facts->occasion_count++] =
                (struct fact_occasion){.wave = sends[i]->wave,
                                       .code = sends[i]->code,
                                       .one_send = own_code || facts->waves[sends[i]->wave].sends == 1};
        }
        sends[i]->occasion = (int)facts->occasion_count - 1;
    }
}

static struct fact_send send_of(const struct facts *facts, const struct history_line *line)
{
    struct fact_send send = {.line = line,
                             .to = bare_number(history_text(line, "to")),
                             .channel = history_text(line, "channel"),
                             .code = history_text(line, "code_text"),
                             .at_us = line->real_us};
    if (send.code.at == NULL)
        send.code = facts_code_in(history_text(line, "text"), facts->policy->code_length);
    return send;
}

static bool is_create(const struct history_line *line)
{
    return line->kind == HISTORY_CALL && text_is(history_text(line, "operation"), "message.create") &&
           history_text(line, "to").at != NULL;
}

/* A person's reply is a message too. */
static bool is_sent_message(const struct history_line *line)
{
    return line->kind == HISTORY_MESSAGE && !text_is(history_text(line, "direction"), "inbound");
}

static void find_calls_and_messages(struct facts *facts)
{
    size_t calls_max = count_kind(facts, HISTORY_CALL), messages_max = count_kind(facts, HISTORY_MESSAGE);
    facts->calls = mem_new_array(calls_max + 1, sizeof *facts->calls);
    facts->messages = mem_new_array(messages_max + 1, sizeof *facts->messages);
    struct fact_send **all = mem_new_array(calls_max + messages_max + 1, sizeof(struct fact_send *));
    size_t count = 0;
    for (size_t i = 0; i < facts->line_count; i++) {
        if (is_create(facts->lines[i])) {
            all[count] = &facts->calls[facts->call_count++];
            *all[count++] = send_of(facts, facts->lines[i]);
        } else if (is_sent_message(facts->lines[i])) {
            all[count] = &facts->messages[facts->message_count++];
            *all[count++] = send_of(facts, facts->lines[i]);
        }
    }
    give_waves(facts, all, count);
    give_occasions(facts, all, count);
    mem_free(all);
    qsort(facts->calls, facts->call_count, sizeof *facts->calls, compare_by_occasion);
    qsort(facts->messages, facts->message_count, sizeof *facts->messages, compare_by_occasion);
}

void facts_init(struct facts *facts, const struct history *history, const struct invariant_policy *policy)
{
    *facts = (struct facts){.policy = policy};
    facts->lines = history_in_order(history, &facts->line_count);
    find_requests(facts);
    find_waves(facts);
    find_calls_and_messages(facts);
}

void facts_release(struct facts *facts)
{
    mem_free(facts->lines);
    mem_free(facts->requests);
    mem_free(facts->calls);
    mem_free(facts->messages);
    mem_free(facts->waves);
    mem_free(facts->occasions);
    *facts = (struct facts){0};
}

static int compare_verifies(const void *a, const void *b)
{
    const struct fact_request *one = *(const struct fact_request *const *)a;
    const struct fact_request *other = *(const struct fact_request *const *)b;
    int order = compare_text(one->phone, other->phone);
    order = order != 0 ? order : compare_text(one->purpose, other->purpose);
    order = order != 0 ? order : compare_text(one->code, other->code);
    order = order != 0 ? order : compare_int(one->ended_us, other->ended_us);
    return order != 0 ? order : compare_int(one->line->n, other->line->n);
}

const struct fact_request **facts_verifies(const struct facts *facts, size_t *ret_count)
{
    const struct fact_request **verifies =
        mem_new_array(facts->request_count + 1, sizeof(struct fact_request *));
    size_t count = 0;
    for (size_t i = 0; i < facts->request_count; i++)
        if (facts->requests[i].does == FACT_VERIFIES)
            verifies[count++] = &facts->requests[i];
    qsort(verifies, count, sizeof(struct fact_request *), compare_verifies);
    *ret_count = count;
    return verifies;
}

bool facts_code_was_sent(const struct facts *facts, struct text phone, struct text code, int64_t from_us,
                         int64_t to_us)
{
    for (size_t i = 0; i < facts->message_count; i++) {
        const struct fact_send *message = &facts->messages[i];
        if (message->at_us >= from_us && message->at_us <= to_us && text_equal(message->to, phone) &&
            text_equal(message->code, code))
            return true;
    }
    return false;
}
