/* Starts and ends what runs beside a scenario. Which programs those are is the profile's and the runner's
 * knowledge; how a process or a store is driven is drive's. */
#include "stage.h"

#include <pthread.h>
#include <stdio.h>

#include "file_follower.h"
#include "clock.h"
#include "mem.h"
#include "services.h"

enum { FIRST_FIXED_PORT = 3000, SIMULATOR_READY_MS = 10000 };

struct named_port {
    char *name;
    int port;
};

struct stage {
    struct stage_options options;
    char *scratch, *cwd;
    struct environment *base;
    struct service *services[STAGE_SERVICES_MAX];
    enum service_use uses[STAGE_SERVICES_MAX];
    size_t service_count;
    bool services_moved;
    struct named_port ports[STAGE_PORTS_MAX];
    size_t port_count;
    pthread_mutex_t mutex; /* of the ports */
    struct file_follower *followers[STAGE_FILES_MAX];
    size_t follower_count;
    struct process *simulator;
    struct process *backend; /* NULL while it is stopped */
    struct stage_backend plan;
    struct environment *plan_environment;
};

struct stage *stage_new(const struct stage_options *options)
{
    struct stage *stage = mem_new(sizeof *stage);
    stage->options = *options;
    stage->scratch = mem_string(options->scratch);
    stage->cwd = mem_string(options->cwd);
    stage->base = environment_copy(options->base);
    pthread_mutex_init(&stage->mutex, NULL);
    return stage;
}

void stage_free(struct stage *stage)
{
    if (stage == NULL)
        return;
    stage_stop_backend(stage);
    if (stage->simulator != NULL)
        process_stop(stage->simulator, STAGE_STOP_GRACE_MS);
    process_free(stage->simulator);
    while (stage->follower_count > 0)
        file_follower_free(stage->followers[--stage->follower_count]);
    while (stage->service_count > 0)
        service_free(stage->services[--stage->service_count]);
    for (size_t i = 0; i < stage->port_count; i++)
        mem_free(stage->ports[i].name);
    environment_free(stage->plan_environment);
    environment_free(stage->base);
    pthread_mutex_destroy(&stage->mutex);
    mem_free(stage->scratch);
    mem_free(stage->cwd);
    mem_free(stage);
}

void stage_set_base(struct stage *stage, const struct environment *base)
{
    struct environment *copy = environment_copy(base);
    environment_free(stage->base);
    stage->base = copy;
}

static struct service *service_find(const struct stage *stage, struct text name)
{
    for (size_t i = 0; i < stage->service_count; i++)
        if (text_is(name, service_name(stage->services[i])))
            return stage->services[i];
    return NULL;
}

static bool port_choose(struct stage *stage, int *ret_port, struct fail *why)
{
    if (stage->port_count == STAGE_PORTS_MAX)
        return fail_set(why, "more than %d ports are asked for", STAGE_PORTS_MAX);
    if (stage->options.sandbox == NULL || !sandbox_fixed_ports(stage->options.sandbox))
        return process_free_port(ret_port, why);
    *ret_port = FIRST_FIXED_PORT + (int)stage->port_count;
    return true;
}

static bool port_find(struct stage *stage, struct text name, int *ret_port, struct fail *why)
{
    for (size_t i = 0; i < stage->port_count; i++) {
        if (text_is(name, stage->ports[i].name)) {
            *ret_port = stage->ports[i].port;
            return true;
        }
    }
    if (!port_choose(stage, ret_port, why))
        return false;
    stage->ports[stage->port_count++] = (struct named_port){text_copy(name), *ret_port};
    return true;
}

bool stage_port(struct stage *stage, struct text name, int *ret_port, struct fail *why)
{
    const struct service *service = service_find(stage, name);
    if (service != NULL && service_port(service) != 0) {
        *ret_port = service_port(service);
        return true;
    }
    pthread_mutex_lock(&stage->mutex);
    bool found = port_find(stage, name, ret_port, why);
    pthread_mutex_unlock(&stage->mutex);
    return found;
}

