/* A scenario, the files that it uses, and the policy that holds for it. What may stand in the file says
 * grammar_scenario.c. */
#include "scenario.h"

#include <string.h>

#include "grammar.h"
#include "mem.h"
#include "typed_file.h"

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
    struct used_file *used = typed_file_read(document, NULL, &shape_used_file);
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
    struct scenario *scenario = typed_file_read(document, bytes, &shape_scenario);
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
