/* Finds, reads, lints, filters and orders scenarios. Running them is the pool's work. */
#include "selection.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "folders.h"
#include "ids.h"
#include "lint.h"
#include "mem.h"

/* Paths while they are collected: as given, and absolute, so that no file is taken twice. */
struct paths {
    char **items, **absolute;
    size_t count;
};

static void paths_release(struct paths *paths)
{
    for (size_t i = 0; i < paths->count; i++) {
        mem_free(paths->items[i]);
        mem_free(paths->absolute[i]);
    }
    mem_free(paths->items);
    mem_free(paths->absolute);
}

static bool path_add(struct paths *paths, const char *path, struct fail *why)
{
    if (paths->count == SELECTION_FILES_MAX)
        return fail_set(why, "more than %d files", SELECTION_FILES_MAX);
    char *absolute = path_absolute(path, why);
    for (size_t i = 0; i < paths->count && absolute != NULL; i++) {
        if (strcmp(paths->absolute[i], absolute) == 0) {
            mem_free(absolute);
            return true;
        }
    }
    if (absolute == NULL)
        return false;
    paths->items = mem_resize(paths->items, (paths->count + 1) * sizeof *paths->items);
    paths->absolute = mem_resize(paths->absolute, (paths->count + 1) * sizeof *paths->absolute);
    paths->absolute[paths->count] = absolute;
    paths->items[paths->count++] = mem_string(path);
    return true;
}

static bool is_scenario_name(struct text name)
{
    bool is_yaml = text_ends(name, ".yaml") || text_ends(name, ".yml");
    return is_yaml && !text_is(name, "backend.yaml") && !text_starts(name, "_");
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool folder_search(struct paths *paths, const char *folder, int depth, struct fail *why)
{
    struct dirent **entries;
    if (depth > SELECTION_DEPTH_MAX)
        return fail_set(why, "%s: more than %d folders deep", folder, SELECTION_DEPTH_MAX);
    int count = scandir(folder, &entries, NULL, by_name);
    if (count < 0)
        return fail_set(why, "%s cannot be read", folder);
    bool fine = true;
    for (int i = 0; i < count; i++) {
        char *path = path_join(folder, entries[i]->d_name);
        bool hidden = entries[i]->d_name[0] == '.';
        if (fine && !hidden && path_is_folder(path))
            fine = folder_search(paths, path, depth + 1, why);
        else if (fine && !hidden && is_scenario_name(text_of(entries[i]->d_name)))
            fine = path_add(paths, path, why);
        mem_free(path);
        free(entries[i]);
    }
    free(entries);
    return fine;
}

/* "scenarios/" and "scenarios" are one. */
static char *path_tidy(const char *path)
{
    struct text text = text_of(path);
    while (text.len > 1 && text_ends(text, "/"))
        text = text_first(text, text.len - 1);
    return text_copy(text);
}

static bool path_search(struct paths *paths, const char *given, struct fail *why)
{
    char *path = path_tidy(given);
    bool fine;
    if (path_is_folder(path))
        fine = folder_search(paths, path, 0, why);
    else if (path_is_file(path))
        fine = path_add(paths, path, why);
    else
        fine = fail_set(why, "there is no file or folder %s", path);
    mem_free(path);
    return fine;
}

/* What `otp-harness init` wrote for the project in this folder; new, or NULL. */
static char *profile_below(const char *folder)
{
    static const char *const places[] = {"tests/otp/backend.yaml", "otp/backend.yaml"};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        char *candidate = path_join(folder, places[i]);
        if (path_is_file(candidate))
            return candidate;
        mem_free(candidate);
    }
    return NULL;
}

/* The nearest backend.yaml, beside a file or in a folder or above. */
static char *profile_find(const char *path, struct fail *why)
{
    char *start = path_absolute(path, why);
    if (start == NULL)
        return NULL;
    char *folder = path_is_folder(start) ? mem_string(start) : path_folder(start);
    mem_free(start);
    for (;;) {
        char *candidate = path_join(folder, "backend.yaml");
        if (path_is_file(candidate)) {
            mem_free(folder);
            return candidate;
        }
        mem_free(candidate);
        if (strcmp(folder, "/") == 0)
            break;
        char *above = path_folder(folder);
        mem_free(folder);
        folder = above;
    }
    mem_free(folder);
    char *below = profile_below(path);
    fail_set(why, "there is no backend.yaml beside or above %s; %s --backend %s", path,
             below == NULL ? "name one with" : "there is one below:", below == NULL ? "FILE" : below);
    mem_free(below);
    return NULL;
}

/* One run has one profile: files that belong to two backends are not mixed. */
static char *profile_choose(const struct settings *settings, const struct paths *paths, struct fail *why)
{
    if (settings->backend != NULL)
        return mem_string(settings->backend);
    const char *first = paths->count > 0 ? paths->items[0] : settings->paths.items[0];
    char *chosen = profile_find(first, why);
    for (size_t i = 1; i < paths->count && chosen != NULL; i++) {
        char *other = profile_find(paths->items[i], why);
        bool same = other != NULL && strcmp(other, chosen) == 0;
        if (other != NULL && !same)
            fail_set(why, "%s belongs to %s, and %s to %s: run them apart, or name one with --backend FILE",
                     first, chosen, paths->items[i], other);
        mem_free(other);
        if (!same) {
            mem_free(chosen);
            chosen = NULL;
        }
    }
    return chosen;
}

bool scenario_has_tag(const struct scenario *scenario, const struct settings_list *tags)
{
    for (size_t wanted = 0; wanted < tags->count; wanted++)
        for (size_t i = 0; i < scenario->tags.count; i++)
            if (text_is(scenario->tags.items[i].written, tags->items[wanted]))
                return true;
    return tags->count == 0;
}

