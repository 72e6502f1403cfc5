/* stage: the processes of one worker: services, simulator, backend; and the ports that they use.
 *
 *     struct stage *stage = stage_new(&options);
 *     stage_add_service(stage, &redis, &why);                   // ready when it returns
 *     stage_start_simulator(stage, argv, &ready_line, &why);
 *     stage_set_backend(stage, &backend);  stage_start_backend(stage, &why);
 *     stage_order(stage, TEXT("redis"), STAGE_PAUSE, &why);     // a `process` step
 *     stage_free(stage);
 *
 * What happens to processes is told by the narrator. Everything given is copied unless said otherwise. One
 * thread at a time, but for stage_port(). */
#ifndef STAGE_H
#define STAGE_H

#include "environment.h"
#include "json.h"
#include "narrator.h"
#include "process.h"
#include "sandbox.h"
#include "timekeeper.h"

#define STAGE_BACKEND   "backend"
#define STAGE_SIMULATOR "twilio-sim"

enum { STAGE_SERVICES_MAX = 16, STAGE_PORTS_MAX = 64, STAGE_FILES_MAX = 16, STAGE_STOP_GRACE_MS = 5000 };

/* In the order of the language's words. */
enum stage_order {
    STAGE_START,
    STAGE_STOP,
    STAGE_KILL,
    STAGE_RESTART,
    STAGE_PAUSE,
    STAGE_RESUME,
    STAGE_WIPE
};

struct stage;

/* NULL and 0 where nothing is said. Exactly one of use, argv, shell, address. */
struct stage_service {
    const char *name;
    struct text use; /* "redis", "postgres"; TEXT_NONE */
    const char *const *argv;
    const char *shell, *address, *version, *database;
    const struct environment *environment;
    struct process_ready ready;
};

struct stage_options {
    struct sandbox *sandbox;        /* borrowed; NULL: none */
    struct narrator *narrator;      /* borrowed */
    const char *scratch;            /* a folder of ours */
    const char *cwd;                /* where the backend and commands run */
    struct timekeeper *clock;       /* borrowed; NULL: the real one. It runs while processes start and stop */
    const struct environment *base; /* PATH, HOME, LANG and what the profile inherits */
};

struct stage_backend {
    const char *const *argv;
    const char *shell; /* one of the two */
    const struct environment *environment;
    struct process_ready ready; /* what it points to is borrowed */
};

/* New. */
struct stage *stage_new(const struct stage_options *options);
/* Ends all of it. NULL is allowed. */
void stage_free(struct stage *stage);

/* From 3000 on where every sandbox has all ports to itself, else a free one; the same for the same name. A
 * service's name gives the service's. */
bool stage_port(struct stage *stage, struct text name, int *ret_port, struct fail *why);
/* From now on commands (`run`, `prepare`) have this environment, and the variables of the services over it.
 * Copied. */
void stage_set_base(struct stage *stage, const struct environment *base);

/* Lines of a file, relative to `cwd`, are the backend's log too. */
bool stage_follow(struct stage *stage, struct text file, struct fail *why);

bool stage_add_service(struct stage *stage, const struct stage_service *service, struct fail *why);
/* The process of a service; 0: none of ours, or not running. */
pid_t stage_service_pid(const struct stage *stage, struct text name);
/* The variables of all services (REDIS_URL, DATABASE_URL, PG*). */
void stage_put_environment(const struct stage *stage, struct environment *environment);
/* Whatever a scenario stopped, killed or paused runs again. */
bool stage_revive(struct stage *stage, struct fail *why);
/* True when a service was stopped, killed or started since the last call: a backend that ran meanwhile may
 * still be without its connections, and a kept one would take that into the next scenario. */
bool stage_services_moved(struct stage *stage);
bool stage_snapshot(struct stage *stage, struct fail *why);
/* Stores back to their snapshot, or emptied. */
bool stage_restore(struct stage *stage, struct fail *why);
bool stage_wipe(struct stage *stage, struct fail *why);

/* Waits for the one line of JSON that says that it is ready; *ret_ready is new. */
bool stage_start_simulator(struct stage *stage, const char *const *argv,
                           const struct environment *environment, json_t **ret_ready, struct fail *why);

/* What to start; replaces what was set before (a running one goes on until it is stopped). */
void stage_set_backend(struct stage *stage, const struct stage_backend *backend);
/* Starts it and waits until it is ready. */
bool stage_start_backend(struct stage *stage, struct fail *why);
void stage_stop_backend(struct stage *stage);
bool stage_backend_runs(struct stage *stage);
/* What the backend wrote so far has become events. */
void stage_hear_backend(struct stage *stage, int64_t within_real_ms);
/* False when it ended though nobody asked it to; *ret_words says how, with its last lines. */
bool stage_backend_is_well(struct stage *stage, struct text_buf *ret_words);

/* The same of the simulator. One that answers no more may still be on its way out: its end is waited for,
 * grace_ms at most. */
bool stage_simulator_is_well(struct stage *stage, int64_t grace_ms, struct text_buf *ret_words);

/* A `process` step on the backend or a service. A virtual clock runs while something starts or ends, and
 * stands still from the next whole STAGE_ROUND_NS on: how long that took is the same in every run. */
#define STAGE_ROUND_NS INT64_C(10000000000)
bool stage_order(struct stage *stage, struct text name, enum stage_order order, struct fail *why);

/* Runs a command beside them, with their variables; output and exit status. */
bool stage_run(struct stage *stage, const char *const *argv, const char *shell, int64_t within_ms,
               int *ret_exit, struct text_buf *output, struct fail *why);

#endif
