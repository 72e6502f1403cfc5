/* What has changed goes into the redo log and behind the next group; a thread writes the groups.
 *
 * Tickets (changes.h) tell how far each has come: `collected` is in the log or in a group, `safe` survives.
 * They differ when something did not fit into the log; then nothing behind it goes there either, as it would
 * come back without what was before it. Lock order: `writing`, `lock`, the store's. */
#include "archive.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "clock.h"
#include "database.h"
#include "log.h"
#include "mem.h"
#include "restore.h"
#include "store_file.h"

enum {
    /* How long a group gathers: transactions are cheaper by the dozen, and nobody waits for one. */
    GATHER_US = 5000,
    /* It is written at once when it has grown to this: the log has room for some of them. */
    GROUP_BYTES = REDO_RING_BYTES / 8,
    /* A group's memory that is kept for the next one. */
    KEEP_BYTES = 2 * GROUP_BYTES,
};

struct archive {
    struct archive_config config;
    char *redo_path;
    pthread_mutex_t writing; /* guards the two behind it, once the thread runs */
    struct database *database;
    struct text_buf group; /* what is written, until it was */

    pthread_mutex_t lock; /* guards what follows */
    struct redo *redo;
    struct text_buf gathered; /* for the next group */
    pthread_cond_t news;      /* `safe` or `broken` has changed */
    uint64_t collected;
    _Atomic uint64_t safe, written;
    _Atomic bool broken; /* the group could not be written */

    pthread_t thread;
    bool started;
    pthread_mutex_t sleep_lock; /* guards `stopping` and the sleep */
    pthread_cond_t work;
    bool stopping;
    _Atomic bool asleep;
    _Atomic bool large; /* `gathered` is worth a group */
};

struct archive *archive_open(const char *path, struct fail *why)
{
    struct database *database = database_open(path, why);
    if (database == NULL)
        return NULL;
    struct archive *archive = mem_new(sizeof *archive);
    archive->redo_path = store_file_log(path, STORE_FILE_REDO);
    archive->database = database;
    pthread_mutex_init(&archive->writing, NULL);
    pthread_mutex_init(&archive->lock, NULL);
    pthread_mutex_init(&archive->sleep_lock, NULL);
    clock_cond_init(&archive->work);
    clock_cond_init(&archive->news);
    text_buf_init(&archive->group, SIZE_MAX / 2);
    text_buf_init(&archive->gathered, SIZE_MAX / 2);
    return archive;
}

bool archive_is_new(const struct archive *archive)
{
    return database_is_new(archive->database);
}

/* ---- loading */

struct loading {
    const struct archive_config *config;
    struct journal_stamp now;
    bool plans; /* what happens later is restored, too */
};

static bool take_row(void *context, const struct row *row, struct fail *why)
{
    const struct loading *loading = context;
    if (!loading->plans && (row->table == TABLE_PROGRESS || row->table == TABLE_CALLBACK))
        return true;
    return loading->config->restore(loading->config->context, row, &loading->now, why);
}

/* The store's lock is held. */
static bool load(struct archive *archive, bool plans, struct fail *why)
{
    struct loading loading = {&archive->config, journal_now(), plans};
    struct fail reason = {0};
    restore_begin(archive->config.sim);
    if (!database_load(archive->database, take_row, &loading, why))
        return false;
    return restore_end(archive->config.sim, &reason) ||
           fail_set(why, "%s is damaged: %s", database_path(archive->database), reason.text);
}

static bool has_redo(struct archive *archive, const struct redo_mark *mark, struct fail *why)
{
    return mark->file != 0 && (access(archive->redo_path, F_OK) == 0 ||
                               fail_set(why,
                                        "%s is not there: the last changes of %s are in it. Put it back, or "
                                        "make an empty one to go on without them",
                                        archive->redo_path, database_path(archive->database)));
}

/* After a kill: what the redo log has and the database has not goes there. First of all that is loaded, so
 * that nothing is written into a file that turns out to be damaged. */
static bool catch_up(struct archive *archive, struct fail *why)
{
    struct redo_mark mark;
    const struct redo_mark none = {0};
    struct fail missing = {0};
    if (!database_mark(archive->database, &mark, why))
        return false;
    if (!has_redo(archive, &mark, &missing))
        return !missing.set || fail_set(why, "%s", missing.text);
    bool fine = redo_read(archive->redo_path, &mark, &archive->group, why) && load(archive, false, why) &&
                database_begin(archive->database, why) &&
                database_write(archive->database, text_buf_view(&archive->group), &none, why);
    text_buf_release(&archive->group);
    return fine;
}

