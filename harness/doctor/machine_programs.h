/* machine_programs: the runtimes and stores that the doctor looks for, as a table. */
#ifndef MACHINE_PROGRAMS_H
#define MACHINE_PROGRAMS_H

#include "machine_facts.h"

struct machine_program_row {
    const char *name;
    const char *ask;     /* a shell line that says the version */
    const char *clock;   /* a shell line that prints the time of day in seconds; NULL: not to be tried so */
    const char *package; /* Debian's */
    bool store;
    bool go; /* its programs read the real clock whatever is preloaded */
};

/* Ends with a NULL name; at most MACHINE_PROGRAMS_MAX. */
extern const struct machine_program_row machine_program_rows[];

#endif
