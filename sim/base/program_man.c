/* The manual page: man(7) macros, one subsection a command. Options that several commands share are described
 * where they come first, and the others refer to that. */
#include "program_print.h"

#include <ctype.h>
#include <string.h>

#include "mem.h"

enum { LINE_MAX_BYTES = 78 };

/* Text in the middle of a line; a hyphen is a minus, so that options can be copied. Returns its length. */
static size_t print_text(const char *text, FILE *out)
{
    size_t length = 0;
    for (; *text != '\0'; text++) {
        bool escaped = *text == '\\' || *text == '-';
        if (escaped)
            fputs(*text == '-' ? "\\-" : "\\e", out);
        else
            fputc(*text, out);
        length += escaped ? 2 : 1;
    }
    return length;
}

/* Lines of their own, filled up to LINE_MAX_BYTES; a dot or an apostrophe that begins one is no request. */
static void print_line(const char *text, FILE *out)
{
    size_t column = 0;
    for (struct text rest = text_of(text), word; text_split(&rest, ' ', &word);) {
        if (word.len == 0)
            continue;
        if (column > 0 && column + 1 + word.len > LINE_MAX_BYTES)
            column = 0;
        if (word.at != text)
            fputc(column == 0 ? '\n' : ' ', out);
        if (column == 0 && (word.at[0] == '.' || word.at[0] == '\''))
            fputs("\\&", out);
        char *copy = text_copy(word);
        column += 1 + print_text(copy, out);
        mem_free(copy);
    }
    fputc('\n', out);
}

/* With a capital and a full stop. */
static void print_sentence(const char *text, FILE *out)
{
    struct text_buf sentence;
    text_buf_init(&sentence, 1024);
    text_put_char(&sentence, (char)toupper((unsigned char)text[0]));
    text_put_z(&sentence, text[0] == '\0' ? "" : text + 1);
    text_put_char(&sentence, '.');
    print_line(text_buf_z(&sentence), out);
    text_buf_release(&sentence);
}

/* Lines that begin with a blank are an example, and stay as they are. */
static void print_paragraph(const char *text, FILE *out)
{
    bool is_example = false;
    fputs(".PP\n", out);
    for (struct text rest = text_of(text), line; text_split(&rest, '\n', &line);) {
        char *copy = text_copy(line);
        if ((copy[0] == ' ') != is_example) {
            is_example = !is_example;
            fputs(is_example ? ".nf\n" : ".fi\n", out);
        }
        if (is_example) {
            print_text(copy, out);
            fputc('\n', out);
        } else if (copy[0] != '\0') {
            print_line(copy, out);
        } else if (rest.len > 0) {
            fputs(".PP\n", out);
        }
        mem_free(copy);
    }
    if (is_example)
        fputs(".fi\n", out);
}

static void print_title(const struct program *program, FILE *out)
{
    fputs(".TH ", out);
    for (const char *at = program->name; *at != '\0'; at++)
        fputc(toupper((unsigned char)*at), out);
    fprintf(out, " 1 %s \"%s %s\" \"User Commands\"\n.SH NAME\n%s \\- ", PROGRAM_DATE, program->name,
            program->version, program->name);
    print_line(program->summary, out);
}

/* "twilio-sim exec [OPTION...] -- COMMAND..." */
static void print_call(const struct program *program, const struct command_row *command, FILE *out)
{
    fputs("\\fB", out);
    print_text(program->name, out);
    fputs(command->name[0] != '\0' ? " " : "", out);
    print_text(command->name, out);
    fputs("\\fR [OPTION...]", out);
    if (command->arguments != NULL) {
        fputc(' ', out);
        print_text(command->arguments, out);
    }
    fputc('\n', out);
}

static void print_synopsis(const struct program *program, FILE *out)
{
    fputs(".SH SYNOPSIS\n", out);
    for (const struct command_row *row = program->commands; row->name != NULL; row++) {
        if (row != program->commands)
            fputs(".br\n", out);
        print_call(program, row, out);
    }
}

