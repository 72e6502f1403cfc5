/* The thread that writes, and what becomes of tickets.
 *
 * An epoch is a time in which everything could be written. It ends with a group that could not, and the next
 * begins when memory was loaded anew; a request that began in one and ended in another has changed a memory
 * that is gone. Lock order: the archive's, then the store's. */
#include "archive.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>

#include "clock.h"
#include "database.h"
#include "log.h"
#include "mem.h"
#include "restore.h"

/* A group's memory that is kept for the next one. */
enum { KEEP_BYTES = 1024 * 1024 };
/* Looks without a change that end the gathering, and how many there are at most. */
enum { GATHER_QUIET = 4, GATHER_ROUNDS = 200 };

struct archive {
    struct archive_config config;
    struct database *database; /* under `lock` once the thread runs */
    pthread_mutex_t lock;
    pthread_t thread;
    bool started;
    pthread_mutex_t sleep_lock; /* of `stopping` and the sleep */
    pthread_cond_t work;
    bool stopping;
    _Atomic bool asleep;
    _Atomic bool broken;
    _Atomic unsigned epoch;   /* odd while broken */
    _Atomic uint64_t written; /* of this epoch: the newest ticket in the file */
    struct text_buf rows;
};

struct archive *archive_open(const char *path, struct fail *why)
{
    struct database *database = database_open(path, why);
    if (database == NULL)
        return NULL;
    struct archive *archive = mem_new(sizeof *archive);
    archive->database = database;
    pthread_mutex_init(&archive->lock, NULL);
    pthread_mutex_init(&archive->sleep_lock, NULL);
    clock_cond_init(&archive->work);
    text_buf_init(&archive->rows, SIZE_MAX / 2);
    return archive;
}

bool archive_is_new(const struct archive *archive)
{
    return database_is_new(archive->database);
}

const char *archive_path(const struct archive *archive)
{
    return database_path(archive->database);
}

/* ---- loading */

struct loading {
    const struct archive_config *config;
    struct journal_stamp now;
};

static bool take_row(void *context, const struct row *row, struct fail *why)
{
    const struct loading *loading = context;
    return loading->config->restore(loading->config->context, row, &loading->now, why);
}

/* The store's lock is held. */
static bool load(struct archive *archive, struct fail *why)
{
    struct loading loading = {&archive->config, journal_now()};
    struct fail reason = {0};
    restore_begin(archive->config.sim);
    if (!database_load(archive->database, take_row, &loading, why))
        return false;
    return restore_end(archive->config.sim, &reason) ||
           fail_set(why, "%s is damaged: %s", database_path(archive->database), reason.text);
}

bool archive_load(struct archive *archive, const struct archive_config *config, struct fail *why)
{
    archive->config = *config;
    if (database_is_new(archive->database))
        return true;
    sim_lock(config->sim);
    bool fine = load(archive, why);
    if (fine)
        changes_begin(config->sim, false); /* at once: what was planned may happen any moment */
    sim_unlock(config->sim);
    return fine;
}

/* ---- groups */

static void noted(void *context)
{
    struct archive *archive = context;
    if (!archive->asleep)
        return;
    pthread_mutex_lock(&archive->sleep_lock);
    pthread_cond_signal(&archive->work);
    pthread_mutex_unlock(&archive->sleep_lock);
}

/* Everything since the last group that was written is gone. The archive's lock is held. */
static uint64_t give_up(struct archive *archive, const struct fail *why)
{
    struct sim *sim = archive->config.sim;
    sim_lock(sim);
    changes_drop(&sim->changes);
    sim->changes.on = false;
    sim->generation++;
    archive->epoch++;
    archive->broken = true;
    uint64_t last = sim->changes.ticket;
    sim_unlock(sim);
    log_line(LOG_ERROR, "store", "%s; requests are refused until it can be written again", why->text);
    return last;
}

/* Lets the group grow as long as changes keep coming: on a busy machine those who make them get the
 * processor, on an idle one this costs microseconds. */
static void gather(const struct archive *archive)
{
    const struct changes *changes = &archive->config.sim->changes;
    for (int quiet = 0, rounds = 0; quiet < GATHER_QUIET && rounds < GATHER_ROUNDS; rounds++) {
        uint64_t before = changes->ticket;
        sched_yield();
        quiet = changes->ticket == before ? quiet + 1 : 0;
    }
}

/* Writes what has changed; false when it could not. */
static bool write_group(struct archive *archive, struct fail *why)
{
    struct sim *sim = archive->config.sim;
    pthread_mutex_lock(&archive->lock);
    text_buf_clear(&archive->rows);
    sim_lock(sim);
    uint64_t ticket = archive->broken ? 0 : changes_take(sim, &archive->rows);
    sim_unlock(sim);
    bool fine = database_write(archive->database, text_buf_view(&archive->rows), why);
    if (fine)
        archive->written = ticket;
    else
        ticket = give_up(archive, why);
    if (archive->rows.room > KEEP_BYTES)
        text_buf_release(&archive->rows);
    pthread_mutex_unlock(&archive->lock);
    archive->config.decided(archive->config.context, ticket);
    return fine;
}

