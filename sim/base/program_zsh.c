/* zsh's completion: a function for _arguments, the command first. */
#include "program_print.h"

#include "mem.h"

static const char *const actions[] = {[VALUE_TEXT] = " ",
                                      [VALUE_FILE] = "_files",
                                      [VALUE_FOLDER] = "_files -/",
                                      [VALUE_COMMAND] = "_command_names -e"};

static void print_action(const char *shown, FILE *out)
{
    enum value_kind kind = value_kind_of(shown);
    if (kind != VALUE_WORDS) {
        fputs(actions[kind], out);
        return;
    }
    fputc('(', out);
    value_print_words(shown, out);
    fputc(')', out);
}

/* What stands inside of a single-quoted word of _arguments, where [ ] and : mean something. */
static void print_inside(const char *text, FILE *out)
{
    for (; *text != '\0'; text++)
        if (*text == '\'')
            fputs("'\\''", out);
        else
            text_print_escaped((const char[2]){*text, '\0'}, "[]:\\", "\\", out);
}

static void print_spelling(const struct option_row *row, bool with_letter, FILE *out)
{
    bool repeats = row->type == OPTION_LIST || row->type == OPTION_INT_LIST;
    fprintf(out, " \\\n            '%s", repeats ? "*" : "");
    if (with_letter)
        fprintf(out, "-%c", row->letter);
    else
        fprintf(out, "--%s%s", row->name, row->value != NULL ? "=" : "");
    fputc('[', out);
    print_inside(row->help, out);
    fputc(']', out);
    if (row->value != NULL) {
        fputc(':', out);
        print_inside(value_kind_of(row->value) == VALUE_WORDS ? row->name : row->value, out);
        fputc(':', out);
        print_action(row->value, out);
    }
    fputc('\'', out);
}

static void print_arguments(const struct command_row *command, FILE *out)
{
    if (command->arguments == NULL)
        return;
    if (command->stop_at_argument) {
        fputs(" \\\n            '(-)1:command:_command_names -e' '*::arguments:_normal'", out);
        return;
    }
    fputs(" \\\n            '*:argument:", out);
    print_action(command->arguments, out);
    fputc('\'', out);
}

static void print_command(const struct command_row *command, FILE *out)
{
    struct option_row *rows = program_rows(command);
    fputs("    ", out);
    text_print_quoted(command->name, out);
    fputs(")\n        _arguments -s", out);
    for (const struct option_row *row = rows; row->name != NULL; row++) {
        print_spelling(row, false, out);
        if (row->letter != 0)
            print_spelling(row, true, out);
    }
    print_arguments(command, out);
    fputs(" ;;\n", out);
    mem_free(rows);
}

void program_print_zsh(const struct program *program, FILE *out)
{
    fprintf(out, "#compdef %s\n# zsh completion of %s; made by '%s print zsh'\n", program->name,
            program->name, program->name);
    program_print_function(program, out);
    fputs("() {\n    local command=''\n    local -a commands\n    commands=(", out);
    for (const struct command_row *row = program->commands; row->name != NULL; row++) {
        if (row->name[0] == '\0')
            continue;
        fprintf(out, "\n        '%s:", row->name);
        print_inside(row->summary, out);
        fputc('\'', out);
    }
    fputs(")\n    if (( CURRENT == 2 )) && [[ $PREFIX != -* ]]; then\n"
          "        _describe command commands\n        return\n    fi\n"
          "    if [[ $words[2] != -* ]]; then\n"
          "        command=$words[2]\n        shift words\n        (( CURRENT-- ))\n    fi\n"
          "    case $command in\n",
          out);
    if (program_bare_row(program) != NULL)
        print_command(program_bare_row(program), out);
    for (const struct command_row *row = program->commands; row->name != NULL; row++)
        print_command(row, out);
    fputs("    esac\n}\nif [[ $funcstack[1] = ", out);
    program_print_function(program, out);
    fputs(" ]]; then\n    ", out);
    program_print_function(program, out);
    fputs(" \"$@\"\nelse\n    compdef ", out);
    program_print_function(program, out);
    fprintf(out, " %s\nfi\n", program->name);
}