static char *case_name_of(const struct named_values *row)
{
    struct text_buf out;
    text_buf_init(&out, 400);
    for (size_t i = 0; i < row->count; i++)
        text_putf(&out, "%s%.*s=%.*s", i == 0 ? "" : ", ", TEXT_ARGS(row->items[i].name),
                  TEXT_ARGS(text_first(row->items[i].value.written, 80)));
    return text_buf_take(&out);
}

static bool history_path_is_taken(const struct selection *selection, const char *path)
{
    for (size_t i = 0; i < selection->job_count; i++)
        if (strcmp(selection->jobs[i].history_path, path) == 0)
            return true;
    return false;
}

/* OUTPUT/history/family/name[.row].ndjson */
static char *history_path_of(const struct selection *selection, const struct settings *settings,
                             const char *file, int row)
{
    struct text path = text_of(file), part, family = TEXT("none"), name = TEXT_NONE;
    while (text_split(&path, '/', &part)) {
        if (name.at != NULL)
            family = name;
        name = part;
    }
    name = text_first(name, name.len - (text_ends(name, ".yml") ? 4 : 5));
    struct text_buf out;
    for (int copy = 0;; copy++) {
        text_buf_init(&out, 4000);
        text_putf(&out, "%s/history/%.*s/%.*s", settings->output, TEXT_ARGS(family), TEXT_ARGS(name));
        if (row >= 0)
            text_putf(&out, ".%d", row + 1);
        if (copy > 0)
            text_putf(&out, "-%d", copy + 1);
        text_put_z(&out, ".ndjson");
        char *made = text_buf_take(&out);
        if (!history_path_is_taken(selection, made))
            return made;
        mem_free(made);
    }
}

static void job_add(struct selection *selection, const struct settings *settings,
                    const struct scenario *scenario, int row)
{
    struct job job = {.scenario = scenario, .row = row, .seed = settings->seed + selection->job_count + 1};
    if (row >= 0)
        job.case_name = case_name_of(&scenario->cases.items[row]);
    job.history_path = history_path_of(selection, settings, scenario->path, row);
    job.limit_ms = settings->time_limit_ms;
    if (value_given(&scenario->time_limit) && !scenario->time_limit.has_variables)
        job.limit_ms = scenario->time_limit.as.duration_ms;
    selection->jobs = mem_resize(selection->jobs, (selection->job_count + 1) * sizeof *selection->jobs);
    selection->jobs[selection->job_count++] = job;
}

static void jobs_make(struct selection *selection, const struct settings *settings)
{
    for (size_t i = 0; i < selection->scenario_count; i++) {
        const struct scenario *scenario = selection->scenarios[i];
        if (!scenario_has_tag(scenario, &settings->tags))
            continue;
        int rows = (int)scenario->cases.count;
        for (int row = 0; row < rows; row++)
            job_add(selection, settings, scenario, row);
        if (rows == 0)
            job_add(selection, settings, scenario, -1);
    }
}

static void jobs_shuffle(struct selection *selection, uint64_t seed)
{
    struct ids ids;
    ids_init(&ids, seed == 0 ? 1 : seed);
    for (size_t i = selection->job_count; i > 1; i--) {
        size_t other = (size_t)ids_below(&ids, i);
        struct job swapped = selection->jobs[i - 1];
        selection->jobs[i - 1] = selection->jobs[other];
        selection->jobs[other] = swapped;
    }
}

static void scenarios_read(struct selection *selection, const struct paths *paths, struct problems *problems)
{
    selection->scenarios = mem_new_array(paths->count + 1, sizeof *selection->scenarios);
    for (size_t i = 0; i < paths->count; i++) {
        struct scenario *scenario = scenario_read(paths->items[i], problems);
        if (scenario == NULL)
            selection->broken_count++;
        else
            selection->scenarios[selection->scenario_count++] = scenario;
    }
}

static void lint_all(struct selection *selection, struct problems *problems)
{
    if (selection->profile != NULL)
        lint_profile(selection->profile, problems);
    for (size_t i = 0; i < selection->scenario_count && selection->profile != NULL; i++)
        lint_scenario(selection->scenarios[i], selection->profile, problems);
    lint_sentences((const struct scenario *const *)selection->scenarios, selection->scenario_count, problems);
}

struct selection *selection_new(const struct settings *settings, struct problems *problems, struct fail *why)
{
    struct selection *selection = mem_new(sizeof *selection);
    struct paths paths = {0};
    bool fine = true;
    for (size_t i = 0; i < settings->paths.count && fine; i++)
        fine = path_search(&paths, settings->paths.items[i], why);
    if (fine)
        selection->profile_path = profile_choose(settings, &paths, why);
    fine = fine && selection->profile_path != NULL;
    if (fine) {
        selection->profile = profile_read(selection->profile_path, problems);
        scenarios_read(selection, &paths, problems);
        lint_all(selection, problems);
        jobs_make(selection, settings);
        if (settings->shuffle)
            jobs_shuffle(selection, settings->seed);
    }
    paths_release(&paths);
    if (fine)
        return selection;
    selection_free(selection);
    return NULL;
}

void selection_free(struct selection *selection)
{
    if (selection == NULL)
        return;
    for (size_t i = 0; i < selection->job_count; i++) {
        mem_free(selection->jobs[i].case_name);
        mem_free(selection->jobs[i].history_path);
    }
    mem_free(selection->jobs);
    for (size_t i = 0; i < selection->scenario_count; i++)
        scenario_free(selection->scenarios[i]);
    mem_free(selection->scenarios);
    profile_free(selection->profile);
    mem_free(selection->profile_path);
    mem_free(selection);
}
