/* Canned answers on their way from the profile to the simulator. */
#include "rig_hosts.h"

#include "json.h"
#include "mem.h"

enum { RULE_MAX_BYTES = 256 * 1024 };

char **rig_hosts_names(const struct profile *profile)
{
    char **names = mem_new_array(profile->hosts.count + 2, sizeof *names);
    names[0] = mem_string("twilio.com");
    for (size_t i = 0; i < profile->hosts.count; i++)
        names[i + 1] = text_copy(profile->hosts.items[i].name);
    return names;
}

static bool rule_write(const struct host *host, struct variables *variables, struct text_buf *out,
                       struct fail *why)
{
    int64_t status;
    json_t *json = NULL;
    if (!value_int_or(&host->status, variables, 200, &status, why))
        return false;
    text_put(out, host->name);
    text_putf(out, "=%lld", (long long)status);
    if (host->json == NULL)
        return true;
    if (!node_json(host->json, variables, &json, why))
        return false;
    char *body = json_write(json);
    text_putf(out, ":%s", body);
    mem_free(body);
    json_decref(json);
    return true;
}

bool rig_hosts_rules(const struct profile *profile, struct variables *variables, char ***ret,
                     struct fail *why)
{
    char **rules = mem_new_array(profile->hosts.count + 1, sizeof *rules);
    bool fine = true;
    for (size_t i = 0; i < profile->hosts.count && fine; i++) {
        struct text_buf rule;
        text_buf_init(&rule, RULE_MAX_BYTES);
        fine = rule_write(&profile->hosts.items[i], variables, &rule, why);
        rules[i] = text_buf_take(&rule);
    }
    *ret = rules;
    return fine;
}
