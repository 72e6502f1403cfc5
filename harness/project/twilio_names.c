/* The usual names of settings, as tables. The order of rows is the order of judgement. */
#include "twilio_names.h"

#include <stddef.h>

static const struct {
    const char *text, *value;
} roles[TWILIO_ROLES] = {
    [TWILIO_ACCOUNT_SID] = {"account SID", "$twilio.account_sid"},
    [TWILIO_AUTH_TOKEN] = {"auth token", "$twilio.auth_token"},
    [TWILIO_API_KEY] = {"API key", NULL},
    [TWILIO_API_SECRET] = {"API key's secret", NULL},
    [TWILIO_NUMBER] = {"sender's number", "$twilio.number"},
    [TWILIO_WHATSAPP] = {"WhatsApp sender", "whatsapp:${twilio.whatsapp}"},
    [TWILIO_MESSAGING_SERVICE] = {"Messaging Service", NULL},
    [TWILIO_VERIFY_SERVICE] = {"Verify service", NULL},
    [TWILIO_CALLBACK] = {"status callback", "http://127.0.0.1:${port.backend}"},
    [TWILIO_BASE_URL] = {"public address", "http://127.0.0.1:${port.backend}"},
};

static const struct {
    const char *word;
    enum twilio_role role;
} words[] =
    {
        {"VERIFY", TWILIO_VERIFY_SERVICE},
        {"MESSAGING_SERVICE", TWILIO_MESSAGING_SERVICE},
        {"SERVICE_SID", TWILIO_MESSAGING_SERVICE},
        {"CALLBACK", TWILIO_CALLBACK},
        {"WEBHOOK", TWILIO_CALLBACK},
        {"STATUS_URL", TWILIO_CALLBACK},
        {"SECRET", TWILIO_API_SECRET},
        {"API_KEY", TWILIO_API_KEY},
        {"API_SID", TWILIO_API_KEY},
        {"TOKEN", TWILIO_AUTH_TOKEN},
        {"WHATSAPP", TWILIO_WHATSAPP},
        {"PHONE", TWILIO_NUMBER},
        {"NUMBER", TWILIO_NUMBER},
        {"FROM", TWILIO_NUMBER},
        {"SENDER", TWILIO_NUMBER},
        {"CALLER_ID", TWILIO_NUMBER},
        {"ACCOUNT", TWILIO_ACCOUNT_SID},
        {"SID", TWILIO_ACCOUNT_SID},
},
  plain_names[] = {
      {"ACCOUNT_SID", TWILIO_ACCOUNT_SID},
      {"WHATSAPP_FROM", TWILIO_WHATSAPP},
      {"WHATSAPP_NUMBER", TWILIO_WHATSAPP},
      {"SMS_FROM", TWILIO_NUMBER},
      {"STATUS_CALLBACK_URL", TWILIO_CALLBACK},
      {"PUBLIC_URL", TWILIO_BASE_URL},
      {"BASE_URL", TWILIO_BASE_URL},
      {"APP_URL", TWILIO_BASE_URL},
      {"SERVER_URL", TWILIO_BASE_URL},
      {"API_BASE_URL", TWILIO_BASE_URL},
};

enum twilio_role twilio_role(struct text name)
{
    for (size_t i = 0; i < sizeof plain_names / sizeof plain_names[0]; i++)
        if (text_is(name, plain_names[i].word))
            return plain_names[i].role;
    if (!text_contains(name, TEXT("TWILIO")))
        return TWILIO_NO_ROLE;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (text_contains(name, text_of(words[i].word)))
            return words[i].role;
    return TWILIO_NO_ROLE;
}

const char *twilio_role_text(enum twilio_role role)
{
    return role < TWILIO_ROLES ? roles[role].text : NULL;
}

const char *twilio_role_value(enum twilio_role role)
{
    return role < TWILIO_ROLES ? roles[role].value : NULL;
}