bool stage_follow(struct stage *stage, struct text file, struct fail *why)
{
    char path[4096];
    if (stage->follower_count == STAGE_FILES_MAX)
        return fail_set(why, "more than %d log files", STAGE_FILES_MAX);
    if (text_starts(file, "/"))
        snprintf(path, sizeof path, "%.*s", TEXT_ARGS(file));
    else
        snprintf(path, sizeof path, "%s/%.*s", stage->cwd, TEXT_ARGS(file));
    struct file_follower *follower =
        file_follower_new(path, STAGE_BACKEND, narrator_events(stage->options.narrator), why);
    if (follower != NULL)
        stage->followers[stage->follower_count++] = follower;
    return follower != NULL;
}

static bool use_read(const struct stage_service *wanted, enum service_use *ret_use, struct fail *why)
{
    if (wanted->use.at != NULL && !service_use_of(wanted->use, ret_use))
        return fail_set(why, "service %s: no such use: '%.*s'", wanted->name, TEXT_ARGS(wanted->use));
    if (wanted->use.at == NULL)
        *ret_use = wanted->address != NULL ? SERVICE_AT : SERVICE_COMMAND;
    return true;
}

bool stage_add_service(struct stage *stage, const struct stage_service *wanted, struct fail *why)
{
    char folder[4096];
    enum service_use use;
    if (stage->service_count == STAGE_SERVICES_MAX)
        return fail_set(why, "more than %d services", STAGE_SERVICES_MAX);
    if (!use_read(wanted, &use, why))
        return false;
    snprintf(folder, sizeof folder, "%s/%s", stage->scratch, wanted->name);
    struct service_options options = {
        .name = wanted->name,
        .use = use,
        .version = wanted->version,
        .database = wanted->database,
        .argv = wanted->argv,
        .shell = wanted->shell,
        .address = wanted->address,
        .folder = folder,
        .cwd = stage->cwd,
        .environment = wanted->environment,
        .ready = wanted->ready,
        .sandbox = stage->options.sandbox,
        .events = narrator_events(stage->options.narrator),
    };
    struct service *service = service_start(&options, why);
    if (service == NULL)
        return false;
    stage->uses[stage->service_count] = use;
    stage->services[stage->service_count++] = service;
    return true;
}

pid_t stage_service_pid(const struct stage *stage, struct text name)
{
    struct service *service = service_find(stage, name);
    const struct process *process = service == NULL ? NULL : service_process(service);
    return process == NULL ? 0 : process_pid(process);
}

void stage_put_environment(const struct stage *stage, struct environment *environment)
{
    for (size_t i = 0; i < stage->service_count; i++)
        service_put_environment(stage->services[i], environment);
}

/* What a command keeps is unknown, and an address is not ours: neither is copied or emptied. */
static bool each_store(struct stage *stage, bool (*what)(struct service *service, struct fail *why),
                       struct fail *why)
{
    for (size_t i = 0; i < stage->service_count; i++)
        if ((stage->uses[i] == SERVICE_REDIS || stage->uses[i] == SERVICE_POSTGRES) &&
            !what(stage->services[i], why))
            return false;
    return true;
}

static bool service_revive(struct service *service, struct fail *why)
{
    struct process *process = service_process(service);
    if (process == NULL)
        return service_start_again(service, why);
    return process_is_running(process) ? service_resume(service, why) : service_restart(service, why);
}

bool stage_services_moved(struct stage *stage)
{
    bool moved = stage->services_moved;
    stage->services_moved = false;
    return moved;
}

bool stage_revive(struct stage *stage, struct fail *why)
{
    for (size_t i = 0; i < stage->service_count; i++)
        if (stage->uses[i] != SERVICE_AT && !service_revive(stage->services[i], why))
            return false;
    return true;
}

