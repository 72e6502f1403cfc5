/* Which command is meant, and what --help says. */
#include "program.h"

#include <string.h>

#include "build_id.h"
#include "mem.h"
#include "nearest.h"

#ifdef __clang__
#define COMPILER __VERSION__
#else
#define COMPILER "gcc " __VERSION__
#endif

enum { COMMANDS_MAX = 32, SHOWN_MAX_BYTES = 40 };

const struct option_row program_common_rows[] = {
    {"version", 0, OPTION_FLAG, NULL, NULL, "print the version", 0, 0},
    {"help", 'h', OPTION_FLAG, NULL, NULL, "print this help", 0, 0},
    {0},
};

static size_t rows_count(const struct option_row *rows)
{
    size_t count = 0;
    while (rows[count].name != NULL)
        count++;
    return count;
}

static bool rows_have(const struct option_row *rows, const char *name)
{
    for (; rows->name != NULL; rows++)
        if (strcmp(rows->name, name) == 0)
            return true;
    return false;
}

static void rows_add(struct option_row *rows, const struct option_row *more)
{
    for (; more->name != NULL; more++)
        if (!rows_have(rows, more->name))
            rows[rows_count(rows)] = *more;
}

struct option_row *program_rows(const struct command_row *command)
{
    size_t room = rows_count(program_common_rows) + 1;
    for (int i = 0; i < PROGRAM_TABLES_MAX && command->tables[i] != NULL; i++)
        room += rows_count(command->tables[i]);
    struct option_row *rows = mem_new_array(room, sizeof *rows);
    for (int i = 0; i < PROGRAM_TABLES_MAX && command->tables[i] != NULL; i++)
        rows_add(rows, command->tables[i]);
    rows_add(rows, program_common_rows);
    return rows;
}

/* "twilio-sim exec": "twilio-sim" for what runs without a name. */
static const char *command_title(const struct program *program, const struct command_row *command,
                                 char out[SHOWN_MAX_BYTES])
{
    snprintf(out, SHOWN_MAX_BYTES, "%s%s%s", program->name, command->name[0] != '\0' ? " " : "",
             command->name);
    return out;
}

static void print_call(const struct program *program, const struct command_row *command, FILE *out)
{
    char title[SHOWN_MAX_BYTES], call[2 * SHOWN_MAX_BYTES];
    snprintf(call, sizeof call, "%s [OPTION...]%s%s", command_title(program, command, title),
             command->arguments != NULL ? " " : "", command->arguments != NULL ? command->arguments : "");
    fprintf(out, "  %-48s %s\n", call, command->summary);
}

static const struct command_row *command_find(const struct program *program, const char *name)
{
    for (const struct command_row *row = program->commands; row->name != NULL; row++)
        if (strcmp(row->name, name) == 0)
            return row;
    return NULL;
}

static void print_options(const struct program *program, const struct command_row *command, FILE *out)
{
    struct option_row *rows = program_rows(command);
    struct options *options = options_new(program->name, rows);
    options_print(options, program->prefix, out);
    options_free(options);
    mem_free(rows);
}

static void print_statuses(const struct program *program, FILE *out)
{
    fputs("\nexit status:", out);
    for (const struct exit_row *row = program->statuses; row->meaning != NULL; row++)
        fprintf(out, "%s %d %s", row == program->statuses ? "" : ",", row->status, row->meaning);
    fputs("\n", out);
}

void program_help(const struct program *program, const struct command_row *command, FILE *out)
{
    const struct command_row *shown = command != NULL ? command : command_find(program, "");
    if (command == NULL || command->name[0] == '\0') {
        fprintf(out, "%s: %s\n\nusage:\n", program->name, program->summary);
        for (const struct command_row *row = program->commands; row->name != NULL; row++)
            print_call(program, row, out);
        fprintf(out, "\n'%s COMMAND --help' tells the options of one.\n", program->name);
    } else {
        fputs("usage:\n", out);
        print_call(program, command, out);
    }
    if (shown != NULL) {
        fprintf(out, "%s%s\n", shown->about != NULL ? "\n" : "", shown->about != NULL ? shown->about : "");
        print_options(program, shown, out);
    }
    print_statuses(program, out);
}

