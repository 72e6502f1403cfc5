/* simulator_check: what a running simulator says to the settings: are the credentials right, is the number
 * owned, can it send, what account is it.
 *
 *     if (!simulator_check("http://127.0.0.1:4010", settings, findings, &why)) ...     // nobody answers
 * there
 *
 * Only an address on loopback is asked: credentials never leave the machine, and Twilio itself is never
 * called. */
#ifndef SIMULATOR_CHECK_H
#define SIMULATOR_CHECK_H

#include "doctor_findings.h"
#include "fail.h"
#include "twilio_settings.h"

bool simulator_check(const char *url, const struct twilio_settings *settings,
                     struct doctor_findings *findings, struct fail *why);

#endif
