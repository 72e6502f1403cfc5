/* selection: which files are scenarios of this run, and which profile is theirs.
 *
 *     struct selection *selection = selection_new(&settings, problems, &why);     // NULL: *why
 *     if (problems_errors(problems) > 0) return EXIT_INVALID;
 *     selection_free(selection);
 *
 * A path is a file, or a folder that is searched below for *.yaml and *.yml; backend.yaml and what begins
 * with '_' or '.' are no scenarios (files under `uses` are named so). All files found are read and linted,
 * whether or not a --tag leaves them out: a broken file fails the run. Each scenario becomes one job, or one
 * for each row of its cases. Without --backend the profile is the nearest backend.yaml in the folder of the
 * first path or above it. */
#ifndef SELECTION_H
#define SELECTION_H

#include "problems.h"
#include "profile.h"
#include "scenario.h"
#include "settings.h"

enum { SELECTION_FILES_MAX = 20000, SELECTION_DEPTH_MAX = 32 };

/* One run of one scenario. */
struct job {
    const struct scenario *scenario;
    int row;         /* of its cases; -1: it has none */
    char *case_name; /* "who=a landline", or NULL */
    char *history_path;
    int64_t limit_ms;
    uint64_t seed;
};

struct selection {
    struct profile *profile;
    char *profile_path;
    struct scenario **scenarios; /* all that were read, in order of path */
    size_t scenario_count;
    size_t broken_count;
    struct job *jobs; /* those selected */
    size_t job_count;
};

struct selection *selection_new(const struct settings *settings, struct problems *problems, struct fail *why);
void selection_free(struct selection *selection);

/* True when it has one of the tags, or none is asked for. */
bool scenario_has_tag(const struct scenario *scenario, const struct settings_list *tags);

#endif
