/* sim: the simulator's whole memory under one lock, and what its parts share.
 *
 *     struct sim *sim = sim_new(&settings, &why);
 *     sim_lock(sim); ... struct account *account = accounts_find(&sim->accounts, sid); ... sim_unlock(sim);
 *     sim_changed(sim);                    // after the lock: wakes whoever waits for news
 *     sim_free(sim);
 *
 * Everything inside is guarded by the lock, except `settings`, which never change, and the pointers that main
 * sets before the first request and clears after the last. */
#ifndef SIM_H
#define SIM_H

#include <pthread.h>

#include "accounts.h"
#include "changes.h"
#include "fail.h"
#include "journal.h"
#include "messages.h"
#include "metrics.h"

struct schedule;

/* What the options said. Texts are borrowed and outlive the simulator. */
struct sim_settings {
    uint64_t seed;                /* 0 = a new one each time */
    struct account_setup account; /* the first account */
    int64_t sent_after_ms;        /* status progress: from created to sent */
    int64_t delivered_after_ms;   /* from sent to delivered (or what else becomes of it) */
    bool strict_callbacks;        /* loopback callback URLs are refused with 21609 */
    int concurrency_max;          /* requests at once; 0 = no limit */
    int suspended_code;           /* what a suspended or closed account gets: 20003, 20005 or 20403 */
    bool any_account;             /* unknown SIDs and their tokens are taken as they come */
    bool account_adopted;         /* the first account's came so at an earlier start */
    const char *control_token;    /* what /sim/v1 wants; NULL = nothing */
};

struct sim {
    pthread_mutex_t lock;
    struct sim_settings settings;
    struct ids ids;
    struct accounts accounts;
    struct messages messages;
    struct journal journal;
    struct metrics metrics;
    struct changes changes;    /* noted for whoever writes them down */
    uint64_t restored_events;  /* of restore.h */
    uint64_t starts;           /* how many simulators had this memory; 0 = it is not kept */
    int in_flight;             /* requests to the provider whose answer is not out yet */
    unsigned generation;       /* counts resets: what was planned before one does not happen after it */
    uint64_t setups;           /* counts what was changed through /sim/v1, so that pages ask again */
    struct schedule *schedule; /* what happens later; of schedule/ */
    /* Called after changes, without the lock. */
    void (*changed)(void *context);
    /* An account was adopted: called under the lock; must not wait. May be NULL. */
    void (*adopted)(void *context);
    void *changed_context;
};

struct sim *sim_new(const struct sim_settings *settings, struct fail *why);
void sim_free(struct sim *sim);

/* Forgets everything, and makes the first account anew from `setup` (with the SID and token it had, unless
 * given). */
bool sim_reset(struct sim *sim, const struct account_setup *setup, struct fail *why);

/* What changed in between gets its ticket (changes.h) when the lock is given back. */
void sim_lock(struct sim *sim);
void sim_unlock(struct sim *sim);
void sim_changed(struct sim *sim);

/* The first account. */
struct account *sim_account(struct sim *sim);

#endif