bool stage_snapshot(struct stage *stage, struct fail *why)
{
    return each_store(stage, service_snapshot, why);
}

bool stage_restore(struct stage *stage, struct fail *why)
{
    return each_store(stage, service_restore, why);
}

bool stage_wipe(struct stage *stage, struct fail *why)
{
    return each_store(stage, service_wipe, why);
}

/* The simulator's ready line, caught while it starts. */
static bool ready_line(void *context, struct text line)
{
    json_t **ret_ready = context;
    struct fail ignored = {0};
    if (*ret_ready == NULL && text_starts(line, "{"))
        json_read(line, "ready line", ret_ready, &ignored);
    return *ret_ready != NULL && json_text(*ret_ready, "address").at != NULL;
}

bool stage_start_simulator(struct stage *stage, const char *const *argv,
                           const struct environment *environment, json_t **ret_ready, struct fail *why)
{
    REQUIRE(stage->simulator == NULL);
    struct environment *copy = environment_copy(environment);
    struct process_options options = {.name = STAGE_SIMULATOR,
                                      .argv = argv,
                                      .environment = environment_list(copy),
                                      .events = narrator_events(stage->options.narrator)};
    struct process_ready ready = {
        .matches = ready_line, .matches_context = ret_ready, .within_ms = SIMULATOR_READY_MS};
    stage->simulator = process_start(&options, why);
    bool fine = stage->simulator != NULL && process_wait_ready(stage->simulator, &ready, why);
    environment_free(copy);
    return fine;
}

void stage_set_backend(struct stage *stage, const struct stage_backend *backend)
{
    environment_free(stage->plan_environment);
    stage->plan = *backend;
    stage->plan_environment = environment_copy(backend->environment);
}

bool stage_start_backend(struct stage *stage, struct fail *why)
{
    struct process_options options = {.name = STAGE_BACKEND,
                                      .argv = stage->plan.argv,
                                      .shell = stage->plan.shell,
                                      .cwd = stage->cwd,
                                      .environment = environment_list(stage->plan_environment),
                                      .events = narrator_events(stage->options.narrator)};
    stage_stop_backend(stage);
    stage->backend = process_start(&options, why);
    if (stage->backend == NULL)
        return false;
    narrator_note_process(stage->options.narrator, STAGE_BACKEND, "started",
                          (int)process_pid(stage->backend));
    if (!process_wait_ready(stage->backend, &stage->plan.ready, why)) {
        stage_stop_backend(stage);
        return false;
    }
    narrator_note_process(stage->options.narrator, STAGE_BACKEND, "ready", (int)process_pid(stage->backend));
    return true;
}

void stage_stop_backend(struct stage *stage)
{
    if (stage->backend == NULL)
        return;
    process_resume(stage->backend);
    process_stop(stage->backend, STAGE_STOP_GRACE_MS);
    process_free(stage->backend);
    stage->backend = NULL;
}

void stage_hear_backend(struct stage *stage, int64_t within_real_ms)
{
    if (stage->backend != NULL)
        process_catch_up(stage->backend, within_real_ms);
}

bool stage_backend_runs(struct stage *stage)
{
    return stage->backend != NULL && process_is_running(stage->backend);
}

static bool is_well(struct process *process, const char *name, struct text_buf *ret_words)
{
    struct drive_exit end;
    if (process == NULL || process_is_running(process) || !process_wait_exit(process, INT64_MAX, &end))
        return true;
    if (end.signal != 0)
        text_putf(ret_words, "the %s was ended by signal %d while the scenario ran\n", name, end.signal);
    else
        text_putf(ret_words, "the %s ended with status %d while the scenario ran\n", name, end.status);
    process_put_last_lines(process, ret_words);
    return false;
}

bool stage_backend_is_well(struct stage *stage, struct text_buf *ret_words)
{
    return is_well(stage->backend, "backend", ret_words);
}

