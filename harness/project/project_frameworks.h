/* project_frameworks: the frameworks that are known, and how a backend built on one starts when its own files
 * do not say. */
#ifndef PROJECT_FRAMEWORKS_H
#define PROJECT_FRAMEWORKS_H

#include "fact_parts.h"

struct framework {
    const char *manifest; /* the beginning of the file's name that has the dependency */
    const char *needle;   /* as the dependency is written there */
    const char *name;     /* for a person */
    const char *run;    /* for a shell; %FILE% and %MODULE% are the file that makes the application, %APP% its
                         * name there; NULL: its own files must say it */
    const char *build;  /* outside the sandbox, once; %MAIN% is the Go package; NULL = nothing */
    bool serves_itself; /* where the file starts a server itself, it is run as a program */
};

/* The framework of a dependency, or NULL. */
const struct framework *framework_find(struct text manifest, struct text dependency);
/* By its name. */
const struct framework *framework_named(const char *name);
/* What a dependency of any language proves: notes evidence. */
void framework_note_dependency(const struct fact_file *file, int line, struct text dependency);

#endif
