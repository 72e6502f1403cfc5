/* Redis: in memory only; its snapshot is a dump file that a fresh start reads. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "resp_command.h"
#include "service_parts.h"
#include "tree.h"
#include "program_path.h"

enum { REPLY_BYTES = 256 };

static const char dump_name[] = "dump.rdb";
static const char snapshot_name[] = "snapshot.rdb";

static bool redis_prepare(struct service *service, struct fail *why)
{
    if (!program_path("redis-server", service->environment, service->program, why))
        return false;
    char line[256];
    char found[64] = "";
    if (!service_version_line(service, service->program, line, sizeof line, why))
        return false;
    sscanf(line, "%*[^=]=%63[0-9.]", found); /* "Redis server v=7.0.15 sha=…" */
    if (!version_matches(found, service->version))
        return fail_set(why, "%s: Redis %s is wanted, this machine has %s", service->name, service->version,
                        found);
    return true;
}

static bool line_is_ready(void *context, struct text line)
{
    (void)context;
    return text_contains(line, TEXT("Ready to accept connections"));
}

static bool redis_start(struct service *service, struct fail *why)
{
    char port[16];
    snprintf(port, sizeof port, "%d", service->port);
    const char *argv[] = {service->program,
                          "--port",
                          port,
                          "--bind",
                          "127.0.0.1",
                          "--save",
                          "",
                          "--appendonly",
                          "no",
                          "--daemonize",
                          "no",
                          "--dir",
                          service->folder,
                          "--dbfilename",
                          dump_name,
                          "--databases",
                          "16",
                          NULL};
    struct process_ready ready = {
        .matches = line_is_ready, .port = service->port, .within_ms = service->ready.within_ms};
    return service_launch(service, argv, NULL, 0, &ready, why);
}

static bool redis_wipe(struct service *service, struct fail *why)
{
    char reply[REPLY_BYTES];
    return resp_command(service->port, "FLUSHALL", reply, sizeof reply, why);
}

/* The dump is set aside: were it left in place, a restart would read it as if Redis had kept it. */
static bool redis_snapshot(struct service *service, struct fail *why)
{
    char reply[REPLY_BYTES], dump[PATH_MAX], snapshot[PATH_MAX];
    service_path(service, dump_name, dump);
    service_path(service, snapshot_name, snapshot);
    unlink(snapshot);
    if (!resp_command(service->port, "SAVE", reply, sizeof reply, why))
        return false;
    if (rename(dump, snapshot) != 0)
        return fail_set(why, "%s: cannot keep its snapshot %s", service->name, snapshot);
    return true;
}

static bool redis_restore(struct service *service, struct fail *why)
{
    char dump[PATH_MAX], snapshot[PATH_MAX];
    service_path(service, dump_name, dump);
    service_path(service, snapshot_name, snapshot);
    service_end(service);
    if (link(snapshot, dump) != 0)
        return fail_set(why, "%s: cannot put its snapshot back", service->name);
    bool started = redis_start(service, why);
    unlink(dump);
    return started;
}

static void redis_put_environment(const struct service *service, struct environment *environment)
{
    if (environment_get(environment, "REDIS_URL") == NULL)
        environment_setf(environment, "REDIS_URL", "redis://127.0.0.1:%d", service->port);
}

const struct service_kind redis_kind = {
    .word = "redis",
    .fixed_port = 6379,
    .prepare = redis_prepare,
    .start = redis_start,
    .wipe = redis_wipe,
    .snapshot = redis_snapshot,
    .restore = redis_restore,
    .put_environment = redis_put_environment,
};