static void print_option(const struct option_row *row, const char *prefix, FILE *out)
{
    struct text_buf name;
    text_buf_init(&name, 256);
    fputs(".TP\n", out);
    if (row->letter != 0)
        fprintf(out, "\\fB\\-%c\\fR, ", row->letter);
    fputs("\\fB\\-\\-", out);
    print_text(row->name, out);
    fputs("\\fR", out);
    if (row->value != NULL) {
        fputs(" \\fI", out);
        print_text(row->value, out);
        fputs("\\fR", out);
    }
    fputc('\n', out);
    print_sentence(row->help, out);
    if (row->fallback != NULL) {
        fputs("Default: ", out);
        print_text(row->fallback, out);
        fputs(".\n", out);
    }
    if (prefix != NULL) {
        options_environment_name(prefix, row, &name);
        fprintf(out, "Environment: %s.\n", text_buf_z(&name));
    }
    text_buf_release(&name);
}

/* The command before this one that has the same table; NULL when this is the first. */
static const struct command_row *shown_with(const struct program *program, const struct command_row *command,
                                            const struct option_row *table)
{
    for (const struct command_row *row = program->commands; row < command; row++)
        for (int i = 0; i < PROGRAM_TABLES_MAX && row->tables[i] != NULL; i++)
            if (row->tables[i] == table)
                return row;
    return NULL;
}

static void print_table(const struct program *program, const struct command_row *command, int index,
                        FILE *out)
{
    const struct option_row *table = command->tables[index];
    const struct command_row *first = shown_with(program, command, table);
    if (first == NULL) {
        for (; table->name != NULL; table++)
            print_option(table, program->prefix, out);
        return;
    }
    fprintf(out, ".PP\nIt takes %sthe options of \\fB", index > 0 ? "beside these " : "");
    print_text(program->name, out);
    fputs(first->name[0] != '\0' ? " " : "", out);
    print_text(first->name, out);
    fputs("\\fR", out);
    fputs(index > 0 ? ",\nas far as they have other names.\n" : ".\n", out);
}

static void print_command(const struct program *program, const struct command_row *command, FILE *out)
{
    fputs(".SS ", out);
    print_call(program, command, out);
    print_sentence(command->summary, out);
    if (command->about != NULL)
        print_paragraph(command->about, out);
    for (int i = 0; i < PROGRAM_TABLES_MAX && command->tables[i] != NULL; i++)
        print_table(program, command, i, out);
}

static void print_commands(const struct program *program, FILE *out)
{
    fputs(".SH COMMANDS\n", out);
    for (const struct command_row *row = program->commands; row->name != NULL; row++)
        print_command(program, row, out);
    fputs(".SH OPTIONS OF EVERY COMMAND\n", out);
    for (const struct option_row *row = program_common_rows; row->name != NULL; row++)
        print_option(row, NULL, out);
    fputs(".SH EXIT STATUS\n", out);
    for (const struct exit_row *row = program->statuses; row->meaning != NULL; row++) {
        fprintf(out, ".TP\n%d\n", row->status);
        print_line(row->meaning, out);
    }
    fputs(".SH ENVIRONMENT\n", out);
    print_line("Each option has a variable, named with it. The command line goes before the variable, the "
               "variable before the default. Several values of one option have commas between them.",
               out);
}

static void print_notes(const char *title, const struct note_row *rows, FILE *out)
{
    if (rows == NULL)
        return;
    fprintf(out, ".SH %s\n", title);
    for (; rows->what != NULL; rows++) {
        fputs(".TP\n\\fB", out);
        print_text(rows->what, out);
        fputs("\\fR\n", out);
        print_line(rows->meaning, out);
    }
}

void program_print_man(const struct program *program, FILE *out)
{
    print_title(program, out);
    print_synopsis(program, out);
    print_commands(program, out);
    print_notes("FILES", program->files, out);
    print_notes("EXAMPLES", program->examples, out);
    if (program->see_also != NULL)
        fprintf(out, ".SH SEE ALSO\n.BR %s (1)\n", program->see_also);
}
