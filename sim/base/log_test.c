/* Log lines: what is written, and what is not. */
#include "test_support.h"
#include "log.h"

#include <stdio.h>
#include <unistd.h>

/* What a call of write_lines() puts on stderr, in `out`. */
static void catch_stderr(void (*write_lines)(void), char *out, size_t size)
{
    FILE *caught = tmpfile();
    int kept = dup(STDERR_FILENO);
    dup2(fileno(caught), STDERR_FILENO);
    write_lines();
    fflush(stderr);
    dup2(kept, STDERR_FILENO);
    close(kept);
    rewind(caught);
    out[fread(out, 1, size - 1, caught)] = '\0';
    fclose(caught);
}

static void one_of_each_level(void)
{
    log_set_level(LOG_WARN);
    log_line(LOG_DEBUG, "test", "no");
    log_line(LOG_INFO, "test", "no");
    log_line(LOG_WARN, "callback", "answered %d", 503);
    log_line(LOG_ERROR, "http", "gone");
    log_set_level(LOG_INFO);
}

static void lines_below_the_level_are_not_written(void **state)
{
    (void)state;
    char out[1000];
    catch_stderr(one_of_each_level, out, sizeof out);
    assert_int_equal(out[0], '+');
    assert_non_null(strstr(out, " warn  callback: answered 503\n"));
    assert_non_null(strstr(out, " error http: gone\n"));
    assert_null(strstr(out, "no"));
}

static void one_that_is_too_long(void)
{
    static char text[10000];
    memset(text, 'x', sizeof text - 1);
    log_line(LOG_ERROR, "test", "%s", text);
}

static void a_line_that_is_too_long_is_cut(void **state)
{
    (void)state;
    char out[20000];
    catch_stderr(one_that_is_too_long, out, sizeof out);
    assert_in_range(strlen(out), 4096, 4200);
    assert_int_equal(out[strlen(out) - 1], '\n');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_below_the_level_are_not_written),
        cmocka_unit_test(a_line_that_is_too_long_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
