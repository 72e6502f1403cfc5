/* `reply`: a person writes to our number: STOP, START, an answer. */
#include "turn.h"

#include "json.h"

static bool text_set(const struct turn *turn, json_t *body, const char *key, const struct value *value,
                     struct fail *why)
{
    struct text text;
    if (!value_given(value))
        return true;
    if (!value_text(value, turn->variables, &text, why))
        return false;
    json_set(body, key, json_of_text(text));
    return true;
}

static enum step_outcome take(const struct turn *turn, const struct step *step, struct answer *answer)
{
    (void)answer;
    struct text number;
    struct fail why = {0};
    json_t *body = json_object();
    bool fine = value_person(&step->reply->from, turn->variables, &number, &why);
    if (fine)
        json_set(body, "from", json_of_text(number));
    fine = fine && text_set(turn, body, "channel", &step->reply->channel, &why) &&
           text_set(turn, body, "text", &step->reply->text, &why) &&
           simulator_inbound(turn->world->simulator, body, &why) && world_catch_up(turn->world, &why);
    json_decref(body);
    if (!fine)
        turn_fail(turn, step, &why);
    return fine ? STEP_DONE : STEP_FAILED;
}

const struct step_row step_reply = {VERB_REPLY, take, false};
