/* bash's completion: one function that finds out which command is meant and what the word before wants. It
 * needs bash alone, no other package. */
#include "program_print.h"

#include "mem.h"

/* Before the commands: where are we? `option` is the option whose value is being written. */
static const char opening[] =
    "()\n"
    "{\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} option='' command='' "
    "kind=word\n"
    "    local words='' options='' arguments='' stops='' at first=''\n"
    "    if [[ $cur = '=' ]]; then option=$before cur=''\n"
    "    elif [[ $before = '=' ]]; then option=${COMP_WORDS[COMP_CWORD-2]}\n"
    "    elif [[ $before = -* ]]; then option=$before\n"
    "    fi\n"
    "    (( COMP_CWORD > 1 )) && [[ ${COMP_WORDS[1]} != -* ]] && command=${COMP_WORDS[1]}\n"
    "    case $command in\n";

/* After them: a value, an option, a command or an argument. What follows the first argument of a command that
 * runs another is that other one's. */
static const char closing[] =
    "    if [[ -n $stops ]]; then\n"
    "        for (( at = 2; at < COMP_CWORD; at++ )); do\n"
    "            [[ ${COMP_WORDS[at]} = -- ]] && { first=$(( at + 1 )); break; }\n"
    "        done\n"
    "        [[ -n $first ]] && kind=$(( COMP_CWORD == first ? 1 : 2 ))\n"
    "    fi\n"
    "    [[ $kind = word && $cur = -* ]] && kind=words words=$options\n"
    "    [[ $kind = word && $COMP_CWORD = 1 ]] && kind=words words=$commands\n"
    "    [[ $kind = word ]] && kind=$arguments\n"
    "    case $kind in\n"
    "        words) mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\") ;;\n"
    "        file | 2) mapfile -t COMPREPLY < <(compgen -f -- \"$cur\"); compopt -o filenames 2>/dev/null "
    ";;\n"
    "        folder) mapfile -t COMPREPLY < <(compgen -d -- \"$cur\"); compopt -o filenames 2>/dev/null ;;\n"
    "        command | 1) mapfile -t COMPREPLY < <(compgen -c -- \"$cur\") ;;\n"
    "        *) COMPREPLY=() ;;\n"
    "    esac\n"
    "}\n";

static const char *const kind_words[] = {
    [VALUE_NONE] = "none", [VALUE_TEXT] = "none",     [VALUE_WORDS] = "words",
    [VALUE_FILE] = "file", [VALUE_FOLDER] = "folder", [VALUE_COMMAND] = "command"};

static void print_kind(const char *variable, const char *shown, FILE *out)
{
    enum value_kind kind = value_kind_of(shown);
    fprintf(out, "%s=%s", variable, kind_words[kind]);
    if (kind == VALUE_WORDS) {
        fputs(" words='", out);
        value_print_words(shown, out);
        fputc('\'', out);
    }
}

static void print_value_case(const struct option_row *row, FILE *out)
{
    if (row->value == NULL)
        return;
    fprintf(out, "                --%s", row->name);
    if (row->letter != 0)
        fprintf(out, " | -%c", row->letter);
    fputs(") ", out);
    print_kind("kind", row->value, out);
    fputs(" ;;\n", out);
}

static void print_command(const struct command_row *command, FILE *out)
{
    struct option_row *rows = program_rows(command);
    fputs("        ", out);
    text_print_quoted(command->name, out);
    fputs(")\n            options='", out);
    for (const struct option_row *row = rows; row->name != NULL; row++) {
        fprintf(out, "%s--%s", row == rows ? "" : " ", row->name);
        if (row->letter != 0)
            fprintf(out, " -%c", row->letter);
    }
    fputs("'\n            ", out);
    print_kind("arguments", command->arguments, out);
    fprintf(out, "%s\n            case $option in\n", command->stop_at_argument ? " stops=yes" : "");
    for (const struct option_row *row = rows; row->name != NULL; row++)
        print_value_case(row, out);
    fputs("                *) ;;\n            esac ;;\n", out);
    mem_free(rows);
}

void program_print_bash(const struct program *program, FILE *out)
{
    fprintf(out, "# bash completion of %s; made by '%s print bash'\n", program->name, program->name);
    program_print_function(program, out);
    fputs(opening, out);
    if (program_bare_row(program) != NULL)
        print_command(program_bare_row(program), out);
    for (const struct command_row *row = program->commands; row->name != NULL; row++)
        print_command(row, out);
    fputs("        *) return ;;\n    esac\n    local commands='", out);
    for (const struct command_row *row = program->commands; row->name != NULL; row++)
        if (row->name[0] != '\0')
            fprintf(out, "%s ", row->name);
    fputs("'\n", out);
    fputs(closing, out);
    fputs("complete -F ", out);
    program_print_function(program, out);
    fprintf(out, " %s\n", program->name);
}
