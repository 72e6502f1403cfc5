/* The rule's JSON is read again, as the control API reads it. */
#include "fault_restore.h"

#include "fault_json.h"
#include "restore.h"

static struct planned_fault *read_rule(struct text source)
{
    json_t *json = NULL;
    struct fail why = {0};
    struct planned_fault *fault = NULL;
    if (source.at != NULL && json_read(source, "rule", &json, &why) && json_is_object(json))
        fault = fault_json_read(json, &why);
    json_decref(json);
    return fault;
}

bool fault_restore(struct sim *sim, const struct row *row, const struct journal_stamp *now, struct fail *why)
{
    char id[SID_BYTES];
    struct row_reader in = row_reader(row, why);
    struct account *account = restore_owner(sim, &in);
    int number = (int)row_get_int(&in, 1, INT32_MAX - 1);
    row_get_z(&in, id, sizeof id);
    struct planned_fault *fault = in.fine ? read_rule(row_get_text(&in)) : NULL;
    if (fault == NULL) {
        if (in.fine)
            row_refuse(&in);
        return false;
    }
    memcpy(fault->id, id, sizeof id);
    fault->rule.armed_mono_ms = restore_past_ms(now, row_get_int(&in, 0, INT64_MAX / 2));
    fault->rule.matched = row_get_int(&in, 0, INT64_MAX / 2);
    fault->rule.hits = row_get_int(&in, 0, INT64_MAX / 2);
    fault->rule.off = row_get_int(&in, 0, 1) == 0;
    int last = account->last_fault_number;
    account->last_fault_number = number - 1;
    bool added = in.fine && account_add_fault(account, fault);
    account->last_fault_number = last > number ? last : number;
    if (!added)
        planned_fault_free(fault);
    if (!added && in.fine)
        row_refuse(&in);
    return added;
}
