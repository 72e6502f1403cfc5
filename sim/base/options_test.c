/* Command lines: types, where a value comes from, and the words for what is wrong. */
#include "test_support.h"
#include "mem.h"
#include "options.h"

static const struct option_row rows[] = {
    {"port", 'p', OPTION_INT_LIST, "N", "4010", "port to listen on", 0, 65535},
    {"listen", 'l', OPTION_LIST, "ADDRESS", NULL, "address to listen on", 0, 0},
    {"plan", 0, OPTION_CHOICE, "paid|test", "paid", "kind of account", 0, 0},
    {"sent-after", 0, OPTION_DURATION, "TIME", "0ms", "time until sent", 0, 0},
    {"seed", 0, OPTION_INT, "N", "0", "makes it repeatable", -5, 100},
    {"token", 0, OPTION_TEXT, "TOKEN", NULL, "what is wanted", 0, 0},
    {"quiet", 'q', OPTION_FLAG, NULL, NULL, "say less", 0, 0},
    {0},
};

enum { WORDS_MAX = 8 };

/* Reads a command line given as words; the first is the program. */
static struct options *read_words(const char *const words[WORDS_MAX], bool stop, struct fail *why)
{
    int count = 0;
    struct options *options = options_new("prog", rows);
    while (count < WORDS_MAX && words[count] != NULL)
        count++;
    if (options_read_environment(options, "OPTIONS_TEST_", why))
        options_read(options, count, (char **)(uintptr_t)words, stop, why);
    return options;
}

static void every_type_has_its_default(void **state)
{
    (void)state;
    struct fail why = {0};
    struct options *options = read_words((const char *[WORDS_MAX]){"prog"}, false, &why);
    assert_false(why.set);
    assert_int_equal(options_count(options, "port"), 1);
    assert_string_equal(options_item(options, "port", 0), "4010");
    assert_int_equal(options_count(options, "listen"), 0);
    assert_string_equal(options_text(options, "plan"), "paid");
    assert_int_equal(options_duration_ms(options, "sent-after"), 0);
    assert_int_equal(options_int(options, "seed"), 0);
    assert_null(options_text(options, "token"));
    assert_false(options_flag(options, "quiet"));
    assert_false(options_given(options, "port"));
    assert_int_equal(options_argument_count(options), 0);
    options_free(options);
    options_free(NULL);
}

static void every_type_is_read_in_each_way_of_writing(void **state)
{
    (void)state;
    static const struct {
        const char *words[WORDS_MAX];
        const char *name, *value;
    } cases[] = {
        {{"prog", "--port", "80"}, "port", "80"},
        {{"prog", "--port=80"}, "port", "80"},
        {{"prog", "-p", "80"}, "port", "80"},
        {{"prog", "-p80"}, "port", "80"},
        {{"prog", "--plan", "test"}, "plan", "test"},
        {{"prog", "--sent-after=1.5s"}, "sent-after", "1.5s"},
        {{"prog", "--seed", "-5"}, "seed", "-5"},
        {{"prog", "--token=a=b"}, "token", "a=b"},
        {{"prog", "--token", "--quiet"}, "token", "--quiet"},
        {{"prog", "-q"}, "quiet", "1"},
        {{"prog", "--quiet=no"}, "quiet", "no"},
        {{"prog", "--seed=1", "--seed=2"}, "seed", "2"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fail why = {0};
        struct options *options = read_words(cases[i].words, false, &why);
        if (why.set)
            fail_msg("%s: %s", cases[i].words[1], why.text);
        assert_string_equal(options_text(options, cases[i].name), cases[i].value);
        assert_true(options_given(options, cases[i].name));
        options_free(options);
    }
}

static void a_bad_value_is_refused_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *words[WORDS_MAX];
        const char *text;
    } cases[] = {
        {{"prog", "--port", "65536"}, "--port: '65536' is not a whole number from 0 to 65535"},
        {{"prog", "-p", "x"}, "-p: 'x' is not a whole number from 0 to 65535"},
        {{"prog", "-p=1"}, "-p: '=1' is not a whole number from 0 to 65535"},
        {{"prog", "--port="}, "--port: '' is not a whole number from 0 to 65535"},
        {{"prog", "--seed", "-6"}, "--seed: '-6' is not a whole number from -5 to 100"},
        {{"prog", "--sent-after", "5"}, "--sent-after: '5' is not a duration such as 300ms, 5s, 10m or 1h"},
        {{"prog", "--plan", "pai"}, "--plan: 'pai' is not one of paid|test"},
        {{"prog", "--plan="}, "--plan: '' is not one of paid|test"},
        {{"prog", "--quiet=maybe"}, "--quiet: 'maybe' is neither yes nor no"},
        {{"prog", "--token="}, "--token: the value is empty"},
        {{"prog", "--listen", ""}, "--listen: the value is empty"},
        {{"prog", "--token"}, "--token needs a value (TOKEN)"},
        {{"prog", "-p"}, "-p needs a value (N)"},
        {{"prog", "--colour=red"}, "unknown option '--colour'; 'prog --help' lists them"},
        {{"prog", "--por", "1"}, "unknown option '--por'; 'prog --help' lists them"},
        {{"prog", "-x"}, "unknown option '-x'; 'prog --help' lists them"},
        {{"prog", "--=1"}, "unknown option '--'; 'prog --help' lists them"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fail why = {0};
        struct options *options = read_words(cases[i].words, false, &why);
        assert_string_equal(why.text, cases[i].text);
        options_free(options);
    }
}

