/* setup_apply: makes a simulator what a setup file says.
 *
 *     struct setup_file *setup = setup_file_read(path, problems);
 *     if (setup == NULL || !setup_apply(sim, setup, NULL, problems)) ...        // every mistake is in
 * `problems`
 *
 * For a simulator that has just begun and for one whose accounts came back from somewhere: of the first
 * account the keys of `account` are set (never SID, token or senders), people are added or replaced by number
 * and by name, and planned faults are replaced by those of the file when it has any `faults`. All of it or
 * nothing: a setup with a mistake changes nothing. Takes the store's lock. */
#ifndef SETUP_APPLY_H
#define SETUP_APPLY_H

#include "setup_file.h"
#include "sim.h"

/* `fixed`: keys of `account` that the file does not decide, NULL behind the last; may be NULL. */
bool setup_apply(struct sim *sim, struct setup_file *setup, const char *const *fixed,
                 struct problems *problems);

#endif
