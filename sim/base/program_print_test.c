/* Manual page and completions as they come out of the tables. What the shells and the page's readers make of
 * them is tested where the programs are packed (ci/package_tests.py). */
#include "test_support.h"

#include <stdio.h>

#include "mem.h"
#include "program_print.h"

static const struct option_row rows[] = {
    {"plan", 'p', OPTION_CHOICE, "paid|test", "paid", "the account's [plan]: what it may", 0, 0},
    {"ca-dir", 0, OPTION_TEXT, "FOLDER", NULL, "where the CA is kept", 0, 0},
    {"quiet", 'q', OPTION_FLAG, NULL, NULL, "say less", 0, 0},
    {0},
};

static const struct option_row more_rows[] = {
    {"report", 0, OPTION_LIST, "KIND[=FILE]", NULL, ".hidden \\ 'quoted'", 0, 0},
    {0},
};

static int act(const struct options *options)
{
    return options_flag(options, "help");
}

static const struct command_row commands[] = {
    {"", NULL, "serve", "Two lines:\n'this one and more.\n", {rows}, false, act},
    {"exec", "-- COMMAND...", "run a command", NULL, {more_rows, rows}, true, act},
    {0},
};
static const struct command_row needy_commands[] = {
    {"lint", "[PATH...]", "check", NULL, {rows}, false, act},
    {0},
};
static const struct exit_row statuses[] = {{0, "fine"}, {3, "broken"}, {0}};
static const struct note_row examples[] = {{"some-prog -q", "Says less."}, {0}};

static const struct program program = {.name = "some-prog",
                                       .summary = "a program",
                                       .prefix = "SOME_",
                                       .version = "1.2.3",
                                       .commands = commands,
                                       .statuses = statuses,
                                       .examples = examples,
                                       .see_also = "other"};
static const struct program needy = {.name = "needy",
                                     .summary = "another",
                                     .prefix = "NEEDY_",
                                     .version = "1.2.3",
                                     .commands = needy_commands,
                                     .statuses = statuses};

static char *printed(void (*print)(const struct program *program, FILE *out), const struct program *which)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    print(which, out);
    fclose(out);
    return text;
}

static void assert_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("\"%s\" is not in:\n%s", part, text);
}

static void the_page_has_every_section_in_its_place(void **state)
{
    (void)state;
    static const char *const parts[] = {
        ".TH SOME-PROG 1 ",
        " \"some-prog 1.2.3\" \"User Commands\"\n.SH NAME\nsome-prog \\- a program\n",
        ".SH SYNOPSIS\n\\fBsome\\-prog\\fR [OPTION...]\n.br\n"
        "\\fBsome\\-prog exec\\fR [OPTION...] \\-\\- COMMAND...\n",
        ".TP\n\\fB\\-p\\fR, \\fB\\-\\-plan\\fR \\fIpaid|test\\fR\nThe account's [plan]: what it may.\n"
        "Default: paid.\nEnvironment: SOME_PLAN.\n",
        ".TP\n\\fB\\-\\-ca\\-dir\\fR \\fIFOLDER\\fR\n",
        ".SH OPTIONS OF EVERY COMMAND\n",
        ".SH EXIT STATUS\n.TP\n0\nfine\n.TP\n3\nbroken\n",
        ".SH EXAMPLES\n.TP\n\\fBsome\\-prog \\-q\\fR\nSays less.\n",
        ".SH SEE ALSO\n.BR other (1)\n",
    };
    char *text = printed(program_print_man, &program), *at = text;
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        assert_has(at, parts[i]);
        at = strstr(at, parts[i]) + strlen(parts[i]);
    }
    free(text);
}

static void no_text_becomes_a_request_of_the_page(void **state)
{
    (void)state;
    char *text = printed(program_print_man, &program);
    assert_has(text, "\n\\&'this one and more.\n");
    assert_has(text, "\n\\&.hidden \\e 'quoted'.\n");
    free(text);
}

static void a_table_that_two_commands_share_is_described_once(void **state)
{
    (void)state;
    char *text = printed(program_print_man, &program);
    char *first = strstr(text, "Environment: SOME_PLAN.");
    assert_non_null(first);
    assert_null(strstr(first + sizeof "Environment: ", "SOME_PLAN"));
    assert_has(first, "It takes beside these the options of \\fBsome\\-prog\\fR,\n");
    free(text);
}

static void long_texts_are_broken_into_lines(void **state)
{
    (void)state;
    char help[400] = "";
    for (int i = 0; i < 60; i++)
        strcat(help, "word ");
    const struct option_row long_rows[] = {{"long", 0, OPTION_FLAG, NULL, NULL, help, 0, 0}, {0}};
    const struct command_row long_commands[] = {{"", NULL, "serve", NULL, {long_rows}, false, act}, {0}};
    struct program wordy = program;
    wordy.commands = long_commands;
    char *text = printed(program_print_man, &wordy);
    size_t longest = 0;
    for (char *at = text; *at != '\0'; at += strcspn(at, "\n") + 1)
        longest = strcspn(at, "\n") > longest ? strcspn(at, "\n") : longest;
    assert_in_range(longest, 70, 78);
    free(text);
}

