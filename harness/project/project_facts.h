/* project_facts: what the files of a project say, each fact with its place. Reading is pure: names and bytes
 * in, facts out; project_walk finds the files.
 *
 *     struct project_facts *facts = project_facts_new();
 *     project_facts_add(facts, "package.json", bytes);          // any order, each file once
 *     ... facts->starts[0].command ...
 *     project_facts_free(facts);
 *
 * Files of no kind that is known are left alone. Everything is bounded; what does not fit is counted in
 * `dropped`. Texts live as long as the facts. One thread. */
#ifndef PROJECT_FACTS_H
#define PROJECT_FACTS_H

#include "arena.h"
#include "text.h"
#include "twilio_names.h"

enum {
    FACTS_ENVS_MAX = 256,
    FACTS_ROUTES_MAX = 256,
    FACTS_MOUNTS_MAX = 128,
    FACTS_STARTS_MAX = 32,
    FACTS_NOTES_MAX = 64,
    FACTS_PARAMS_MAX = 256,
    FACTS_PARTS_MAX = 16,
    FACTS_ARENA_BYTES = 4 * 1024 * 1024,
};

struct fact_place {
    struct text file; /* .at == NULL: nowhere */
    int line;         /* 0 = the file as a whole */
};

/* How the project may be started; the best has the lowest rank. */
struct fact_start {
    int rank;
    struct text command; /* for a shell, or words when `words` is set; `$` is the shell's */
    bool words;
    const char *what; /* "scripts.start" */
    struct fact_place at;
};

/* What makes the files that are started. */
struct fact_build {
    struct text command; /* .at == NULL: nothing; for a shell */
    bool needed;         /* what is started lies where builds put things */
    struct fact_place at;
};

struct fact_env {
    struct text name;
    enum twilio_role role;
    struct fact_place at;
    bool example; /* from .env.example and the like */
};

enum fact_param_kind { PARAM_PHONE, PARAM_CODE, PARAM_CHANNEL, PARAM_PURPOSE, PARAM_KINDS };

struct fact_route {
    struct text method, path;
    struct text owner; /* "router" of router.post('/x'); .at == NULL: none is seen */
    struct fact_place at;
    struct text params[PARAM_KINDS]; /* names read near the route; .at == NULL: none seen */
    bool form;                       /* it reads a form, not JSON */
    bool file_path;                  /* the path is the whole one, no mount goes before it */
};

/* A prefix under which the routes of another file, or of this one, are served. */
struct fact_mount {
    struct text prefix,
        what;          /* what: the name or file that is mounted; .at == NULL: this file's own routes */
    struct text owner; /* "app" of app.use('/x', y) */
    struct fact_place at;
};

/* A name that stands for another file. */
struct fact_import {
    struct text name, module;
    struct fact_place at;
};

struct fact_param {
    struct text name;
    enum fact_param_kind kind;
    struct fact_place at;
};

enum fact_evidence {
    EVIDENCE_REDIS,
    EVIDENCE_POSTGRES,
    EVIDENCE_TWILIO,
    EVIDENCE_WHATSAPP,
    EVIDENCE_RETRY,
    EVIDENCE_VERIFY,
    EVIDENCE_PORT_VARIABLE,
    EVIDENCE_FORM,
    EVIDENCES,
};

struct framework; /* project_frameworks.h */

struct project_facts {
    struct arena *arena;
    struct text name; /* of the project */
    struct fact_place name_at;
    const struct framework *framework;
    struct fact_place framework_at;
    struct text app_file, app_variable; /* where a Python application object is made */
    bool app_serves;                    /* that file starts a server itself */
    struct text main_file;              /* the first with Go's main(); .at == NULL: none */
    struct text prefix_of_all;          /* before every route of the project; .at == NULL: none */
    struct text prefix_excludes;        /* what stands behind it, where exceptions are written */
    struct fact_build build;
    struct fact_place workspaces; /* where it is said that there are several projects */
    int port;                     /* written down as a number; 0 = none */
    struct fact_place port_at;
    struct fact_place evidence[EVIDENCES];
    struct fact_start starts[FACTS_STARTS_MAX];
    struct fact_env envs[FACTS_ENVS_MAX];
    struct fact_route routes[FACTS_ROUTES_MAX];
    struct fact_mount mounts[FACTS_MOUNTS_MAX];
    struct fact_import imports[FACTS_MOUNTS_MAX];
    struct fact_param params[FACTS_PARAMS_MAX];
    struct text parts[FACTS_PARTS_MAX]; /* folders of projects below this one that look like a backend */
    char *notes[FACTS_NOTES_MAX];       /* what could not be read, for a person */
    size_t start_count, env_count, route_count, mount_count, import_count, param_count, note_count,
        part_count;
    size_t dropped;
};

struct project_facts *project_facts_new(void);
void project_facts_free(struct project_facts *facts);

/* `name` is the path below the project's folder. */
void project_facts_add(struct project_facts *facts, const char *name, struct text bytes);
/* True for a file whose bytes could tell anything: others need not be read. */
bool project_facts_wants(const char *name);

void project_facts_note(struct project_facts *facts, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
