/* From the profile's words to what stage starts. */
#include "rig_services.h"

#include "mem.h"
#include "rig_clock.h"

static bool line_matches(void *context, struct text line)
{
    return text_match_holds(context, line, NULL);
}

static bool match_compile(const struct value *log, struct variables *variables, struct text_match **ret,
                          struct fail *why)
{
    struct text written;
    if (!value_text(log, variables, &written, why))
        return false;
    text_match_free(*ret);
    *ret = text_match_new(written, why);
    return *ret != NULL;
}

static bool http_read(const struct ready *ready, struct variables *variables, struct process_ready *ret,
                      struct fail *why)
{
    struct text path;
    struct status_set statuses = {0};
    if (!value_text(&ready->http, variables, &path, why) ||
        !value_status_set(&ready->status, variables, &statuses, why))
        return false;
    ret->http_path = path.at;
    ret->http_status = statuses.count == 0 ? 200 : statuses.ranges[0].low;
    bool exact =
        statuses.count == 0 || (statuses.count == 1 && statuses.ranges[0].low == statuses.ranges[0].high);
    bool any_2xx = statuses.count == 1 && statuses.ranges[0].low == 200 && statuses.ranges[0].high == 299;
    if (any_2xx)
        ret->http_status = 0;
    return exact || any_2xx ||
           fail_at(why, ready->at.file, ready->at.line, ready->at.col,
                   "ready: one status, or 2xx, is wanted");
}

bool rig_ready(const struct ready *ready, int port, struct variables *variables,
               struct text_match **ret_match, struct process_ready *ret, struct fail *why)
{
    *ret = (struct process_ready){0};
    int64_t listening = 0;
    if (!value_duration_ms_or(&ready->within, variables, 0, &ret->within_ms, why))
        return false;
    if (value_given(&ready->port) && !value_int(&ready->port, variables, &listening, why))
        return false;
    ret->port = (int)listening;
    if (value_given(&ready->log)) {
        if (!match_compile(&ready->log, variables, ret_match, why))
            return false;
        ret->matches = line_matches;
        ret->matches_context = *ret_match;
    }
    ret->http_port = port;
    return !value_given(&ready->http) || http_read(ready, variables, ret, why);
}

bool rig_env_set(const struct named_values *pairs, struct variables *variables,
                 struct environment *environment, struct fail *why)
{
    for (size_t i = 0; i < pairs->count; i++) {
        struct text value = TEXT_NONE;
        if (!value_is_null(&pairs->items[i].value) &&
            !value_text(&pairs->items[i].value, variables, &value, why))
            return false;
        char *name = text_copy(pairs->items[i].name);
        char *copy = value.at == NULL ? NULL : text_copy(value);
        environment_set(environment, name, copy);
        mem_free(copy);
        mem_free(name);
    }
    return true;
}

/* A text that may not be written: NULL then. Lives in the variables. */
static bool text_read(const struct value *value, struct variables *variables, const char **ret,
                      struct fail *why)
{
    struct text text;
    if (!value_text_or(value, variables, TEXT_NONE, &text, why))
        return false;
    *ret = text.at;
    return true;
}

/* Redis and Postgres know when they are ready; a command is ready on the port that it was given by name. */
static bool ready_read(struct rig *rig, const struct service *service, struct text_match **match,
                       struct stage_service *options, struct fail *why)
{
    int port = 0;
    if (!place_given(service->ready.at))
        return true;
    if (value_given(&service->ready.http) && !stage_port(rig->stage, service->name, &port, why))
        return false;
    return rig_ready(&service->ready, port, rig->variables, match, &options->ready, why);
}

bool rig_service_shares_clock(struct rig *rig, const struct service *service)
{
    int clock = SERVICE_CLOCK_SHARED;
    struct fail ignored = {0}; /* lint has read it */
    value_choice_or(&service->clock, rig->variables, SERVICE_CLOCK_SHARED, &clock, &ignored);
    return clock == SERVICE_CLOCK_SHARED;
}

static bool service_open(struct rig *rig, const struct service *service, struct environment *environment,
                         struct text_match **match, struct fail *why)
{
    char **argv = NULL;
    char *name = text_copy(service->name);
    struct stage_service options = {.name = name, .environment = environment};
    bool fine = text_read(&service->run.shell, rig->variables, &options.shell, why) &&
                text_read(&service->address, rig->variables, &options.address, why) &&
                text_read(&service->version, rig->variables, &options.version, why) &&
                text_read(&service->database, rig->variables, &options.database, why) &&
                value_text_or(&service->use, rig->variables, TEXT_NONE, &options.use, why) &&
                rig_words(&service->run.argv, rig->variables, &argv, why) &&
                rig_env_set(&service->env, rig->variables, environment, why) &&
                ready_read(rig, service, match, &options, why);
    if (fine && service->run.argv.count > 0)
        options.argv = (const char *const *)argv;
    sandbox_keep_environment(rig->plan.sandbox, environment);
    if (rig_service_shares_clock(rig, service))
        rig_clock_equip(rig, name, CLOCK_ROLE_STORE, environment);
    fine = fine && stage_add_service(rig->stage, &options, why);
    rig_words_free(argv);
    mem_free(name);
    return fine;
}

bool rig_services_start(struct rig *rig, struct fail *why)
{
    const struct services *services = &rig->plan.profile->services;
    bool fine =
        services->count <= STAGE_SERVICES_MAX || fail_set(why, "more than %d services", STAGE_SERVICES_MAX);
    for (size_t i = 0; i < services->count && fine; i++) {
        struct environment *environment = environment_copy(rig->base);
        struct text_match **match = &rig->service_matches[i];
        stage_put_environment(rig->stage, environment);
        fine = service_open(rig, &services->items[i], environment, match, why);
        environment_free(environment);
    }
    return fine;
}
