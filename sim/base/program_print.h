/* program_print: the texts about a program that other tools read, made from its tables of commands and
 * options: the manual page (man(7) macros) and the completion of bash, zsh and fish.
 *
 *     {"print", PROGRAM_PRINT_FORMS, PROGRAM_PRINT_SUMMARY, PROGRAM_PRINT_ABOUT, {0}, false, act_print},
 *     ...
 *     static int act_print(const struct options *options)
 *     {
 *         return program_print(&program, options, stdout);
 *     }
 *
 * What a value or an argument is, the name that --help shows for it says: FILE, PATH and PAGE are files,
 * FOLDER a folder, COMMAND a program, words with | between them a choice; anything else is not completed. */
#ifndef PROGRAM_PRINT_H
#define PROGRAM_PRINT_H

#include "program.h"

#define PROGRAM_PRINT_FORMS   "man|bash|zsh|fish"
#define PROGRAM_PRINT_SUMMARY "print the manual page or a shell's completion"
#define PROGRAM_PRINT_ABOUT                                                                                  \
    "For the shell at hand: source <(... print bash); for good: into the folder where the shell looks.\n"

/* Prints the form that the first argument names. The exit status: 0, PROGRAM_USAGE, or 1 when `out` cannot be
 * written. */
int program_print(const struct program *program, const struct options *options, FILE *out);

void program_print_man(const struct program *program, FILE *out);
void program_print_bash(const struct program *program, FILE *out);
void program_print_zsh(const struct program *program, FILE *out);
void program_print_fish(const struct program *program, FILE *out);

/* For these four. */
enum value_kind { VALUE_NONE, VALUE_TEXT, VALUE_WORDS, VALUE_FILE, VALUE_FOLDER, VALUE_COMMAND };
/* NULL = there is no value. */
enum value_kind value_kind_of(const char *shown);
/* "a|b|c" with blanks in place of the bars. */
void value_print_words(const char *shown, FILE *out);
/* What there is to say before a command is named, for a program that does nothing without: the common
 * options. NULL when the program has a row for that. */
const struct command_row *program_bare_row(const struct program *program);
/* The program's name with _ for whatever a shell's function cannot be called. */
void program_print_function(const struct program *program, FILE *out);
/* `text`, with a `escape` before each character of `special`. */
void text_print_escaped(const char *text, const char *special, const char *escape, FILE *out);
/* In single quotes for a shell. */
void text_print_quoted(const char *text, FILE *out);

#endif
