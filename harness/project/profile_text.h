/* profile_text: a guess as the files that `init` writes: backend.yaml and three scenarios, each line with the
 * reason for it. Pure.
 *
 *     profile_text(&guess, "../..", &out);
 *     for (size_t i = 0; i < INIT_SCENARIOS; i++)
 *         scenario_text(&guess, i, &out);         // its file is scenario_file_name(&guess, i)
 */
#ifndef PROFILE_TEXT_H
#define PROFILE_TEXT_H

#include "project_guess.h"

enum { INIT_SCENARIOS = 3 };

/* `cwd`: the project's folder, seen from the profile's. */
void profile_text(const struct project_guess *guess, const char *cwd, struct text_buf *out);

const char *scenario_file_name(const struct project_guess *guess, size_t index);
void scenario_text(const struct project_guess *guess, size_t index, struct text_buf *out);

#endif
