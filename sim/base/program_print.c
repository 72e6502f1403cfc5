/* Chooses the form, and what the forms have in common. */
#include "program_print.h"

#include <ctype.h>
#include <string.h>

enum value_kind value_kind_of(const char *shown)
{
    static const struct {
        const char *word;
        enum value_kind kind;
    } kinds[] = {{"|", VALUE_WORDS},   {"FILE", VALUE_FILE},     {"PATH", VALUE_FILE},
                 {"PAGE", VALUE_FILE}, {"FOLDER", VALUE_FOLDER}, {"COMMAND", VALUE_COMMAND}};
    if (shown == NULL)
        return VALUE_NONE;
    if (strchr(shown, '=') != NULL) /* a FILE behind something else */
        return VALUE_TEXT;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strstr(shown, kinds[i].word) != NULL)
            return kinds[i].kind;
    return VALUE_TEXT;
}

void value_print_words(const char *shown, FILE *out)
{
    for (; *shown != '\0'; shown++)
        if (strchr("[]", *shown) == NULL)
            fputc(*shown == '|' ? ' ' : *shown, out);
}

const struct command_row *program_bare_row(const struct program *program)
{
    static const struct command_row bare = {.name = ""};
    for (const struct command_row *row = program->commands; row->name != NULL; row++)
        if (row->name[0] == '\0')
            return NULL;
    return &bare;
}

void program_print_function(const struct program *program, FILE *out)
{
    fputc('_', out);
    for (const char *at = program->name; *at != '\0'; at++)
        fputc(isalnum((unsigned char)*at) ? *at : '_', out);
}

void text_print_escaped(const char *text, const char *special, const char *escape, FILE *out)
{
    for (; *text != '\0'; text++) {
        if (strchr(special, *text) != NULL)
            fputs(escape, out);
        fputc(*text, out);
    }
}

void text_print_quoted(const char *text, FILE *out)
{
    fputc('\'', out);
    for (; *text != '\0'; text++)
        fputs(*text == '\'' ? "'\\''" : (const char[2]){*text, '\0'}, out);
    fputc('\'', out);
}

int program_print(const struct program *program, const struct options *options, FILE *out)
{
    static const struct {
        const char *form;
        void (*print)(const struct program *program, FILE *out);
    } forms[] = {{"man", program_print_man},
                 {"bash", program_print_bash},
                 {"zsh", program_print_zsh},
                 {"fish", program_print_fish}};
    const char *wanted = options_argument_count(options) == 1 ? options_argument(options, 0) : "";
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (strcmp(forms[i].form, wanted) != 0)
            continue;
        forms[i].print(program, out);
        if (fflush(out) == 0 && !ferror(out))
            return 0;
        fprintf(stderr, "%s print: what was to be printed cannot be written\n", program->name);
        return 1;
    }
    fprintf(stderr, "%s print: wants exactly one of man, bash, zsh and fish\n", program->name);
    return PROGRAM_USAGE;
}
