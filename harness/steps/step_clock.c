/* `clock`: sets the wall clock of the backend, the provider or a service ahead or behind. Monotonic time
 * stays as it is, as on a machine whose clock is set. */
#include "turn.h"

#include <stdio.h>

#include "json.h"
#include "mem.h"
#include "timekeeper.h"

#define PROVIDER "provider"

/* The provider is the simulator. */
static const char *party_of(const char *name)
{
    return text_is(text_of(name), PROVIDER) ? STAGE_SIMULATOR : name;
}

static void skew_note(const struct turn *turn, const char *name, int64_t skew_ms)
{
    char words[128];
    snprintf(words, sizeof words, "the wall clock of %.60s is now %lld ms %s", name,
             (long long)(skew_ms < 0 ? -skew_ms : skew_ms), skew_ms < 0 ? "behind" : "ahead");
    json_t *fields = json_object();
    json_set(fields, "ms", json_integer(0));
    json_set(fields, "text", json_string(words));
    history_add(turn->world->history, HISTORY_ADVANCE, fields);
}

static bool skew_set(const struct turn *turn, const struct clock_skew *skew, struct fail *why)
{
    int64_t ahead_ms, behind_ms;
    if (turn->world->clock == NULL)
        return fail_set(
            why, "wall clocks can be set on the virtual clock only, and this stack runs on the real one");
    if (!value_duration_ms_or(&skew->ahead, turn->variables, 0, &ahead_ms, why) ||
        !value_duration_ms_or(&skew->behind, turn->variables, 0, &behind_ms, why))
        return false;
    char *name = text_copy(skew->name);
    bool known = timekeeper_set_skew(turn->world->clock, party_of(name), ahead_ms - behind_ms);
    if (known)
        skew_note(turn, name, ahead_ms - behind_ms);
    else
        fail_set(why,
                 "there is no process '%s' with a clock of its own: backend, provider, or a service of the "
                 "profile",
                 name);
    mem_free(name);
    return known;
}

static enum step_outcome take(const struct turn *turn, const struct step *step, struct answer *answer)
{
    (void)answer;
    struct fail why = {0};
    bool fine = true;
    for (size_t i = 0; i < step->clock->count && fine; i++)
        fine = skew_set(turn, &step->clock->items[i], &why);
    if (!fine)
        turn_fail(turn, step, &why);
    return fine ? STEP_DONE : STEP_FAILED;
}

const struct step_row step_clock = {VERB_CLOCK, take, false};
