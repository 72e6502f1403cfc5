/* Keeping findings and showing them. */
#include "doctor_findings.h"

#include <stdarg.h>
#include <string.h>

#include "json.h"
#include "mem.h"

enum { MASK_LEAST = 12, MASK_SHOWN = 2, SUBJECT_COLUMN_MAX = 26 };

struct doctor_findings {
    struct doctor_finding *items[DOCTOR_FINDINGS_MAX];
    size_t count, dropped;
    struct doctor_finding spare; /* for what does not fit */
    char group[DOCTOR_GROUP_BYTES];
};

static const struct {
    const char *name, *colour;
} levels[DOCTOR_LEVELS] = {
    [DOCTOR_OK] = {"ok", "\033[32m"},
    [DOCTOR_NOTE] = {"note", "\033[2m"},
    [DOCTOR_WARNING] = {"warning", "\033[33m"},
    [DOCTOR_PROBLEM] = {"PROBLEM", "\033[31m"},
};

struct doctor_findings *doctor_findings_new(void)
{
    return mem_new(sizeof(struct doctor_findings));
}

void doctor_findings_free(struct doctor_findings *findings)
{
    if (findings == NULL)
        return;
    for (size_t i = 0; i < findings->count; i++)
        mem_free(findings->items[i]);
    mem_free(findings);
}

void doctor_group(struct doctor_findings *findings, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(findings->group, sizeof findings->group, format, args);
    va_end(args);
}

struct doctor_finding *doctor_add(struct doctor_findings *findings, enum doctor_level level,
                                  const char *subject, const char *format, ...)
{
    struct doctor_finding *finding = &findings->spare;
    va_list args;
    if (findings->count < DOCTOR_FINDINGS_MAX)
        finding = findings->items[findings->count++] = mem_new(sizeof *finding);
    else
        findings->dropped++;
    *finding = (struct doctor_finding){.level = level};
    snprintf(finding->group, sizeof finding->group, "%s", findings->group);
    snprintf(finding->subject, sizeof finding->subject, "%s", subject);
    va_start(args, format);
    vsnprintf(finding->text, sizeof finding->text, format, args);
    va_end(args);
    return finding;
}

void doctor_advise(struct doctor_finding *finding, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(finding->advice, sizeof finding->advice, format, args);
    va_end(args);
}

size_t doctor_count(const struct doctor_findings *findings, enum doctor_level level)
{
    size_t count = 0;
    for (size_t i = 0; i < findings->count; i++)
        count += findings->items[i]->level == level;
    return count;
}

const struct doctor_finding *doctor_at(const struct doctor_findings *findings, size_t index)
{
    return index < findings->count ? findings->items[index] : NULL;
}

const char *doctor_masked(struct text value, char out[DOCTOR_SUBJECT_BYTES])
{
    char head[MASK_SHOWN + 1] = "", tail[MASK_SHOWN + 1] = "";
    for (size_t i = 0; i < MASK_SHOWN && value.len >= MASK_LEAST; i++) {
        head[i] = value.at[i];
        tail[i] = value.at[value.len - MASK_SHOWN + i];
    }
    snprintf(out, DOCTOR_SUBJECT_BYTES, "%s...%s (%zu character%s)", head, tail, value.len,
             value.len == 1 ? "" : "s");
    return out;
}

/* Foreign text on a terminal: no control character, whatever was in the file. */
static void put_clean(FILE *out, const char *text)
{
    for (; *text != '\0'; text++)
        fputc((unsigned char)*text < 0x20 || *text == 0x7F ? '?' : *text, out);
}

static size_t subject_width(const struct doctor_findings *findings)
{
    size_t width = 0;
    for (size_t i = 0; i < findings->count; i++) {
        size_t len = strlen(findings->items[i]->subject);
        width = len > width && len <= SUBJECT_COLUMN_MAX ? len : width;
    }
    return width;
}

static void print_finding(const struct doctor_finding *finding, size_t width, bool colour, FILE *out)
{
    fprintf(out, "  %s%-7s%s  ", colour ? levels[finding->level].colour : "", levels[finding->level].name,
            colour ? "\033[0m" : "");
    put_clean(out, finding->subject);
    for (size_t i = strlen(finding->subject); i < width; i++)
        fputc(' ', out);
    fputs("  ", out);
    put_clean(out, finding->text);
    if (finding->code != 0)
        fprintf(out, " (error %d)", finding->code);
    if (finding->where[0] != '\0') {
        fputs("  [", out);
        put_clean(out, finding->where);
        fputc(']', out);
    }
    fputc('\n', out);
    const char *const more[] = {finding->advice, finding->command};
    for (size_t i = 0; i < 2; i++) {
        if (more[i][0] == '\0')
            continue;
        fprintf(out, "%*s%s", (int)width + 13, "", i == 0 ? "-> " : "$ ");
        put_clean(out, more[i]);
        fputc('\n', out);
    }
}

void doctor_print(const struct doctor_findings *findings, bool colour, FILE *out)
{
    const char *group = "";
    for (size_t i = 0; i < findings->count; i++) {
        const struct doctor_finding *finding = findings->items[i];
        if (strcmp(group, finding->group) != 0) {
            fprintf(out, "%s%s", i == 0 ? "" : "\n", colour ? "\033[1m" : "");
            put_clean(out, finding->group);
            fprintf(out, "%s\n", colour ? "\033[0m" : "");
        }
        group = finding->group;
        print_finding(finding, subject_width(findings), colour, out);
    }
    if (findings->dropped > 0)
        fprintf(out, "\nand %zu findings more\n", findings->dropped);
    size_t warnings = doctor_count(findings, DOCTOR_WARNING),
           problems = doctor_count(findings, DOCTOR_PROBLEM);
    fprintf(out, "\n%zu ok, %zu warning%s, %zu problem%s\n", doctor_count(findings, DOCTOR_OK), warnings,
            warnings == 1 ? "" : "s", problems, problems == 1 ? "" : "s");
}

static json_t *finding_json(const struct doctor_finding *finding)
{
    static const char *const names[] = {"ok", "note", "warning", "problem"};
    json_t *row = json_object();
    const struct {
        const char *key, *value;
    } texts[] = {{"level", names[finding->level]}, {"group", finding->group}, {"subject", finding->subject},
                 {"text", finding->text},          {"where", finding->where}, {"advice", finding->advice},
                 {"command", finding->command}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (texts[i].value[0] != '\0')
            json_set(row, texts[i].key, json_of_text(text_of(texts[i].value)));
    if (finding->code != 0)
        json_set(row, "code", json_integer(finding->code));
    return row;
}

void doctor_print_json(const struct doctor_findings *findings, FILE *out)
{
    json_t *document = json_object(), *list = json_array();
    for (size_t i = 0; i < findings->count; i++)
        json_array_append_new(list, finding_json(findings->items[i]));
    json_set(document, "findings", list);
    json_set(document, "ok", json_integer((json_int_t)doctor_count(findings, DOCTOR_OK)));
    json_set(document, "warnings", json_integer((json_int_t)doctor_count(findings, DOCTOR_WARNING)));
    json_set(document, "problems", json_integer((json_int_t)doctor_count(findings, DOCTOR_PROBLEM)));
    char *text = json_write(document);
    fprintf(out, "%s\n", text);
    mem_free(text);
    json_decref(document);
}