bool archive_load(struct archive *archive, const struct archive_config *config, struct fail *why)
{
    archive->config = *config;
    if (database_is_new(archive->database))
        return true;
    sim_lock(config->sim);
    bool fine = catch_up(archive, why) && load(archive, true, why);
    if (fine)
        changes_begin(config->sim, false); /* at once: what was planned may happen any moment */
    sim_unlock(config->sim);
    return fine;
}

/* ---- what has changed */

static void clear(struct text_buf *buf)
{
    if (buf->room > KEEP_BYTES)
        text_buf_release(buf);
    text_buf_clear(buf);
}

static void wake(struct archive *archive)
{
    pthread_mutex_lock(&archive->sleep_lock);
    pthread_cond_signal(&archive->work);
    pthread_mutex_unlock(&archive->sleep_lock);
}

static void noted(void *context)
{
    struct archive *archive = context;
    if (archive->asleep)
        wake(archive);
}

/* Takes what has changed into the log and the next group; returns the ticket that it includes. The lock is
 * held. */
static uint64_t collect(struct archive *archive)
{
    struct sim *sim = archive->config.sim;
    size_t before = archive->gathered.len;
    sim_lock(sim);
    uint64_t ticket = changes_take(sim, &archive->gathered);
    sim_unlock(sim);
    struct text rows = text_from(text_buf_view(&archive->gathered), before);
    bool behind_safe = archive->safe == archive->collected;
    if (behind_safe && (rows.len == 0 || redo_put(archive->redo, rows)))
        archive->safe = ticket;
    archive->collected = ticket;
    return ticket;
}

static bool wait_until_safe(struct archive *archive, uint64_t ticket)
{
    while (archive->safe < ticket && !archive->broken)
        clock_cond_wait(&archive->news, &archive->lock, CLOCK_NEVER);
    return archive->safe >= ticket;
}

bool archive_keep(struct archive *archive, struct fail *why)
{
    if (archive->config.sim->changes.ticket <= archive->safe)
        return true;
    pthread_mutex_lock(&archive->lock);
    uint64_t ticket = collect(archive);
    bool becomes_large = archive->gathered.len >= GROUP_BYTES && !archive->large;
    bool full = archive->safe < ticket;
    if (becomes_large || full) {
        archive->large = true;
        wake(archive);
    }
    bool fine = wait_until_safe(archive, ticket);
    pthread_mutex_unlock(&archive->lock);
    return fine || fail_set(why, "the store %s cannot be written", database_path(archive->database));
}

/* ---- groups; `writing` is held */

/* What was gathered goes to the group; one that could not be written is still there. Returns the ticket that
 * it comes to. */
static uint64_t begin_group(struct archive *archive, struct redo_mark *ret)
{
    pthread_mutex_lock(&archive->lock);
    uint64_t ticket = collect(archive);
    text_put(&archive->group, text_buf_view(&archive->gathered));
    clear(&archive->gathered);
    archive->large = false;
    *ret = redo_mark(archive->redo);
    pthread_mutex_unlock(&archive->lock);
    return ticket;
}

static void end_group(struct archive *archive, const struct redo_mark *mark, uint64_t ticket)
{
    clear(&archive->group);
    pthread_mutex_lock(&archive->lock);
    redo_forget(archive->redo, mark);
    if (archive->safe < ticket)
        archive->safe = ticket;
    archive->written = ticket;
    archive->broken = false;
    pthread_cond_broadcast(&archive->news);
    pthread_mutex_unlock(&archive->lock);
}

static bool write_group(struct archive *archive, struct fail *why)
{
    struct redo_mark mark;
    uint64_t ticket = begin_group(archive, &mark);
    if (!database_write(archive->database, text_buf_view(&archive->group), &mark, why))
        return false;
    end_group(archive, &mark, ticket);
    return true;
}

static void give_up(struct archive *archive, const struct fail *why)
{
    pthread_mutex_lock(&archive->lock);
    archive->broken = true;
    pthread_cond_broadcast(&archive->news);
    pthread_mutex_unlock(&archive->lock);
    log_line(LOG_ERROR, "store", "%s; requests are refused until it can be written again", why->text);
}

/* ---- the thread */

static bool has_work(const struct archive *archive)
{
    return !archive->broken && archive->config.sim->changes.ticket > archive->written;
}

