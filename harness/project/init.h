/* init: `otp-harness init [FOLDER]`: a profile and three scenarios for the project in a folder.
 *
 *     return init_run(&(struct init_options){.folder = "."}, stdout, stderr);
 *
 * Writes into FOLDER/tests/otp, or FOLDER/otp where there is no folder of tests, or `into`. What exists is
 * left as it is and named, unless `force` is set. Returns the exit status. */
#ifndef INIT_H
#define INIT_H

#include <stdbool.h>
#include <stdio.h>

enum init_status {
    INIT_WRITTEN = 0,
    INIT_LEFT = 1,       /* some file existed and was left */
    INIT_ENVIRONMENT = 4 /* the project cannot be read, or the files not be written */
};

struct init_options {
    const char *folder; /* NULL = the present one */
    const char *into;   /* NULL: see above */
    bool force;         /* replace what exists */
    bool dry_run;       /* print instead of writing */
};

int init_run(const struct init_options *options, FILE *out, FILE *err);

#endif
