/* What all verbs share. What a verb does is in its own file. */
#include "turn.h"

#include <stdio.h>

#include "clock.h"
#include "duration_match.h"
#include "expectation.h"
#include "json.h"
#include "mem.h"
#include "saving.h"

void tally_init(struct tally *tally, struct tally *outer)
{
    *tally = (struct tally){.outer = outer};
    pthread_mutex_init(&tally->mutex, NULL);
}

void tally_release(struct tally *tally)
{
    mem_free(tally->statuses);
    pthread_mutex_destroy(&tally->mutex);
}

void tally_add(struct tally *tally, int status)
{
    for (; tally != NULL; tally = tally->outer) {
        pthread_mutex_lock(&tally->mutex);
        tally->statuses = mem_resize(tally->statuses, (tally->count + 1) * sizeof *tally->statuses);
        tally->statuses[tally->count++] = status;
        pthread_mutex_unlock(&tally->mutex);
    }
}

void ticket_pass(struct ticket *ticket)
{
    if (ticket == NULL || ticket->passed)
        return;
    ticket->passed = true;
    pthread_barrier_wait(ticket->barrier);
}

void step_label(const struct step *step, const char *path, char out[STEP_LABEL_BYTES])
{
    if (step->verb == VERB_ACTION)
        snprintf(out, STEP_LABEL_BYTES, "%s %.*s", path, TEXT_ARGS(text_first(step->action->name, 60)));
    else
        snprintf(out, STEP_LABEL_BYTES, "%s %s", path, verb_name(step->verb));
}

bool turn_fail(const struct turn *turn, const struct step *step, const struct fail *why)
{
    return findings_add_fail(turn->findings, step->verb_at, turn->label, why);
}

bool step_times(const struct turn *turn, const struct step *step, int64_t *ret, struct fail *why)
{
    if (!value_int_or(&step->times, turn->variables, 1, ret, why))
        return false;
    if (*ret >= 1 && *ret <= SCENARIO_TIMES_MAX)
        return true;
    return fail_set(why, "times: %lld is not from 1 to %d", (long long)*ret, SCENARIO_TIMES_MAX);
}

bool step_within_ms(const struct turn *turn, const struct step *step, int64_t *ret, struct fail *why)
{
    if (!value_duration_ms_or(&step->within, turn->variables, WORLD_WITHIN_MS, ret, why))
        return false;
    int64_t left_ms = world_deadline(turn->world, *ret) - clock_mono_ms();
    *ret = left_ms > 0 ? left_ms : 1;
    return true;
}

static struct expectation expectation_of(const struct turn *turn, const struct step *step)
{
    return (struct expectation){.expect = step->expect,
                                .answers = &turn->world->profile->answers,
                                .variables = turn->variables,
                                .findings = turn->findings,
                                .at = step->expect != NULL && place_given(step->expect->at) ? step->expect->at
                                                                                            : step->verb_at,
                                .step = turn->label,
                                .exact_time = turn->world->clock != NULL,
                                .lenient = turn->lenient};
}

static bool answer_judge(const struct turn *turn, const struct step *step, const struct answer *answer)
{
    struct fail why = {0};
    struct expectation expectation = expectation_of(turn, step);
    if (!expectation_judge(&expectation, answer))
        return false;
    return saving_apply(&step->save, answer, turn->variables, &why) || turn_fail(turn, step, &why);
}

bool step_take_once(const struct turn *turn, const struct step *step)
{
    const struct step_row *row = step_row_of(step->verb);
    struct answer answer = {0};
    REQUIRE(row != NULL);
    if (!row->meets_barrier)
        ticket_pass(turn->ticket);
    enum step_outcome outcome = row->take(turn, step, &answer);
    if (outcome != STEP_ANSWERED)
        return outcome == STEP_DONE;
    if (answer.kind == ANSWER_HTTP)
        tally_add(turn->tally, answer.status);
    bool fine = answer_judge(turn, step, &answer);
    answer_release(&answer);
    return fine;
}

