/* /sim/v1/faults: planned faults, how often each was hit, and off and on. */
#include "clock.h"
#include "control.h"
#include "fault_json.h"

static json_t *json_of_fault(const struct planned_fault *fault)
{
    struct fail why = {0};
    json_t *rule = NULL;
    if (!json_read(text_of(fault->source), "rule", &rule, &why))
        rule = json_null();
    return json_pack("{s:s, s:i, s:I, s:I, s:b, s:b, s:o}", "id", fault->id, "number", fault->number,
                     "matched", (json_int_t)fault->rule.matched, "hits", (json_int_t)fault->rule.hits,
                     "optional", fault->rule.optional, "enabled", !fault->rule.off, "rule", rule);
}

void control_faults_list(struct control_call *call)
{
    json_t *list = json_array();
    for (size_t i = 0; i < call->account->fault_count; i++)
        json_array_append_new(list, json_of_fault(call->account->faults[i]));
    control_reply(call, 200, json_pack("{s:o}", "faults", list));
}

static bool is_beginning(const struct planned_fault *fault)
{
    return text_is(fault->rule.operation, "connect") || text_is(fault->rule.operation, "resolve");
}

void control_faults_add(struct control_call *call)
{
    struct fail why = {0};
    struct planned_fault *fault = fault_json_read(call->body, &why);
    if (fault == NULL) {
        control_refuse(call, 400, "%s", why.text);
        return;
    }
    if (is_beginning(fault) && call->account != sim_account(call->sim)) {
        planned_fault_free(fault);
        control_refuse(call, 400,
                       "whose connection or look-up it is nobody knows: rules about them belong to "
                       "the first account, without ?account=");
        return;
    }
    if (!fault_json_arm(fault, call->account, &call->sim->ids, &why)) {
        control_refuse(call, 400, "%s", why.text);
        return;
    }
    changes_account(&call->sim->changes, call->account);
    control_reply(call, 201, json_of_fault(fault));
}

void control_faults_clear(struct control_call *call)
{
    account_clear_faults(call->account);
    changes_account(&call->sim->changes, call->account);
    call->response->status = 204;
}

void control_faults_remove(struct control_call *call)
{
    struct text id = call->match.params[0];
    if (account_remove_fault(call->account, id)) {
        changes_account(&call->sim->changes, call->account);
        call->response->status = 204;
    } else {
        control_refuse(call, 404, "there is no fault %.*s", TEXT_ARGS(id));
    }
}

/* Off it matches nothing; on again it is armed anew, so its counts begin at 0. */
void control_faults_switch(struct control_call *call)
{
    static const char *const keys[] = {"enabled", NULL};
    const json_t *enabled = json_object_get(call->body, "enabled");
    struct text id = call->match.params[0];
    struct planned_fault *fault = account_fault(call->account, id);
    if (!control_only_keys(call, keys))
        return;
    if (!json_is_boolean(enabled)) {
        control_refuse(call, 400, "enabled: true or false is wanted");
        return;
    }
    if (fault == NULL) {
        control_refuse(call, 404, "there is no fault %.*s", TEXT_ARGS(id));
        return;
    }
    if (json_is_true(enabled) && fault->rule.off) {
        fault->rule.matched = fault->rule.hits = 0;
        fault->rule.armed_mono_ms = clock_mono_ms();
    }
    fault->rule.off = !json_is_true(enabled);
    changes_account(&call->sim->changes, call->account);
    control_reply(call, 200, json_of_fault(fault));
}
