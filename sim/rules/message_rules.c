/* The checks of a create, one function each, and the table that gives them their order. */
#include "message_rules.h"

#include <ctype.h>
#include <string.h>

static bool has(const struct message_facts *facts, const char *name)
{
    return form_get(facts->form, name).len > 0;
}

enum sender_kind sender_kind_of(struct text from)
{
    if (from.len == 0)
        return SENDER_NONE;
    if (from.at[0] == '+') {
        struct text digits = text_from(from, 1);
        return text_all_digits(digits) && digits.len >= 7 && digits.len <= 15 ? SENDER_NUMBER
                                                                              : SENDER_MALFORMED;
    }
    if (text_all_digits(from))
        return from.len >= 3 && from.len <= 6 ? SENDER_SHORT_CODE : SENDER_MALFORMED;
    bool letter = false;
    for (size_t i = 0; i < from.len; i++) {
        unsigned char c = (unsigned char)from.at[i];
        letter = letter || (isalpha(c) && c < 0x80);
        if (c >= 0x80 || !(isalnum(c) || c == ' '))
            return SENDER_MALFORMED;
    }
    return letter && from.len <= 11 ? SENDER_ALPHANUMERIC : SENDER_MALFORMED;
}

static enum error_id sender_present(const struct message_facts *f)
{
    return f->sender == SENDER_NONE ? ERROR_FROM_REQUIRED : ERROR_NONE;
}

static enum error_id recipient_present(const struct message_facts *f)
{
    return has(f, "To") ? ERROR_NONE : ERROR_TO_REQUIRED;
}

static enum error_id content_present(const struct message_facts *f)
{
    bool any = has(f, "Body") || has(f, "MediaUrl") || has(f, "ContentSid");
    return any ? ERROR_NONE : ERROR_BODY_REQUIRED;
}

static enum error_id same_channel(const struct message_facts *f)
{
    bool mixed = f->sender != SENDER_SERVICE && f->to_channel != f->from_channel;
    return mixed ? ERROR_CHANNEL_MISMATCH : ERROR_NONE;
}

static enum error_id sender_form(const struct message_facts *f)
{
    if (f->sender == SENDER_SERVICE || has(f, "MessagingServiceSid"))
        return message_param_check(MESSAGE_PARAM_MESSAGING_SERVICE_SID, f->form, &f->params);
    return f->sender == SENDER_MALFORMED ? ERROR_FROM_INVALID : ERROR_NONE;
}

/* No account has a service. One that is named beside a From is looked for, too. */
static enum error_id sender_of_service(const struct message_facts *f)
{
    return f->sender == SENDER_SERVICE || has(f, "MessagingServiceSid") ? ERROR_SERVICE_UNKNOWN : ERROR_NONE;
}

static enum error_id sender_with_test_credentials(const struct message_facts *f)
{
    return f->plan->magic_numbers ? magic_from_error(f->from) : ERROR_NONE;
}

static enum error_id sender_owned(const struct message_facts *f)
{
    if (f->plan->magic_numbers)
        return ERROR_NONE;
    if (f->from_channel != CHANNEL_SMS)
        return f->sender_owned ? ERROR_NONE : ERROR_CHANNEL_FROM_UNKNOWN;
    if (f->sender == SENDER_ALPHANUMERIC)
        return ERROR_NONE; /* needs no ownership; trial accounts are refused below */
    if (f->sender_owned)
        return f->sender_sms ? ERROR_NONE : ERROR_FROM_NOT_SMS_CAPABLE;
    return f->sender_owned_by_other ? ERROR_FROM_OTHER_ACCOUNT : ERROR_FROM_NOT_TWILIO;
}

static enum error_id sender_is_not_recipient(const struct message_facts *f)
{
    return text_equal(f->to, f->from) ? ERROR_TO_IS_FROM : ERROR_NONE;
}

/* Only what cannot be a number at all: observation (b), a trial answers 21608 to a number two digits too
 * short. */
