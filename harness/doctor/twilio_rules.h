/* twilio_rules: can these settings work? Pure: settings in, findings out; what only Twilio knows is said to
 * be unknown. Facts: reference on Twilio's messaging API, sections 2.4 (refusals of a create), 6 (trials) and
 * 7 (test credentials); the codes stand in the simulator's table too (GET /sim/v1/codes), which is not read
 * here: what is expected is written down twice on purpose.
 *
 *     twilio_rules_check(settings, findings);
 *     twilio_rules_trial(findings);                  // what a trial account would mean
 */
#ifndef TWILIO_RULES_H
#define TWILIO_RULES_H

#include "doctor_findings.h"
#include "twilio_settings.h"

void twilio_rules_check(const struct twilio_settings *settings, struct doctor_findings *findings);
void twilio_rules_trial(struct doctor_findings *findings);

/* +, 7 to 15 digits, no 0 first. */
bool twilio_number_valid(struct text number);
/* Without "whatsapp:". */
struct text twilio_number_bare(struct text number);

/* The address of a callback or of the backend itself (callback_rules.c). */
void twilio_rules_address(const struct twilio_settings *settings, const struct twilio_setting *setting,
                          struct doctor_findings *findings);
/* A sender's number or a WhatsApp sender (number_rules.c). */
void twilio_rules_number(const struct twilio_setting *setting, struct doctor_findings *findings);

/* With the place filled in. */
struct doctor_finding *twilio_finding(struct doctor_findings *findings, enum doctor_level level, int code,
                                      const struct twilio_setting *setting, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

#endif
