/* The two sources. */
#include "rig_variables.h"

#include "mem.h"

static const char *const twilio_members[] = {"account_sid", "auth_token", "number", "whatsapp",
                                             "address",     "ca",         NULL};

static enum variable_answer twilio_read(void *context, struct text member, json_t **ret, struct fail *why)
{
    const struct rig *rig = context;
    bool known = false;
    for (size_t i = 0; twilio_members[i] != NULL; i++)
        known = known || text_is(member, twilio_members[i]);
    if (!known)
        return VARIABLE_UNKNOWN;
    char *key = text_copy(member);
    json_t *value = json_object_get(rig->ready, key);
    *ret = json_is_string(value) ? json_incref(value) : NULL;
    if (*ret == NULL)
        fail_set(why, "the simulator does not say its %s", key);
    mem_free(key);
    return *ret == NULL ? VARIABLE_FAILED : VARIABLE_FOUND;
}

static enum variable_answer port_read(void *context, struct text member, json_t **ret, struct fail *why)
{
    const struct rig *rig = context;
    int port;
    if (member.len == 0)
        return VARIABLE_UNKNOWN;
    if (rig->stage == NULL) {
        fail_set(why, "the backend runs by itself (--url): its ports are not ours");
        return VARIABLE_FAILED;
    }
    if (!stage_port(rig->stage, member, &port, why))
        return VARIABLE_FAILED;
    *ret = json_integer(port);
    return VARIABLE_FOUND;
}

void rig_provide(struct rig *rig, struct variables *variables)
{
    variables_provide(
        variables, "twilio",
        &(struct variable_source){.context = rig, .read = twilio_read, .members = twilio_members});
    variables_provide(variables, "port", &(struct variable_source){.context = rig, .read = port_read});
}
