/* `otp-harness compare`: whether histories show the same behaviour. */
#include <stdio.h>

#include "clock.h"
#include "history.h"
#include "history_diff.h"
#include "mem.h"
#include "normal_form.h"
#include "runner.h"

enum { DIFFERENCES_SHOWN = 20, DIFFERENCES_MAX_BYTES = 1024 * 1024 };

/* In normal form; NULL when it is no history, which is then said. New. */
static char *history_normal(const char *path, struct normal_form options)
{
    struct fail why = {0};
    char line[sizeof why.text + sizeof why.source + 32];
    struct history *history = history_read(path, &why);
    if (history != NULL && history_sound(history, &why)) {
        char *text = history_normal_form(history, options);
        history_free(history);
        return text;
    }
    fprintf(stderr, "otp-harness: %s\n", fail_line(&why, line, sizeof line));
    history_free(history);
    return NULL;
}

/* True when they are the same; else the difference is shown. */
static bool same(const char *const paths[2], char *const texts[2])
{
    struct text_buf out;
    text_buf_init(&out, DIFFERENCES_MAX_BYTES);
    size_t rows = history_diff(text_of(texts[0]), text_of(texts[1]), DIFFERENCES_SHOWN, &out);
    if (rows > 0)
        fprintf(stdout, "--- %s\n+++ %s\n%s", paths[0], paths[1], text_buf_z(&out));
    text_buf_release(&out);
    return rows == 0;
}

/* Each against the first. */
static int compare_all(const struct settings_list *paths, struct normal_form options, char *first)
{
    size_t alike = 1;
    for (size_t i = 1; i < paths->count; i++) {
        char *other = history_normal(paths->items[i], options);
        if (other == NULL)
            return EXIT_INVALID;
        alike += same((const char *const[]){paths->items[0], paths->items[i]}, (char *const[]){first, other});
        mem_free(other);
    }
    fprintf(stdout, "%zu of %zu histories show the same behaviour\n", alike, paths->count);
    return alike == paths->count ? EXIT_PASSED : EXIT_FAILED;
}

int runner_compare(const struct settings *settings)
{
    struct normal_form options = {.times = settings->times, .any_clock = !settings->times};
    char *first = history_normal(settings->paths.items[0], options);
    if (first == NULL)
        return EXIT_INVALID;
    int status = EXIT_PASSED;
    if (settings->paths.count == 1)
        fputs(first, stdout);
    else
        status = compare_all(&settings->paths, options, first);
    mem_free(first);
    return status;
}
