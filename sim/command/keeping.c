/* Between the archive, which knows neither faults nor HTTP, and those who do. */
#include "keeping.h"

#include "fault_restore.h"
#include "log.h"
#include "restore.h"
#include "schedule.h"
#include "server.h"

bool keeping_restore(void *context, const struct row *row, const struct journal_stamp *now, struct fail *why)
{
    struct server *server = context;
    switch (row->table) {
    case TABLE_FAULT:
        return fault_restore(server->sim, row, now, why);
    case TABLE_PROGRESS:
    case TABLE_CALLBACK:
        return schedule_restore(server->schedule, row, now, why);
    default:
        return restore_row(server->sim, row, now, why);
    }
}

/* The error names the account, never its token. */
static bool may_be(const struct options *options, const char *name, const char *stored,
                   const struct account *account, const char *path, struct fail *why)
{
    const char *given = options_text(options, name);
    return given == NULL || given[0] == '\0' || text_is(text_of(stored), given) ||
           fail_set(why,
                    "--%s is not that of the account in %s (%s): leave the option out, or take another "
                    "--store",
                    name, path, account->sid);
}

bool keeping_judge_identity(const struct options *options, const struct account *stored, const char *path,
                            struct fail *why)
{
    static const char *const unused[] = {"account-plan", "account-status", "number",    "whatsapp-number",
                                         "sms-url",      "home",           "countries", "balance"};
    if (!may_be(options, "account-sid", stored->sid, stored, path, why) ||
        !may_be(options, "auth-token", stored->token, stored, path, why))
        return false;
    for (size_t i = 0; i < sizeof unused / sizeof unused[0]; i++)
        if (options_given(options, unused[i]))
            log_line(LOG_WARN, "store", "--%s is not used: the account comes from %s", unused[i], path);
    return true;
}

static void refuse(struct response *response, const char *what, const char *why)
{
    response_restart(response);
    response_plain(response, 500, "twilio-sim: %s: %s", what, why);
}

bool keeping_enter(struct archive *archive, struct response *response)
{
    struct fail why = {0};
    if (archive_enter(archive, &why))
        return true;
    refuse(response, "nothing was done", why.text);
    return false;
}

/* `finished` would look for the request's id, which the refusal has not. */
static void forget_call(struct sim *sim, const struct response *response)
{
    if (response_get_header(response, "Twilio-Request-Id") == NULL)
        return;
    sim_lock(sim);
    sim->in_flight--;
    sim_unlock(sim);
}

void keeping_leave(struct archive *archive, struct sim *sim, struct response *response)
{
    struct fail why = {0};
    bool is_no_answer = response->parked || response->stream.read != NULL;
    if (is_no_answer || archive_keep(archive, &why))
        return;
    forget_call(sim, response);
    refuse(response, "it was done, and may be lost", why.text);
}

void keeping_before_callback(struct archive *archive, struct sim *sim)
{
    struct fail why = {0};
    sim_lock(sim); /* whoever ordered it may hold it still: the change counts from its end on */
    sim_unlock(sim);
    if (!archive_keep(archive, &why))
        log_line(LOG_DEBUG, "store", "a callback leaves that may be lost: %s", why.text);
}