void program_print_version(const struct program *program, FILE *out)
{
    char id[BUILD_ID_BYTES];
    fprintf(out, "%s %s (", program->name, program->version);
    if (program->source != NULL && program->source[0] != '\0')
        fprintf(out, "source %s, ", program->source);
    fprintf(out, "build %s, %s)\n", build_id_of_us(id) ? id : "unknown", COMPILER);
}

static const char *nearest_command(const struct program *program, const char *name)
{
    const char *names[COMMANDS_MAX];
    size_t count = 0;
    for (const struct command_row *row = program->commands; row->name != NULL && count < COMMANDS_MAX; row++)
        names[count++] = row->name;
    return nearest_word(text_of(name), names, count);
}

/* NULL after saying why. */
static const struct command_row *command_named(const struct program *program, const char *name)
{
    const struct command_row *command = command_find(program, name);
    if (command != NULL)
        return command;
    const char *meant = nearest_command(program, name);
    if (meant == NULL || meant[0] == '\0')
        fprintf(stderr, "%s: there is no command '%s'; '%s --help' lists them\n", program->name, name,
                program->name);
    else
        fprintf(stderr, "%s: there is no command '%s'; did you mean '%s'?\n", program->name, name, meant);
    return NULL;
}

static bool read_all(const struct program *program, const struct command_row *command,
                     struct options *options, int argc, char **argv, struct fail *why)
{
    if (!options_read_environment(options, program->prefix, why) ||
        !options_read(options, argc, argv, command->stop_at_argument, why))
        return false;
    if (command->arguments != NULL || options_argument_count(options) == 0 || options_flag(options, "help"))
        return true;
    return fail_set(why, "takes no argument, and '%s' is one; see --help", options_argument(options, 0));
}

/* argv[0] stands before the command's own words. */
static int command_run(const struct program *program, const struct command_row *command, int argc,
                       char **argv)
{
    struct fail why = {0};
    char title[SHOWN_MAX_BYTES], line[sizeof why.text + sizeof why.source + 32];
    struct option_row *rows = program_rows(command);
    struct options *options = options_new(program->name, rows);
    int status = 0;
    if (!read_all(program, command, options, argc, argv, &why)) {
        fprintf(stderr, "%s: %s\n", command_title(program, command, title),
                fail_line(&why, line, sizeof line));
        status = PROGRAM_USAGE;
    } else if (options_flag(options, "help")) {
        program_help(program, command, stdout);
    } else if (options_flag(options, "version")) {
        program_print_version(program, stdout);
    } else {
        status = command->act(options);
    }
    options_free(options);
    mem_free(rows);
    return status;
}

static bool asks_for(const char *word, const char *name, const char *letter)
{
    return strcmp(word, name) == 0 || strcmp(word, letter) == 0;
}

/* Nothing was named, in a program that does nothing without. */
static int run_nothing(const struct program *program, int argc, char **argv)
{
    bool helps = argc > 1 && asks_for(argv[1], "--help", "-h");
    if (argc > 1 && asks_for(argv[1], "--version", "--version")) {
        program_print_version(program, stdout);
        return 0;
    }
    if (argc > 1 && !helps)
        fprintf(stderr, "%s: a command is wanted before '%s'; '%s --help' lists them\n", program->name,
                argv[1], program->name);
    else
        program_help(program, NULL, helps ? stdout : stderr);
    return helps ? 0 : PROGRAM_USAGE;
}

/* A script must not take a full disk for an empty answer. */
static int finish(const struct program *program, FILE *out, int status)
{
    if ((fflush(out) == 0 && !ferror(out)) || status != 0)
        return status;
    fprintf(stderr, "%s: what was to be printed cannot be written\n", program->name);
    return PROGRAM_UNWRITTEN;
}

static int run_words(const struct program *program, int argc, char **argv)
{
    bool named = argc > 1 && argv[1][0] != '-';
    const struct command_row *command = named ? command_named(program, argv[1]) : command_find(program, "");
    if (named)
        return command == NULL ? PROGRAM_USAGE : command_run(program, command, argc - 1, argv + 1);
    return command == NULL ? run_nothing(program, argc, argv) : command_run(program, command, argc, argv);
}

int program_run(const struct program *program, int argc, char **argv)
{
    return finish(program, stdout, run_words(program, argc, argv));
}
