/* POST /sim/v1/lookups {"name": "api.twilio.com"}: asked by whoever answers name queries in the simulator's
 * stead (the harness's name server, the preloaded library), once a look-up, before it answers: may the name
 * be found? {"outcome": "found"}, or what a planned `dns` fault makes of it: "unknown", "servfail".
 *
 * No token is wanted: the library lives in foreign processes and has none. Who asks spends a planned fault,
 * as every look-up does, and learns nothing else. */
#include "control.h"

#include "fault_rules.h"

void control_lookups_judge(struct control_call *call)
{
    static const char *const keys[] = {"name", NULL};
    static const char *const outcomes[] = {
        [0] = "found", [FAULT_UNKNOWN] = "unknown", [FAULT_SERVFAIL] = "servfail"};
    const struct control *control = call->control;
    if (!control_only_keys(call, keys) || !control_only_texts(call, keys))
        return;
    struct text name = json_text(call->body, "name");
    if (text_ends(name, "."))
        name = text_first(name, name.len - 1);
    if (name.len == 0) {
        control_refuse(call, 400, "name: the name that is looked up is wanted");
        return;
    }
    int outcome = control->resolving == NULL
                      ? 0
                      : control->resolving(control->resolving_context, call->request->client, name);
    control_reply(call, 200, json_pack("{s:s}", "outcome", outcomes[outcome]));
}
