/* account: an account of the provider with what belongs to it: credentials, sender numbers, verified caller
 * IDs, people (handsets), opt-outs, planned faults. Each account is a tenant of its own: nothing is shared
 * between two.
 *
 * Owned by the store (accounts.h); pointers are borrowed and stay valid until the account is removed or all
 * are reset. The store's lock guards everything here. */
#ifndef ACCOUNT_H
#define ACCOUNT_H

#include <stdint.h>

#include "account_plans.h"
#include "fault_rules.h"
#include "ids.h"
#include "numbering_plan.h"
#include "progress_rules.h"

enum {
    SID_BYTES = IDS_SID_BYTES,
    E164_BYTES = NUMBER_BYTES,
    TOKEN_BYTES = 65,
    NAME_BYTES = 65,
    SMS_URL_BYTES = 512
};
enum { ACCOUNT_KEYS_MAX = 8, ACCOUNT_NUMBERS_MAX = 8, ACCOUNT_COUNTRIES_MAX = 250, ACCOUNT_FAULTS_MAX = 256 };

enum account_status { ACCOUNT_ACTIVE, ACCOUNT_SUSPENDED, ACCOUNT_CLOSED };

struct api_key {
    char sid[SID_BYTES];
    char secret[TOKEN_BYTES];
};

struct owned_number {
    char sid[SID_BYTES];
    char e164[E164_BYTES];
    bool sms;                    /* can send SMS */
    char sms_url[SMS_URL_BYTES]; /* where a reply is posted; "" = nowhere */
};

struct caller_id {
    char sid[SID_BYTES];
    char e164[E164_BYTES];
    char friendly_name[NAME_BYTES];
    int64_t created_wall_ms;
};

/* A handset and its person. */
struct person {
    char name[NAME_BYTES]; /* "" = none */
    char e164[E164_BYTES];
    enum number_line line;
    bool verified;
    bool reachable;
    bool opted_out;
    enum whatsapp_state whatsapp;
    int64_t window_until_mono_ms; /* free text is taken before; see person_window_is_open() */
    int64_t joined_until_mono_ms; /* likewise of the sandbox, WHATSAPP_JOINED only */
};

/* Joins WhatsApp's sandbox now, which opens the window. */
void person_join_sandbox(struct person *person, int64_t now_mono_ms);
/* Writes a WhatsApp message now. */
void person_open_window(struct person *person, int64_t now_mono_ms);
bool person_window_is_open(const struct person *person, int64_t now_mono_ms);
bool person_has_joined(const struct person *person, int64_t now_mono_ms);

struct opt_out {
    char handset[E164_BYTES];
    char sender[E164_BYTES];
};

struct planned_fault {
    int number; /* from 1, in the order they were added to the account */
    char id[SID_BYTES];
    struct fault_rule rule;
    char *source; /* the rule's JSON as it was given; owns the texts that `rule` borrows from `texts` */
    char *texts[8];
};

struct account {
    unsigned tenant; /* its number, from 1 */
    char sid[SID_BYTES];
    char token[TOKEN_BYTES];
    bool adopted; /* SID and token came with a request (any_account): the token is somebody's, and never shown
                   */
    char *basic;  /* the Authorization header of SID and token, so that a busy client costs one comparison */
    char friendly_name[NAME_BYTES];
    const struct account_plan *plan;
    enum account_status status;
    char balance[24];
    char home[3];          /* ISO country */
    bool countries_listed; /* geo permissions are `countries`, else as the plan says */
    char countries[ACCOUNT_COUNTRIES_MAX][3];
    size_t country_count;
    int64_t created_wall_ms;
    struct api_key keys[ACCOUNT_KEYS_MAX];
    size_t key_count;
    struct owned_number numbers[ACCOUNT_NUMBERS_MAX];
    size_t number_count;
    char whatsapp[E164_BYTES]; /* its WhatsApp sender, "" = none */
    struct caller_id *caller_ids;
    size_t caller_id_count;
    struct person *people;
    size_t person_count;
    struct opt_out *opt_outs;
    size_t opt_out_count;
    struct planned_fault **faults;
    size_t fault_count;
    int last_fault_number;
    int64_t sent_day_wall_ms; /* the UTC day that sent_today counts */
    int64_t sent_today;
    unsigned unsaved; /* of changes.h */
};

/* A stored SID as a text, without looking for its end. */
static inline struct text sid_text(const char sid[SID_BYTES])
{
    return text_span(sid, SID_BYTES - 1);
}

void account_release(struct account *account);

/* The person with this number, or NULL. */
struct person *account_person(struct account *account, struct text e164);
struct person *account_person_named(struct account *account, struct text name);
/* Adds or replaces by number; a verified one gets a caller ID, an unverified one loses it. Returns the stored
 * person. */
struct person *account_set_person(struct account *account, struct ids *ids, const struct person *person,
                                  int64_t wall_ms);

/* Forgets one of its people, with the caller ID. */
void account_remove_person(struct account *account, struct person *person);

struct owned_number *account_number(struct account *account, struct text e164);
struct owned_number *account_add_number(struct account *account, struct ids *ids, const char *e164, bool sms);
struct caller_id *account_caller_id(struct account *account, struct text e164);
struct caller_id *account_add_caller_id(struct account *account, struct ids *ids, const char *e164,
                                        const char *name, int64_t wall_ms);
bool account_remove_caller_id(struct account *account, struct text sid);

bool account_has_opt_out(const struct account *account, struct text handset, struct text sender);
void account_set_opt_out(struct account *account, struct text handset, struct text sender, bool out);

/* Geo permissions: may it send to this country? */
bool account_may_send_to(const struct account *account, const char *country);
/* How many messages it sent on the UTC day of wall_ms. */
int64_t account_sent_today(struct account *account, int64_t wall_ms);
void account_count_sent(struct account *account, int64_t wall_ms);

/* Stolen; false (and not taken) when there are ACCOUNT_FAULTS_MAX already. */
bool account_add_fault(struct account *account, struct planned_fault *fault);
/* Called by its id (FT...) or its number. Borrowed; NULL when there is none. */
struct planned_fault *account_fault(const struct account *account, struct text name);
bool account_remove_fault(struct account *account, struct text name);
void account_clear_faults(struct account *account);
void planned_fault_free(struct planned_fault *fault);

#endif
