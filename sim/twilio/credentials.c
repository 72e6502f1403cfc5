/* The four forms of 20003 begin here; what the account may do is the gate's. */
#include "credentials.h"

#include "clock.h"
#include "digest.h"
#include "mem.h"

static struct account *adopt(struct sim *sim, struct text sid, struct text token)
{
    struct account *account =
        accounts_adopt(&sim->accounts, &sim->ids, &sim->settings.account, sid, token, clock_wall_ms());
    if (account != NULL)
        changes_account(&sim->changes, account);
    if (account != NULL && sim->adopted != NULL)
        sim->adopted(sim->changed_context);
    return account;
}

static enum error_id judge_pair(struct sim *sim, struct text user, struct text secret,
                                struct account **ret_account)
{
    if (text_starts(user, "AC")) {
        struct account *account = accounts_find(&sim->accounts, user);
        if (account == NULL && sim->settings.any_account)
            account = adopt(sim, user, secret);
        if (account == NULL || !text_is(secret, account->token))
            return ERROR_WRONG_TOKEN;
        *ret_account = account;
        return ERROR_NONE;
    }
    if (!text_starts(user, "SK"))
        return ERROR_INVALID_USERNAME;
    const struct api_key *key = NULL;
    struct account *account = accounts_find_key(&sim->accounts, user, &key);
    if (account == NULL || !text_is(secret, key->secret))
        return ERROR_WRONG_TOKEN;
    *ret_account = account;
    return ERROR_NONE;
}

enum error_id credentials_judge(struct sim *sim, struct text authorization, struct account **ret_account)
{
    for (size_t i = 0; i < sim->accounts.count; i++) {
        if (text_is(authorization, sim->accounts.items[i]->basic)) {
            *ret_account = sim->accounts.items[i];
            return ERROR_NONE;
        }
    }
    if (authorization.len < 6 || !text_is_nocase(text_first(authorization, 6), "Basic "))
        return ERROR_NO_CREDENTIALS;
    char *pair = NULL;
    size_t len = 0;
    if (!digest_base64_decode(text_trim(text_from(authorization, 6)), &pair, &len))
        return ERROR_INVALID_USERNAME;
    struct text rest = text_span(pair, len), user = TEXT_NONE;
    text_split(&rest, ':', &user);
    enum error_id error = judge_pair(sim, user, rest, ret_account);
    mem_free(pair);
    return error;
}
