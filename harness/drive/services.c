/* What all services have in common: life, ports, variables, helpers. The kinds know their programs
 * (redis_service.c, postgres_service.c). */
#include "services.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "mem.h"
#include "private_files.h"
#include "service_parts.h"
#include "text.h"

enum { VERSION_MS = 10000, NAME_MAX_BYTES = 64 };

/* ---- a command and an address: kinds without a program of their own */

static bool command_start(struct service *service, struct fail *why)
{
    return service_launch(service, (const char *const *)service->argv, service->shell, 0, &service->ready,
                          why);
}

static bool address_prepare(struct service *service, struct fail *why)
{
    if (service->sandbox != NULL && sandbox_fixed_ports(service->sandbox))
        return fail_set(why,
                        "%s: %s cannot be reached from a sealed sandbox: start the service with `use` or "
                        "`run`, or run with --sandbox proxy",
                        service->name, service->address);
    return true;
}

static void variable_set(const struct service *service, const char *tail, const char *value,
                         struct environment *environment)
{
    char name[NAME_MAX_BYTES + 16];
    size_t len = 0;
    for (const char *at = service->name; *at != '\0' && len < NAME_MAX_BYTES; at++)
        name[len++] = isalnum((unsigned char)*at) ? (char)toupper((unsigned char)*at) : '_';
    snprintf(name + len, sizeof name - len, "%s", tail);
    environment_set(environment, name, value);
}

static void address_put_environment(const struct service *service, struct environment *environment)
{
    variable_set(service, "_ADDRESS", service->address, environment);
}

static const struct service_kind command_kind = {.word = "run", .start = command_start};
static const struct service_kind address_kind = {
    .word = "at", .prepare = address_prepare, .put_environment = address_put_environment};

static const struct service_kind *const kinds[] = {
    [SERVICE_REDIS] = &redis_kind,
    [SERVICE_POSTGRES] = &postgres_kind,
    [SERVICE_COMMAND] = &command_kind,
    [SERVICE_AT] = &address_kind,
};

bool service_use_of(struct text word, enum service_use *ret_use)
{
    for (enum service_use use = SERVICE_REDIS; use <= SERVICE_POSTGRES; use++)
        if (text_is(word, kinds[use]->word)) {
            *ret_use = use;
            return true;
        }
    return false;
}

/* ---- helpers of the kinds */

void service_path(const struct service *service, const char *name, char out[PATH_MAX])
{
    /* service_start() has left room for our names */
    REQUIRE(snprintf(out, PATH_MAX, "%s/%s", service->folder, name) < PATH_MAX);
}

bool service_launch(struct service *service, const char *const *argv, const char *shell, int stop_signal,
                    const struct process_ready *ready, struct fail *why)
{
    struct process_options options = {
        .name = service->name,
        .argv = argv,
        .shell = shell,
        .cwd = service->cwd,
        .environment = environment_list(service->environment),
        .stop_signal = stop_signal,
        .events = service->events,
    };
    service->process = process_start(&options, why);
    if (service->process == NULL)
        return false;
    if (process_wait_ready(service->process, ready, why))
        return true;
    service_end(service);
    return false;
}

void service_end(struct service *service)
{
    if (service->process == NULL)
        return;
    process_stop(service->process, SERVICE_GRACE_MS);
    process_free(service->process);
    service->process = NULL;
}

static bool command_capture(struct service *service, const char *const *argv, const char *shell,
                            int64_t within_ms, struct text_buf *output, struct fail *why)
{
    struct process_options options = {.name = service->name,
                                      .argv = argv,
                                      .shell = shell,
                                      .environment = environment_list(service->environment)};
    struct drive_exit end;
    if (!process_run(&options, within_ms, &end, output, why))
        return false;
    struct text said = text_trim(text_buf_view(output));
    if (end.status != 0)
        return fail_set(why, "%s: \"%.200s\" failed (status %d): %.*s", service->name,
                        argv != NULL ? argv[0] : shell, end.status, TEXT_ARGS(text_first(said, 400)));
    return true;
}

