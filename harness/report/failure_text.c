/* Lays a failure out. What a history's lines say is timeline.c's. */
#include "failure_text.h"

#include <string.h>

#include "plain.h"
#include "timeline.h"

enum { COLUMNS = 110, GAP = 2, SHOWN_DETAIL_BYTES = 8 * 1024, ROWS_A_LINE = 4, LINE_VALUE_COLUMNS = 60 };

static const char place_indent[] = "     ";
static const char words_indent[] = "       ";
static const char table_indent[] = "         ";

static void put_place(const struct scenario_failure *failure, struct text_buf *out)
{
    if (failure->file != NULL) {
        plain_put(out, text_of(failure->file));
        if (failure->line > 0)
            text_putf(out, ":%d", failure->line);
        if (failure->line > 0 && failure->col > 0)
            text_putf(out, ":%d", failure->col);
        text_put_z(out, failure->step == NULL ? "" : ": ");
    }
    plain_put(out, text_of(failure->step));
}

static void put_words(const char *words, struct text_buf *out)
{
    struct text text = text_trim(text_first(text_of(words), SHOWN_DETAIL_BYTES));
    if (text.len == 0)
        return;
    text_put_z(out, words_indent);
    plain_put_wrapped(out, text, words_indent, COLUMNS - strlen(words_indent), ROWS_A_LINE);
    text_put_char(out, '\n');
}

struct widths {
    size_t at, expected, actual;
};

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static struct widths widths_of(const struct scenario_failure *failure)
{
    struct widths widths = {strlen("at"), strlen("expected"), strlen("actual")};
    for (size_t i = 0; i < failure->difference_count; i++) {
        const struct scenario_difference *row = &failure->differences[i];
        widths.at = larger(widths.at, plain_width(text_of(row->at)));
        widths.expected = larger(widths.expected, plain_width(text_of(row->expected)));
        widths.actual = larger(widths.actual, plain_width(text_of(row->actual)));
    }
    return widths;
}

static void put_row(const char *at, const char *expected, const char *actual, const struct widths *widths,
                    struct text_buf *out)
{
    text_put_z(out, table_indent);
    size_t from = out->len;
    plain_put(out, text_of(at));
    plain_pad(out, from, widths->at + GAP);
    plain_put(out, text_of(expected));
    plain_pad(out, from, widths->at + widths->expected + 2 * GAP);
    plain_put(out, text_of(actual));
    text_put_char(out, '\n');
}

/* For values too long to stand side by side: one above the other, still aligned. */
static void put_stack(const struct scenario_difference *row, struct text_buf *out)
{
    static const char label_room[] = "expected  ";
    size_t room = COLUMNS - strlen(table_indent) - 2 - strlen(label_room);
    text_put_z(out, table_indent);
    plain_put_cut(out, text_of(row->at), COLUMNS - strlen(table_indent));
    text_putf(out, "\n%s  expected  ", table_indent);
    plain_put_cut(out, text_of(row->expected), room);
    text_putf(out, "\n%s  actual    ", table_indent);
    plain_put_cut(out, text_of(row->actual), room);
    text_put_char(out, '\n');
}

static void put_differences(const struct scenario_failure *failure, struct text_buf *out)
{
    if (failure->difference_count == 0)
        return;
    struct widths widths = widths_of(failure);
    bool beside = strlen(table_indent) + widths.at + widths.expected + widths.actual + 2 * GAP <= COLUMNS;
    if (beside)
        put_row("at", "expected", "actual", &widths, out);
    for (size_t i = 0; i < failure->difference_count; i++) {
        const struct scenario_difference *row = &failure->differences[i];
        if (beside)
            put_row(row->at, row->expected, row->actual, &widths, out);
        else
            put_stack(row, out);
    }
}

static void put_timeline(const struct scenario_result *result, const struct history *history,
                         struct text_buf *out)
{
    const struct timeline_options options = {
        .rows = FAILURE_TIMELINE_ROWS, .columns = COLUMNS, .indent = place_indent};
    struct fail why = {0};
    text_putf(out, "%stimeline (line, seconds, who, what)", place_indent);
    if (result->history_path != NULL) {
        text_put_z(out, " of ");
        plain_put(out, text_of(result->history_path));
    }
    text_put_char(out, '\n');
    timeline_write(history, &options, out);
    if (!history_sound(history, &why)) {
        text_put_z(out, place_indent);
        plain_put(out, text_of(why.text));
        text_put_char(out, '\n');
    }
}

void failure_text(const struct scenario_result *result, const struct history *history, struct text_buf *out)
{
    for (size_t i = 0; i < result->failure_count; i++) {
        text_put_z(out, place_indent);
        put_place(&result->failures[i], out);
        text_put_char(out, '\n');
        put_words(result->failures[i].message, out);
        put_differences(&result->failures[i], out);
        put_words(result->failures[i].detail, out);
    }
    if (result->failure_count > 0 && history != NULL && history_count(history) > 0)
        put_timeline(result, history, out);
}

void failure_line(const struct scenario_result *result, struct text_buf *out)
{
    if (result->failure_count == 0)
        return;
    const struct scenario_failure *failure = &result->failures[0];
    struct text message = text_of(failure->message);
    if (result->outcome != SCENARIO_SKIPPED) {
        put_place(failure, out);
        text_put_z(out, ": ");
    }
    plain_put(out, text_first(message, text_find(message, '\n')));
    if (failure->difference_count == 0)
        return;
    text_putf(out, "; %s: expected ", failure->differences[0].at);
    plain_put_cut(out, text_of(failure->differences[0].expected), LINE_VALUE_COLUMNS);
    text_put_z(out, ", got ");
    plain_put_cut(out, text_of(failure->differences[0].actual), LINE_VALUE_COLUMNS);
}
