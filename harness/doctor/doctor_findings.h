/* doctor_findings: what the doctor found: how bad, what, where, what to do, and which error of Twilio's comes
 * of it.
 *
 *     struct doctor_findings *findings = doctor_findings_new();
 *     doctor_group(findings, "settings");
 *     struct doctor_finding *finding = doctor_add(findings, DOCTOR_PROBLEM, "TWILIO_AUTH_TOKEN", "is empty");
 *     finding->code = 20003;
 *     doctor_advise(finding, "copy it from the console");
 *     doctor_print(findings, colour, stdout);
 *     doctor_findings_free(findings);
 *
 * Nothing secret may be put in: see doctor_masked(). Texts are cut at their bounds, control characters become
 * '?' when they are printed. Findings stay where they are until they are freed. */
#ifndef DOCTOR_FINDINGS_H
#define DOCTOR_FINDINGS_H

#include <stdbool.h>
#include <stdio.h>

#include "text.h"

enum doctor_level { DOCTOR_OK, DOCTOR_NOTE, DOCTOR_WARNING, DOCTOR_PROBLEM, DOCTOR_LEVELS };

enum {
    DOCTOR_SUBJECT_BYTES = 64,
    DOCTOR_GROUP_BYTES = 200,
    DOCTOR_TEXT_BYTES = 320,
    DOCTOR_WHERE_BYTES = 160,
    DOCTOR_FINDINGS_MAX = 1000
};

struct doctor_finding {
    enum doctor_level level;
    char group[DOCTOR_GROUP_BYTES];
    char subject[DOCTOR_SUBJECT_BYTES];
    char text[DOCTOR_TEXT_BYTES];
    char where[DOCTOR_WHERE_BYTES];  /* "FILE:LINE"; "" = nowhere */
    char advice[DOCTOR_TEXT_BYTES];  /* what to do; "" = nothing */
    char command[DOCTOR_TEXT_BYTES]; /* a line to run; "" = none */
    int code;                        /* of Twilio's errors; 0 = none */
};

struct doctor_findings;

struct doctor_findings *doctor_findings_new(void);
void doctor_findings_free(struct doctor_findings *findings);

/* The heading of what is added from now on. */
void doctor_group(struct doctor_findings *findings, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Borrowed; never NULL (what does not fit is counted). */
struct doctor_finding *doctor_add(struct doctor_findings *findings, enum doctor_level level,
                                  const char *subject, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void doctor_advise(struct doctor_finding *finding, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

size_t doctor_count(const struct doctor_findings *findings, enum doctor_level level);
/* The nth, or NULL. Borrowed. */
const struct doctor_finding *doctor_at(const struct doctor_findings *findings, size_t index);

/* For a person: aligned, a line a finding and more for advice, last the sums. */
void doctor_print(const struct doctor_findings *findings, bool colour, FILE *out);
/* For a program: {"findings": [{level, group, subject, text, where, advice, command, code}], "ok": n, ...}.
 */
void doctor_print_json(const struct doctor_findings *findings, FILE *out);

/* "AC..9f (34 characters)": enough to tell two apart, never to use. */
const char *doctor_masked(struct text value, char out[DOCTOR_SUBJECT_BYTES]);

#endif
