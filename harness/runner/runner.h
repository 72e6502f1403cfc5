/* runner: what `otp-harness run`, `lint`, `list` and `compare` do.
 *
 *     return runner_run(&settings);
 *
 * Words for people go to stdout, what is wrong with the call or the files to stderr. What comes back is the
 * exit status. */
#ifndef RUNNER_H
#define RUNNER_H

#include "settings.h"

enum exit_status {
    EXIT_PASSED = 0,
    EXIT_FAILED = 1, /* a scenario failed (also by a backend that died after it was ready) */
    EXIT_USAGE = 2,
    EXIT_INVALID = 3,     /* a scenario or the profile is broken */
    EXIT_ENVIRONMENT = 4, /* sandbox, services, simulator or backend did not come up */
    EXIT_NOTHING = 5,     /* nothing was selected */
};

/* twilio-sim stands beside this program unless TWILIO_SIM names another. */
int runner_run(const struct settings *settings);
int runner_lint(const struct settings *settings);
int runner_list(const struct settings *settings);
/* The stack of a profile for a person, until a signal ends it. The one path, if there is any, is a scenario,
 * whose account, people, `given` and faults are set up first. */
int runner_up(const struct settings *settings);
/* Orders to a stack that is up, or to a run that is paused: `up` is its name or pid, NULL: the nearest. */
int runner_clock(const char *up, const char *const *words, size_t count);
int runner_restart(const char *up);
/* The paths are histories: all against the first, which alone is printed in normal form. */
int runner_compare(const struct settings *settings);

#endif
