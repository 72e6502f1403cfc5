/* doctor: `otp-harness doctor`: what is possible here, and whether a backend's Twilio settings can work.
 *
 *     struct doctor_options options = {.env = ".env.production"};
 *     return doctor_run(&options, stdout, stderr);
 *
 * Nothing is written and no secret is shown. Twilio itself is never called; `sim` must be on this machine.
 * Call while the program has one thread. Returns the exit status. */
#ifndef DOCTOR_H
#define DOCTOR_H

#include <stdbool.h>
#include <stdio.h>

enum doctor_status { DOCTOR_FINE = 0, DOCTOR_ILL = 1, DOCTOR_USAGE = 2, DOCTOR_UNREADABLE = 4 };

struct doctor_options {
    /* where settings stand; at most one */
    const char *env, *cloud_run, *profile;
    const char *const *environment; /* "NAME=value" and a NULL; NULL: not to be looked at */
    const char *sim;                /* a running simulator, or NULL */
    bool json, colour;
    bool settings_only; /* do not look at the machine */
};

int doctor_run(const struct doctor_options *options, FILE *out, FILE *err);

#endif
