/* Command lines as tables. Written here because getopt_long knows neither the environment, nor types, nor
 * --help. */
#include "options.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

struct value {
    char **items;
    size_t count;
    bool from_command_line, given;
};

struct options {
    const char *program;
    const struct option_row *rows;
    size_t row_count;
    struct value *values;
    const char **arguments;
    size_t argument_count;
};

static void add_item(struct value *value, const char *text)
{
    value->items = mem_resize(value->items, (value->count + 1) * sizeof *value->items);
    value->items[value->count++] = mem_string(text);
}

static void drop_items(struct value *value)
{
    for (size_t i = 0; i < value->count; i++)
        mem_free(value->items[i]);
    value->count = 0;
}

struct options *options_new(const char *program, const struct option_row *rows)
{
    struct options *options = mem_new(sizeof *options);
    options->program = program;
    options->rows = rows;
    while (rows[options->row_count].name != NULL)
        options->row_count++;
    options->values = mem_new_array(options->row_count, sizeof *options->values);
    for (size_t i = 0; i < options->row_count; i++)
        if (rows[i].fallback != NULL)
            add_item(&options->values[i], rows[i].fallback);
    return options;
}

void options_free(struct options *options)
{
    if (options == NULL)
        return;
    for (size_t i = 0; i < options->row_count; i++) {
        drop_items(&options->values[i]);
        mem_free(options->values[i].items);
    }
    mem_free(options->values);
    mem_free(options->arguments);
    mem_free(options);
}

static bool is_list(const struct option_row *row)
{
    return row->type == OPTION_LIST || row->type == OPTION_INT_LIST;
}

static bool choice_has(const char *words, const char *value)
{
    struct text rest = text_of(words), word;
    while (text_split(&rest, '|', &word))
        if (text_is(word, value))
            return true;
    return false;
}

static bool read_flag(const char *value, bool *ret)
{
    static const struct {
        const char *word;
        bool on;
    } words[] = {{"1", true},  {"true", true},   {"yes", true}, {"on", true},
                 {"0", false}, {"false", false}, {"no", false}, {"off", false}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i].word, value) == 0) {
            *ret = words[i].on;
            return true;
        }
    }
    return false;
}

/* `name` is how the person wrote it: --port or TWILIO_SIM_PORT. */
static bool check_value(const struct option_row *row, const char *name, const char *value, struct fail *why)
{
    int64_t number;
    bool on;
    switch (row->type) {
    case OPTION_INT:
    case OPTION_INT_LIST:
        return text_to_int(text_of(value), row->min, row->max, &number) ||
               fail_set(why, "%s: '%s' is not a whole number from %lld to %lld", name, value,
                        (long long)row->min, (long long)row->max);
    case OPTION_DURATION:
        return text_to_duration_ms(text_of(value), &number) ||
               fail_set(why, "%s: '%s' is not a duration such as 300ms, 5s, 10m or 1h", name, value);
    case OPTION_CHOICE:
        return choice_has(row->value, value) ||
               fail_set(why, "%s: '%s' is not one of %s", name, value, row->value);
    case OPTION_FLAG:
        return read_flag(value, &on) || fail_set(why, "%s: '%s' is neither yes nor no", name, value);
    default:
        return value[0] != '\0' || fail_set(why, "%s: the value is empty", name);
    }
}

static bool set_value(struct options *options, size_t row, const char *name, const char *value,
                      struct fail *why)
{
    if (!check_value(&options->rows[row], name, value, why))
        return false;
    struct value *slot = &options->values[row];
    if (!slot->given || !is_list(&options->rows[row]))
        drop_items(slot);
    add_item(slot, value);
    slot->given = true;
    return true;
}

void options_environment_name(const char *prefix, const struct option_row *row, struct text_buf *out)
{
    text_put_z(out, prefix);
    for (const char *name = row->name; *name != '\0'; name++)
        text_put_char(out, *name == '-' ? '_' : (char)toupper((unsigned char)*name));
}

bool options_read_environment(struct options *options, const char *prefix, struct fail *why)
{
    struct text_buf name;
    text_buf_init(&name, 256);
    bool fine = true;
    for (size_t i = 0; i < options->row_count && fine; i++) {
        text_buf_clear(&name);
        options_environment_name(prefix, &options->rows[i], &name);
        const char *value = getenv(text_buf_z(&name));
        if (value == NULL || value[0] == '\0')
            continue;
        struct text rest = text_of(value), part = rest;
        while (fine && text_split(&rest, is_list(&options->rows[i]) ? ',' : '\0', &part)) {
            char *item = text_copy(part);
            fine = set_value(options, i, text_buf_z(&name), item, why);
            mem_free(item);
        }
    }
    text_buf_release(&name);
    return fine;
}

static size_t row_by_name(const struct options *options, struct text name)
{
    for (size_t i = 0; i < options->row_count; i++)
        if (text_is(name, options->rows[i].name))
            return i;
    return options->row_count;
}

static size_t row_by_letter(const struct options *options, char letter)
{
    for (size_t i = 0; i < options->row_count; i++)
        if (options->rows[i].letter == letter)
            return i;
    return options->row_count;
}

