/* /sim/v1/clock: what time it is here and who moves it; POST lets virtual time pass, stand still, or go on.
 */
#include <inttypes.h>
#include <string.h>

#include "clock.h"
#include "clock_member.h"
#include "clock_mover.h"
#include "control.h"

/* One advance; more is a mistake in the unit. */
static const int64_t advance_max_ms = 366LL * 24 * 60 * 60 * 1000;

/* With a mover it is this process, whatever its party's role. */
static const char *owner_of(const struct control_call *call, struct clock_page *page)
{
    uint32_t own = clock_member_party();
    if (call->control->clock_mover != NULL)
        return own < page->party_count ? page->parties[own].name : NULL;
    for (uint32_t i = 0; i < page->party_count && i < CLOCK_PARTIES_MAX; i++)
        if (page->parties[i].role == CLOCK_ROLE_OWNER)
            return page->parties[i].name;
    return NULL;
}

static void reply(struct control_call *call)
{
    char wall[CLOCK_TEXT_BYTES];
    struct clock_page *page = clock_member_page();
    const struct clock_mover *mover = call->control->clock_mover;
    const char *owner = page == NULL ? NULL : owner_of(call, page);
    int64_t now_ms = clock_wall_ms();
    json_t *json = json_pack("{s:b, s:b, s:s, s:I, s:I}", "virtual", page != NULL, "runs",
                             page == NULL || clock_page_runs(page), "wall", clock_iso8601(now_ms, wall),
                             "mono_ms", (json_int_t)clock_mono_ms(), "offset_ms",
                             (json_int_t)(page == NULL ? 0 : now_ms - clock_real_wall_ms()));
    json_set(json, "jumps", mover == NULL ? json_null() : json_integer((json_int_t)clock_mover_jumps(mover)));
    json_set(json, "owner", owner == NULL ? json_null() : json_string(owner));
    control_reply(call, 200, json);
}

void control_clock_read(struct control_call *call)
{
    reply(call);
}

/* ---- the order that a body gives; each reader is false after refusing */

static bool read_advance(struct control_call *call, const json_t *value, struct clock_order *ret)
{
    int64_t ms = 0;
    const char *text = json_string_value(value);
    bool long_one = text != NULL && text_is_too_long_a_duration(text_of(text));
    if (text == NULL || (!long_one && !text_to_duration_ms(text_of(text), &ms))) {
        control_refuse(call, 400, "advance: a duration such as \"11m\" is wanted");
        return false;
    }
    if (long_one || ms > advance_max_ms) {
        control_refuse(call, 400, "advance: %s is more than 366 days", text);
        return false;
    }
    *ret = (struct clock_order){.kind = CLOCK_ORDER_ADVANCE, .to_mono_ms = clock_mono_ms() + ms};
    return true;
}

static bool read_to(struct control_call *call, const json_t *value, struct clock_order *ret)
{
    static const int64_t day_ms = 24 * 60 * 60 * 1000;
    char now[CLOCK_TEXT_BYTES];
    bool whole_day;
    const char *text = json_string_value(value);
    int64_t now_ms = clock_wall_ms(), to_ms = clock_day_start(now_ms) + day_ms;
    bool known =
        text != NULL && (strcmp(text, "midnight") == 0 || clock_parse(text_of(text), &to_ms, &whole_day));
    if (!known)
        control_refuse(call, 400, "to: \"midnight\" or a date such as \"2026-06-17T08:00:00Z\" is wanted");
    else if (to_ms < now_ms)
        control_refuse(call, 400, "to: %s is past, it is %s", text, clock_iso8601(now_ms, now));
    else if (to_ms - now_ms > advance_max_ms)
        control_refuse(call, 400, "to: %s is more than 366 days from now", text);
    *ret = (struct clock_order){.kind = CLOCK_ORDER_ADVANCE, .to_mono_ms = clock_mono_ms() + to_ms - now_ms};
    return known && to_ms >= now_ms && to_ms - now_ms <= advance_max_ms;
}

static bool read_true(struct control_call *call, const char *key, const json_t *value)
{
    if (!json_is_true(value))
        control_refuse(call, 400, "%s: true is wanted", key);
    return json_is_true(value);
}

static bool read_freeze(struct control_call *call, const json_t *value, struct clock_order *ret)
{
    *ret = (struct clock_order){.kind = CLOCK_ORDER_FREEZE};
    return read_true(call, "freeze", value);
}

static bool read_resume(struct control_call *call, const json_t *value, struct clock_order *ret)
{
    *ret = (struct clock_order){.kind = CLOCK_ORDER_RESUME};
    return read_true(call, "resume", value);
}

static bool read_order(struct control_call *call, struct clock_order *ret)
{
    static const struct {
        const char *key;
        bool (*read)(struct control_call *call, const json_t *value, struct clock_order *ret);
    } rows[] = {{"advance", read_advance}, {"to", read_to}, {"freeze", read_freeze}, {"resume", read_resume}};
    static const char *const keys[] = {"advance", "to", "freeze", "resume", NULL};
    if (!control_only_keys(call, keys))
        return false;
    if (json_object_size(call->body) != 1) {
        control_refuse(call, 400, "one of advance, to, freeze and resume is wanted");
        return false;
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const json_t *value = json_object_get(call->body, rows[i].key);
        if (value != NULL)
            return rows[i].read(call, value, ret);
    }
    return false;
}

/* A page that somebody else owns is the harness's: the person who asks here may order it there. */
static const char owner_way[] =
    "while its stack is up, 'otp-harness clock +11m' does it (or to TIME, freeze, resume)";

/* False after refusing: nobody here may move the time. */
static bool is_ours(struct control_call *call)
{
    struct clock_page *page = clock_member_page();
    if (call->control->clock_mover != NULL)
        return true;
    if (page == NULL) {
        control_refuse(call, 409, "time is real here; start with --virtual-time to move it");
        return false;
    }
    const char *owner = owner_of(call, page);
    control_refuse(call, 409, "the clock is moved by %s, not from here: %s",
                   owner == NULL ? "its owner" : owner, owner_way);
    return false;
}

void control_clock_move(struct control_call *call)
{
    struct clock_order order = {0};
    struct fail why = {0};
    char now[CLOCK_TEXT_BYTES];
    bool again = call->request->called_again;
    if (!is_ours(call) || (!again && !read_order(call, &order)))
        return;
    switch (clock_mover_ask(call->control->clock_mover, call->request, again, &order, &why)) {
    case CLOCK_ORDER_UNDER_WAY:
        response_park(call->response, CLOCK_NEVER);
        break;
    case CLOCK_ORDER_BUSY:
        control_refuse(call, 409, "another request is moving the clock");
        break;
    case CLOCK_ORDER_DONE:
        reply(call);
        break;
    case CLOCK_ORDER_FAILED:
        control_refuse(call, 503, "the clock came to %s and no further: %s",
                       clock_iso8601(clock_wall_ms(), now), why.text);
        break;
    }
}
