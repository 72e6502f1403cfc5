/* scenarios/schema.json is what the tables of the reader make. After a change of the language: `schema_test
 * --write`. Whether the schema and the reader come to the same verdict is shown by schema_agrees.py. */
#include "test_support.h"

#include <stdio.h>

#include "mem.h"
#include "schema.h"

#define SCHEMA_FILE "scenarios/schema.json"

static void the_file_in_the_tree_is_fresh(void **state)
{
    (void)state;
    json_error_t error;
    json_t *made = schema_json(), *file = json_load_file(SCHEMA_FILE, 0, &error);
    if (file == NULL)
        fail_msg(SCHEMA_FILE ":%d: %s", error.line, error.text);
    if (!json_equal(made, file))
        fail_msg(SCHEMA_FILE " is not what the tables make: run this test with --write");
    json_decref(made);
    json_decref(file);
}

static void every_reference_leads_somewhere(void **state)
{
    (void)state;
    static const char *const names[] = {"scenario", "profile", "uses",   "step", "fault",   "check",
                                        "expect",   "request", "action", "with", "account", "policy"};
    json_t *made = schema_json();
    const json_t *definitions = json_object_get(made, "$defs");
    for (size_t i = 0; i < COUNT_OF(names); i++)
        assert_true(json_is_object(json_object_get(definitions, names[i])));
    const char *name;
    json_t *definition;
    json_object_foreach((json_t *)definitions, name, definition)
    {
        assert_true(json_is_object(definition)); /* `true` was the place kept for it */
    }
    json_decref(made);
}

static int write_schema(void)
{
    json_t *made = schema_json();
    int result = json_dump_file(made, SCHEMA_FILE, JSON_INDENT(2));
    FILE *file = fopen(SCHEMA_FILE, "a");
    if (file != NULL) {
        fputc('\n', file);
        fclose(file);
    }
    json_decref(made);
    return result;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_file_in_the_tree_is_fresh),
        cmocka_unit_test(every_reference_leads_somewhere),
    };
    if (argc == 2 && strcmp(argv[1], "--write") == 0 && write_schema() != 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
