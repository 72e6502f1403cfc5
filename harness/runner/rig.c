/* Brings a worker's surroundings up, in order: workspace, simulator, trust, services, `prepare`, snapshot. */
#include "rig.h"

#include <stdio.h>
#include <string.h>

#include "mem.h"
#include "rig_clock.h"
#include "rig_services.h"
#include "rig_hosts.h"
#include "rig_variables.h"

enum {
    CONTROL_PORT = 4010,
    PREPARE_WITHIN_MS = 120000,
    PREPARE_OUTPUT_BYTES = 64 * 1024,
};

/* `prepare` and `run` */
#define COMMANDS_PARTY "commands"

static const char *const always_inherited[] = {"PATH", "HOME", "LANG"};

bool rig_words(const struct value_list *list, struct variables *variables, char ***ret, struct fail *why)
{
    char **words = mem_new_array(list->count + 1, sizeof *words);
    for (size_t i = 0; i < list->count; i++) {
        struct text word;
        if (!value_text(&list->items[i], variables, &word, why)) {
            rig_words_free(words);
            return false;
        }
        words[i] = text_copy(word);
    }
    *ret = words;
    return true;
}

void rig_words_free(char **words)
{
    for (size_t i = 0; words != NULL && words[i] != NULL; i++)
        mem_free(words[i]);
    mem_free(words);
}

static bool base_make(struct rig *rig, struct fail *why)
{
    char **names = NULL;
    rig->base = environment_new();
    for (size_t i = 0; i < sizeof always_inherited / sizeof *always_inherited; i++)
        environment_inherit(rig->base, always_inherited[i]);
    if (!rig_words(&rig->plan.profile->inherit, rig->variables, &names, why))
        return false;
    for (size_t i = 0; names[i] != NULL; i++)
        environment_inherit(rig->base, names[i]);
    rig_words_free(names);
    return true;
}

static bool workspace_open(struct rig *rig, struct fail *why)
{
    char **hide = NULL;
    const struct value_list *globs = &rig->plan.profile->hide;
    if (place_given(globs->at) && !rig_words(globs, rig->variables, &hide, why))
        return false;
    struct workspace_options options = {.scratch = rig->plan.scratch,
                                        .source = rig->plan.cwd,
                                        .hide = (const char *const *)hide,
                                        .sandbox = rig->plan.sandbox,
                                        .keep = rig->plan.settings->keep_workspace};
    rig->workspace = workspace_new(&options, why);
    rig_words_free(hide);
    return rig->workspace != NULL;
}

/* New list, NULL behind the last; its items are borrowed. */
static const char **simulator_arguments(const struct rig *rig, const char *port, const char *seed, bool fixed,
                                        char *const *rules)
{
    const char *const always[] = {
        rig->plan.simulator, "--port", port, "--seed", seed, "--quiet", "--sent-after", "20ms",
        "--delivered-after", "40ms"};
    const char *const own_ports[] = {"--port", "80", "--port", "443"};
    size_t count = sizeof always / sizeof *always, hosts = rig->plan.profile->hosts.count;
    const char **argv = mem_new_array(count + 4 + 2 * hosts + 1, sizeof *argv);
    memcpy(argv, always, sizeof always);
    if (fixed) {
        memcpy(argv + count, own_ports, sizeof own_ports);
        count += 4;
    }
    for (size_t i = 0; i < hosts; i++) {
        argv[count++] = "--host";
        argv[count++] = rules[i];
    }
    return argv;
}

/* On the providers' own ports where every sandbox has its own, and always on one for /sim/v1 and the proxy.
 */
static bool simulator_start(struct rig *rig, struct fail *why)
{
    char port[16], seed[32], **rules = NULL;
    int control = CONTROL_PORT;
    bool fixed = sandbox_fixed_ports(rig->plan.sandbox);
    if (!fixed && !process_free_port(&control, why))
        return false;
    snprintf(port, sizeof port, "%d", control);
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)rig->plan.settings->seed + 1);
    if (!rig_hosts_rules(rig->plan.profile, rig->variables, &rules, why)) {
        rig_words_free(rules);
        return false;
    }
    const char **argv = simulator_arguments(rig, port, seed, fixed, rules);
    struct environment *environment = environment_copy(rig->base);
    rig_clock_equip_own(rig, STAGE_SIMULATOR, CLOCK_ROLE_SIMULATOR, environment);
    bool started = stage_start_simulator(rig->stage, argv, environment, &rig->ready, why);
    environment_free(environment);
    mem_free(argv);
    rig_words_free(rules);
    if (!started)
        return false;
    rig->simulator = simulator_new(json_string_value(json_object_get(rig->ready, "address")));
    const char *ca = json_string_value(json_object_get(rig->ready, "ca"));
    if (ca != NULL && !sandbox_trust(rig->plan.sandbox, ca, workspace_scratch(rig->workspace), why))
        return false;
    sandbox_meet_simulator(rig->plan.sandbox, control);
    sandbox_put_environment(rig->plan.sandbox, control, rig->base);
    return true;
}

static bool prepare_run(struct rig *rig, const struct preparation *preparation, struct fail *why)
{
    char **argv = NULL;
    bool may_fail, fine;
    int status = 0;
    struct text shell = TEXT_NONE;
    struct text_buf output;
    const struct command *command = &preparation->run;
    text_buf_init(&output, PREPARE_OUTPUT_BYTES);
    fine =
        value_bool_or(&preparation->may_fail, rig->variables, false, &may_fail, why) &&
        (value_given(&command->shell) ? value_text(&command->shell, rig->variables, &shell, why)
                                      : rig_words(&command->argv, rig->variables, &argv, why)) &&
        stage_run(rig->stage, (const char *const *)argv, shell.at, PREPARE_WITHIN_MS, &status, &output, why);
    if (fine && status != 0 && !may_fail) {
        struct text said = text_buf_view(&output);
        fine = fail_at(why, preparation->at.file, preparation->at.line, preparation->at.col,
                       "prepare ended with status %d:\n%.*s", status,
                       TEXT_ARGS(text_from(said, said.len > 500 ? said.len - 500 : 0)));
    }
    rig_words_free(argv);
    text_buf_release(&output);
    return fine;
}

