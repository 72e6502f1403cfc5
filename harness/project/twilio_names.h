/* twilio_names: what a setting is for, told by its name.
 *
 *     twilio_role(TEXT("TWILIO_PHONE_NUMBER"))         // TWILIO_NUMBER
 *
 * Whatever names TWILIO is judged by its further words, so that TWILIO_SMS_FROM and MY_TWILIO_SENDER are
 * known too; a few usual names without TWILIO stand in a table of their own. Pure. */
#ifndef TWILIO_NAMES_H
#define TWILIO_NAMES_H

#include "text.h"

enum twilio_role {
    TWILIO_NO_ROLE,
    TWILIO_ACCOUNT_SID,
    TWILIO_AUTH_TOKEN,
    TWILIO_API_KEY,
    TWILIO_API_SECRET,
    TWILIO_NUMBER,
    TWILIO_WHATSAPP,
    TWILIO_MESSAGING_SERVICE,
    TWILIO_VERIFY_SERVICE,
    TWILIO_CALLBACK, /* where statuses are reported */
    TWILIO_BASE_URL, /* the backend's own public address */
    TWILIO_ROLES,
};

enum twilio_role twilio_role(struct text name);
/* "account SID", …: for a person. */
const char *twilio_role_text(enum twilio_role role);
/* What a profile writes for it ("$twilio.number"); NULL = nothing that the simulator could give. */
const char *twilio_role_value(enum twilio_role role);

#endif
