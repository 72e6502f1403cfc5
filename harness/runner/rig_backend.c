/* How the backend starts in a scenario: command, environment, address, readiness. */
#include "rig.h"

#include <stdio.h>

#include "mem.h"
#include "rig_clock.h"
#include "rig_services.h"

/* What the profile, the scenario and the command line set, the later over the earlier. */
static bool environment_fill(struct rig *rig, const struct scenario *scenario, struct variables *variables,
                             struct environment *environment, struct fail *why)
{
    const struct settings_list *given = &rig->plan.settings->env;
    stage_put_environment(rig->stage, environment);
    if (!rig_env_set(&rig->plan.profile->env, variables, environment, why) ||
        !rig_env_set(&scenario->with.env, variables, environment, why))
        return false;
    for (size_t i = 0; i < given->count; i++) {
        struct text pair = text_of(given->items[i]);
        char *name = text_copy(text_first(pair, text_find(pair, '=')));
        environment_set(environment, name, given->items[i] + text_find(pair, '=') + 1);
        mem_free(name);
    }
    sandbox_keep_environment(rig->plan.sandbox, environment);
    rig_clock_equip(rig, STAGE_BACKEND, CLOCK_ROLE_BACKEND, environment);
    return true;
}

/* `url`, else the port that the backend is told, else the one that says that it is ready. */
static bool base_url_find(struct rig *rig, struct variables *variables, const struct environment *environment,
                          struct fail *why)
{
    const struct profile *profile = rig->plan.profile;
    struct text_buf url;
    struct text text = TEXT_NONE;
    int64_t port = 0;
    const char *told = environment_get(environment, "PORT");
    if (!value_text_or(&profile->url, variables, TEXT_NONE, &text, why))
        return false;
    if (text.at == NULL && told == NULL && !value_int_or(&profile->ready.port, variables, 0, &port, why))
        return false;
    if (text.at == NULL && told == NULL && port == 0)
        return fail_set(why, "%s: where does the backend listen? Set PORT under `env`, or `url`",
                        profile->path);
    text_buf_init(&url, 2048);
    if (text.at != NULL)
        text_put(&url, text_ends(text, "/") ? text_first(text, text.len - 1) : text);
    else if (told != NULL)
        text_putf(&url, "http://127.0.0.1:%s", told);
    else
        text_putf(&url, "http://127.0.0.1:%d", (int)port);
    mem_free(rig->base_url);
    rig->base_url = text_buf_take(&url);
    return true;
}

static int port_of_url(const char *url)
{
    struct text rest = text_of(url);
    int64_t port = text_starts(rest, "https:") ? 443 : 80;
    for (size_t i = rest.len; i-- > 0;) {
        if (rest.at[i] != ':')
            continue;
        rest = text_from(rest, i + 1);
        text_to_int(text_first(rest, text_find(rest, '/')), 1, 65535, &port);
        break;
    }
    return (int)port;
}

static char *environment_text(const struct environment *environment)
{
    struct text_buf out;
    const char *const *list = environment_list(environment);
    text_buf_init(&out, 1024 * 1024);
    for (size_t i = 0; list[i] != NULL; i++)
        text_putf(&out, "%s\n", list[i]);
    return text_buf_take(&out);
}

static bool command_read(struct rig *rig, struct variables *variables, struct stage_backend *backend,
                         struct fail *why)
{
    const struct command *run = &rig->plan.profile->run;
    struct text shell = TEXT_NONE;
    rig_words_free(rig->argv);
    rig->argv = NULL;
    if (value_given(&run->shell)) {
        if (!value_text(&run->shell, variables, &shell, why))
            return false;
        rig->argv = mem_new_array(4, sizeof *rig->argv);
        rig->argv[0] = mem_string("sh");
        rig->argv[1] = mem_string("-c");
        rig->argv[2] = text_copy(shell);
    } else if (!rig_words(&run->argv, variables, &rig->argv, why)) {
        return false;
    }
    backend->argv = (const char *const *)rig->argv;
    return rig->argv[0] != NULL || fail_set(why, "%s: the profile says no `run`", rig->plan.profile->path);
}

bool rig_plan_backend(struct rig *rig, const struct scenario *scenario, struct variables *variables,
                      bool *ret_same, struct fail *why)
{
    struct stage_backend backend = {0};
    struct environment *environment = environment_copy(rig->base);
    bool fine = environment_fill(rig, scenario, variables, environment, why) &&
                base_url_find(rig, variables, environment, why) &&
                command_read(rig, variables, &backend, why) &&
                rig_ready(&rig->plan.profile->ready, port_of_url(rig->base_url), rig->variables,
                          &rig->ready_match, &backend.ready, why);
    if (fine) {
        char *key = environment_text(environment);
        *ret_same = text_is(text_of(key), rig->backend_env_key == NULL ? "" : rig->backend_env_key);
        mem_free(rig->backend_env_key);
        rig->backend_env_key = key;
        backend.environment = environment;
        stage_set_backend(rig->stage, &backend);
    }
    environment_free(environment);
    return fine;
}