/* Sleeps until there is something to write; false when there is nothing and the archive is closed. */
static bool wait_for_work(struct archive *archive)
{
    pthread_mutex_lock(&archive->sleep_lock);
    archive->asleep = true; /* before the look: whoever adds work afterwards signals */
    while (!has_work(archive) && !archive->stopping)
        clock_cond_wait(&archive->work, &archive->sleep_lock, CLOCK_NEVER);
    archive->asleep = false;
    pthread_mutex_unlock(&archive->sleep_lock);
    return has_work(archive);
}

static void gather(struct archive *archive)
{
    int64_t until_us = clock_real_mono_us() + GATHER_US;
    pthread_mutex_lock(&archive->sleep_lock);
    while (!archive->stopping && !archive->large &&
           clock_cond_wait_real(&archive->work, &archive->sleep_lock, until_us))
        continue;
    pthread_mutex_unlock(&archive->sleep_lock);
}

static void *archive_thread(void *context)
{
    struct archive *archive = context;
    while (wait_for_work(archive)) {
        struct fail why = {0};
        gather(archive);
        pthread_mutex_lock(&archive->writing);
        if (!write_group(archive, &why))
            give_up(archive, &why);
        pthread_mutex_unlock(&archive->writing);
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

static void stop_thread(struct archive *archive)
{
    pthread_mutex_lock(&archive->sleep_lock);
    archive->stopping = true;
    pthread_cond_signal(&archive->work);
    pthread_mutex_unlock(&archive->sleep_lock);
    pthread_join(archive->thread, NULL);
}

/* After a failure. `writing` is held. */
static bool recover(struct archive *archive, struct fail *why)
{
    if (!database_has_room(archive->database, why) || !write_group(archive, why))
        return false;
    log_line(LOG_INFO, "store", "%s can be written again", database_path(archive->database));
    wake(archive);
    return true;
}

/* ---- the beginning and the end */

static void begin_changes(struct archive *archive)
{
    struct sim *sim = archive->config.sim;
    sim_lock(sim);
    if (database_is_new(archive->database))
        changes_begin(sim, true);
    sim->starts++;
    if (sim->settings.seed != 0) /* no SID comes twice */
        ids_init(&sim->ids, sim->settings.seed + (sim->starts - 1) * 0x9E3779B97F4A7C15u);
    changes_account(&sim->changes, sim_account(sim)); /* options may have added to it */
    sim->changes.noted_context = archive;
    sim->changes.noted = noted;
    sim_unlock(sim);
}

bool archive_start(struct archive *archive, struct fail *why)
{
    if (!database_begin(archive->database, why))
        return false;
    archive->redo = redo_new(archive->redo_path, why);
    if (archive->redo == NULL)
        return false;
    begin_changes(archive);
    if (!write_group(archive, why)) {
        unlink(archive->redo_path); /* the database does not ask for it */
        return false;
    }
    start_thread(archive);
    return true;
}

/* All is in the database: the log is not wanted any more. */
static void drop_redo(struct archive *archive)
{
    const struct redo_mark none = {0};
    struct fail why = {0};
    if (database_write(archive->database, TEXT(""), &none, &why))
        unlink(archive->redo_path);
}

void archive_close(struct archive *archive)
{
    if (archive == NULL)
        return;
    if (archive->started) {
        struct fail why = {0};
        stop_thread(archive);
        if (!archive->broken || recover(archive, &why)) /* else the log has what was answered */
            drop_redo(archive);
    }
    if (archive->config.sim != NULL) {
        archive->config.sim->changes.on = false;
        archive->config.sim->changes.noted = NULL;
    }
    redo_free(archive->redo);
    database_close(archive->database);
    text_buf_release(&archive->group);
    text_buf_release(&archive->gathered);
    pthread_cond_destroy(&archive->work);
    pthread_cond_destroy(&archive->news);
    pthread_mutex_destroy(&archive->sleep_lock);
    pthread_mutex_destroy(&archive->lock);
    pthread_mutex_destroy(&archive->writing);
    mem_free(archive->redo_path);
    mem_free(archive);
}

/* ---- requests */

bool archive_enter(struct archive *archive, struct fail *why)
{
    if (!archive->broken)
        return true;
    pthread_mutex_lock(&archive->writing);
    bool fine = !archive->broken || recover(archive, why);
    pthread_mutex_unlock(&archive->writing);
    return fine;
}
