/* The list of what is wrong, and how it is shown. Sorting happens when it is written: files in the order in
 * which they were read, lines within a file. */
#include "problems.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "source_text.h"
#include "utf8.h"

enum { EXCERPT_CHARACTERS_MAX = 160 };

struct source {
    char *file;
    char *bytes;
    size_t len;
    size_t count; /* problems, also those that were not kept */
    size_t kept;
};

struct problem {
    enum problem_kind kind;
    size_t source;
    int line, col;
    size_t order;
    char *text;
};

struct problems {
    struct source *sources;
    size_t source_count;
    struct problem *items;
    size_t count;
    size_t errors, warnings;
};

struct problems *problems_new(void)
{
    return mem_new(sizeof(struct problems));
}

void problems_free(struct problems *problems)
{
    if (problems == NULL)
        return;
    for (size_t i = 0; i < problems->source_count; i++) {
        mem_free(problems->sources[i].file);
        mem_free(problems->sources[i].bytes);
    }
    for (size_t i = 0; i < problems->count; i++)
        mem_free(problems->items[i].text);
    mem_free(problems->sources);
    mem_free(problems->items);
    mem_free(problems);
}

/* The index of a file; one that was not seen yet is added. */
static size_t source_index(struct problems *problems, const char *file)
{
    for (size_t i = 0; i < problems->source_count; i++) {
        if (strcmp(problems->sources[i].file, file) == 0)
            return i;
    }
    problems->sources =
        mem_resize(problems->sources, (problems->source_count + 1) * sizeof *problems->sources);
    problems->sources[problems->source_count] = (struct source){.file = mem_string(file)};
    return problems->source_count++;
}

void problems_add_source(struct problems *problems, const char *file, struct text bytes)
{
    size_t index = source_index(problems, file); /* may move the sources */
    struct source *source = &problems->sources[index];
    mem_free(source->bytes);
    source->bytes = mem_copy(bytes.len == 0 ? "" : bytes.at, bytes.len);
    source->len = bytes.len;
}

static void add_text(struct problems *problems, enum problem_kind kind, struct place at, const char *text)
{
    size_t index = source_index(problems, at.file == NULL ? "" : at.file);
    struct source *source = &problems->sources[index];
    *(kind == PROBLEM_ERROR ? &problems->errors : &problems->warnings) += 1;
    if (source->count++ >= PROBLEMS_PER_FILE_MAX)
        return;
    source->kept++;
    problems->items = mem_resize(problems->items, (problems->count + 1) * sizeof *problems->items);
    problems->items[problems->count] = (struct problem){.kind = kind,
                                                        .source = index,
                                                        .line = at.line,
                                                        .col = at.col,
                                                        .order = problems->count,
                                                        .text = mem_string(text)};
    problems->count++;
}

void problems_add(struct problems *problems, enum problem_kind kind, struct place at, const char *format, ...)
{
    struct text_buf text;
    text_buf_init(&text, PROBLEM_TEXT_MAX_BYTES);
    va_list args;
    va_start(args, format);
    text_putv(&text, format, args);
    va_end(args);
    add_text(problems, kind, at, text_buf_z(&text));
    text_buf_release(&text);
}

void problems_add_fail(struct problems *problems, struct place at, const struct fail *why)
{
    struct place own = {why->source, why->line, why->col};
    add_text(problems, PROBLEM_ERROR, why->line > 0 ? own : at, why->text);
}

size_t problems_errors(const struct problems *problems)
{
    return problems->errors;
}

size_t problems_warnings(const struct problems *problems)
{
    return problems->warnings;
}

bool problems_in_file(const struct problems *problems, const char *file)
{
    for (size_t i = 0; i < problems->count; i++) {
        const struct problem *problem = &problems->items[i];
        if (problem->kind == PROBLEM_ERROR && strcmp(problems->sources[problem->source].file, file) == 0)
            return true;
    }
    return false;
}

static int compare_problems(const void *left, const void *right)
{
    const struct problem *a = left, *b = right;
    if (a->source != b->source)
        return a->source < b->source ? -1 : 1;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    if (a->col != b->col)
        return a->col < b->col ? -1 : 1;
    return a->order < b->order ? -1 : 1;
}

/* The line with its number, and the caret under its column. Control and broken bytes are shown as '?'. */
static void put_excerpt(struct text_buf *out, struct text line, int number, int col)
{
    int width = number < 1000 ? 5 : 8;
    text_putf(out, line.len > 0 ? "%*d | " : "%*d |", width, number);
    for (int i = 0; line.len > 0 && i < EXCERPT_CHARACTERS_MAX; i++) {
        uint32_t character = utf8_next(&line);
        if (character == '\t')
            text_put_char(out, ' ');
        else if (character < 0x20 || (character >= 0x7F && character < 0xA0) || character == UTF8_REPLACEMENT)
            text_put_char(out, '?');
        else
            utf8_put(out, character);
    }
    text_put_z(out, line.len > 0 ? "…\n" : "\n");
    if (col >= 1 && col <= EXCERPT_CHARACTERS_MAX)
        text_putf(out, "%*s | %*s^\n", width, "", col - 1, "");
}

static void put_problem(const struct problems *problems, const struct problem *problem, struct text_buf *out)
{
    const struct source *source = &problems->sources[problem->source];
    text_put_z(out, source->file);
    if (problem->line > 0)
        text_putf(out, ":%d:%d", problem->line, problem->col);
    if (source->file[0] != '\0')
        text_put_z(out, ": ");
    text_putf(out, "%s: %s\n", problem->kind == PROBLEM_ERROR ? "error" : "warning", problem->text);
    if (problem->line < 1 || source->bytes == NULL)
        return;
    struct text line = source_text_line(text_span(source->bytes, source->len), problem->line);
    if (line.at != NULL)
        put_excerpt(out, line, problem->line, problem->col);
}

void problems_write(const struct problems *problems, struct text_buf *out)
{
    struct problem *sorted = mem_new_array(problems->count, sizeof *sorted);
    if (problems->count > 0)
        memcpy(sorted, problems->items, problems->count * sizeof *sorted);
    qsort(sorted, problems->count, sizeof *sorted, compare_problems);
    for (size_t i = 0; i < problems->count; i++) {
        put_problem(problems, &sorted[i], out);
        const struct source *source = &problems->sources[sorted[i].source];
        bool last = i + 1 == problems->count || sorted[i + 1].source != sorted[i].source;
        if (last && source->count > source->kept)
            text_putf(out, "%s: and %zu more\n", source->file, source->count - source->kept);
    }
    mem_free(sorted);
}