bool service_command(struct service *service, const char *const *argv, const char *shell, struct fail *why)
{
    struct text_buf output;
    text_buf_init(&output, 64 * 1024);
    bool done = command_capture(service, argv, shell, SERVICE_COMMAND_MS, &output, why);
    text_buf_release(&output);
    return done;
}

bool service_version_line(struct service *service, const char *program, char *ret_line, size_t size_bytes,
                          struct fail *why)
{
    const char *argv[] = {program, "--version", NULL};
    struct text_buf output;
    text_buf_init(&output, 64 * 1024);
    bool done = command_capture(service, argv, NULL, VERSION_MS, &output, why);
    struct text line = text_first(text_buf_view(&output), text_find(text_buf_view(&output), '\n'));
    snprintf(ret_line, size_bytes, "%.*s", TEXT_ARGS(line));
    text_buf_release(&output);
    return done;
}

bool version_matches(const char *found, const char *wanted)
{
    if (wanted == NULL)
        return true;
    size_t len = strlen(wanted);
    return strncmp(found, wanted, len) == 0 && (found[len] == '\0' || found[len] == '.');
}

/* ---- life */

static char **argv_copy(const char *const *argv)
{
    size_t count = 0;
    while (argv != NULL && argv[count] != NULL)
        count++;
    if (count == 0)
        return NULL;
    char **copy = mem_new_array(count + 1, sizeof *copy);
    for (size_t i = 0; i < count; i++)
        copy[i] = mem_string(argv[i]);
    return copy;
}

static struct service *service_new(const struct service_options *options)
{
    struct service *service = mem_new(sizeof *service);
    service->kind = kinds[options->use];
    service->use = options->use;
    service->name = mem_string(options->name);
    service->version = mem_string(options->version);
    service->database = mem_string(options->database == NULL ? "app" : options->database);
    service->shell = mem_string(options->shell);
    service->address = mem_string(options->address);
    service->cwd = mem_string(options->cwd);
    service->argv = argv_copy(options->argv);
    service->environment = environment_copy(options->environment);
    service->ready = options->ready;
    service->ready.http_path = mem_string(options->ready.http_path);
    service->sandbox = options->sandbox;
    service->events = options->events;
    return service;
}

static bool service_folders(struct service *service, const struct service_options *options, struct fail *why)
{
    enum { NAMES_ROOM = 256 }; /* for what service_path() appends, and Postgres below it */
    const char *templates = options->templates == NULL ? "" : options->templates;
    if (options->use == SERVICE_AT)
        return true;
    REQUIRE(options->folder != NULL && options->folder[0] == '/');
    if (strlen(options->folder) + NAMES_ROOM > PATH_MAX || strlen(templates) + NAMES_ROOM > PATH_MAX)
        return fail_set(why, "%s: the path of its folder is too long", service->name);
    snprintf(service->folder, sizeof service->folder, "%s", options->folder);
    snprintf(service->templates, sizeof service->templates, "%s", templates);
    return folders_make(service->folder, true) ||
           fail_set(why, "%s: cannot make %s: %s", service->name, service->folder, strerror(errno));
}

static bool service_port_choose(struct service *service, struct fail *why)
{
    if (service->kind->fixed_port == 0)
        return true;
    if (service->sandbox == NULL || !sandbox_fixed_ports(service->sandbox))
        return process_free_port(&service->port, why);
    service->port = service->kind->fixed_port;
    while (!process_port_is_free(service->port)) /* a second one of its kind */
        service->port++;
    return true;
}

struct service *service_start(const struct service_options *options, struct fail *why)
{
    struct service *service = service_new(options);
    if (service_folders(service, options, why) && service_port_choose(service, why) &&
        (service->kind->prepare == NULL || service->kind->prepare(service, why)) &&
        (service->kind->start == NULL || service->kind->start(service, why)))
        return service;
    service_free(service);
    return NULL;
}

