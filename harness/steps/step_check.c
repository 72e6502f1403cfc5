/* `check` as a step: its facts hold now, or become true `within`. */
#include "turn.h"

#include "checks.h"
#include "clock.h"

/* The last judging is the one that stays: findings of the earlier ones are taken back. */
static bool judge_until(const struct turn *turn, const struct step *step, struct check_case *c,
                        int64_t until_ms)
{
    size_t before = findings_count(turn->findings);
    for (;;) {
        size_t seen = history_count(turn->world->history);
        if (check_judge(step->check, c))
            return true;
        if (clock_mono_ms() >= until_ms || !history_wait(turn->world->history, seen, until_ms))
            return false;
        findings_cut(turn->findings, before);
    }
}

static enum step_outcome take(const struct turn *turn, const struct step *step, struct answer *answer)
{
    (void)answer;
    struct fail why = {0};
    int64_t within_ms;
    if (!value_duration_ms_or(&step->within, turn->variables, 0, &within_ms, &why) ||
        !world_catch_up(turn->world, &why)) {
        turn_fail(turn, step, &why);
        return STEP_FAILED;
    }
    struct check_case c = {.history = turn->world->history,
                           .since_real_us = happenings_mark(turn->world->history),
                           .variables = turn->variables,
                           .findings = turn->findings,
                           .step = turn->label,
                           .exact_time = turn->world->clock != NULL,
                           .log = &turn->world->profile->log};
    return judge_until(turn, step, &c, world_deadline(turn->world, within_ms)) ? STEP_DONE : STEP_FAILED;
}

const struct step_row step_check = {VERB_CHECK, take, false};
