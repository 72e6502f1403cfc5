/* setup_json: account setups and people out of JSON, and back. Keys: DESIGN, Control API; LANGUAGE,
 * `account`, `people`. */
#ifndef SETUP_JSON_H
#define SETUP_JSON_H

#include "json.h"
#include "sim.h"

/* Reads an account setup. Its texts borrow from `json` and from `room`. */
struct setup_room {
    struct text_buf countries;
};
bool setup_json_account(const json_t *json, struct setup_room *room, struct account_setup *ret,
                        struct fail *why);
/* `auth_token` is null when it came with a request. */
json_t *setup_json_of_account(const struct account *account);

/* Reads a person; a number is invented for its country when it has none. */
bool setup_json_person(const json_t *json, const struct account *account, struct person *ret,
                       struct fail *why);
/* Reads a person and adds or replaces by number; somebody known by name who is given neither a number nor
 * another country keeps the number. Noted in `changes`, unless that is NULL. NULL with the reason. Borrowed
 * from the account. */
struct person *setup_json_put_person(struct account *account, struct ids *ids, struct changes *changes,
                                     const json_t *json, struct fail *why);
json_t *setup_json_of_person(const struct person *person);

#endif
