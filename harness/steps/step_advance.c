/* `advance`: lets time pass: for a while, or to a moment that the policy and the history tell. On a virtual
 * clock whatever falls due on the way happens at its moment; on the real one it waits. */
#include "turn.h"

#include "clock.h"
#include "json.h"

/* From when the code that a person has lives: since the provider was last asked to send it and did. A promise
 * of ten minutes is one to the person who waits for it, however many tries that took. */
static bool code_made_ms(const struct turn *turn, struct text number, int64_t *ret_t_ms)
{
    struct happenings seen;
    const struct seen_message *last = NULL;
    happenings_read(turn->world->history, 0, &seen);
    for (size_t i = 0; i < seen.message_count; i++)
        if (text_equal(seen.messages[i].to, number) && seen.messages[i].code_text.at != NULL)
            last = &seen.messages[i];
    if (last != NULL)
        *ret_t_ms = last->t_ms;
    for (size_t i = 0; last != NULL && i < seen.call_count; i++)
        if (text_equal(seen.calls[i].sid, last->sid))
            *ret_t_ms = seen.calls[i].start_ms;
    bool found = last != NULL;
    happenings_release(&seen);
    return found;
}

/* When the first send of the present window was answered, so that the backend had counted it by then. */
static bool first_send_ms(const struct turn *turn, struct text number, int64_t window_ms, int64_t *ret_t_ms)
{
    const struct history *history = turn->world->history;
    int64_t oldest_ms = history_now().mono_ms - turn->world->started_mono_ms - window_ms;
    for (size_t i = 0; i < history_count(history); i++) {
        const struct history_line *answer = history_line(history, i);
        if (answer->kind != HISTORY_ANSWER || answer->t_ms < oldest_ms ||
            !text_is(history_text(answer, "verdict"), "sent"))
            continue;
        const struct history_line *request =
            history_line(history, (size_t)history_int(answer, "cause", 1) - 1);
        if (!text_equal(history_text(request, "phone"), number))
            continue;
        *ret_t_ms = answer->t_ms;
        return true;
    }
    return false;
}

static bool policy_ms(const struct turn *turn, const char *path, int64_t *ret_ms, struct fail *why)
{
    json_t *value = NULL;
    if (!variables_get(turn->variables, text_of(path), &value, why))
        return false;
    bool fine = json_is_string(value) && text_to_duration_ms(text_of(json_string_value(value)), ret_ms);
    json_decref(value);
    return fine || fail_set(why, "$%s is no duration", path);
}

static bool expiry_ms(const struct turn *turn, struct text number, int64_t *ret_mono_ms, struct fail *why)
{
    int64_t made_ms = 0, lifetime_ms;
    if (!policy_ms(turn, "policy.code.lifetime", &lifetime_ms, why))
        return false;
    if (!code_made_ms(turn, number, &made_ms))
        return fail_set(why, "no code was sent to %.*s: nothing expires", TEXT_ARGS(number));
    *ret_mono_ms = turn->world->started_mono_ms + made_ms + lifetime_ms;
    return true;
}

static bool window_ms(const struct turn *turn, struct text number, int64_t *ret_mono_ms, struct fail *why)
{
    int64_t sent_ms = 0, per_ms;
    if (!policy_ms(turn, "policy.sends.per", &per_ms, why))
        return false;
    if (!first_send_ms(turn, number, per_ms, &sent_ms))
        return fail_set(why, "nothing was sent for %.*s lately: there is no window to end",
                        TEXT_ARGS(number));
    *ret_mono_ms = turn->world->started_mono_ms + sent_ms + per_ms;
    return true;
}

enum { DAY_MS = 24 * 60 * 60 * 1000 };

static int64_t mono_of_wall(int64_t wall_ms)
{
    return clock_mono_ms() + (wall_ms - clock_wall_ms());
}

/* `midnight` in UTC, or a time as people write it. */
static bool wall_moment(struct text word, int64_t *ret_mono_ms, struct fail *why)
{
    int64_t wall_ms;
    bool whole_day;
    if (text_is(word, "midnight"))
        wall_ms = clock_day_start(clock_wall_ms()) + DAY_MS;
    else if (!clock_parse(word, &wall_ms, &whole_day))
        return fail_set(why, "'%.*s' is none of expiry, window, midnight and no time", TEXT_ARGS(word));
    *ret_mono_ms = mono_of_wall(wall_ms);
    return true;
}

