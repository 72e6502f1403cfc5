/* The annotations: a workflow command is a line, so what would end it or one of its properties is escaped. */
#include "github.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "failure_text.h"
#include "mem.h"
#include "plain.h"

enum { MESSAGE_MAX_BYTES = 8 * 1024, PATH_BYTES = 4096, SHOWN_DIFFERENCES = 5, VALUE_COLUMNS = 200 };

/* ---- where */

/* path without the folder above it; NULL when it is not below. */
static const char *below(const char *folder, const char *path)
{
    size_t len = strlen(folder);
    while (len > 1 && folder[len - 1] == '/')
        len--;
    return strncmp(path, folder, len) == 0 && path[len] == '/' ? path + len + 1 : NULL;
}

char *github_root(const char *workspace, const char *folder)
{
    char path[PATH_BYTES];
    struct text at = text_of(folder);
    if (workspace != NULL && workspace[0] != '\0' &&
        (strcmp(workspace, folder) == 0 || below(workspace, folder) != NULL))
        return mem_string(workspace);
    while (at.len > 0) {
        snprintf(path, sizeof path, "%.*s/.git", TEXT_ARGS(at));
        if (access(path, F_OK) == 0)
            return text_copy(at);
        while (at.len > 0 && at.at[at.len - 1] != '/')
            at.len--;
        at.len -= at.len > 0;
    }
    return NULL;
}

/* Takes "." and ".." out of an absolute path. */
static void put_clean(struct text_buf *out, struct text path)
{
    struct text part;
    size_t from = out->len;
    while (text_split(&path, '/', &part)) {
        if (part.len == 0 || text_is(part, "."))
            continue;
        if (!text_is(part, "..")) {
            text_put_char(out, '/');
            text_put(out, part);
            continue;
        }
        while (out->len > from && out->at[--out->len] != '/')
            ;
    }
}

static void put_path(struct text_buf *out, const struct github_place *place, const char *file)
{
    struct text_buf path;
    text_buf_init(&path, 2 * PATH_BYTES);
    if (place->root == NULL || (file[0] != '/' && place->folder == NULL)) {
        text_put_z(out, file);
    } else {
        struct text_buf joined;
        text_buf_init(&joined, 2 * PATH_BYTES);
        if (file[0] != '/')
            text_putf(&joined, "%s/", place->folder);
        text_put_z(&joined, file);
        put_clean(&path, text_buf_view(&joined));
        text_buf_release(&joined);
        const char *inside = below(place->root, text_buf_z(&path));
        text_put_z(out, inside == NULL ? file : inside);
    }
    text_buf_release(&path);
}

/* ---- escapes */

static void put_escaped(struct text_buf *out, struct text value, bool property)
{
    for (size_t i = 0; i < value.len; i++) {
        unsigned char byte = (unsigned char)value.at[i];
        if (byte == '%' || byte == '\r' || byte == '\n' || (property && (byte == ':' || byte == ',')))
            text_putf(out, "%%%02X", byte);
        else
            text_put_char(out, (char)byte);
    }
}

/* A text of anybody's: control characters are shown, and lines stay lines. */
static void put_message_line(struct text_buf *out, const char *words)
{
    struct text rest = text_of(words), line;
    for (bool first = true; text_split(&rest, '\n', &line); first = false) {
        text_put_z(out, first ? "" : "\n");
        plain_put(out, line);
    }
}

/* ---- an annotation */

static const struct scenario_failure *first_failure(const struct scenario_result *result)
{
    return result->failure_count == 0 ? NULL : &result->failures[0];
}

static void put_differences(const struct scenario_failure *failure, struct text_buf *message)
{
    for (size_t i = 0; i < failure->difference_count && i < SHOWN_DIFFERENCES; i++) {
        const struct scenario_difference *row = &failure->differences[i];
        text_put_char(message, '\n');
        plain_put_cut(message, text_of(row->at), VALUE_COLUMNS);
        text_put_z(message, ": expected ");
        plain_put_cut(message, text_of(row->expected), VALUE_COLUMNS);
        text_put_z(message, ", got ");
        plain_put_cut(message, text_of(row->actual), VALUE_COLUMNS);
    }
}

