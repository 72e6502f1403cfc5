/* program: a command-line program as a table of commands, each with its own options; usage, --help, --version
 * and the words for a wrong call derive from it.
 *
 * Manual page and shell completions derive from the same tables (program_print.h).
 *
 *     static const struct command_row commands[] = {
 *         {"lint", "[PATH...]", "check scenarios without running them", NULL, {lint_rows}, false, act_lint},
 *         {0}};
 *     static const struct program program = {.name = "otp-harness", .commands = commands, ...};
 *     int main(int argc, char **argv) { return program_run(&program, argc, argv); }
 *
 * A command gets options that were read and are valid. Each has --help and --version beside its own. Words
 * that were asked for go to stdout, what is wrong to stderr. Tables are borrowed and never change. */
#ifndef PROGRAM_H
#define PROGRAM_H

#include "options.h"

enum { PROGRAM_TABLES_MAX = 4, PROGRAM_UNWRITTEN = 1, PROGRAM_USAGE = 2 };

struct command_row {
    const char *name;      /* "" = what runs when no command is named */
    const char *arguments; /* as usage shows them: "[PATH...]"; NULL = it takes none */
    const char *summary;   /* one line */
    const char *about;     /* paragraphs for --help, each line with its end; NULL = none */
    /* The option tables; of two rows with one name the first counts. */
    const struct option_row *tables[PROGRAM_TABLES_MAX];
    bool stop_at_argument; /* what follows the first argument is no option of ours */
    int (*act)(const struct options *options);
};

struct exit_row {
    int status;
    const char *meaning;
};

/* A line for the manual page: an example and what it does, a file and what it is for. */
struct note_row {
    const char *what;
    const char *meaning;
};

struct program {
    const char *name;
    const char *summary;
    const char *prefix; /* of the environment's variables */
    const char *version;
    const char *source;                 /* what version control calls it; NULL or "" = not known */
    const struct command_row *commands; /* ends with an all-zero row */
    const struct exit_row *statuses;    /* ends with a NULL meaning */
    const struct note_row *examples;    /* these two end with an all-zero row; NULL = none */
    const struct note_row *files;
    const char *see_also; /* another program of ours; NULL = none */
};

/* Reads the command line and acts; returns the exit status: the command's, or PROGRAM_UNWRITTEN, after saying
 * so, when that is 0 and stdout could not be written. */
int program_run(const struct program *program, int argc, char **argv);

/* The option rows of a command, --help and --version among them, ending with an all-zero row. New
 * (mem_free). */
struct option_row *program_rows(const struct command_row *command);

/* The rows that every command has beside its own: --version and --help. */
extern const struct option_row program_common_rows[];

/* One line: name, version, and in parentheses source, build id (build_id.h) and compiler. */
void program_print_version(const struct program *program, FILE *out);

/* What --help prints: of one command, or of the whole program when `command` is NULL. */
void program_help(const struct program *program, const struct command_row *command, FILE *out);

#endif