static enum error_id recipient_form(const struct message_facts *f)
{
    if (f->plan->magic_numbers && magic_to_error(f->to) != ERROR_NONE)
        return ERROR_NONE;
    switch (f->to_number.fault) {
    case NUMBER_EMPTY:
    case NUMBER_NO_PLUS:
    case NUMBER_JUNK:
    case NUMBER_UNKNOWN_CODE:
        return ERROR_TO_INVALID;
    default:
        return f->to_number.e164[0] == '\0' ? ERROR_TO_INVALID : ERROR_NONE;
    }
}

static enum error_id alphanumeric_on_trial(const struct message_facts *f)
{
    bool refused = f->sender == SENDER_ALPHANUMERIC && !f->plan->alphanumeric_sender;
    return refused ? ERROR_ALPHANUMERIC_ON_TRIAL : ERROR_NONE;
}

static enum error_id recipient_verified(const struct message_facts *f)
{
    bool refused = f->to_channel == CHANNEL_SMS && f->plan->verified_only && !f->recipient_verified;
    return refused ? f->plan->unverified_error : ERROR_NONE;
}

static enum error_id recipient_with_test_credentials(const struct message_facts *f)
{
    return f->plan->magic_numbers ? magic_to_error(f->to) : ERROR_NONE;
}

static enum error_id country_permitted(const struct message_facts *f)
{
    bool refused = f->to_channel == CHANNEL_SMS && !f->country_permitted;
    return refused ? ERROR_REGION_NOT_ENABLED : ERROR_NONE;
}

/* The strict judgement: 21265 is what wrong-length national numbers were seen to get (2.4). */
static enum error_id recipient_in_plan(const struct message_facts *f)
{
    if (magic_number(f->to) || f->to_number.valid)
        return ERROR_NONE;
    return f->to_number.fault == NUMBER_TOO_SHORT ? ERROR_TO_SHORT_CODE : ERROR_TO_INVALID;
}

static enum error_id recipient_line(const struct message_facts *f)
{
    if (f->to_channel != CHANNEL_SMS)
        return ERROR_NONE;
    if (f->to_line == LINE_LANDLINE)
        return ERROR_TO_NOT_MOBILE;
    return f->to_line == LINE_PREMIUM ? ERROR_TO_PREMIUM : ERROR_NONE;
}

static enum error_id recipient_opted_out(const struct message_facts *f)
{
    return f->recipient_opted_out ? ERROR_TO_UNSUBSCRIBED : ERROR_NONE;
}

static enum error_id parameters(const struct message_facts *f)
{
    return message_params_check(f->form, &f->params, NULL);
}

static enum error_id daily_cap(const struct message_facts *f)
{
    bool over = f->plan->daily_cap > 0 && f->sent_today >= f->plan->daily_cap;
    return over ? ERROR_DAILY_CAP : ERROR_NONE;
}

/* Steps 1 to 3 (credentials, account state, concurrency) come before the form is read: twilio/gate. */
static const struct {
    const char *step;
    enum error_id (*judge)(const struct message_facts *facts);
} checks[] = {
    {"sender present", sender_present}, /* observation (a): before To and Body */
    {"recipient present", recipient_present},
    {"content present", content_present},
    {"same channel", same_channel}, /* observation (d) */
    {"sender's form", sender_form},
    {"sender's service", sender_of_service},
    {"sender, test credentials", sender_with_test_credentials},
    {"sender owned", sender_owned}, /* observation (d) */
    {"sender is not the recipient", sender_is_not_recipient},
    {"recipient's form", recipient_form},
    {"no alphanumeric sender on trial", alphanumeric_on_trial},
    {"recipient verified", recipient_verified}, /* observation (b) */
    {"recipient, test credentials", recipient_with_test_credentials},
    {"country permitted", country_permitted},
    {"recipient in the numbering plan", recipient_in_plan},
    {"recipient's line", recipient_line},
    {"recipient opted out", recipient_opted_out},
    {"other parameters", parameters},
    {"daily cap", daily_cap},
};

enum error_id message_rules_judge(const struct message_facts *facts)
{
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        enum error_id error = checks[i].judge(facts);
        if (error != ERROR_NONE)
            return error;
    }
    return ERROR_NONE;
}