static bool time_is_left(const struct turn *turn, const struct step *step)
{
    if (!world_is_late(turn->world))
        return true;
    findings_add(turn->findings, step->verb_at, turn->label,
                 "the scenario's time limit is over (`time-limit`, real time; 60s when it does not say)");
    return false;
}

static bool take_times(const struct turn *turn, const struct step *step)
{
    int64_t times;
    struct fail why = {0};
    if (!step_times(turn, step, &times, &why))
        return turn_fail(turn, step, &why);
    bool fine = true;
    for (int64_t i = 0; i < times && fine; i++)
        fine = time_is_left(turn, step) && step_take_once(turn, step);
    return fine;
}

/* `parallel` and `repeat` count the answers of their branches; everything else its own. */
static bool take_counted(const struct turn *turn, const struct step *step)
{
    if (!expectation_counts(step->expect))
        return take_times(turn, step);
    struct turn own = *turn;
    struct tally tally;
    tally_init(&tally, turn->tally);
    own.tally = &tally;
    own.lenient = true;
    bool fine = take_times(&own, step);
    struct expectation expectation = expectation_of(turn, step);
    fine = fine && expectation_judge_counts(&expectation, tally.statuses, tally.count);
    tally_release(&tally);
    return fine;
}

static void step_note(const struct turn *turn, const struct step *step, const char *event,
                      const char *outcome)
{
    json_t *fields = json_object();
    json_set(fields, "path", json_string(turn->path));
    if (step->verb == VERB_ACTION)
        json_set(fields, "verb", json_of_text(step->action->name));
    else
        json_set(fields, "verb", json_string(verb_name(step->verb)));
    if (value_given(&step->name))
        json_set(fields, "name", json_of_text(step->name.written));
    json_set(fields, "line", json_integer(step->verb_at.line));
    json_set(fields, "event", json_string(event));
    if (outcome != NULL)
        json_set(fields, "outcome", json_string(outcome));
    history_add(turn->world->history, HISTORY_STEP, fields);
}

/* A step that waited in vain on the virtual clock: who waits for what? The first line says why time was over.
 */
static void waiters_tell(const struct turn *turn, const struct step *step, int64_t begun_ms)
{
    struct text_buf words;
    struct fail ignored = {0};
    int64_t within_ms = 0;
    bool late = step_within_ms(turn, step, &within_ms, &ignored) && clock_mono_ms() - begun_ms >= within_ms;
    text_buf_init(&words, FINDING_TEXT_MAX_BYTES);
    bool stuck = timekeeper_stuck(turn->world->clock, &words);
    if (!stuck && late) {
        text_put_z(&words, "nothing of this came about in that time; who waits for what:\n");
        timekeeper_waiters(turn->world->clock, &words);
    }
    struct text all = text_buf_view(&words), line;
    if ((stuck || late) && text_split(&all, '\n', &line))
        finding_put_detail(findings_add(turn->findings, step->verb_at, turn->label, "%.*s", TEXT_ARGS(line)),
                           all);
    text_buf_release(&words);
}

bool step_take(const struct turn *turn, const struct step *step, const char *path)
{
    char label[STEP_LABEL_BYTES];
    struct turn own = *turn;
    step_label(step, path, label);
    own.path = path;
    own.label = label;
    step_note(&own, step, "begin", NULL);
    int64_t begun_ms = clock_mono_ms();
    if (turn->world->clock != NULL)
        timekeeper_stuck(turn->world->clock, NULL);
    bool fine = take_counted(&own, step);
    if (!fine && turn->world->clock != NULL)
        waiters_tell(&own, step, begun_ms);
    step_note(&own, step, "end", fine ? "passed" : "failed");
    return fine && !turn->world->is_lost;
}

bool steps_take(const struct turn *turn, const struct steps *steps, const char *prefix)
{
    bool fine = true;
    for (size_t i = 0; i < steps->count && fine; i++) {
        char path[STEP_PATH_BYTES];
        snprintf(path, sizeof path, "%s[%zu]", prefix, i);
        fine = step_take(turn, &steps->items[i], path);
    }
    return fine;
}
