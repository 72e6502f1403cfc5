/* Between orders and the timekeeper. */
#include "hold_clock.h"

#include <poll.h>

#include "clock.h"
#include "hold.h"
#include "rig_clock.h"
#include "runner.h"
#include "stack_order.h"

enum { US_PER_MS = 1000, LAST_WORDS_BYTES = 64 * 1024 };

static bool runs(const struct rig *rig)
{
    return rig->clock == NULL || clock_page_runs(timekeeper_page(rig->clock));
}

static const char *real_because(const struct rig *rig)
{
    const char *because = rig_clock_real_because(rig);
    return because != NULL ? because : "--clock real was asked for";
}

json_t *hold_clock_facts(const struct rig *rig)
{
    char wall[CLOCK_TEXT_BYTES];
    json_t *facts = json_pack("{s:s, s:s, s:b}", "clock", rig->clock == NULL ? "real" : "virtual", "wall",
                              clock_iso8601(clock_wall_ms(), wall), "runs", runs(rig));
    if (rig->clock == NULL)
        json_set(facts, "because", json_string(real_because(rig)));
    else
        json_set(facts, "jumps", json_integer((json_int_t)timekeeper_jump_count(rig->clock)));
    return facts;
}

static json_t *error_of(int status, const char *words)
{
    return json_pack("{s:s, s:i}", "error", words, "status", status);
}

/* Nobody is there any more who could want it. */
static bool is_over(int orders_fd)
{
    struct pollfd end = {.fd = orders_fd, .events = POLLRDHUP};
    return poll(&end, 1, 0) == 1;
}

/* Slice by slice, for as long as time moves. */
static bool advance(struct rig *rig, int64_t to_mono_ms, int orders_fd, struct fail *why)
{
    int64_t came_to_ms = clock_mono_ms(),
            patient_until_us = clock_real_mono_us() + HOLD_PATIENCE_MS * US_PER_MS;
    for (;;) {
        struct fail reason = {0};
        if (timekeeper_advance(rig->clock, to_mono_ms, clock_real_mono_us() + HOLD_SLICE_MS * US_PER_MS,
                               &reason))
            return true;
        if (is_over(orders_fd))
            return fail_set(why, "the stack ends");
        if (clock_mono_ms() != came_to_ms) {
            came_to_ms = clock_mono_ms();
            patient_until_us = clock_real_mono_us() + HOLD_PATIENCE_MS * US_PER_MS;
        }
        if (clock_real_mono_us() >= patient_until_us)
            return fail_set(why, "%s", reason.text);
    }
}

/* Its deadlines are gone, and bytes to it never arrive: the stack may not come to rest any more. */
static bool simulator_is_gone(const struct rig *rig)
{
    struct text_buf words;
    text_buf_init(&words, LAST_WORDS_BYTES);
    bool gone = !stage_simulator_is_well(rig->stage, 0, &words);
    text_buf_release(&words);
    return gone;
}

static json_t *advance_by(struct rig *rig, int64_t ms, int orders_fd)
{
    char wall[CLOCK_TEXT_BYTES], words[1200];
    struct fail why = {0};
    bool ran = runs(rig);
    if (ran)
        timekeeper_stand(rig->clock, 1);
    bool fine = advance(rig, clock_mono_ms() + ms, orders_fd, &why);
    if (ran)
        timekeeper_run(rig->clock);
    if (fine)
        return hold_clock_facts(rig);
    snprintf(words, sizeof words, "the clock came to %s and no further: %s",
             clock_iso8601(clock_wall_ms(), wall), why.text);
    return error_of(EXIT_FAILED, words);
}

static json_t *move_to(struct rig *rig, struct text when, int orders_fd)
{
    struct fail why = {0};
    int64_t now_ms = clock_wall_ms(), to_ms;
    if (!stack_moment(when, now_ms, &to_ms, &why))
        return error_of(EXIT_USAGE, why.text);
    return advance_by(rig, to_ms - now_ms, orders_fd);
}

json_t *hold_clock_move(struct rig *rig, const json_t *order, int orders_fd)
{
    struct text what = json_text(order, "clock");
    int64_t ms = json_integer_value(json_object_get(order, "ms"));
    if (text_is(what, "show"))
        return hold_clock_facts(rig);
    if (rig->clock == NULL) {
        char words[1200];
        snprintf(words, sizeof words, "the stack is on the real clock, which cannot be moved: %s",
                 real_because(rig));
        return error_of(EXIT_ENVIRONMENT, words);
    }
    if (simulator_is_gone(rig))
        return error_of(EXIT_ENVIRONMENT, "the simulator has ended, and without it the clock is not moved: "
                                          "end this stack and start it again");
    if (text_is(what, "to"))
        return move_to(rig, json_text(order, "when"), orders_fd);
    if (text_is(what, "advance") && ms >= 0 && ms <= STACK_ADVANCE_MAX_MS)
        return advance_by(rig, ms, orders_fd);
    if (text_is(what, "freeze"))
        timekeeper_stand(rig->clock, 1);
    else if (text_is(what, "resume"))
        timekeeper_run(rig->clock);
    else
        return error_of(EXIT_USAGE, "the clock knows no such order");
    return hold_clock_facts(rig);
}
