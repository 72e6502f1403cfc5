/* GET …/Messages: newest first, filtered by To, From and DateSent, in pages
 * (reference/twilio-messaging.md 2.5). */
#include "endpoints.h"
#include "clock.h"
#include "message_resource.h"
#include "paging.h"

struct filter {
    unsigned tenant;
    struct text to, from;
    int64_t sent_from_ms, sent_before_ms; /* of DateSent and its two comparisons */
};

/* DateSent=d: that day, or that second. DateSent<=d and DateSent>=d as "DateSent<" and "DateSent>" arrive:
 * bounds are inclusive. */
static enum error_id read_date(const struct call *call, const char *name, bool from, bool until,
                               struct filter *filter)
{
    int64_t at_ms;
    bool whole_day;
    struct text value = form_get(&call->query, name);
    if (value.len == 0)
        return ERROR_NONE;
    if (!clock_parse(value, &at_ms, &whole_day))
        return ERROR_INVALID_PARAMETER;
    if (from)
        filter->sent_from_ms = at_ms;
    if (until)
        filter->sent_before_ms = at_ms + (whole_day ? 86400000 : 1000);
    return ERROR_NONE;
}

static enum error_id read_filter(const struct call *call, struct filter *ret)
{
    *ret = (struct filter){.tenant = call->account->tenant,
                           .to = form_get(&call->query, "To").len > 0 ? call->address_to : TEXT_NONE,
                           .from = form_get(&call->query, "From"),
                           .sent_from_ms = INT64_MIN,
                           .sent_before_ms = INT64_MAX};
    enum error_id error = read_date(call, "DateSent", true, true, ret);
    if (error == ERROR_NONE)
        error = read_date(call, "DateSent>", true, false, ret);
    if (error == ERROR_NONE)
        error = read_date(call, "DateSent<", false, true, ret);
    return error;
}

/* A message that was not sent yet has no DateSent: a date filter leaves it out. */
static bool passes(const struct filter *filter, const struct message *message)
{
    if (message == NULL || message->tenant != filter->tenant)
        return false;
    if (filter->to.len > 0 && !text_equal(filter->to, message_text(message, MESSAGE_TO)))
        return false;
    if (filter->from.len > 0 && !text_equal(filter->from, message_text(message, MESSAGE_FROM)))
        return false;
    bool any_date = filter->sent_from_ms == INT64_MIN && filter->sent_before_ms == INT64_MAX;
    return any_date || (message->sent_wall_ms != 0 && message->sent_wall_ms >= filter->sent_from_ms &&
                        message->sent_wall_ms < filter->sent_before_ms);
}

/* The next message that passes, from `number` on, downwards (older) or upwards; 0 = none. */
static uint64_t next_number(const struct messages *messages, const struct filter *filter, uint64_t number,
                            int step)
{
    uint64_t oldest = messages_oldest(messages);
    for (; messages->count > 0 && number >= oldest && number <= messages->last_number;
         number = (uint64_t)((int64_t)number + step))
        if (passes(filter, messages_at(messages, number)))
            return number;
    return 0;
}

/* Where the page begins: its newest message's number, 0 = nowhere. */
static enum error_id find_start(const struct call *call, const struct paging *paging,
                                const struct filter *filter, uint64_t *ret_number)
{
    const struct messages *messages = &call->sim->messages;
    if (paging->token_sid.at == NULL) {
        uint64_t at = next_number(messages, filter, messages->last_number, -1);
        for (int64_t skip = paging->page * paging->page_size; skip > 0 && at != 0; skip--)
            at = next_number(messages, filter, at - 1, -1);
        *ret_number = at;
        return ERROR_NONE;
    }
    unsigned tenant = 0;
    uint64_t start = 0, at = messages_number(messages, paging->token_sid, &tenant);
    if (at == 0 || tenant != filter->tenant)
        return ERROR_PAGE_TOKEN_INVALID;
    if (!paging->backwards) {
        *ret_number = next_number(messages, filter, at - 1, -1);
        return ERROR_NONE;
    }
    for (int64_t back = 0; back < paging->page_size; back++) {
        at = next_number(messages, filter, at + 1, 1);
        if (at == 0)
            break;
        start = at;
    }
    *ret_number = start;
    return ERROR_NONE;
}

/* The numbers of the page's messages, newest first. Returns how many. */
static size_t collect(const struct call *call, const struct filter *filter, uint64_t start, int64_t most,
                      uint64_t *numbers)
{
    size_t count = 0;
    for (uint64_t at = start; at != 0 && count < (size_t)most;
         at = next_number(&call->sim->messages, filter, at - 1, -1))
        numbers[count++] = at;
    return count;
}

static struct page_ends ends_of(const struct call *call, const struct filter *filter, const uint64_t *numbers,
                                size_t count)
{
    const struct messages *messages = &call->sim->messages;
    struct page_ends ends = {.count = count};
    if (count == 0)
        return ends;
    ends.first_sid = messages_at(messages, numbers[0])->sid;
    ends.last_sid = messages_at(messages, numbers[count - 1])->sid;
    ends.more_before = next_number(messages, filter, numbers[0] + 1, 1) != 0;
    ends.more_after = next_number(messages, filter, numbers[count - 1] - 1, -1) != 0;
    return ends;
}

static void write_page(struct call *call, const struct paging *paging, const struct filter *filter,
                       const uint64_t *numbers, size_t count)
{
    struct render render;
    struct page_ends ends = ends_of(call, filter, numbers, count);
    const char *uri = call_uri(call, "/Messages");
    call_begin(call, &render, 200, "");
    render_list_begin(&render, "messages", "Messages", paging_attributes(call, paging, &ends, uri));
    for (size_t i = 0; i < count; i++) {
        render_item_begin(&render, "Message");
        message_resource_write(&render, call->account, messages_at(&call->sim->messages, numbers[i]), false);
        render_close(&render);
    }
    render_list_end(&render);
    paging_write(call, &render, paging, &ends, uri);
    render_end(&render);
}

enum error_id message_list(struct call *call)
{
    struct paging paging;
    struct filter filter;
    uint64_t start = 0, numbers[PAGE_SIZE_MAX];
    enum error_id error = paging_read(call, &paging);
    if (error == ERROR_NONE)
        error = read_filter(call, &filter);
    if (error == ERROR_NONE)
        error = find_start(call, &paging, &filter, &start);
    if (error != ERROR_NONE)
        return error;
    size_t count = collect(call, &filter, start, paging.page_size, numbers);
    write_page(call, &paging, &filter, numbers, count);
    return ERROR_NONE;
}