/* A command-line list replaces the one from the environment. */
static void begin_command_line(struct value *value)
{
    if (!value->from_command_line) {
        value->given = false;
        value->from_command_line = true;
    }
}

/* Reads one option that starts at argv[*at]; leaves *at on its last word. */
static bool read_option(struct options *options, int argc, char **argv, int *at, struct fail *why)
{
    const char *word = argv[*at], *value = NULL;
    bool is_long = word[1] == '-';
    struct text name = text_of(word + (is_long ? 2 : 1));
    size_t equals = is_long ? text_find(name, '=') : name.len > 1 ? 1 : name.len;
    if (equals < name.len)
        value = name.at + equals + (is_long ? 1 : 0);
    name = text_first(name, equals);
    size_t row = is_long ? row_by_name(options, name) : row_by_letter(options, name.at[0]);
    if (row == options->row_count)
        return fail_set(why, "unknown option '%.*s'; '%s --help' lists them",
                        (int)(name.at - word + (ptrdiff_t)name.len), word, options->program);
    const char *shown = is_long ? "--" : "-";
    char full[128];
    snprintf(full, sizeof full, "%s%.*s", shown, TEXT_ARGS(name));
    begin_command_line(&options->values[row]);
    if (options->rows[row].type == OPTION_FLAG)
        return set_value(options, row, full, value == NULL ? "1" : value, why);
    if (value == NULL && *at + 1 >= argc)
        return fail_set(why, "%s needs a value (%s)", full, options->rows[row].value);
    return set_value(options, row, full, value != NULL ? value : argv[++*at], why);
}

static void add_argument(struct options *options, const char *argument)
{
    options->arguments =
        mem_resize(options->arguments, (options->argument_count + 1) * sizeof *options->arguments);
    options->arguments[options->argument_count++] = argument;
}

/* Not "-", and not "-11m" where no option's letter is a digit. */
static bool is_option(const struct options *options, const char *word)
{
    bool number = word[0] == '-' && word[1] >= '0' && word[1] <= '9';
    return word[0] == '-' && word[1] != '\0' &&
           (!number || row_by_letter(options, word[1]) < options->row_count);
}

bool options_read(struct options *options, int argc, char **argv, bool stop_at_argument, struct fail *why)
{
    bool only_arguments = false;
    for (int at = 1; at < argc; at++) {
        const char *word = argv[at];
        if (!only_arguments && strcmp(word, "--") == 0) {
            only_arguments = true;
        } else if (only_arguments || !is_option(options, word)) {
            add_argument(options, word);
            only_arguments = only_arguments || stop_at_argument;
        } else if (!read_option(options, argc, argv, &at, why)) {
            return false;
        }
    }
    return true;
}

static const struct value *find(const struct options *options, const char *name)
{
    size_t row = row_by_name(options, text_of(name));
    REQUIRE(row < options->row_count);
    return &options->values[row];
}

bool options_flag(const struct options *options, const char *name)
{
    const struct value *value = find(options, name);
    bool on = false;
    if (value->count > 0)
        read_flag(value->items[0], &on);
    return on;
}

const char *options_text(const struct options *options, const char *name)
{
    const struct value *value = find(options, name);
    return value->count == 0 ? NULL : value->items[0];
}

int64_t options_int(const struct options *options, const char *name)
{
    int64_t number = 0;
    REQUIRE(text_to_int(text_of(options_text(options, name)), INT64_MIN, INT64_MAX, &number));
    return number;
}

int64_t options_duration_ms(const struct options *options, const char *name)
{
    int64_t ms = 0;
    REQUIRE(text_to_duration_ms(text_of(options_text(options, name)), &ms));
    return ms;
}

size_t options_count(const struct options *options, const char *name)
{
    return find(options, name)->count;
}

const char *options_item(const struct options *options, const char *name, size_t index)
{
    const struct value *value = find(options, name);
    REQUIRE(index < value->count);
    return value->items[index];
}

bool options_given(const struct options *options, const char *name)
{
    return find(options, name)->given;
}

size_t options_argument_count(const struct options *options)
{
    return options->argument_count;
}

const char *options_argument(const struct options *options, size_t index)
{
    REQUIRE(index < options->argument_count);
    return options->arguments[index];
}

void options_print(const struct options *options, const char *prefix, FILE *out)
{
    for (size_t i = 0; i < options->row_count; i++) {
        const struct option_row *row = &options->rows[i];
        char left[96];
        snprintf(left, sizeof left, "%s%c%s--%s%s%s", row->letter ? "-" : " ",
                 row->letter ? row->letter : ' ', row->letter ? ", " : "  ", row->name, row->value ? " " : "",
                 row->value ? row->value : "");
        fprintf(out, "  %-36s %s", left, row->help);
        if (row->fallback != NULL)
            fprintf(out, " (default: %s)", row->fallback);
        fputc('\n', out);
    }
    if (prefix != NULL)
        fprintf(out, "\nEach option can be given in the environment too, as %sNAME_OF_OPTION.\n", prefix);
}
