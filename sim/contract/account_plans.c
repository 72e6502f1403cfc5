/* The kinds of account and the magic numbers, as tables. What follows from them is decided in sim/rules. */
#include "account_plans.h"

#include "fail.h"

static const struct account_plan plans[PLAN_COUNT] = {
    [PLAN_PAID] = {.id = PLAN_PAID,
                   .name = "paid",
                   .account_type = "Full",
                   .body_prefix = "",
                   .unverified_error = ERROR_NONE,
                   .alphanumeric_sender = true,
                   .free_text = true,
                   .messaging_services = true,
                   .lists_numbers = true,
                   .delivers = true,
                   .calls_back = true,
                   .balance = "100.00", /* our choice; a real one is what was paid in */
                   .source = "10; 11"},
    [PLAN_TEST] = {.id = PLAN_TEST,
                   .name = "test",
                   .account_type = "Full",
                   .body_prefix = "",
                   .unverified_error = ERROR_NONE,
                   .alphanumeric_sender = true,
                   .free_text = true,
                   .magic_numbers = true,
                   .old_texts = true,
                   .source = "7 D7 T12"},
    [PLAN_TRIAL_LEGACY] = {.id = PLAN_TRIAL_LEGACY,
                           .name = "trial-legacy",
                           .account_type = "Trial",
                           .body_prefix = "Sent from your Twilio trial account - ",
                           .verified_only = true,
                           .unverified_error = ERROR_TO_NOT_VERIFIED,
                           .home_country_only = true,
                           .free_text = true,
                           .messaging_services = true,
                           .lists_numbers = true,
                           .delivers = true,
                           .calls_back = true,
                           .numbers_max = 1,
                           .daily_cap = 50,
                           .balance = "15.50",
                           .source = "6.1 T3 T20 T23 T31 D14 D15"},
    [PLAN_TRIAL_UNITS] = {.id = PLAN_TRIAL_UNITS,
                          .name = "trial-units",
                          .account_type = "Trial",
                          .body_prefix = "",
                          .verified_only = true,
                          .unverified_error = ERROR_UNITS_NO_TRIAL_NUMBER,
                          .home_country_only = true,
                          .delivers = true,
                          .calls_back = true,
                          .numbers_max = 1,
                          .verified_max = 5,
                          .source = "6.2 D16 D17 D18 T11 T25 T33"},
};

struct magic_row {
    const char *number;
    enum error_id error; /* ERROR_NONE = works */
};

/* Source: reference/twilio-messaging.md 7 (D7). */
static const struct magic_row magic_senders[] = {
    {"+15005550001", ERROR_FROM_INVALID},
    {"+15005550007", ERROR_FROM_NOT_OWNED},
    {"+15005550008", ERROR_QUEUE_FULL},
    {"+15005550006", ERROR_NONE},
};

static const struct magic_row magic_recipients[] = {
    {"+15005550001", ERROR_TO_INVALID},         {"+15005550002", ERROR_ROUTE_IMPOSSIBLE},
    {"+15005550003", ERROR_REGION_NOT_ENABLED}, {"+15005550004", ERROR_TO_UNSUBSCRIBED},
    {"+15005550009", ERROR_TO_NOT_MOBILE},
};

const struct account_plan *account_plan(enum account_plan_id id)
{
    REQUIRE((size_t)id < PLAN_COUNT);
    return &plans[id];
}

const struct account_plan *account_plan_find(struct text name)
{
    for (size_t i = 0; i < PLAN_COUNT; i++)
        if (text_is(name, plans[i].name))
            return &plans[i];
    return NULL;
}

static enum error_id magic_find(const struct magic_row *rows, size_t count, struct text number,
                                enum error_id otherwise)
{
    for (size_t i = 0; i < count; i++)
        if (text_is(number, rows[i].number))
            return rows[i].error;
    return otherwise;
}

enum error_id magic_from_error(struct text from)
{
    return magic_find(magic_senders, sizeof magic_senders / sizeof magic_senders[0], from,
                      ERROR_FROM_NOT_OWNED);
}

enum error_id magic_to_error(struct text to)
{
    return magic_find(magic_recipients, sizeof magic_recipients / sizeof magic_recipients[0], to, ERROR_NONE);
}

bool magic_number(struct text number)
{
    return number.len == 12 && text_starts(number, "+1500555000") && text_all_digits(text_from(number, 11));
}
