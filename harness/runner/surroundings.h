/* surroundings: what a run needs on this machine before a worker starts: the simulator's program, folders,
 * the sandbox's way.
 *
 *     struct surroundings s;
 *     if (!surroundings_find(&s, settings, selection, getenv("TWILIO_SIM"), &why)) return EXIT_ENVIRONMENT;
 *     surroundings_release(&s);
 */
#ifndef SURROUNDINGS_H
#define SURROUNDINGS_H

#include "sandbox.h"
#include "selection.h"
#include "settings.h"

enum { SURROUNDINGS_KEEP_MAX = 8 };

struct surroundings {
    struct sandbox_choice choice;
    char *simulator; /* absolute; NULL with --url */
    char *cwd;       /* the profile's, absolute */
    char *output;    /* absolute */
    char *scratch;
    bool scratch_is_ours; /* a folder outside the sandbox that is to be removed */
    int workers;
    const char *keep[SURROUNDINGS_KEEP_MAX + 1];
    char *simulator_folder;
    char *library_folder;
};

bool surroundings_find(struct surroundings *ret, const struct settings *settings,
                       const struct selection *selection, const char *simulator, struct fail *why);
void surroundings_release(struct surroundings *s);

#endif