bool stage_simulator_is_well(struct stage *stage, int64_t grace_ms, struct text_buf *ret_words)
{
    if (stage->simulator != NULL && grace_ms > 0)
        process_wait_exit(stage->simulator, clock_mono_ms() + grace_ms, NULL);
    return is_well(stage->simulator, "simulator", ret_words);
}

static bool backend_order(struct stage *stage, enum stage_order order, struct fail *why)
{
    if (order == STAGE_START || order == STAGE_RESTART)
        return stage_start_backend(stage, why);
    if (order == STAGE_WIPE)
        return fail_set(why, "the backend keeps nothing that could be wiped: wipe its store");
    if (stage->backend == NULL)
        return fail_set(why, "the backend is not running");
    switch (order) {
    case STAGE_STOP:
        stage_stop_backend(stage);
        break;
    case STAGE_KILL:
        process_kill(stage->backend);
        process_free(stage->backend);
        stage->backend = NULL;
        break;
    case STAGE_PAUSE:
        process_pause(stage->backend);
        narrator_note_process(stage->options.narrator, STAGE_BACKEND, "paused",
                              (int)process_pid(stage->backend));
        break;
    default:
        process_resume(stage->backend);
        narrator_note_process(stage->options.narrator, STAGE_BACKEND, "resumed",
                              (int)process_pid(stage->backend));
        break;
    }
    return true;
}

static const struct {
    bool (*act)(struct service *service, struct fail *why);
    const char *told;
} service_orders[] = {
    [STAGE_START] = {service_start_again, "ready"},
    [STAGE_STOP] = {service_stop, NULL},
    [STAGE_KILL] = {service_kill, NULL},
    [STAGE_RESTART] = {service_restart, "ready"},
    [STAGE_PAUSE] = {service_pause, "paused"},
    [STAGE_RESUME] = {service_resume, "resumed"},
    [STAGE_WIPE] = {service_wipe, "wiped"},
};

static bool order_give(struct stage *stage, struct text name, enum stage_order order, struct fail *why)
{
    if (text_is(name, STAGE_BACKEND))
        return backend_order(stage, order, why);
    struct service *service = service_find(stage, name);
    if (service == NULL)
        return fail_set(why, "there is no process '%.*s'", TEXT_ARGS(name));
    if (!service_orders[order].act(service, why))
        return false;
    if (service_orders[order].told != NULL)
        narrator_note_process(stage->options.narrator, service_name(service), service_orders[order].told, 0);
    return true;
}

/* What starts or ends waits for time to pass (Redis looks for SIGTERM ten times a second). */
static bool takes_time(enum stage_order order)
{
    return order == STAGE_START || order == STAGE_STOP || order == STAGE_KILL || order == STAGE_RESTART;
}

bool stage_order(struct stage *stage, struct text name, enum stage_order order, struct fail *why)
{
    bool runs = stage->options.clock != NULL && takes_time(order);
    if (takes_time(order) && !text_is(name, STAGE_BACKEND))
        stage->services_moved = true;
    if (runs)
        timekeeper_run(stage->options.clock);
    bool fine = order_give(stage, name, order, why);
    if (runs)
        timekeeper_stand(stage->options.clock, STAGE_ROUND_NS);
    return fine;
}

bool stage_run(struct stage *stage, const char *const *argv, const char *shell, int64_t within_ms,
               int *ret_exit, struct text_buf *output, struct fail *why)
{
    struct environment *environment = environment_copy(stage->base);
    stage_put_environment(stage, environment);
    struct process_options options = {.name = "run",
                                      .argv = argv,
                                      .shell = shell,
                                      .cwd = stage->cwd,
                                      .environment = environment_list(environment),
                                      .events = narrator_events(stage->options.narrator)};
    struct drive_exit end = {0};
    bool fine = process_run(&options, within_ms, &end, output, why);
    *ret_exit = end.signal != 0 ? 128 + end.signal : end.status;
    environment_free(environment);
    return fine;
}
