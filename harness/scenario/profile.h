/* profile: a backend.yaml as a typed tree (LANGUAGE, PROFILE).
 *
 *     struct profile *profile = profile_read("backend.yaml", problems);
 *     if (profile == NULL) ...                       // its errors are in `problems`
 *     profile_free(profile);
 *
 * Everything in the tree is borrowed from the profile and never changes; many threads may read it. */
#ifndef PROFILE_H
#define PROFILE_H

#include "expect.h"
#include "problems.h"
#include "scenario.h"
#include "step.h"
#include "value.h"

/* ready: { http: path, status | log: match | port: int, within: dur } */
struct ready {
    struct place at;
    struct value http;        /* exactly one of http, log, port */
    struct value_list status; /* beside http; 200 when not written */
    struct value log, port;
    struct value within;
};

enum service_clock { SERVICE_CLOCK_SHARED, SERVICE_CLOCK_IGNORED };
enum service_use { SERVICE_REDIS, SERVICE_POSTGRES };

struct service {
    struct place at;
    struct text name;
    struct value use; /* enum service_use; exactly one of use, run, at */
    struct command run;
    struct value address; /* `at: HOST:PORT` */
    struct value version, database;
    struct named_values env; /* VALUE_TEXT_OR_NULL */
    struct ready ready;
    struct value clock; /* enum service_clock; shared when not written */
};

struct services {
    struct place at;
    struct service *items;
    size_t count;
};

struct commands {
    struct place at;
    struct command *items;
    size_t count;
};

struct preparation {
    struct place at;
    struct command run;
    struct value may_fail;
};

struct preparations {
    struct place at;
    struct preparation *items;
    size_t count;
};

struct reset {
    struct place at;
    struct value backend; /* restart (default), keep, or the name of an action */
    struct value stores;  /* snapshot (default), wipe, keep */
};

enum reset_stores { STORES_SNAPSHOT, STORES_WIPE, STORES_KEEP };

struct log_format {
    struct place at;
    struct value time, severity, message; /* VALUE_FILTER */
};

struct client {
    struct place at;
    struct value address; /* own (default), one */
    struct value header;
};

struct profile_people {
    struct place at;
    struct value country;
};

/* A canned answer of another host. */
struct host {
    struct place at;
    struct text name;
    struct value status;     /* VALUE_INT; 200 when not written */
    const struct node *json; /* NULL = empty body */
};

struct hosts {
    struct place at;
    struct host *items;
    size_t count;
};

struct named_expect {
    struct place at;
    struct text name;
    struct expect expect;
};

struct named_expects {
    struct place at;
    struct named_expect *items;
    size_t count;
};

/* `known:` and `import:`; refused by this version's lint. */
struct known {
    struct place at;
    struct value invariant, why, until;
};
struct knowns {
    struct place at;
    struct known *items;
    size_t count;
};

struct profile {
    struct place at;
    const char *path; /* as given */
    struct value backend, cwd;
    struct value_list hide, inherit;
    struct commands build;
    struct services services;
    struct preparations prepare;
    struct command run;      /* at least one of run and url */
    struct named_values env; /* VALUE_TEXT_OR_NULL */
    struct value url;        /* where it listens */
    struct ready ready;
    struct reset reset;
    struct value_list logs; /* stdout, stderr, or a file */
    struct log_format log;
    struct client client;
    struct profile_people people;
    struct hosts hosts;
    struct actions actions;
    struct named_expects answers;
    struct value code; /* VALUE_PATTERN */
    struct policy policy;
    const struct node *import_;
    struct knowns known;
    struct document *document; /* owns all of the above */
};

struct profile *profile_read(const char *path, struct problems *problems);
struct profile *profile_read_text(const char *name, struct text bytes, struct problems *problems);
void profile_free(struct profile *profile);

const struct named_expect *answers_find(const struct named_expects *answers, struct text name);

#endif
