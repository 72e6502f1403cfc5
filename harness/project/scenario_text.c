/* The three scenarios: a code that works, trouble of the kind that this backend should survive, a wrong code.
 */
#include "profile_text.h"

struct scenario_row {
    const char *file, *text;
};

static const struct scenario_row works = {
    "a_code_arrives_and_works.yaml",
    "# Written by otp-harness init. A scenario is a sentence that must be true; the actions are those of "
    "backend.yaml.\n"
    "scenario: A code arrives and works\n"
    "tags: [smoke]\n"
    "people: { awa: {} }                            # an invented number that no real person has\n"
    "steps:\n"
    "  - send-code: { phone: $awa }                 # without `expect`, 2xx is what is expected\n"
    "  - receive: { to: awa }                       # waits for the message, never for a time\n"
    "  - check-code: { phone: $awa, code: $awa.code }\n"
    "check:\n"
    "  messages:\n"
    "    - { to: awa, accepted: 1, codes: 1 }\n"};

static const struct scenario_row wrong = {
    "a_wrong_code_is_refused.yaml",
    "# Written by otp-harness init. What `wrong-code` means stands in backend.yaml under `answers`.\n"
    "scenario: A wrong code is refused and the right one still works\n"
    "tags: [smoke]\n"
    "people: { awa: {} }\n"
    "steps:\n"
    "  - send-code: { phone: $awa }\n"
    "  - receive: { to: awa }\n"
    "  - check-code: { phone: $awa, code: $awa.wrong-code }\n"
    "    expect: wrong-code\n"
    "  - check-code: { phone: $awa, code: $awa.code }\n"};

static const struct scenario_row troubles[] = {
    [TROUBLE_FALLBACK] = {"sms_follows_when_whatsapp_refuses.yaml",
                          "# Written by otp-harness init: the project sends by WhatsApp and by SMS.  # CHECK "
                          "that it goes on by SMS by itself\n"
                          "scenario: SMS follows when WhatsApp refuses\n"
                          "tags: [fallback]\n"
                          "people: { awa: {} }\n"
                          "faults:\n"
                          "  - { on: { operation: message.create, channel: whatsapp }, fail: 63007 }   # the "
                          "WhatsApp sender is not known\n"
                          "steps:\n"
                          "  - send-code: { phone: $awa }\n"
                          "  - receive: { to: awa, channel: sms }\n"
                          "  - check-code: { phone: $awa, code: $awa.code }\n"
                          "check:\n"
                          "  order: { awa: [whatsapp, sms] }\n"},
    [TROUBLE_RETRY] =
        {"sms_is_tried_again_after_503.yaml",
         "# Written by otp-harness init: the sources speak of retries.  # CHECK that it retries by itself\n"
         "scenario: SMS is tried again after 503\n"
         "tags: [retry]\n"
         "people: { awa: {} }\n"
         "faults:\n"
         "  - { on: { operation: message.create }, first: 1, status: 503 }   # Twilio has a bad moment\n"
         "steps:\n"
         "  - send-code: { phone: $awa }\n"
         "    within: 2m                                 # virtual time: a backoff costs nothing\n"
         "  - receive: { to: awa }\n"
         "    within: 2m\n"
         "  - check-code: { phone: $awa, code: $awa.code }\n"
         "check:\n"
         "  messages:\n"
         "    - { to: awa, accepted: 1, codes: 1 }\n"},
    [TROUBLE_HONEST] = {"a_code_that_cannot_be_sent_is_admitted.yaml",
                        "# Written by otp-harness init: nothing in the sources speaks of retries or of a "
                        "second channel, so the least is\n"
                        "# asked: who gets no code must not read that one is on its way.\n"
                        "scenario: A code that cannot be sent is admitted\n"
                        "tags: [retry]\n"
                        "people: { awa: {} }\n"
                        "faults:\n"
                        "  - { on: { operation: message.create }, status: 503 }   # Twilio is down\n"
                        "steps:\n"
                        "  - send-code: { phone: $awa }\n"
                        "    within: 2m                                 # virtual time\n"
                        "    expect: { not: { status: 2xx } }\n"
                        "check:\n"
                        "  messages:\n"
                        "    - { to: awa, accepted: 0 }\n"},
};

static const struct scenario_row *row_of(const struct project_guess *guess, size_t index)
{
    return index == 0 ? &works : index == 1 ? &troubles[guess->trouble] : &wrong;
}

const char *scenario_file_name(const struct project_guess *guess, size_t index)
{
    return row_of(guess, index)->file;
}

void scenario_text(const struct project_guess *guess, size_t index, struct text_buf *out)
{
    text_put_z(out, row_of(guess, index)->text);
}