/* A migration reads the same settings as the backend. */
static bool commands_equip(struct rig *rig, struct fail *why)
{
    struct environment *environment = environment_copy(rig->base);
    bool fine = rig_env_set(&rig->plan.profile->env, rig->variables, environment, why);
    sandbox_keep_environment(rig->plan.sandbox, environment);
    rig_clock_equip(rig, COMMANDS_PARTY, CLOCK_ROLE_BACKEND, environment);
    stage_set_base(rig->stage, environment);
    environment_free(environment);
    return fine;
}

static bool stores_open(struct rig *rig, struct fail *why)
{
    const struct profile *profile = rig->plan.profile;
    int stores;
    if (!rig_services_start(rig, why) || !commands_equip(rig, why))
        return false;
    for (size_t i = 0; i < profile->prepare.count; i++)
        if (!prepare_run(rig, &profile->prepare.items[i], why))
            return false;
    if (!value_choice_or(&profile->reset.stores, rig->variables, STORES_SNAPSHOT, &stores, why))
        return false;
    return stores != STORES_SNAPSHOT || profile->prepare.count == 0 || stage_snapshot(rig->stage, why);
}

static bool code_compile(struct rig *rig, struct fail *why)
{
    struct text written, source;
    if (!value_given(&rig->plan.profile->code))
        return true;
    if (!value_text(&rig->plan.profile->code, rig->variables, &written, why))
        return false;
    rig->code = pattern_new(pattern_in_slashes(written, &source) ? source : written, why);
    return rig->code != NULL;
}

static bool policy_provide(struct rig *rig, struct fail *why)
{
    json_t *policy = NULL;
    if (!policy_json(&rig->plan.profile->policy, NULL, rig->variables, &policy, why))
        return false;
    variables_set(rig->variables, TEXT("policy"), policy);
    return true;
}

/* `logs` beside stdout and stderr: files below the backend's folder. */
static bool logs_follow(struct rig *rig, struct fail *why)
{
    const struct value_list *logs = &rig->plan.profile->logs;
    for (size_t i = 0; i < logs->count; i++) {
        struct text name;
        if (!value_text(&logs->items[i], rig->variables, &name, why))
            return false;
        bool is_stream = text_is(name, "stdout") || text_is(name, "stderr");
        if (!is_stream && !stage_follow(rig->stage, name, why))
            return false;
    }
    return true;
}

static bool surroundings_open(struct rig *rig, struct fail *why)
{
    if (!base_make(rig, why) || !workspace_open(rig, why) || !rig_clock_open(rig, why))
        return false;
    rig->stage = stage_new(&(struct stage_options){.sandbox = rig->plan.sandbox,
                                                   .narrator = rig->plan.narrator,
                                                   .scratch = workspace_scratch(rig->workspace),
                                                   .cwd = workspace_folder(rig->workspace),
                                                   .clock = rig->clock,
                                                   .base = rig->base});
    return simulator_start(rig, why) && stores_open(rig, why) && logs_follow(rig, why);
}

/* --url: the simulator runs already; its address is the only thing known before the first reset. */
static void simulator_meet(struct rig *rig)
{
    rig->ready = json_pack("{s:s}", "address", rig->plan.settings->sim);
    rig->simulator = simulator_new(rig->plan.settings->sim);
}

struct rig *rig_open(const struct rig_plan *plan, struct fail *why)
{
    struct rig *rig = mem_new(sizeof *rig);
    rig->plan = *plan;
    rig->prove_reach = plan->settings->url != NULL;
    rig->variables = variables_new(NULL);
    rig_provide(rig, rig->variables);
    bool fine = policy_provide(rig, why) && code_compile(rig, why);
    if (fine && plan->settings->url != NULL)
        simulator_meet(rig);
    else if (fine)
        fine = surroundings_open(rig, why);
    if (fine)
        return rig;
    rig_close(rig);
    return NULL;
}

void rig_close(struct rig *rig)
{
    if (rig == NULL)
        return;
    if (rig->clock != NULL)
        timekeeper_run(rig->clock);
    stage_free(rig->stage);
    rig_clock_close(rig);
    simulator_free(rig->simulator);
    workspace_free(rig->workspace);
    environment_free(rig->base);
    json_decref(rig->ready);
    pattern_free(rig->code);
    text_match_free(rig->ready_match);
    for (size_t i = 0; i < STAGE_SERVICES_MAX; i++)
        text_match_free(rig->service_matches[i]);
    rig_words_free(rig->argv);
    mem_free(rig->base_url);
    mem_free(rig->backend_env_key);
    variables_free(rig->variables);
    mem_free(rig);
}

bool rig_prepare_stores(struct rig *rig, struct fail *why)
{
    int stores;
    if (rig->stage == NULL || !rig->stores_used) {
        rig->stores_used = true;
        return true;
    }
    if (!stage_revive(rig->stage, why) ||
        !value_choice_or(&rig->plan.profile->reset.stores, rig->variables, STORES_SNAPSHOT, &stores, why))
        return false;
    if (stores == STORES_KEEP)
        return true;
    return stores == STORES_WIPE ? stage_wipe(rig->stage, why) : stage_restore(rig->stage, why);
}
