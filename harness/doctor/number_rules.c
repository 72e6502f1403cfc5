/* Senders: E.164, the prefix of WhatsApp, short codes, names, and numbers that are not what they seem. */
#include "twilio_rules.h"

#define PREFIX "whatsapp:"

enum { NUMBER_LEAST = 7, NUMBER_MOST = 15, NAME_MOST = 11 };

/* Sections 6.3 and 7 of the reference: Twilio's magic numbers, and the sandbox of WhatsApp. */
static const struct {
    const char *number;
    enum doctor_level level;
    int code;
    const char *text, *advice;
} known[] = {
    {"+15005550006", DOCTOR_WARNING, 21606, "is Twilio's magic number that works, with test credentials only",
     "a live account does not own it: set the number that you bought"},
    {"+15005550001", DOCTOR_PROBLEM, 21212, "is the magic number that is never valid",
     "set the number that you bought"},
    {"+15005550007", DOCTOR_PROBLEM, 21606, "is the magic number that nobody owns",
     "set the number that you bought"},
    {"+15005550008", DOCTOR_PROBLEM, 21611, "is the magic number whose queue is full",
     "set the number that you bought"},
};

struct text twilio_number_bare(struct text number)
{
    return text_starts(number, PREFIX) ? text_from(number, strlen(PREFIX)) : number;
}

bool twilio_number_valid(struct text number)
{
    struct text digits = text_from(number, 1);
    return text_starts(number, "+") && digits.len >= NUMBER_LEAST && digits.len <= NUMBER_MOST &&
           text_all_digits(digits) && digits.at[0] != '0';
}

static size_t count_digits(struct text value)
{
    size_t count = 0;
    for (size_t i = 0; i < value.len; i++)
        count += value.at[i] >= '0' && value.at[i] <= '9';
    return count;
}

static bool has_letters(struct text value)
{
    for (size_t i = 0; i < value.len; i++)
        if ((value.at[i] >= 'a' && value.at[i] <= 'z') || (value.at[i] >= 'A' && value.at[i] <= 'Z'))
            return true;
    return false;
}

static void malformed(const struct twilio_setting *setting, struct text value, int code,
                      struct doctor_findings *findings)
{
    const char *advice = "write it in E.164: +, country code, number, nothing between";
    const char *reason = "is no number in E.164";
    if (text_starts(value, "00"))
        reason = "begins with 00 instead of +";
    else if (text_starts(value, "+") && count_digits(value) < value.len - 1)
        reason = "has something between its digits";
    else if (text_all_digits(value))
        reason = "has no + before its digits";
    doctor_advise(twilio_finding(findings, DOCTOR_PROBLEM, code, setting, "%.*s %s",
                                 TEXT_ARGS(text_first(value, 40)), reason),
                  "%s", advice);
}

/* True when it is one of the known ones, or any other of that range, and said. */
static bool check_known(const struct twilio_setting *setting, struct text number,
                        struct doctor_findings *findings)
{
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (!text_is(number, known[i].number))
            continue;
        doctor_advise(twilio_finding(findings, known[i].level, known[i].code, setting, "%s %s",
                                     known[i].number, known[i].text),
                      "%s", known[i].advice);
        return true;
    }
    if (!text_starts(number, "+1500555"))
        return false;
    doctor_advise(twilio_finding(findings, DOCTOR_PROBLEM, 21606, setting,
                                 "%.*s is a test number that nobody owns", TEXT_ARGS(number)),
                  "set the number that you bought");
    return true;
}

static void check_whatsapp(const struct twilio_setting *setting, struct text value,
                           struct doctor_findings *findings)
{
    struct text bare = twilio_number_bare(value);
    bool prefixed = bare.len < value.len;
    if (!prefixed && text_contains(value, TEXT(":"))) {
        doctor_advise(twilio_finding(findings, DOCTOR_PROBLEM, 63007, setting,
                                     "%.*s: the prefix is written whatsapp:, in lower case and first",
                                     TEXT_ARGS(text_first(value, 40))),
                      "write whatsapp:+15550001111");
    } else if (text_starts(bare, PREFIX)) {
        doctor_advise(
            twilio_finding(findings, DOCTOR_PROBLEM, 63007, setting, "has the prefix whatsapp: twice"),
            "once is right");
    } else if (!twilio_number_valid(bare)) {
        malformed(setting, bare, 63007, findings);
    } else if (text_is(bare, "+14155238886")) {
        doctor_advise(
            twilio_finding(findings, DOCTOR_WARNING, 63015, setting, "+14155238886 is WhatsApp's sandbox"),
            "it reaches only people who sent it \"join ...\" within 72 hours: no sender for real users");
    } else if (!check_known(setting, bare, findings)) {
        twilio_finding(findings, DOCTOR_OK, 0, setting, "%.*s", TEXT_ARGS(value));
    }
    if (twilio_number_valid(bare))
        twilio_finding(findings, DOCTOR_NOTE, 0, setting,
                       prefixed ? "carries whatsapp: itself; the code must not add it once more"
                                : "has no whatsapp: before it; the code must add it, else it is SMS (21910)");
}

static void check_sender(const struct twilio_setting *setting, struct text value,
                         struct doctor_findings *findings)
{
    if (text_starts(value, PREFIX)) {
        doctor_advise(twilio_finding(findings, DOCTOR_PROBLEM, 21910, setting,
                                     "has whatsapp: before it, and is the sender of SMS"),
                      "a WhatsApp sender cannot write to a plain number: write the number alone");
    } else if (text_all_digits(value) && value.len >= 5 && value.len <= 6) {
        twilio_finding(findings, DOCTOR_OK, 0, setting, "%.*s, a short code", TEXT_ARGS(value));
    } else if (has_letters(value) && value.len <= NAME_MOST) {
        doctor_advise(twilio_finding(findings, DOCTOR_WARNING, 21267, setting,
                                     "%.*s is an alphanumeric sender", TEXT_ARGS(value)),
                      "not on trial accounts, not in every country (the United States, Canada), and nobody "
                      "can answer it");
    } else if (!twilio_number_valid(value)) {
        malformed(setting, value, 21212, findings);
    } else if (!check_known(setting, value, findings)) {
        twilio_finding(findings, DOCTOR_OK, 0, setting, "%.*s", TEXT_ARGS(value));
    }
}

void twilio_rules_number(const struct twilio_setting *setting, struct doctor_findings *findings)
{
    struct text value = text_span(setting->value, setting->value_len);
    if (setting->role == TWILIO_WHATSAPP)
        check_whatsapp(setting, value, findings);
    else
        check_sender(setting, value, findings);
}
