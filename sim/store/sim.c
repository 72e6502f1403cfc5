/* Life of the store as a whole. */
#include "sim.h"

#include <stdio.h>

#include "bounds.h"
#include "clock.h"
#include "mem.h"

struct sim *sim_new(const struct sim_settings *settings, struct fail *why)
{
    struct sim *sim = mem_new(sizeof *sim);
    pthread_mutex_init(&sim->lock, NULL);
    sim->settings = *settings;
    ids_init(&sim->ids, settings->seed);
    accounts_init(&sim->accounts);
    messages_init(&sim->messages, MESSAGES_MAX);
    journal_init(&sim->journal, JOURNAL_MAX_BYTES);
    if (accounts_add(&sim->accounts, &sim->ids, &settings->account, clock_wall_ms(), why) == NULL) {
        sim_free(sim);
        return NULL;
    }
    sim_account(sim)->adopted = settings->account_adopted;
    return sim;
}

void sim_free(struct sim *sim)
{
    if (sim == NULL)
        return;
    accounts_release(&sim->accounts);
    messages_release(&sim->messages);
    journal_release(&sim->journal);
    changes_release(&sim->changes);
    pthread_mutex_destroy(&sim->lock);
    mem_free(sim);
}

bool sim_reset(struct sim *sim, const struct account_setup *setup, struct fail *why)
{
    char sid[SID_BYTES], token[TOKEN_BYTES];
    struct account_setup wanted = *setup;
    struct accounts fresh;
    sim_lock(sim);
    snprintf(sid, sizeof sid, "%s", sim_account(sim)->sid);
    snprintf(token, sizeof token, "%s", sim_account(sim)->token);
    if (wanted.sid.len == 0)
        wanted.sid = text_of(sid);
    if (wanted.token.len == 0)
        wanted.token = text_of(token);
    bool adopted = sim_account(sim)->adopted && setup->token.len == 0;
    accounts_init(&fresh);
    fresh.last_tenant = sim->accounts.last_tenant;
    bool fine = accounts_add(&fresh, &sim->ids, &wanted, clock_wall_ms(), why) != NULL;
    if (fine) {
        fresh.items[0]->adopted = adopted;
        accounts_release(&sim->accounts);
        sim->accounts = fresh;
        messages_clear(&sim->messages);
        journal_clear(&sim->journal);
        metrics_forget_tries(&sim->metrics);
        sim->generation++;
        changes_reset(&sim->changes);
        changes_account(&sim->changes, sim_account(sim));
        if (sim->settings.seed != 0)
            ids_init(&sim->ids, sim->settings.seed);
    } else {
        accounts_release(&fresh);
    }
    sim_unlock(sim);
    sim_changed(sim);
    return fine;
}

void sim_lock(struct sim *sim)
{
    pthread_mutex_lock(&sim->lock);
}

void sim_unlock(struct sim *sim)
{
    struct changes *changes = &sim->changes;
    bool noted = changes->on && changes_end(sim);
    pthread_mutex_unlock(&sim->lock);
    if (noted && changes->noted != NULL)
        changes->noted(changes->noted_context);
}

void sim_changed(struct sim *sim)
{
    if (sim->changed != NULL)
        sim->changed(sim->changed_context);
}

struct account *sim_account(struct sim *sim)
{
    return sim->accounts.items[0];
}
