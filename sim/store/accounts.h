/* accounts: all accounts of the simulator. The first is the one that the ready line names.
 *
 * Owned by the store; its lock guards everything. Accounts are few (tens), so they are searched linearly. */
#ifndef ACCOUNTS_H
#define ACCOUNTS_H

#include "account.h"
#include "fail.h"

enum { ACCOUNTS_MAX = 1000 };

struct accounts {
    struct account **items;
    size_t count;
    unsigned last_tenant;
};

/* What a new account is made of; empty texts and NULL take the defaults of its plan. */
struct account_setup {
    struct text sid, token, friendly_name, balance, home;
    const struct account_plan *plan; /* NULL: paid */
    enum account_status status;
    bool countries_listed;
    struct text countries; /* "CD,CG,FR" */
    int64_t sent_today;
    struct text number;   /* its sender, E.164 */
    struct text whatsapp; /* its WhatsApp sender, E.164 */
    struct text sms_url;  /* where its number posts what people write */
};

void accounts_init(struct accounts *accounts);
void accounts_release(struct accounts *accounts);

/* A new account, or NULL with the reason. Borrowed. */
struct account *accounts_add(struct accounts *accounts, struct ids *ids, const struct account_setup *setup,
                             int64_t wall_ms, struct fail *why);
/* Puts one back that was stored; stolen. False (and not taken) when there is no room, or one of its SID. */
bool accounts_restore(struct accounts *accounts, struct account *account);
/* Makes an account what `setup` says of plan, status, balance, home, countries and sent_today; empty texts,
 * NULL and countries that are not listed leave what is there. With the plan change the balance and the
 * WhatsApp sender, where they are the plan's own. On failure part of it may be changed. */
bool account_change(struct account *account, const struct account_setup *setup, struct fail *why);
/* Makes that SID and token known, which a request brought: the first account takes them for its own, once;
 * whoever comes later with another SID gets an account like `like`. NULL when they are no credentials, or
 * there are too many. Borrowed. */
struct account *accounts_adopt(struct accounts *accounts, struct ids *ids, const struct account_setup *like,
                               struct text sid, struct text token, int64_t wall_ms);
struct account *accounts_find(const struct accounts *accounts, struct text sid);
struct account *accounts_at(const struct accounts *accounts, unsigned tenant);
/* The account and key that "SK…" belongs to, or NULL. */
struct account *accounts_find_key(const struct accounts *accounts, struct text key_sid,
                                  const struct api_key **ret_key);
/* Who owns this sender number, or NULL. */
struct account *accounts_find_number(const struct accounts *accounts, struct text e164);

#endif
