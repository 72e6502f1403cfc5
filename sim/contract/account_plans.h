/* account_plans: what an account may do by what it is: paid, test credentials, and the two kinds of trial;
 * and the magic numbers of test credentials.
 *
 *     const struct account_plan *plan = account_plan(PLAN_TRIAL_LEGACY);
 *     if (plan->verified_only && !verified) return plan->unverified_error;
 *
 * Rows are constant and borrowed. Source: reference/twilio-messaging.md 6 and 7. Thread-safe. */
#ifndef ACCOUNT_PLANS_H
#define ACCOUNT_PLANS_H

#include <stdbool.h>
#include <stddef.h>

#include "error_codes.h"
#include "text.h"

enum account_plan_id { PLAN_PAID, PLAN_TEST, PLAN_TRIAL_LEGACY, PLAN_TRIAL_UNITS, PLAN_COUNT };

struct account_plan {
    enum account_plan_id id;
    const char *name;               /* "trial-legacy" */
    const char *account_type;       /* what Accounts fetch shows: "Full" or "Trial" */
    const char *body_prefix;        /* put before each body; "" = none */
    bool verified_only;             /* only verified recipients */
    enum error_id unverified_error; /* what others get; ERROR_NONE when all are allowed */
    bool alphanumeric_sender;       /* false: ERROR_ALPHANUMERIC_ON_TRIAL */
    bool home_country_only;         /* of the countries, only the home is enabled at first */
    bool free_text;                 /* false: the body must be a template's name */
    bool messaging_services;        /* MessagingServiceSid may be used */
    bool lists_numbers;             /* IncomingPhoneNumbers shows its numbers */
    bool delivers;                  /* messages really go out and progress */
    bool calls_back;                /* status callbacks are made */
    bool magic_numbers;  /* section 7's numbers mean something, and +15005550006 is the only sender */
    bool old_texts;      /* errors carry the captured old texts */
    int numbers_max;     /* Twilio numbers it may own; 0 = no limit */
    int verified_max;    /* recipients it may verify; 0 = no limit */
    int daily_cap;       /* messages in 24 hours; 0 = none */
    const char *balance; /* "15.50" to begin with; NULL = it has none */
    const char *source;  /* section of the reference and its tags */
};

const struct account_plan *account_plan(enum account_plan_id id);
/* NULL when there is none of that name. */
const struct account_plan *account_plan_find(struct text name);

/* Test credentials: what Messages create answers for this From; ERROR_NONE = go on. Every number but
 * +15005550006 has an error. */
enum error_id magic_from_error(struct text from);
/* The same for To; ERROR_NONE = it has no special meaning and is validated as usual. */
enum error_id magic_to_error(struct text to);
/* Whether it is one of +15005550000 to +15005550009, with or without a special meaning. */
bool magic_number(struct text number);

#endif
