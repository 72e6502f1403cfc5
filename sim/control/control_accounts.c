/* /sim/v1/accounts, /reset and /people */
#include "control.h"
#include "setup_json.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"

/* The setup of the body, or false after refusing. Its texts live as long as the body and `room`. */
static bool read_setup(struct control_call *call, struct setup_room *room, struct account_setup *ret)
{
    struct fail why = {0};
    *ret = (struct account_setup){0};
    text_buf_init(&room->countries, 4096);
    if (setup_json_account(call->body, room, ret, &why))
        return true;
    control_refuse(call, 400, "%s", why.text);
    return false;
}

void control_accounts_list(struct control_call *call)
{
    json_t *list = json_array();
    for (size_t i = 0; i < call->sim->accounts.count; i++)
        json_array_append_new(list, setup_json_of_account(call->sim->accounts.items[i]));
    control_reply(call, 200, json_pack("{s:o}", "accounts", list));
}

void control_accounts_add(struct control_call *call)
{
    struct setup_room room;
    struct account_setup setup;
    struct fail why = {0};
    if (read_setup(call, &room, &setup)) {
        struct account *account =
            accounts_add(&call->sim->accounts, &call->sim->ids, &setup, clock_wall_ms(), &why);
        if (account == NULL)
            control_refuse(call, 400, "%s", why.text);
        else {
            changes_account(&call->sim->changes, account);
            control_reply(call, 201, setup_json_of_account(account));
        }
    }
    text_buf_release(&room.countries);
}

/* What may change while messages and faults stay; all else makes a new account. */
void control_accounts_change(struct control_call *call)
{
    static const char *const keys[] = {"plan", "status", "balance", NULL};
    struct text sid = call->match.params[0];
    struct account *account = accounts_find(&call->sim->accounts, sid);
    struct setup_room room;
    struct account_setup setup;
    if (account == NULL) {
        control_refuse(call, 404, "there is no account %.*s", TEXT_ARGS(sid));
        return;
    }
    if (!control_only_keys(call, keys))
        return;
    if (read_setup(call, &room, &setup)) {
        double amount;
        bool fits = setup.balance.len < sizeof account->balance &&
                    (setup.balance.at == NULL || text_to_number(setup.balance, &amount));
        if (fits && setup.plan != NULL)
            account->plan = setup.plan;
        if (fits && json_object_get(call->body, "status") != NULL)
            account->status = setup.status;
        if (fits && setup.balance.at != NULL)
            snprintf(account->balance, sizeof account->balance, "%.*s", TEXT_ARGS(setup.balance));
        if (fits)
            changes_account(&call->sim->changes, account);
        if (fits)
            control_reply(call, 200, setup_json_of_account(account));
        else
            control_refuse(call, 400, "balance: '%.*s' is not an amount such as 15.50",
                           TEXT_ARGS(setup.balance));
    }
    text_buf_release(&room.countries);
}

void control_reset(struct control_call *call)
{
    struct setup_room room;
    struct account_setup setup;
    struct fail why = {0};
    if (read_setup(call, &room, &setup)) {
        sim_unlock(call->sim);
        bool fine = sim_reset(call->sim, &setup, &why);
        sim_lock(call->sim);
        if (fine)
            control_reply(call, 200, setup_json_of_account(sim_account(call->sim)));
        else
            control_refuse(call, 400, "%s", why.text);
    }
    text_buf_release(&room.countries);
}

void control_people_list(struct control_call *call)
{
    json_t *list = json_array();
    for (size_t i = 0; i < call->account->person_count; i++)
        json_array_append_new(list, setup_json_of_person(&call->account->people[i]));
    control_reply(call, 200, json_pack("{s:o}", "people", list));
}

void control_people_set(struct control_call *call)
{
    struct fail why = {0};
    const struct person *stored =
        setup_json_put_person(call->account, &call->sim->ids, &call->sim->changes, call->body, &why);
    if (stored == NULL)
        control_refuse(call, 400, "%s", why.text);
    else
        control_reply(call, 201, setup_json_of_person(stored));
}
