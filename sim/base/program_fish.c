/* fish's completion: a `complete` line for each command, option and argument. */
#include "program_print.h"

#include "mem.h"

static void print_condition(const struct program *program, const struct command_row *command, FILE *out)
{
    if (command->name[0] != '\0') {
        fprintf(out, " -n '__fish_seen_subcommand_from %s'", command->name);
        return;
    }
    fputs(" -n 'not __fish_seen_subcommand_from", out);
    for (const struct command_row *row = program->commands; row->name != NULL; row++)
        if (row->name[0] != '\0')
            fprintf(out, " %s", row->name);
    fputc('\'', out);
}

/* What a value may be; -f means that files are no answer. */
static void print_value(const char *shown, bool of_option, FILE *out)
{
    switch (value_kind_of(shown)) {
    case VALUE_WORDS:
        fputs(of_option ? " -x -a '" : " -f -a '", out);
        value_print_words(shown, out);
        fputc('\'', out);
        break;
    case VALUE_FILE:
        fputs(of_option ? " -r -F" : " -F", out);
        break;
    case VALUE_FOLDER:
        fputs(of_option ? " -x -a '(__fish_complete_directories)'" : " -f -a '(__fish_complete_directories)'",
              out);
        break;
    case VALUE_COMMAND:
        fputs(" -f -a '(__fish_complete_subcommand)'", out);
        break;
    case VALUE_TEXT:
        fputs(of_option ? " -x" : " -f", out);
        break;
    case VALUE_NONE:
        fputs(of_option ? "" : " -f", out);
        break;
    }
}

static void print_option(const struct program *program, const struct command_row *command,
                         const struct option_row *row, FILE *out)
{
    fprintf(out, "complete -c %s", program->name);
    print_condition(program, command, out);
    fprintf(out, " -l %s", row->name);
    if (row->letter != 0)
        fprintf(out, " -s %c", row->letter);
    print_value(row->value, true, out);
    fputs(" -d '", out);
    text_print_escaped(row->help, "'\\", "\\", out);
    fputs("'\n", out);
}

static void print_command(const struct program *program, const struct command_row *command, FILE *out)
{
    struct option_row *rows = program_rows(command);
    if (command->name[0] != '\0') {
        fprintf(out, "complete -c %s -n __fish_use_subcommand -f -a %s -d '", program->name, command->name);
        text_print_escaped(command->summary, "'\\", "\\", out);
        fputs("'\n", out);
    }
    fprintf(out, "complete -c %s", program->name);
    print_condition(program, command, out);
    print_value(command->arguments, false, out);
    fputc('\n', out);
    for (const struct option_row *row = rows; row->name != NULL; row++)
        print_option(program, command, row, out);
    mem_free(rows);
}

void program_print_fish(const struct program *program, FILE *out)
{
    fprintf(out, "# fish completion of %s; made by '%s print fish'\n", program->name, program->name);
    if (program_bare_row(program) != NULL)
        print_command(program, program_bare_row(program), out);
    for (const struct command_row *row = program->commands; row->name != NULL; row++)
        print_command(program, row, out);
}
