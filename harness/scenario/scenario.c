/* Files to scenarios and profiles: a document each, read by the grammar; and what a scenario needs of other
 * files. */
#include "scenario.h"

#include <string.h>

#include "document.h"
#include "grammar.h"
#include "mem.h"
#include "profile.h"

/* Reads one file (`bytes` NULL: from disk) by a shape. NULL when anything was wrong. The tree is in the
 * document. */
static void *read_document(struct document *document, const struct text *bytes, const struct shape *shape)
{
    char *loaded = NULL;
    struct text content;
    if (bytes != NULL)
        content = *bytes;
    else if (!document_load(document, &loaded, &content.len))
        return NULL;
    else
        content.at = loaded;
    const struct node *root = document_parse(document, content);
    void *made = root == NULL ? NULL : document_alloc(document, shape->size_bytes);
    if (made != NULL)
        shape_read(shape, document, root, made);
    mem_free(loaded);
    return document->broken ? NULL : made;
}

/* A path beside another file. */
static char *path_beside(const char *file, struct text relative)
{
    const char *slash = strrchr(file, '/');
    struct text_buf path;
    text_buf_init(&path, 8192);
    if (slash != NULL && !text_starts(relative, "/"))
        text_put(&path, text_span(file, (size_t)(slash - file) + 1));
    text_put(&path, relative);
    return text_buf_take(&path);
}

static bool read_used(struct scenario *scenario, const struct value *value, struct problems *problems)
{
    char *path = path_beside(scenario->path, value->written);
    struct document *document = document_new(path, problems);
    struct used_file *used = read_document(document, NULL, &shape_used_file);
    mem_free(path);
    document_seal(document);
    if (used == NULL) {
        problems_add(problems, PROBLEM_ERROR, value->at, "the file '%.*s' cannot be used: see its errors",
                     TEXT_ARGS(text_first(value->written, 200)));
        document_free(document);
        return false;
    }
    used->path = document->path;
    used->document = document;
    scenario->used[scenario->used_count++] = *used;
    return true;
}

static bool read_all_used(struct scenario *scenario, struct problems *problems)
{
    bool fine = true;
    scenario->used = document_alloc(scenario->document, scenario->uses.count * sizeof *scenario->used);
    for (size_t i = 0; scenario->used != NULL && i < scenario->uses.count; i++)
        fine = read_used(scenario, &scenario->uses.items[i], problems) && fine;
    return fine && scenario->used != NULL;
}

static struct scenario *scenario_of(const char *path, const struct text *bytes, struct problems *problems)
{
    struct document *document = document_new(path, problems);
    struct scenario *scenario = read_document(document, bytes, &shape_scenario);
    if (scenario == NULL) {
        document_free(document);
        return NULL;
    }
    scenario->document = document;
    scenario->path = document->path;
    bool fine = read_all_used(scenario, problems);
    document_seal(document);
    if (fine)
        return scenario;
    scenario_free(scenario);
    return NULL;
}

struct scenario *scenario_read(const char *path, struct problems *problems)
{
    return scenario_of(path, NULL, problems);
}

struct scenario *scenario_read_text(const char *name, struct text bytes, struct problems *problems)
{
    return scenario_of(name, &bytes, problems);
}

void scenario_free(struct scenario *scenario)
{
    if (scenario == NULL)
        return;
    for (size_t i = 0; i < scenario->used_count; i++)
        document_free(scenario->used[i].document);
    document_free(scenario->document); /* and the scenario with it */
}

static struct profile *profile_of(const char *path, const struct text *bytes, struct problems *problems)
{
    struct document *document = document_new(path, problems);
    struct profile *profile = read_document(document, bytes, &shape_profile);
    document_seal(document);
    if (profile == NULL) {
        document_free(document);
        return NULL;
    }
    profile->document = document;
    profile->path = document->path;
    return profile;
}

struct profile *profile_read(const char *path, struct problems *problems)
{
    return profile_of(path, NULL, problems);
}

struct profile *profile_read_text(const char *name, struct text bytes, struct problems *problems)
{
    return profile_of(name, &bytes, problems);
}

void profile_free(struct profile *profile)
{
    if (profile != NULL)
        document_free(profile->document);
}

const struct person *people_find(const struct people *people, struct text name)
{
    for (size_t i = 0; i < people->count; i++) {
        if (text_equal(people->items[i].name, name))
            return &people->items[i];
    }
    return NULL;
}

const struct action *actions_find(const struct actions *actions, struct text name)
{
    for (size_t i = 0; i < actions->count; i++) {
        if (text_equal(actions->items[i].name, name))
            return &actions->items[i];
    }
    return NULL;
}

const struct named_expect *answers_find(const struct named_expects *answers, struct text name)
{
    for (size_t i = 0; i < answers->count; i++) {
        if (text_equal(answers->items[i].name, name))
            return &answers->items[i];
    }
    return NULL;
}

const char *verb_name(enum verb verb)
{
    static const char *const names[] = {
        [VERB_ACTION] = "action",     [VERB_REQUEST] = "request",   [VERB_RECEIVE] = "receive",
        [VERB_REPLY] = "reply",       [VERB_ADVANCE] = "advance",   [VERB_FAULTS] = "faults",
        [VERB_CALLBACK] = "callback", [VERB_PARALLEL] = "parallel", [VERB_REPEAT] = "repeat",
        [VERB_PROCESS] = "process",   [VERB_RUN] = "run",           [VERB_CHECK] = "check",
    };
    REQUIRE(verb >= VERB_ACTION && verb <= VERB_CHECK);
    return names[verb];
}

bool save_kind(struct text written, enum save_kind *ret, struct text *ret_header)
{
    bool header = text_starts(written, "header.") && written.len > 7;
    bool pattern = written.len >= 2 && text_starts(written, "/") && text_ends(written, "/");
    if (header)
        *ret_header = text_from(written, 7);
    if (header)
        *ret = SAVE_HEADER;
    else if (pattern)
        *ret = SAVE_PATTERN;
    else if (text_starts(written, "."))
        *ret = SAVE_FILTER;
    else if (text_is(written, "status"))
        *ret = SAVE_STATUS;
    else
        return false;
    return true;
}

bool policy_json(const struct policy *base, const struct policy *over, struct variables *variables,
                 json_t **ret, struct fail *why)
{
    json_t *made = json_object(), *changes = NULL;
    bool fine = true;
    if (base != NULL && place_given(base->at)) {
        json_decref(made);
        made = NULL;
        fine = shape_json(&shape_policy, base, variables, &made, why);
    }
    if (fine && over != NULL && place_given(over->at)) {
        fine = shape_json(&shape_policy, over, variables, &changes, why);
        if (fine)
            json_object_update_recursive(made, changes);
    }
    json_decref(changes);
    if (fine)
        *ret = made;
    else
        json_decref(made);
    return fine;
}
