/* report: words for people while the suite runs, and files for CI when it is over.
 *
 *     struct report_options options = {.out = STDOUT_FILENO, .scenarios = 42, .way = "namespace"};
 *     report_options_detect(&options, no_color);
 *     struct report *report = report_new(&options);
 *     if (!report_add_output(report, "junit=build/junit.xml", &why)) ...
 *     report_began(report, "retries/retry after is honoured");
 *     report_ended(report, result, history);
 *     bool written = report_finish(report, &why);
 *     report_free(report);
 *
 * report_add_output() takes one `--report KIND[=FILE]`. report_began() draws the progress line, on a terminal
 * alone. report_ended() prints the scenario's line and, when it failed, why. report_finish() prints the
 * summary with "N passed, N failed" as its last line, and writes the files.
 *
 * Kinds: junit (otp-report/junit.xml), tap (otp-report/results.tap), json (otp-report/events.ndjson; written
 * while it goes), github (github.h: annotations among the lines for people, and a summary that is appended to
 * FILE or else to the step's summary, or is otp-report/summary.md where there is no such step). FILE may be
 * "-" for standard output. html is not in this version and refused with these words. Files are written whole
 * and moved into place; folders are made. Colours only on a terminal, and not when NO_COLOR is set (the
 * caller says: `colour`). Lines are at most REPORT_COLUMNS wide, texts of the scenario's author excepted.
 * Control characters of any source are shown as \xNN and never reach a terminal or an XML file. One thread at
 * a time. */
#ifndef REPORT_H
#define REPORT_H

#include "scenario_result.h"

enum { REPORT_COLUMNS = 110 };

struct report;

struct report_options {
    int out;            /* a file descriptor */
    bool terminal;      /* out is a terminal: a progress line is drawn and drawn over */
    bool colour;        /* ANSI colours */
    size_t scenarios;   /* how many will run, for the progress line and TAP's plan */
    const char *way;    /* "namespace", "preload", "proxy", "url" */
    const char *folder; /* where reports go by default and where people look; NULL: "otp-report" */
    const char *github_workspace, *github_summary; /* GITHUB_WORKSPACE, GITHUB_STEP_SUMMARY; may be NULL */
};

/* Sets terminal and colour from the descriptor; no_color is the environment's NO_COLOR, or NULL. */
void report_options_detect(struct report_options *options, const char *no_color);

/* New. The options' strings are copied. */
struct report *report_new(const struct report_options *options);
void report_free(struct report *report);

/* One --report argument. False with *why for an unknown kind or a file that cannot be made. */
bool report_add_output(struct report *report, const char *argument, struct fail *why);

void report_began(struct report *report, const char *label);
/* Borrowed. history may be NULL: then there is no timeline, and refused connections of that run are not
 * named. */
void report_ended(struct report *report, const struct scenario_result *result, const struct history *history);
/* A line for people between the others: "sandbox: namespace", a warning. */
void report_note(struct report *report, const char *line);

struct report_totals {
    size_t passed, failed, skipped; /* failed: everything that is neither passed nor skipped */
    size_t environment, invalid, setup_failed;
};
struct report_totals report_totals(const struct report *report);

/* Prints the summary, writes the files. False with *why when one cannot be written. */
bool report_finish(struct report *report, struct fail *why);

#endif