/* `of`, or the only person there is. */
static bool person_of(const struct turn *turn, const struct advance_step *advance, struct text *ret_number,
                      struct fail *why)
{
    if (value_given(&advance->of))
        return value_person(&advance->of, turn->variables, ret_number, why);
    const struct people *people = &turn->world->scenario->people;
    if (people->count != 1)
        return fail_set(why, "advance: say of whom (`of: NAME`)");
    struct actor *actor = cast_find(turn->world->cast, people->items[0].name);
    REQUIRE(actor != NULL);
    *ret_number = text_of(actor_number(actor));
    return true;
}

static bool moment_of(const struct turn *turn, const struct advance_step *advance, int64_t *ret_mono_ms,
                      struct fail *why)
{
    struct text word, number;
    int64_t plus_ms, minus_ms;
    if (!value_text(&advance->to, turn->variables, &word, why))
        return false;
    bool is_expiry = text_is(word, "expiry"), is_window = text_is(word, "window");
    if ((is_expiry || is_window) &&
        (!world_catch_up(turn->world, why) || !person_of(turn, advance, &number, why)))
        return false;
    bool fine = is_expiry   ? expiry_ms(turn, number, ret_mono_ms, why)
                : is_window ? window_ms(turn, number, ret_mono_ms, why)
                            : wall_moment(word, ret_mono_ms, why);
    if (!fine || !value_duration_ms_or(&advance->plus, turn->variables, 0, &plus_ms, why) ||
        !value_duration_ms_or(&advance->minus, turn->variables, 0, &minus_ms, why))
        return false;
    *ret_mono_ms += plus_ms - minus_ms;
    return true;
}

static bool until_of(const struct turn *turn, const struct advance_step *advance, int64_t *ret_mono_ms,
                     struct fail *why)
{
    int64_t by_ms;
    if (!value_given(&advance->by))
        return moment_of(turn, advance, ret_mono_ms, why);
    if (!value_duration_ms(&advance->by, turn->variables, &by_ms, why))
        return false;
    *ret_mono_ms = clock_mono_ms() + by_ms;
    return true;
}

static void advance_note(const struct turn *turn, int64_t until_ms)
{
    json_t *fields = json_object();
    int64_t ms = until_ms - clock_mono_ms();
    json_set(fields, "ms", json_integer(ms < 0 ? 0 : ms));
    json_set(fields, "text", json_string(turn->world->clock != NULL ? "time passes" : "waited for real"));
    history_add(turn->world->history, HISTORY_ADVANCE, fields);
}

/* Without a virtual clock there is nothing but waiting. */
static bool wait_for_real(const struct turn *turn, int64_t until_ms, struct fail *why)
{
    struct history *history = turn->world->history;
    int64_t left_ms = until_ms - clock_mono_ms();
    if (left_ms > 0 && world_deadline(turn->world, left_ms) < until_ms)
        return fail_set(
            why,
            "%lld ms is longer than the scenario's time limit, and this stack runs on the real clock: set a "
            "longer `time-limit`, or shorter times through `with`",
            (long long)left_ms);
    while (history_wait(history, history_count(history), until_ms))
        ;
    return true;
}

static enum step_outcome take(const struct turn *turn, const struct step *step, struct answer *answer)
{
    (void)answer;
    struct world *world = turn->world;
    struct fail why = {0};
    int64_t until_ms = 0;
    bool fine = until_of(turn, step->advance, &until_ms, &why);
    if (fine)
        advance_note(turn, until_ms);
    if (fine)
        fine = world->clock == NULL ? wait_for_real(turn, until_ms, &why)
                                    : timekeeper_advance(world->clock, until_ms, world->until_real_us, &why);
    if (!fine)
        turn_fail(turn, step, &why);
    return fine ? STEP_DONE : STEP_FAILED;
}

const struct step_row step_advance = {VERB_ADVANCE, take, false};
