/* rig: what one worker keeps from scenario to scenario: workspace, services, simulator, and what the backend
 * starts with.
 *
 *     struct rig *rig = rig_open(&plan, &why);      // in the worker's sandbox; services and simulator are up
 *     rig_prepare_stores(rig, &why);                // before each scenario
 *     rig_plan_backend(rig, scenario, variables, &same, &why);
 *     stage_start_backend(rig->stage, &why);
 *     rig_close(rig);
 *
 * With --url there is no stage: the simulator is the one named, the backend is not ours. One thread at a
 * time. */
#ifndef RIG_H
#define RIG_H

#include "environment.h"
#include "narrator.h"
#include "pattern.h"
#include "profile.h"
#include "sandbox.h"
#include "scenario.h"
#include "settings.h"
#include "simulator.h"
#include "stage.h"
#include "text_match.h"
#include "timekeeper.h"
#include "workspace.h"

/* What a worker is told before it begins; all borrowed. */
struct rig_plan {
    const struct settings *settings;
    const struct profile *profile;
    struct narrator *narrator;
    struct sandbox *sandbox; /* NULL with --url */
    const char *scratch;
    const char *cwd;          /* the profile's, absolute */
    const char *simulator;    /* the program twilio-sim, absolute */
    const char *real_because; /* why the stack cannot be on the virtual clock; NULL: it may be */
    bool begins_now;          /* virtual wall time begins at the real one, and not near noon */
};

struct rig {
    struct rig_plan plan;
    struct workspace *workspace;
    struct stage *stage;
    struct simulator *simulator;
    struct timekeeper *clock; /* NULL: all is on the real clock */
    char *library;            /* preloaded into what is on the virtual clock */
    struct fail no_clock;     /* set: why no virtual clock could be made here */
    struct fail off_clock;    /* set: somebody was found on another clock (rig_clock_judge) */
    json_t *ready; /* the simulator's ready line: account_sid, auth_token, number, whatsapp, address, ca */
    struct variables *variables; /* $twilio.…, $port.… */
    struct environment *base;    /* PATH, HOME, LANG, inherited names, CA and proxies */
    struct pattern *code;
    struct text_match *ready_match;
    struct text_match *service_matches[STAGE_SERVICES_MAX]; /* a service that starts again is asked again */
    char *base_url;
    char *backend_env_key; /* the environment that the running backend was started with, as text */
    char **argv;           /* of the backend */
    bool prove_reach;      /* --url: no send has reached the simulator yet */
    struct fail lost;      /* --url: none will */
    bool stores_used;      /* a scenario has run on them */
};

/* New; NULL with *why: the environment did not come up. */
struct rig *rig_open(const struct rig_plan *plan, struct fail *why);
void rig_close(struct rig *rig);

/* All services run, and the stores are as after `prepare` (profile's reset.stores). */
bool rig_prepare_stores(struct rig *rig, struct fail *why);
/* What the backend starts with in this scenario; sets rig->base_url. *ret_same: a running one was started the
 * same way. */
bool rig_plan_backend(struct rig *rig, const struct scenario *scenario, struct variables *variables,
                      bool *ret_same, struct fail *why);

/* NULL-terminated copies of resolved words; texts live in the variables. */
bool rig_words(const struct value_list *list, struct variables *variables, char ***ret, struct fail *why);
void rig_words_free(char **words);

#endif