static void an_example_within_a_text_keeps_its_lines(void **state)
{
    (void)state;
    static const struct command_row commands_of_one[] = {
        {"", NULL, "serve", "Call it so:\n\n  one   # first\n  two\n\nMore.\n", {0}, false, act}, {0}};
    struct program shown = program;
    shown.commands = commands_of_one;
    char *text = printed(program_print_man, &shown);
    assert_non_null(strstr(text, "Call it so:\n.PP\n.nf\n  one   # first\n  two\n.fi\n.PP\nMore.\n"));
    free(text);
}

static void every_shell_gets_every_option_and_the_words_of_a_choice(void **state)
{
    (void)state;
    static const struct {
        void (*print)(const struct program *program, FILE *out);
        const char *parts[6];
    } shells[] = {
        {program_print_bash,
         {"_some_prog()\n", "--plan | -p) kind=words words='paid test' ;;", "--ca-dir) kind=folder ;;",
          "options='--report --plan -p --ca-dir --quiet -q --version --help -h'",
          "arguments=command stops=yes", "complete -F _some_prog some-prog\n"}},
        {program_print_zsh,
         {"#compdef some-prog\n", "'--plan=[the account'\\''s \\[plan\\]\\: what it may]:plan:(paid test)'",
          "'--ca-dir=[where the CA is kept]:FOLDER:_files -/'", "'*--report=[", "'-q[say less]'",
          "'exec:run a command'"}},
        {program_print_fish,
         {"-n 'not __fish_seen_subcommand_from exec' -l plan -s p -x -a 'paid test' -d 'the account\\'s "
          "[plan]: ",
          "-l ca-dir -x -a '(__fish_complete_directories)'", "-l quiet -s q -d 'say less'\n",
          "-n __fish_use_subcommand -f -a exec -d 'run a command'\n",
          "from exec' -l report -x -d '.hidden \\\\ \\'quoted\\''", "from exec' -l plan"}},
    };
    for (size_t i = 0; i < COUNT_OF(shells); i++) {
        char *text = printed(shells[i].print, &program);
        for (size_t k = 0; k < 6; k++)
            assert_has(text, shells[i].parts[k]);
        free(text);
    }
}

static void a_program_that_wants_a_command_completes_its_common_options_before(void **state)
{
    (void)state;
    char *bash = printed(program_print_bash, &needy), *zsh = printed(program_print_zsh, &needy),
         *fish = printed(program_print_fish, &needy);
    assert_has(bash, "        '')\n            options='--version --help -h'\n");
    assert_has(bash, "arguments=file\n");
    assert_has(zsh, "    '')\n        _arguments -s");
    assert_has(fish, "complete -c needy -n 'not __fish_seen_subcommand_from lint' -l version");
    free(bash);
    free(zsh);
    free(fish);
}

static int print_words(const char *first, const char *second, char **ret_text)
{
    const char *words[] = {"print", first, second};
    struct fail why = {0};
    size_t length = 0;
    struct option_row *no_rows = program_rows(&needy_commands[1]);
    struct options *options = options_new("print", no_rows);
    assert_true(options_read(options,
                             second != NULL  ? 3
                             : first != NULL ? 2
                                             : 1,
                             (char **)(uintptr_t)words, false, &why));
    FILE *out = open_memstream(ret_text, &length);
    int status = program_print(&program, options, out);
    fclose(out);
    options_free(options);
    mem_free(no_rows);
    return status;
}

static void exactly_one_known_form_is_printed(void **state)
{
    (void)state;
    static const struct {
        const char *words[2];
        int status;
        const char *begins;
    } calls[] = {{{"man", NULL}, 0, ".TH SOME-PROG"},
                 {{"bash", NULL}, 0, "# bash completion"},
                 {{"zsh", NULL}, 0, "#compdef"},
                 {{"fish", NULL}, 0, "# fish completion"},
                 {{"csh", NULL}, 2, ""},
                 {{NULL, NULL}, 2, ""},
                 {{"man", "fish"}, 2, ""}};
    for (size_t i = 0; i < COUNT_OF(calls); i++) {
        char *text = NULL;
        assert_int_equal(print_words(calls[i].words[0], calls[i].words[1], &text), calls[i].status);
        assert_memory_equal(text, calls[i].begins, strlen(calls[i].begins));
        assert_int_equal(text[0] == '\0', calls[i].status != 0);
        free(text);
    }
}

static void what_cannot_be_written_is_said(void **state)
{
    (void)state;
    const char *words[] = {"print", "man"};
    struct fail why = {0};
    struct option_row *no_rows = program_rows(&needy_commands[1]);
    struct options *options = options_new("print", no_rows);
    assert_true(options_read(options, 2, (char **)(uintptr_t)words, false, &why));
    FILE *full = fopen("/dev/full", "w");
    assert_int_equal(program_print(&program, options, full), 1);
    fclose(full);
    options_free(options);
    mem_free(no_rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_has_every_section_in_its_place),
        cmocka_unit_test(no_text_becomes_a_request_of_the_page),
        cmocka_unit_test(a_table_that_two_commands_share_is_described_once),
        cmocka_unit_test(long_texts_are_broken_into_lines),
        cmocka_unit_test(an_example_within_a_text_keeps_its_lines),
        cmocka_unit_test(every_shell_gets_every_option_and_the_words_of_a_choice),
        cmocka_unit_test(a_program_that_wants_a_command_completes_its_common_options_before),
        cmocka_unit_test(exactly_one_known_form_is_printed),
        cmocka_unit_test(what_cannot_be_written_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
