/* options: a program's command line as a table: name, type, default, help; --help and errors derive from it.
 *
 *     static const struct option_row rows[] = {
 *         {"port", 'p', OPTION_INT_LIST, "N", "4010", "port to listen on; 0 takes a free one; may be
 * repeated", 0, 65535}, {0}}; struct options *options = options_new("twilio-sim", rows); if
 * (!options_read_environment(options, "TWILIO_SIM_", &why) || !options_read(options, argc, argv, &why)) ...
 *     int64_t port = options_int(options, "port");
 *
 * A command-line value beats the environment, which beats the default. "--name=value" and "--name value" are
 * alike; "--" ends the options; what is no option is an argument, and so is "-11m" where no option's letter
 * is a digit. A flag's environment value is 1, true, yes, on or 0, false, no, off. Values are borrowed from
 * the options object. Naming an option that is not in the table is our bug (REQUIRE). */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdint.h>
#include <stdio.h>

#include "fail.h"
#include "text.h"

enum option_type {
    OPTION_FLAG = 1,
    OPTION_TEXT,
    OPTION_LIST,
    OPTION_INT,
    OPTION_INT_LIST,
    OPTION_DURATION,
    OPTION_CHOICE
};

struct option_row {
    const char *name;
    char letter; /* 0 = none */
    enum option_type type;
    const char *value;    /* the value's name in --help; for OPTION_CHOICE the words: "paid|test" */
    const char *fallback; /* the default as text; NULL = none */
    const char *help;
    int64_t min, max; /* of OPTION_INT and OPTION_INT_LIST */
};

struct options;

/* `rows` ends with an all-zero row and outlives the object. New. */
struct options *options_new(const char *program, const struct option_row *rows);
void options_free(struct options *options);

/* Reads PREFIX_NAME_OF_OPTION for each row (lists are separated by commas). */
bool options_read_environment(struct options *options, const char *prefix, struct fail *why);
/* Reads argv[1..]; `stop_at_argument` leaves what follows the first argument alone (as `exec COMMAND …`
 * needs). */
bool options_read(struct options *options, int argc, char **argv, bool stop_at_argument, struct fail *why);

bool options_flag(const struct options *options, const char *name);
/* The value or NULL. */
const char *options_text(const struct options *options, const char *name);
int64_t options_int(const struct options *options, const char *name);
int64_t options_duration_ms(const struct options *options, const char *name);
/* Of a list, or of a single value given (0 or 1). */
size_t options_count(const struct options *options, const char *name);
const char *options_item(const struct options *options, const char *name, size_t index);
/* True when it was given on the command line or in the environment. */
bool options_given(const struct options *options, const char *name);

size_t options_argument_count(const struct options *options);
const char *options_argument(const struct options *options, size_t index);

/* Appends the name of the variable that gives this option: PREFIX_NAME_OF_OPTION. */
void options_environment_name(const char *prefix, const struct option_row *row, struct text_buf *out);

/* The table for --help. `prefix` names the environment's variables, NULL when there are none. */
void options_print(const struct options *options, const char *prefix, FILE *out);

#endif
