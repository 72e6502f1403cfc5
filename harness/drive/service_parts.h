/* service_parts: the inside of a service, shared by services.c and the kinds (redis_service.c,
 * postgres_service.c); nobody else includes it. */
#ifndef SERVICE_PARTS_H
#define SERVICE_PARTS_H

#include <limits.h>

#include "services.h"

enum { SERVICE_GRACE_MS = 5000, SERVICE_COMMAND_MS = 60000 };

struct service;

/* What a kind of service knows. NULL: it cannot, or has nothing to do. */
struct service_kind {
    const char *word; /* of `use:` */
    int fixed_port;
    /* Once, before the first start: finds the program, makes the data. */
    bool (*prepare)(struct service *service, struct fail *why);
    /* Starts service->process and waits until it is ready. */
    bool (*start)(struct service *service, struct fail *why);
    bool (*wipe)(struct service *service, struct fail *why);
    bool (*snapshot)(struct service *service, struct fail *why);
    bool (*restore)(struct service *service, struct fail *why);
    void (*put_environment)(const struct service *service, struct environment *environment);
};

struct service {
    const struct service_kind *kind;
    enum service_use use;
    char *name, *version, *database, *shell, *address, *cwd;
    char **argv;
    char folder[PATH_MAX];    /* its data and ours */
    char pristine[PATH_MAX];  /* Postgres: an empty cluster to copy from */
    char templates[PATH_MAX]; /* "" = none */
    char program[PATH_MAX];   /* the server */
    struct environment *environment;
    struct process_ready ready;
    const struct sandbox *sandbox;
    const struct drive_events *events;
    int port;
    bool has_snapshot;
    struct process *process; /* NULL while it is stopped */
};

extern const struct service_kind redis_kind;
extern const struct service_kind postgres_kind;

/* A path below the service's folder. */
void service_path(const struct service *service, const char *name, char out[PATH_MAX]);

/* Starts the process with this argv and waits for `ready`; ends it again when it does not get there. */
bool service_launch(struct service *service, const char *const *argv, const char *shell, int stop_signal,
                    const struct process_ready *ready, struct fail *why);
/* Ends the process, politely. */
void service_end(struct service *service);

/* Runs a helper program to its end in the service's environment; its output is in *why when it fails. */
bool service_command(struct service *service, const char *const *argv, const char *shell, struct fail *why);
/* The first line of `program --version`. */
bool service_version_line(struct service *service, const char *program, char *ret_line, size_t size_bytes,
                          struct fail *why);
/* True when `found` is `wanted` or begins with it and a dot follows; wanted NULL: any. */
bool version_matches(const char *found, const char *wanted);

#endif
