/* services: the stores that a backend needs, started beside it: `use: redis`, `use: postgres`, a command,
 * an address.
 *
 *     struct service_options options = {.name = "store", .use = SERVICE_REDIS, .folder = folder,
 *                                       .sandbox = sandbox, .environment = base, .events = &events};
 *     struct service *store = service_start(&options, &why);       // ready when it returns
 *     service_put_environment(store, environment);                 // REDIS_URL, or DATABASE_URL and PG*
 *     service_snapshot(store, &why);                               // once, after `prepare`
 *     service_restore(store, &why);                                // before each scenario
 *     service_free(store);
 *
 * Ports: the usual ones (6379, 5432; a second of a kind has the next) in the namespace, where each sandbox
 * has all ports to itself; free ones elsewhere. Data lives in `folder`. Redis keeps nothing: stop, kill and
 * restart leave it empty. Postgres keeps its data over them; it is made with initdb (user "postgres", no
 * password, fsync off), and does not run as root: outside a namespace, as root, that is an error that says
 * so. SERVICE_AT starts nothing and owns nothing: only its variable is set; it cannot be reached from a
 * sealed sandbox, so there it is an error. Calls on one service come from one thread at a time. What a
 * service cannot do fails with words. */
#ifndef SERVICES_H
#define SERVICES_H

#include <stdbool.h>

#include "environment.h"
#include "fail.h"
#include "process.h"
#include "sandbox.h"

enum service_use { SERVICE_REDIS = 1, SERVICE_POSTGRES, SERVICE_COMMAND, SERVICE_AT };

/* "redis" or "postgres"; false for another word. */
bool service_use_of(struct text word, enum service_use *ret_use);

struct service;

struct service_options {
    const char *name;
    enum service_use use;
    const char *version;     /* "7", "7.0": the program's must start so; NULL = any */
    const char *database;    /* Postgres: NULL = "app" */
    const char *const *argv; /* SERVICE_COMMAND: one of the two */
    const char *shell;
    const char *address;   /* SERVICE_AT: "HOST:PORT" */
    const char *folder;    /* its data, absolute; made when missing */
    const char *templates; /* Postgres: where one initdb is kept for all workers, absolute; NULL = nowhere */
    const char *cwd;       /* SERVICE_COMMAND */
    const struct environment *environment; /* what it starts with (PATH, HOME, LANG and the profile's env) */
    struct process_ready ready;            /* SERVICE_COMMAND; the others know theirs. within_ms for all */
    const struct sandbox *sandbox;         /* NULL: none */
    const struct drive_events *events;
};

/* New and ready; NULL with *why (the last lines of its output are in it). Options are copied. */
struct service *service_start(const struct service_options *options, struct fail *why);
/* Ends it. NULL is allowed. */
void service_free(struct service *service);

/* Borrowed. */
const char *service_name(const struct service *service);
/* 0 for a command. */
int service_port(const struct service *service);
/* NULL while it is stopped, and for SERVICE_AT. Borrowed. */
struct process *service_process(struct service *service);

/* Redis: REDIS_URL. Postgres: DATABASE_URL, PGHOST, PGPORT, PGUSER, PGDATABASE, PGSSLMODE. SERVICE_AT:
 * NAME_ADDRESS. A *_URL that is set already stays; each service also sets NAME_URL (its name in upper case).
 */
void service_put_environment(const struct service *service, struct environment *environment);

/* The `process:` verbs; start and restart come back ready. */
bool service_stop(struct service *service, struct fail *why);
bool service_kill(struct service *service, struct fail *why);
bool service_start_again(struct service *service, struct fail *why);
bool service_restart(struct service *service, struct fail *why);
bool service_pause(struct service *service, struct fail *why);
bool service_resume(struct service *service, struct fail *why);
/* Empties it: FLUSHALL; Postgres starts anew with an empty database (connections to it are closed). */
bool service_wipe(struct service *service, struct fail *why);

/* Keeps its present content, and puts it back. Redis: a dump file, read by a new start; Postgres: a copy of
 * the data folder. Connections to it are closed. restore without a snapshot is a wipe. */
bool service_snapshot(struct service *service, struct fail *why);
bool service_restore(struct service *service, struct fail *why);

#endif
