/* Credentials, what is missing, and what is wrong with any value. Numbers and addresses have files of their
 * own. */
#include "twilio_rules.h"

#include <stdarg.h>

enum { SID_LEN = 34, TOKEN_LEN = 32 };

struct doctor_finding *twilio_finding(struct doctor_findings *findings, enum doctor_level level, int code,
                                      const struct twilio_setting *setting, const char *format, ...)
{
    char text[DOCTOR_TEXT_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    struct doctor_finding *finding = doctor_add(findings, level, setting->name, "%s", text);
    finding->code = code;
    snprintf(finding->where, sizeof finding->where, "%s", setting->where);
    return finding;
}

static struct text value_of(const struct twilio_setting *setting)
{
    return text_span(setting->value, setting->value_len);
}

static size_t hex_digits(struct text value)
{
    size_t count = 0;
    for (size_t i = 0; i < value.len; i++) {
        char c = value.at[i];
        count += (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }
    return count;
}

/* Words that people leave in a file for the next one to replace. */
static bool is_placeholder(struct text value, bool address)
{
    static const char *const words[] = {"xxxx",
                                        "XXXX",
                                        "your",
                                        "YOUR",
                                        "change",
                                        "CHANGE",
                                        "<",
                                        "example",
                                        "TO"
                                        "DO",
                                        "todo",
                                        "placeholder",
                                        "dummy",
                                        "replace",
                                        "...",
                                        "insert",
                                        NULL};
    /* parts of ordinary host names must not count */
    static const char *const address_words[] = {"<",        "xxxx",       "your-", "yourdomain",
                                                "changeme", "//example.", NULL};
    for (const char *const *word = address ? address_words : words; *word != NULL; word++)
        if (text_contains(value, text_of(*word)))
            return true;
    size_t same = 0; /* AC000000..., 1111... */
    for (size_t i = 1; i < value.len; i++)
        same += value.at[i] == value.at[i - 1];
    return value.len >= 20 && same >= value.len - 4;
}

static int code_of(enum twilio_role role)
{
    switch (role) {
    case TWILIO_ACCOUNT_SID:
    case TWILIO_AUTH_TOKEN:
    case TWILIO_API_KEY:
    case TWILIO_API_SECRET:
        return 20003;
    case TWILIO_NUMBER:
        return 21212;
    case TWILIO_WHATSAPP:
        return 63007;
    case TWILIO_MESSAGING_SERVICE:
        return 21701;
    case TWILIO_CALLBACK:
        return 21609;
    default:
        return 0;
    }
}

/* What would be wrong with any value; true when it is not worth looking further. */
static bool check_any(const struct twilio_settings *settings, const struct twilio_setting *setting,
                      struct doctor_findings *findings)
{
    struct text value = value_of(setting);
    struct text trimmed = text_trim(value);
    int code = code_of(setting->role);
    char quote = value.len > 1 ? value.at[0] : '\0';
    if (value.len == 0) {
        doctor_advise(twilio_finding(findings, DOCTOR_PROBLEM, code, setting, "is empty"),
                      "set it, or take the line away: to many programs empty is not the same as unset");
        return true;
    }
    if (trimmed.len < value.len) {
        bool newline = text_find(value, '\n') < value.len || text_find(value, '\r') < value.len;
        doctor_advise(twilio_finding(findings, DOCTOR_PROBLEM, code, setting, "has %s around its value",
                                     newline ? "a line break" : "spaces"),
                      "it is sent as it is; a secret made by `echo` ends with one: use `printf %%s`");
        return true;
    }
    if (settings->literal && (quote == '"' || quote == '\'') && value.at[value.len - 1] == quote) {
        doctor_advise(
            twilio_finding(findings, DOCTOR_PROBLEM, code, setting, "has quotes as part of its value"),
            "nothing takes them off here: write the value without quotes");
        return true;
    }
    if (!settings->literal && text_contains(value, TEXT("${"))) {
        doctor_advise(
            twilio_finding(findings, DOCTOR_WARNING, code, setting, "is made of another variable"),
            "a shell and some readers put that in; others, and containers, send it as it is written");
        return true;
    }
    if (is_placeholder(value, setting->role == TWILIO_CALLBACK || setting->role == TWILIO_BASE_URL)) {
        doctor_advise(twilio_finding(findings, DOCTOR_PROBLEM, code, setting, "still holds a placeholder"),
                      "write the real %s", twilio_role_text(setting->role));
        return true;
    }
    return false;
}

static void check_faults(const struct twilio_setting *setting, struct doctor_findings *findings)
{
    static const struct {
        enum env_fault fault;
        enum doctor_level level;
        const char *text, *advice;
    } faults[] = {
        {ENV_OPEN_QUOTE, DOCTOR_PROBLEM, "opens a quote that does not end on its line",
         "close it or take it away"},
        {ENV_SPACES, DOCTOR_WARNING, "has spaces beside '='",
         "dotenv forgives it; a shell and a container's --env-file do not"},
        {ENV_QUOTED, DOCTOR_NOTE, "is quoted",
         "dotenv and shells take the quotes off; a container's --env-file keeps them as part of the value"},
        {ENV_CARRIAGE_RETURN, DOCTOR_WARNING, "has a line that ends in CRLF",
         "a shell and a container's --env-file make the CR part of the value: save the file with LF"},
    };
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
        if ((setting->faults & faults[i].fault) != 0)
            doctor_advise(twilio_finding(findings, faults[i].level,
                                         faults[i].level == DOCTOR_NOTE ? 0 : code_of(setting->role), setting,
                                         "%s", faults[i].text),
                          "%s", faults[i].advice);
}

/* Two letters and 32 hex digits. */
static void check_sid(const struct twilio_setting *setting, const char *letters,
                      struct doctor_findings *findings)
{
    struct text value = value_of(setting);
    char shown[DOCTOR_SUBJECT_BYTES];
    int code = code_of(setting->role);
    doctor_masked(value, shown);
    if (text_starts(value, letters) && value.len == SID_LEN && hex_digits(text_from(value, 2)) == TOKEN_LEN) {
        twilio_finding(findings, DOCTOR_OK, 0, setting, "%s", shown);
    } else if (!text_starts(value, letters)) {
        bool key = text_starts(value, "SK") && letters[0] == 'A';
        doctor_advise(
            twilio_finding(findings, DOCTOR_PROBLEM, code, setting, "%s does not begin with %s", shown,
                           letters),
            key ? "SK is an API key: it goes with its own secret, and the account's SID (AC) is needed too"
                : "copy the %s, from the console",
            twilio_role_text(setting->role));
    } else if (value.len != SID_LEN) {
        doctor_advise(twilio_finding(findings, DOCTOR_PROBLEM, code, setting, "%s should have %d characters",
                                     shown, SID_LEN),
                      "it was cut or doubled on the way: copy it again");
    } else {
        doctor_advise(twilio_finding(findings, DOCTOR_PROBLEM, code, setting,
                                     "%s has characters that are no hex digits", shown),
                      "behind %s come 32 digits and letters a to f", letters);
    }
}

static void check_token(const struct twilio_setting *setting, struct doctor_findings *findings)
{
    struct text value = value_of(setting);
    char shown[DOCTOR_SUBJECT_BYTES];
    doctor_masked(value, shown);
    if (value.len == TOKEN_LEN && hex_digits(value) == TOKEN_LEN)
        twilio_finding(findings, DOCTOR_OK, 0, setting, "%s", shown);
    else if (text_starts(value, "AC") && value.len == SID_LEN)
        doctor_advise(
            twilio_finding(findings, DOCTOR_PROBLEM, 20003, setting, "%s looks like the account SID", shown),
            "the auth token stands beside it in the console");
    else
        doctor_advise(twilio_finding(findings, DOCTOR_PROBLEM, 20003, setting,
                                     "%s is no auth token: 32 hex digits", shown),
                      "copy the auth token again, from the console");
}

static void check_secret(const struct twilio_setting *setting, struct doctor_findings *findings)
{
    char shown[DOCTOR_SUBJECT_BYTES];
    twilio_finding(findings, DOCTOR_OK, 0, setting, "%s", doctor_masked(value_of(setting), shown));
}

static void check_verify(const struct twilio_setting *setting, struct doctor_findings *findings)
{
    check_sid(setting, "VA", findings);
    twilio_finding(findings, DOCTOR_NOTE, 0, setting, "Twilio Verify is not simulated: its host answers 404");
}

static void check_one(const struct twilio_settings *settings, const struct twilio_setting *setting,
                      struct doctor_findings *findings)
{
    if (setting->hidden) {
        doctor_advise(twilio_finding(findings, DOCTOR_NOTE, 0, setting,
                                     "comes from a secret%s%s, which cannot be seen from here",
                                     setting->secret == NULL ? "" : " ",
                                     setting->secret == NULL ? "" : setting->secret),
                      "check its value where it is kept; a line break at its end is the usual mistake");
        return;
    }
    if (setting->simulated) {
        twilio_finding(findings, DOCTOR_OK, 0, setting, "the simulator's own");
        return;
    }
    check_faults(setting, findings);
    if (check_any(settings, setting, findings))
        return;
    switch (setting->role) {
    case TWILIO_ACCOUNT_SID:
        check_sid(setting, "AC", findings);
        break;
    case TWILIO_API_KEY:
        check_sid(setting, "SK", findings);
        break;
    case TWILIO_MESSAGING_SERVICE:
        check_sid(setting, "MG", findings);
        break;
    case TWILIO_VERIFY_SERVICE:
        check_verify(setting, findings);
        break;
    case TWILIO_AUTH_TOKEN:
        check_token(setting, findings);
        break;
    case TWILIO_API_SECRET:
        check_secret(setting, findings);
        break;
    case TWILIO_NUMBER:
    case TWILIO_WHATSAPP:
        twilio_rules_number(setting, findings);
        break;
    case TWILIO_CALLBACK:
    case TWILIO_BASE_URL:
        twilio_rules_address(settings, setting, findings);
        break;
    default:
        break;
    }
}

static void missing(const struct twilio_settings *settings, struct doctor_findings *findings,
                    const char *usual, int code, const char *text, const char *advice)
{
    struct doctor_finding *finding = doctor_add(findings, DOCTOR_PROBLEM, usual, "%s", text);
    finding->code = code;
    snprintf(finding->where, sizeof finding->where, "%s", settings->source);
    doctor_advise(finding, "%s", advice);
}

static void check_missing(const struct twilio_settings *settings, struct doctor_findings *findings)
{
    bool key = twilio_settings_find(settings, TWILIO_API_KEY) != NULL;
    bool secret = twilio_settings_find(settings, TWILIO_API_SECRET) != NULL;
    bool sender = twilio_settings_find(settings, TWILIO_NUMBER) != NULL ||
                  twilio_settings_find(settings, TWILIO_WHATSAPP) != NULL ||
                  twilio_settings_find(settings, TWILIO_MESSAGING_SERVICE) != NULL ||
                  twilio_settings_find(settings, TWILIO_VERIFY_SERVICE) != NULL;
    if (twilio_settings_find(settings, TWILIO_ACCOUNT_SID) == NULL)
        missing(settings, findings, "TWILIO_ACCOUNT_SID", 20003, "is missing",
                "without it a backend says \"Twilio is not configured\", or Twilio refuses every call");
    if (key && !secret)
        missing(settings, findings, "TWILIO_API_SECRET", 20003,
                "is missing: there is an API key without its secret",
                "the secret is shown once, when the key is made: make a new key");
    if (!key && twilio_settings_find(settings, TWILIO_AUTH_TOKEN) == NULL)
        missing(settings, findings, "TWILIO_AUTH_TOKEN", 20003, "is missing",
                "set it, or an API key with its secret");
    if (!sender)
        missing(settings, findings, "TWILIO_PHONE_NUMBER", 21603, "is missing: no sender of any kind",
                "set the number that you bought at Twilio, a Messaging Service, or a WhatsApp sender");
    if (sender && twilio_settings_find(settings, TWILIO_NUMBER) == NULL &&
        twilio_settings_find(settings, TWILIO_WHATSAPP) != NULL &&
        twilio_settings_find(settings, TWILIO_MESSAGING_SERVICE) == NULL)
        twilio_finding(findings, DOCTOR_NOTE, 0, twilio_settings_find(settings, TWILIO_WHATSAPP),
                       "is the only sender: a code has no way but WhatsApp");
}

/* What a program gets is the last one. */
static void check_doubled(const struct twilio_settings *settings, struct doctor_findings *findings)
{
    for (size_t i = 0; i < settings->count; i++)
        for (size_t j = 0; j < i; j++)
            if (text_is(text_of(settings->items[i].name), settings->items[j].name)) {
                doctor_advise(twilio_finding(findings, DOCTOR_WARNING, 0, &settings->items[i],
                                             "stands there twice, also at %s", settings->items[j].where),
                              "which one counts depends on the reader: keep one");
                break;
            }
}

void twilio_rules_check(const struct twilio_settings *settings, struct doctor_findings *findings)
{
    doctor_group(findings, "Twilio settings: %s", settings->source);
    for (size_t i = 0; i < settings->count; i++)
        check_one(settings, &settings->items[i], findings);
    check_missing(settings, findings);
    check_doubled(settings, findings);
    if (settings->broken_lines > 0) {
        struct doctor_finding *finding =
            doctor_add(findings, DOCTOR_WARNING, "file", "%zu line%s no NAME=value", settings->broken_lines,
                       settings->broken_lines == 1 ? " is" : "s are");
        snprintf(finding->where, sizeof finding->where, "%s", settings->first_broken);
        doctor_advise(finding,
                      "a value over several lines needs quotes; anything else is ignored by some readers");
    }
    if (settings->dropped > 0)
        doctor_add(findings, DOCTOR_WARNING, "file", "%zu settings more were not looked at",
                   settings->dropped);
}

void twilio_rules_trial(struct doctor_findings *findings)
{
    static const struct {
        const char *subject, *text;
        int code;
    } rows[] = {
        {"recipients", "only numbers that you verified in the console", 21608},
        {"countries", "only those that are switched on (Messaging > Geo permissions)", 21408},
        {"daily cap", "50 messages in 24 hours", 63038},
        {"text",
         "begins with \"Sent from your Twilio trial account - \" (38 characters): a code must be found "
         "behind it",
         0},
        {"sender", "no alphanumeric sender", 21267},
        {"trials of 2026", "send ready-made templates only: a code cannot be delivered on one", 572006},
    };
    doctor_group(findings, "if the account is a trial");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        doctor_add(findings, DOCTOR_NOTE, rows[i].subject, "%s", rows[i].text)->code = rows[i].code;
}