static bool has_work(const struct archive *archive)
{
    return !archive->broken && archive->config.sim->changes.ticket > archive->written;
}

/* Sleeps until there is something to write; false when there is nothing and the archive is closed. */
static bool wait_for_work(struct archive *archive)
{
    if (has_work(archive))
        return true;
    pthread_mutex_lock(&archive->sleep_lock);
    archive->asleep = true; /* before the look: whoever adds work afterwards signals */
    while (!has_work(archive) && !archive->stopping)
        clock_cond_wait(&archive->work, &archive->sleep_lock, CLOCK_NEVER);
    archive->asleep = false;
    pthread_mutex_unlock(&archive->sleep_lock);
    return has_work(archive);
}

static void *archive_thread(void *context)
{
    struct archive *archive = context;
    while (wait_for_work(archive)) {
        struct fail why = {0};
        gather(archive);
        (void)write_group(archive, &why);
    }
    return NULL;
}

static void start_thread(struct archive *archive)
{
    sigset_t all, before;
    sigfillset(&all); /* signals are the main thread's */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    REQUIRE(pthread_create(&archive->thread, NULL, archive_thread, archive) == 0);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    archive->started = true;
}

bool archive_start(struct archive *archive, struct fail *why)
{
    struct sim *sim = archive->config.sim;
    if (!database_begin(archive->database, why))
        return false;
    sim_lock(sim);
    if (database_is_new(archive->database))
        changes_begin(sim, true);
    sim->starts++;
    if (sim->settings.seed != 0) /* no SID comes twice */
        ids_init(&sim->ids, sim->settings.seed + (sim->starts - 1) * 0x9E3779B97F4A7C15u);
    changes_account(&sim->changes, sim_account(sim)); /* options may have added to it */
    sim->changes.noted = noted;
    sim->changes.noted_context = archive;
    sim_unlock(sim);
    if (!write_group(archive, why))
        return false;
    start_thread(archive);
    return true;
}

void archive_close(struct archive *archive)
{
    if (archive == NULL)
        return;
    if (archive->started) {
        pthread_mutex_lock(&archive->sleep_lock);
        archive->stopping = true;
        pthread_cond_signal(&archive->work);
        pthread_mutex_unlock(&archive->sleep_lock);
        pthread_join(archive->thread, NULL);
    }
    if (archive->config.sim != NULL) {
        archive->config.sim->changes.on = false;
        archive->config.sim->changes.noted = NULL;
    }
    database_close(archive->database);
    text_buf_release(&archive->rows);
    pthread_cond_destroy(&archive->work);
    pthread_mutex_destroy(&archive->sleep_lock);
    pthread_mutex_destroy(&archive->lock);
    mem_free(archive);
}

/* ---- requests */

/* The archive's lock is held. */
static bool recover(struct archive *archive, struct fail *why)
{
    struct sim *sim = archive->config.sim;
    if (!database_has_room(archive->database, why))
        return false;
    sim_lock(sim);
    bool fine = load(archive, why);
    if (fine) {
        changes_begin(sim, false);
        archive->epoch++; /* before `written`: see archive_lost() */
        archive->written = sim->changes.ticket;
        archive->broken = false;
    }
    sim_unlock(sim);
    if (fine)
        log_line(LOG_INFO, "store", "%s can be written again", database_path(archive->database));
    return fine;
}

bool archive_enter(struct archive *archive, struct archive_pass *ret, struct fail *why)
{
    bool fine = true;
    *ret = (struct archive_pass){.epoch = archive->epoch};
    if (archive->broken) {
        pthread_mutex_lock(&archive->lock);
        if (archive->broken)
            fine = recover(archive, why);
        ret->epoch = archive->epoch;
        pthread_mutex_unlock(&archive->lock);
    }
    return fine;
}

void archive_leave(struct archive *archive, struct archive_pass *pass)
{
    uint64_t ticket = archive->config.sim->changes.ticket;
    pass->ticket = ticket > archive->written ? ticket : 0;
}

bool archive_lost(struct archive *archive, const struct archive_pass *pass)
{
    /* `written` is read first: it is of the pass' epoch, or the epoch read behind it is a later one. Where
     * two epochs have passed nobody knows any more, and an error is the safe answer. */
    bool written = pass->ticket <= archive->written;
    unsigned epoch = archive->epoch;
    bool entered_broken = pass->epoch % 2 == 1;
    return entered_broken || (epoch != pass->epoch && !(written && epoch == pass->epoch + 1));
}
