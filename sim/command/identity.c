/* Identity, from the options to the account and from the account to the user's folder. */
#include "identity.h"

#include <string.h>

#include "log.h"

static const char *remembered_name(const struct options *options)
{
    const char *name = options_text(options, "remember-as");
    return name != NULL ? name : options_flag(options, "remember") ? "default" : NULL;
}

/* A SID that an option names goes with the token that was remembered only when it is the same. */
static void recall_account(const struct options *options, const struct identity *known,
                           struct settings *settings)
{
    struct account_setup *setup = &settings->sim.account;
    if (setup->sid.len == 0)
        setup->sid = text_of(known->sid);
    if (setup->token.len == 0 && text_is(setup->sid, known->sid)) {
        setup->token = text_of(known->token);
        settings->sim.account_adopted = known->adopted;
    }
    if (!options_given(options, "number") && known->number[0] != '\0')
        setup->number = text_of(known->number);
    if (!options_given(options, "whatsapp-number") && known->whatsapp[0] != '\0')
        setup->whatsapp = text_of(known->whatsapp);
}

bool identity_recall(const struct options *options, struct settings *settings, struct identity_watch *ret,
                     struct fail *why)
{
    const char *name = remembered_name(options);
    ret->ca_dir = options_text(options, "ca-dir");
    if (name == NULL)
        return true;
    ret->remember = remember_open(name, why);
    if (ret->remember == NULL)
        return false;
    const struct identity *known = remember_identity(ret->remember);
    if (known != NULL)
        recall_account(options, known, settings);
    if (ret->ca_dir == NULL)
        ret->ca_dir = remember_ca_dir(ret->remember);
    ret->fixed_number = options_given(options, "number") || (known != NULL && known->number[0] != '\0');
    ret->fixed_whatsapp =
        options_given(options, "whatsapp-number") || (known != NULL && known->whatsapp[0] != '\0');
    return true;
}

/* The store's lock is held, or nobody else is there yet. */
static void read_identity(const struct identity_watch *watch, struct sim *sim, struct identity *ret)
{
    const struct account *account = sim_account(sim);
    *ret = (struct identity){.adopted = account->adopted};
    memcpy(ret->sid, account->sid, sizeof ret->sid);
    memcpy(ret->token, account->token, sizeof ret->token);
    if (watch->fixed_number && account->number_count > 0)
        memcpy(ret->number, account->numbers[0].e164, sizeof ret->number);
    if (watch->fixed_whatsapp)
        memcpy(ret->whatsapp, account->whatsapp, sizeof ret->whatsapp);
}

bool identity_keep(struct identity_watch *watch, struct sim *sim, struct fail *why)
{
    struct identity identity;
    if (watch->remember == NULL)
        return true;
    read_identity(watch, sim, &identity);
    bool fine = remember_keep(watch->remember, &identity, why);
    remember_unlock(watch->remember);
    explicit_bzero(&identity, sizeof identity);
    return fine;
}

void identity_put_masked(struct text_buf *out, const char *sid)
{
    size_t len = strlen(sid);
    text_putf(out, "%.4s…%s", sid, len > 8 ? sid + len - 4 : "");
}

static void put_adopted(struct text_buf *out, const struct account *account, bool first)
{
    text_put_z(out, "takes account ");
    identity_put_masked(out, account->sid);
    text_put_z(out, " and its token, as a request brought them (--any-account); it sends from ");
    text_put_z(out, account->number_count > 0 ? account->numbers[0].e164 : "no number");
    text_put_z(out, first ? "\n" : ", apart from the first account\n");
}

static void say(struct text lines, FILE *people)
{
    struct text line;
    while (text_split(&lines, '\n', &line)) {
        if (line.len > 0 && people == NULL)
            log_line(LOG_INFO, "account", "%.*s", TEXT_ARGS(line));
        else if (line.len > 0)
            fprintf(people, "twilio-sim: %.*s\n", TEXT_ARGS(line));
    }
    if (people != NULL)
        fflush(people);
}

void identity_announce(struct identity_watch *watch, struct sim *sim, FILE *people)
{
    struct text_buf lines;
    struct identity identity;
    struct fail why = {0};
    if (!atomic_exchange(&watch->news, false))
        return;
    text_buf_init(&lines, 64 * 1024);
    sim_lock(sim);
    for (size_t i = 0; i < sim->accounts.count; i++) {
        const struct account *account = sim->accounts.items[i];
        if (!account->adopted || account->tenant <= watch->announced)
            continue;
        watch->announced = account->tenant;
        put_adopted(&lines, account, i == 0);
    }
    read_identity(watch, sim, &identity);
    /* Under the lock: of two that come at once the later one must be the one that stays. It is once in a
     * life. */
    if (watch->remember != NULL && !remember_keep(watch->remember, &identity, &why))
        log_line(LOG_ERROR, "account", "%s", why.text);
    sim_unlock(sim);
    explicit_bzero(&identity, sizeof identity);
    say(text_buf_view(&lines), people);
    text_buf_release(&lines);
}

void identity_release(struct identity_watch *watch)
{
    remember_free(watch->remember);
    *watch = (struct identity_watch){0};
}
