/* message_rules: is this create accepted, or refused with which error? One table of checks, in Twilio's
 * order.
 *
 *     enum error_id error = message_rules_judge(&facts);
 *
 * The order is reference/twilio-messaging.md 2.3, steps 4 to 18; the four observations it rests on are named
 * beside the rows, the rest is inferred there. Pure: whoever calls gathers the facts. */
#ifndef MESSAGE_RULES_H
#define MESSAGE_RULES_H

#include "account_plans.h"
#include "error_codes.h"
#include "message_params.h"
#include "numbering_plan.h"

enum sender_kind {
    SENDER_NONE,         /* neither From nor MessagingServiceSid */
    SENDER_NUMBER,       /* + and 7 to 15 digits */
    SENDER_SHORT_CODE,   /* 3 to 6 digits */
    SENDER_ALPHANUMERIC, /* up to 11 letters, digits and spaces, not only digits */
    SENDER_SERVICE,      /* a Messaging Service */
    SENDER_MALFORMED,
};

struct message_facts {
    const struct account_plan *plan;
    const struct form *form;
    struct param_facts params;
    struct text to, from; /* without the channel's prefix */
    enum channel to_channel, from_channel;
    struct number to_number;
    enum number_line to_line; /* the person's, or the plan's */
    enum sender_kind sender;
    bool sender_owned; /* by this account, for this channel */
    bool sender_owned_by_other;
    bool sender_sms; /* the number can send SMS */
    bool recipient_verified;
    bool recipient_opted_out;
    bool country_permitted;
    int64_t sent_today;
};

/* What kind of sender a From without prefix is. */
enum sender_kind sender_kind_of(struct text from);
enum error_id message_rules_judge(const struct message_facts *facts);

#endif
