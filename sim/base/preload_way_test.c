/* Paths and variables of the preloaded library. */
#include "preload_way.h"
#include "mem.h"
#include "test_support.h"

static void the_library_goes_before_what_is_preloaded_already_and_once(void **state)
{
    (void)state;
    static const struct {
        const char *before, *after;
    } rows[] = {
        {NULL, "/lib/ours.so"},
        {"", "/lib/ours.so"},
        {"/usr/lib/jemalloc.so", "/lib/ours.so:/usr/lib/jemalloc.so"},
        {"/a.so /b.so:/c.so", "/lib/ours.so:/a.so:/b.so:/c.so"},
        {"/lib/ours.so", "/lib/ours.so"},
        {"/a.so:/lib/ours.so: :", "/lib/ours.so:/a.so"},
        {"/lib/ours.so.1", "/lib/ours.so:/lib/ours.so.1"}, /* another file */
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char *list = preload_list(rows[i].before, "/lib/ours.so");
        assert_string_equal(list, rows[i].after);
        mem_free(list);
    }
}

static void a_path_that_the_list_would_cut_does_not_fit(void **state)
{
    (void)state;
    assert_true(preload_path_fits("/opt/tools/lib.so"));
    assert_false(preload_path_fits("/opt/my tools/lib.so"));
    assert_false(preload_path_fits("/opt/a:b/lib.so"));
    assert_false(preload_path_fits("lib.so"));
}

static void port_report_and_domains_are_written_as_the_library_reads_them(void **state)
{
    (void)state;
    static const char *const domains[] = {"twilio.com", "maps.example.com", NULL};
    char *alone = preload_net_value(4010, NULL), *reporting = preload_net_value(4010, "@refusals-1"),
         *listed = preload_hosts_value(domains), *none = preload_hosts_value(NULL);
    assert_string_equal(alone, "4010");
    assert_string_equal(reporting, "4010:@refusals-1");
    assert_string_equal(listed, "twilio.com,maps.example.com");
    assert_string_equal(none, "");
    mem_free(alone);
    mem_free(reporting);
    mem_free(listed);
    mem_free(none);
}

static void a_file_that_is_nowhere_is_named(void **state)
{
    (void)state;
    char path[PATH_MAX];
    struct fail why = {0};
    assert_false(preload_file_find("no-such-file.so", path, &why));
    assert_string_equal(why.text,
                        "no-such-file.so is neither beside this program nor in ../lib/twilio-sim/preload/");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_library_goes_before_what_is_preloaded_already_and_once),
        cmocka_unit_test(a_path_that_the_list_would_cut_does_not_fit),
        cmocka_unit_test(port_report_and_domains_are_written_as_the_library_reads_them),
        cmocka_unit_test(a_file_that_is_nowhere_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
