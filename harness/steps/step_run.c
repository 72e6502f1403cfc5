/* `run`: a command beside the backend, with the variables of its stores. */
#include "turn.h"

#include "clock.h"
#include "mem.h"

enum { OUTPUT_MAX_BYTES = 1024 * 1024 };

/* Resolved words of a command; texts live in the variables. */
static bool argv_read(const struct turn *turn, const struct value_list *words, const char **argv,
                      struct fail *why)
{
    for (size_t i = 0; i < words->count; i++) {
        struct text word;
        if (!value_text(&words->items[i], turn->variables, &word, why))
            return false;
        argv[i] = word.at;
    }
    return true;
}

static bool command_run(const struct turn *turn, const struct step *step, const char *const *argv,
                        const char *shell, struct answer *answer, struct fail *why)
{
    struct world *world = turn->world;
    int64_t within_ms;
    struct text_buf output;
    if (!step_within_ms(turn, step, &within_ms, why))
        return false;
    if (world->stage == NULL)
        return fail_set(why, "the backend runs by itself (--url): there is no sandbox to run a command in");
    answer_init(answer, ANSWER_PROGRAM);
    text_buf_init(&output, OUTPUT_MAX_BYTES);
    int64_t begin_ms = clock_mono_ms();
    bool fine = stage_run(world->stage, argv, shell, within_ms, &answer->exit, &output, why);
    answer->took_ms = clock_mono_ms() - begin_ms;
    answer_set_body(answer, text_buf_view(&output));
    text_buf_release(&output);
    if (!fine)
        answer_release(answer);
    return fine;
}

static enum step_outcome take(const struct turn *turn, const struct step *step, struct answer *answer)
{
    const struct command *command = step->run;
    struct fail why = {0};
    struct text shell = TEXT_NONE;
    const char **argv = mem_new_array(command->argv.count + 1, sizeof *argv);
    bool is_shell = value_given(&command->shell);
    bool fine = is_shell ? value_text(&command->shell, turn->variables, &shell, &why)
                         : argv_read(turn, &command->argv, argv, &why);
    fine = fine && command_run(turn, step, is_shell ? NULL : argv, shell.at, answer, &why);
    mem_free(argv);
    if (!fine)
        turn_fail(turn, step, &why);
    return fine ? STEP_ANSWERED : STEP_FAILED;
}

const struct step_row step_run = {VERB_RUN, take, false};