static void put_annotation(const char *kind, const struct report_entry *entry,
                           const struct github_place *place, struct text_buf *out)
{
    const struct scenario_failure *failure = first_failure(entry->result);
    bool has_place = failure != NULL && failure->file != NULL && failure->line > 0;
    struct text_buf path, message, title;
    text_buf_init(&path, PATH_BYTES);
    text_buf_init(&message, MESSAGE_MAX_BYTES);
    text_buf_init(&title, PATH_BYTES);
    put_path(&path, place, has_place ? failure->file : entry->result->file);
    plain_put(&title, text_of(entry->label));
    if (failure != NULL && failure->step != NULL && failure->step[0] != '\0') {
        plain_put(&message, text_of(failure->step));
        text_put_z(&message, ": ");
    }
    put_message_line(&message,
                     failure == NULL ? scenario_outcome_name(entry->result->outcome) : failure->message);
    if (failure != NULL)
        put_differences(failure, &message);
    text_putf(out, "::%s file=", kind);
    put_escaped(out, text_buf_view(&path), true);
    text_putf(out, ",line=%d", has_place ? failure->line : entry->result->line);
    if (has_place && failure->col > 0)
        text_putf(out, ",col=%d", failure->col);
    text_put_z(out, ",title=");
    put_escaped(out, text_buf_view(&title), true);
    text_put_z(out, "::");
    put_escaped(out, text_buf_view(&message), false);
    text_put_char(out, '\n');
    text_buf_release(&path);
    text_buf_release(&message);
    text_buf_release(&title);
}

static bool is_error(enum scenario_outcome outcome)
{
    return outcome != SCENARIO_PASSED && outcome != SCENARIO_SKIPPED;
}

static bool is_warning(enum scenario_outcome outcome)
{
    return outcome == SCENARIO_SKIPPED;
}

static void put_kind(const char *kind, bool (*is_of_kind)(enum scenario_outcome outcome), const char *what,
                     const struct report_suite *suite, const struct github_place *place, struct text_buf *out)
{
    size_t all = 0, shown = 0;
    for (size_t i = 0; i < suite->entry_count; i++)
        all += is_of_kind(suite->entries[i].result->outcome);
    size_t room = all > GITHUB_ANNOTATIONS_MAX ? GITHUB_ANNOTATIONS_MAX - 1 : all;
    for (size_t i = 0; i < suite->entry_count && shown < room; i++) {
        if (!is_of_kind(suite->entries[i].result->outcome))
            continue;
        put_annotation(kind, &suite->entries[i], place, out);
        shown++;
    }
    if (all > shown)
        text_putf(out, "::%s title=otp-harness::%zu more %s; the log and the summary have them\n", kind,
                  all - shown, what);
}

void github_annotations_write(const struct report_suite *suite, const struct github_place *place,
                              struct text_buf *out)
{
    put_kind("error", is_error, "scenarios failed", suite, place, out);
    put_kind("warning", is_warning, "scenarios were not run", suite, place, out);
    if (suite->clocks != NULL && suite->clocks->real_scenarios > 0)
        text_putf(out, "::notice title=otp-harness::%zu scenarios were on the real clock\n",
                  suite->clocks->real_scenarios);
}

/* ---- commands of others */

void github_commands_stop(char token[GITHUB_TOKEN_BYTES], struct text_buf *out)
{
    unsigned char bytes[(GITHUB_TOKEN_BYTES - 1) / 2];
    REQUIRE(getrandom(bytes, sizeof bytes, 0) == (ssize_t)sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(token + 2 * i, 3, "%02x", bytes[i]);
    text_putf(out, "::stop-commands::%s\n", token);
}

void github_commands_go_on(const char *token, struct text_buf *out)
{
    text_putf(out, "::%s::\n", token);
}
