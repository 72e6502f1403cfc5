/* Canned answers. Which names lead here is decided by whoever answers DNS, or by the proxy. */
#include "other_host.h"

#include <ctype.h>

#include "json.h"
#include "mem.h"

static bool is_host_name(struct text name)
{
    for (size_t i = 0; i < name.len; i++)
        if (!isalnum((unsigned char)name.at[i]) && name.at[i] != '-' && name.at[i] != '.')
            return false;
    return name.len > 0 && name.len < 254 && name.at[0] != '.' && name.at[name.len - 1] != '.';
}

static bool check_body(struct text body, struct fail *why)
{
    json_t *json = NULL;
    struct fail reason = {0};
    if (body.len == 0)
        return true;
    if (!json_read(body, "", &json, &reason))
        return fail_set(why, "what follows the status is no JSON: %s", reason.text);
    json_decref(json);
    return true;
}

bool other_host_read(struct text rule, struct other_host *ret, struct fail *why)
{
    struct text rest = rule, name, status;
    int64_t number;
    *ret = (struct other_host){0};
    if (!text_split(&rest, '=', &name) || !is_host_name(name))
        return fail_set(why, "'%.*s' does not begin with a host's name and '='", TEXT_ARGS(rule));
    if (!text_split(&rest, ':', &status) || !text_to_int(status, 200, 599, &number))
        return fail_set(why, "'%.*s' has no HTTP status from 200 to 599 behind '='", TEXT_ARGS(rule));
    if (!check_body(rest, why))
        return false;
    ret->name = text_copy(name);
    for (char *at = ret->name; *at != '\0'; at++)
        *at = (char)tolower((unsigned char)*at);
    ret->status = (int)number;
    ret->body = text_copy(rest);
    return true;
}

void other_host_release(struct other_host *host)
{
    mem_free(host->name);
    mem_free(host->body);
}

const struct other_host *other_host_find(const struct other_host *hosts, size_t count, struct text name)
{
    for (size_t i = 0; i < count; i++)
        if (text_is(name, hosts[i].name))
            return &hosts[i];
    return NULL;
}

void other_host_answer(struct sim *sim, const struct other_host *host, const struct request *request,
                       struct response *response)
{
    struct call call = {.sim = sim,
                        .request = request,
                        .response = response,
                        .operation = OPERATION_OTHER,
                        .provider = text_of(host->name),
                        .format = FORMAT_JSON};
    response->status = host->status;
    text_put_z(&response->body, host->body);
    if (host->body[0] != '\0')
        response_header_literal(response, "Content-Type", "application/json");
    call_finish_foreign(&call);
}
