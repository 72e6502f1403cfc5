/* Words of the language that steps carry with them. */
#include "step.h"

const char *verb_name(enum verb verb)
{
    static const char *const names[] = {
        [VERB_ACTION] = "action",     [VERB_REQUEST] = "request",   [VERB_RECEIVE] = "receive",
        [VERB_REPLY] = "reply",       [VERB_ADVANCE] = "advance",   [VERB_FAULTS] = "faults",
        [VERB_CALLBACK] = "callback", [VERB_PARALLEL] = "parallel", [VERB_REPEAT] = "repeat",
        [VERB_PROCESS] = "process",   [VERB_RUN] = "run",           [VERB_CHECK] = "check",
        [VERB_CLOCK] = "clock",
    };
    REQUIRE(verb >= VERB_ACTION && verb <= VERB_CLOCK);
    return names[verb];
}

bool save_kind(struct text written, enum save_kind *ret, struct text *ret_header)
{
    bool header = text_starts(written, "header.") && written.len > 7;
    bool pattern = written.len >= 2 && text_starts(written, "/") && text_ends(written, "/");
    if (header)
        *ret_header = text_from(written, 7);
    if (header)
        *ret = SAVE_HEADER;
    else if (pattern)
        *ret = SAVE_PATTERN;
    else if (text_starts(written, "."))
        *ret = SAVE_FILTER;
    else if (text_is(written, "status"))
        *ret = SAVE_STATUS;
    else
        return false;
    return true;
}

const struct action *actions_find(const struct actions *actions, struct text name)
{
    for (size_t i = 0; i < actions->count; i++) {
        if (text_equal(actions->items[i].name, name))
            return &actions->items[i];
    }
    return NULL;
}