void service_free(struct service *service)
{
    if (service == NULL)
        return;
    service_end(service);
    for (size_t i = 0; service->argv != NULL && service->argv[i] != NULL; i++)
        mem_free(service->argv[i]);
    mem_free(service->argv);
    char *const strings[] = {service->name,
                             service->version,
                             service->database,
                             service->shell,
                             service->address,
                             service->cwd,
                             (char *)service->ready.http_path};
    for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++)
        mem_free(strings[i]);
    environment_free(service->environment);
    mem_free(service);
}

const char *service_name(const struct service *service)
{
    return service->name;
}

int service_port(const struct service *service)
{
    return service->port;
}

struct process *service_process(struct service *service)
{
    return service->process;
}

void service_put_environment(const struct service *service, struct environment *environment)
{
    if (service->kind->put_environment != NULL)
        service->kind->put_environment(service, environment);
    char url[256];
    if (service->use == SERVICE_REDIS)
        snprintf(url, sizeof url, "redis://127.0.0.1:%d", service->port);
    else if (service->use == SERVICE_POSTGRES)
        snprintf(url, sizeof url, "postgres://postgres@127.0.0.1:%d/%s?sslmode=disable", service->port,
                 service->database);
    else
        return;
    variable_set(service, "_URL", url, environment);
}

/* ---- the verbs */

static bool fail_state(const struct service *service, const char *verb, struct fail *why)
{
    if (service->use == SERVICE_AT)
        return fail_set(why, "%s: cannot %s what was not started here", service->name, verb);
    return fail_set(why, "%s: cannot %s it, it is %s", service->name, verb,
                    service->process == NULL ? "stopped" : "running");
}

bool service_stop(struct service *service, struct fail *why)
{
    if (service->process == NULL)
        return fail_state(service, "stop", why);
    service_end(service);
    return true;
}

bool service_kill(struct service *service, struct fail *why)
{
    if (service->process == NULL)
        return fail_state(service, "kill", why);
    process_kill(service->process);
    process_free(service->process);
    service->process = NULL;
    return true;
}

bool service_start_again(struct service *service, struct fail *why)
{
    if (service->process != NULL || service->kind->start == NULL)
        return fail_state(service, "start", why);
    return service->kind->start(service, why);
}

bool service_restart(struct service *service, struct fail *why)
{
    if (service->kind->start == NULL)
        return fail_state(service, "restart", why);
    service_end(service);
    return service->kind->start(service, why);
}

bool service_pause(struct service *service, struct fail *why)
{
    if (service->process == NULL)
        return fail_state(service, "pause", why);
    process_pause(service->process);
    return true;
}

bool service_resume(struct service *service, struct fail *why)
{
    if (service->process == NULL)
        return fail_state(service, "resume", why);
    process_resume(service->process);
    return true;
}

/* A kind that keeps data can do all three; a command or an address none. */
static bool data_verb(struct service *service, const char *verb, bool (*act)(struct service *, struct fail *),
                      struct fail *why)
{
    if (act == NULL)
        return fail_set(why, "%s: cannot %s it: only `use: redis` and `use: postgres` can", service->name,
                        verb);
    if (service->process == NULL)
        return fail_state(service, verb, why);
    return act(service, why);
}

bool service_wipe(struct service *service, struct fail *why)
{
    return data_verb(service, "wipe", service->kind->wipe, why);
}

bool service_snapshot(struct service *service, struct fail *why)
{
    bool done = data_verb(service, "keep a snapshot of", service->kind->snapshot, why);
    service->has_snapshot = service->has_snapshot || done;
    return done;
}

bool service_restore(struct service *service, struct fail *why)
{
    if (!service->has_snapshot)
        return service_wipe(service, why);
    return data_verb(service, "restore", service->kind->restore, why);
}