static void the_environment_beats_the_default_and_the_command_line_both(void **state)
{
    (void)state;
    struct fail why = {0};
    setenv("OPTIONS_TEST_SEED", "7", 1);
    setenv("OPTIONS_TEST_SENT_AFTER", "2s", 1);
    setenv("OPTIONS_TEST_QUIET", "yes", 1);
    setenv("OPTIONS_TEST_TOKEN", "", 1);
    struct options *options = read_words((const char *[WORDS_MAX]){"prog", "--seed", "9"}, false, &why);
    assert_false(why.set);
    assert_int_equal(options_int(options, "seed"), 9);
    assert_int_equal(options_duration_ms(options, "sent-after"), 2000);
    assert_true(options_flag(options, "quiet"));
    assert_true(options_given(options, "sent-after"));
    assert_null(options_text(options, "token")); /* empty counts as not set */
    options_free(options);
    unsetenv("OPTIONS_TEST_SEED");
    unsetenv("OPTIONS_TEST_SENT_AFTER");
    unsetenv("OPTIONS_TEST_QUIET");
    unsetenv("OPTIONS_TEST_TOKEN");
}

/* The items of a list, joined. */
static void assert_items(const struct options *options, const char *name, const char *expected)
{
    struct text_buf out;
    text_buf_init(&out, 256);
    for (size_t i = 0; i < options_count(options, name); i++)
        text_putf(&out, "%s%s", i > 0 ? " " : "", options_item(options, name, i));
    assert_string_equal(text_buf_z(&out), expected);
    text_buf_release(&out);
}

static void a_list_is_replaced_by_the_next_stronger_source(void **state)
{
    (void)state;
    static const struct {
        const char *environment;
        const char *words[WORDS_MAX];
        const char *items;
    } cases[] = {
        {NULL, {"prog"}, "4010"},
        {NULL, {"prog", "-p", "1", "-p", "2"}, "1 2"},
        {"3,4", {"prog"}, "3 4"},
        {"3,4", {"prog", "-p", "1", "-p", "2"}, "1 2"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fail why = {0};
        if (cases[i].environment != NULL)
            setenv("OPTIONS_TEST_PORT", cases[i].environment, 1);
        struct options *options = read_words(cases[i].words, false, &why);
        assert_false(why.set);
        assert_items(options, "port", cases[i].items);
        options_free(options);
        unsetenv("OPTIONS_TEST_PORT");
    }
}

static void a_bad_environment_is_named_as_it_was_given(void **state)
{
    (void)state;
    static const struct {
        const char *name, *value, *text;
    } cases[] = {
        {"OPTIONS_TEST_PORT", "3,x", "OPTIONS_TEST_PORT: 'x' is not a whole number from 0 to 65535"},
        {"OPTIONS_TEST_PORT", "3,,4", "OPTIONS_TEST_PORT: '' is not a whole number from 0 to 65535"},
        {"OPTIONS_TEST_LISTEN", "a,", "OPTIONS_TEST_LISTEN: the value is empty"},
        {"OPTIONS_TEST_SENT_AFTER", "soon",
         "OPTIONS_TEST_SENT_AFTER: 'soon' is not a duration such as 300ms, 5s, 10m or 1h"},
        {"OPTIONS_TEST_QUIET", "ja", "OPTIONS_TEST_QUIET: 'ja' is neither yes nor no"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fail why = {0};
        setenv(cases[i].name, cases[i].value, 1);
        struct options *options = read_words((const char *[WORDS_MAX]){"prog"}, false, &why);
        assert_string_equal(why.text, cases[i].text);
        options_free(options);
        unsetenv(cases[i].name);
    }
}

static void arguments_stand_among_options_or_end_them(void **state)
{
    (void)state;
    static const struct {
        const char *words[WORDS_MAX];
        bool stop;
        size_t count;
        const char *last;
        bool quiet;
    } cases[] = {
        {{"prog", "a", "-q", "b"}, false, 2, "b", true},
        {{"prog", "a", "-q"}, true, 2, "-q", false},
        {{"prog", "-q", "--", "-q"}, false, 1, "-q", true},
        {{"prog", "--", "--", "x"}, false, 2, "x", false},
        {{"prog", "-"}, false, 1, "-", false},
        {{"prog", "-11m", "-q"}, false, 1, "-11m", true}, /* no option's letter is a digit */
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fail why = {0};
        struct options *options = read_words(cases[i].words, cases[i].stop, &why);
        assert_false(why.set);
        assert_int_equal(options_argument_count(options), cases[i].count);
        assert_string_equal(options_argument(options, cases[i].count - 1), cases[i].last);
        assert_int_equal(options_flag(options, "quiet"), cases[i].quiet);
        options_free(options);
    }
}

static void help_is_made_from_the_table(void **state)
{
    (void)state;
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    struct options *options = options_new("prog", rows);
    options_print(options, "PROG_", out);
    fclose(out);
    assert_non_null(
        strstr(text, "  -p, --port N                         port to listen on (default: 4010)\n"));
    assert_non_null(strstr(text, "      --plan paid|test                 kind of account (default: paid)\n"));
    assert_non_null(strstr(text, "  -q, --quiet                          say less\n"));
    assert_non_null(strstr(text, "as PROG_NAME_OF_OPTION.\n"));
    free(text);
    options_free(options);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_has_its_default),
        cmocka_unit_test(every_type_is_read_in_each_way_of_writing),
        cmocka_unit_test(a_bad_value_is_refused_in_words),
        cmocka_unit_test(the_environment_beats_the_default_and_the_command_line_both),
        cmocka_unit_test(a_list_is_replaced_by_the_next_stronger_source),
        cmocka_unit_test(a_bad_environment_is_named_as_it_was_given),
        cmocka_unit_test(arguments_stand_among_options_or_end_them),
        cmocka_unit_test(help_is_made_from_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
