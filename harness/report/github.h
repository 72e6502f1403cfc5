/* github: what GitHub Actions reads of a run: annotations on the lines of scenarios, and a summary in
 * Markdown.
 *
 *     struct github_place place = {.root = "/builds/shop", .folder = "/builds/shop/tests"};
 *     github_annotations_write(&suite, &place, &out); // "::error file=...,line=12,col=5,title=...::..."
 *     github_summary_write(&suite, &out);             // at most suite.room_bytes
 *
 * GitHub shows at most GITHUB_ANNOTATIONS_MAX annotations of a kind and drops the others without a word: so
 * where there are more, the last one says how many. Errors are failures, warnings are scenarios that were not
 * run, a notice says how many were on the real clock. A summary that is larger than GITHUB_SUMMARY_MAX_BYTES
 * is dropped whole: so rows of failures are left out, counted and said. Pure. */
#ifndef GITHUB_H
#define GITHUB_H

#include "report_entry.h"

enum { GITHUB_ANNOTATIONS_MAX = 10, GITHUB_SUMMARY_MAX_BYTES = 1024 * 1024, GITHUB_TOKEN_BYTES = 33 };

struct github_place {
    const char *root;   /* the repository, absolute; NULL: paths stay as they are */
    const char *folder; /* what relative paths are relative to, absolute */
};

/* The folder of the repository that `folder` stands in: workspace (GITHUB_WORKSPACE) when it is one above
 * folder, else the nearest with .git; NULL when there is none. Looks at the disk. New. */
char *github_root(const char *workspace, const char *folder);

void github_annotations_write(const struct report_suite *suite, const struct github_place *place,
                              struct text_buf *out);
void github_summary_write(const struct report_suite *suite, struct text_buf *out);

/* Lines that a backend wrote are no commands, whatever they look like: GitHub reads none between these two.
 * The token is made by the first. */
void github_commands_stop(char token[GITHUB_TOKEN_BYTES], struct text_buf *out);
void github_commands_go_on(const char *token, struct text_buf *out);

#endif
