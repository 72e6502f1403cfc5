/* problems: everything that is wrong with the files of a run, collected, then shown at once.
 *
 *     struct problems *problems = problems_new();
 *     struct scenario *scenario = scenario_read(path, problems);       // NULL when it is broken
 *     problems_write(problems, &out);
 *     exit status 3 if problems_errors(problems) > 0
 *
 * Shown as
 *
 *     scenarios/retries/a.yaml:7:5: error: unknown key 'chanel'; did you mean 'channel'?
 *       7 |     chanel: sms
 *         |     ^
 *
 * At most PROBLEMS_PER_FILE_MAX of a file are kept; how many more there are is said. One thread at a time. */
#ifndef PROBLEMS_H
#define PROBLEMS_H

#include "fail.h"
#include "place.h"
#include "text.h"

enum problem_kind { PROBLEM_ERROR, PROBLEM_WARNING };

enum { PROBLEMS_PER_FILE_MAX = 50, PROBLEM_TEXT_MAX_BYTES = 1024 };

struct problems;

struct problems *problems_new(void);
void problems_free(struct problems *problems);

/* Keeps a copy of a file's bytes so that its lines can be shown; the reader does this before anything else.
 */
void problems_add_source(struct problems *problems, const char *file, struct text bytes);

void problems_add(struct problems *problems, enum problem_kind kind, struct place at, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* A fault found elsewhere; its own place counts when it has one. */
void problems_add_fail(struct problems *problems, struct place at, const struct fail *why);

size_t problems_errors(const struct problems *problems);
size_t problems_warnings(const struct problems *problems);
/* Whether that file has an error. */
bool problems_in_file(const struct problems *problems, const char *file);

/* All of them, in the order of the files, then of the lines: what `otp-harness lint` prints. */
void problems_write(const struct problems *problems, struct text_buf *out);

#endif
