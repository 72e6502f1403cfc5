/* Which reader a file gets, and keeping facts within their bounds. */
#include "project_facts.h"

#include <stdarg.h>
#include <stdio.h>

#include "fact_parts.h"
#include "mem.h"

enum { TEXT_MAX_BYTES = 400, NOTE_MAX_BYTES = 500 };

/* The first row that fits counts. */
static const struct {
    const char *starts, *ends;
    void (*read)(const struct fact_file *file);
} kinds[] = {
    {"package.json", "package.json", read_package_json},
    {"pnpm-workspace.yaml", "pnpm-workspace.yaml", read_workspaces},
    {"lerna.json", "lerna.json", read_workspaces},
    {"Procfile", "Procfile", read_procfile},
    {"Dockerfile", "", read_dockerfile},
    {"Containerfile", "", read_dockerfile},
    {"docker-compose", "ml", read_compose},
    {"compose", "ml", read_compose},
    {".env.example", ".env.example", read_env_example},
    {".env.sample", ".env.sample", read_env_example},
    {".env.template", ".env.template", read_env_example},
    {".env.dist", ".env.dist", read_env_example},
    {"env.example", "env.example", read_env_example},
    {"example.env", "example.env", read_env_example},
    {"sample.env", "sample.env", read_env_example},
    {"", ".prisma", read_prisma},
    {"requirements", ".txt", read_manifest},
    {"pyproject.toml", "pyproject.toml", read_manifest},
    {"Pipfile", "Pipfile", read_manifest},
    {"go.mod", "go.mod", read_manifest},
    {"Gemfile", "Gemfile", read_manifest},
    {"composer.json", "composer.json", read_composer_json},
    {"pom.xml", "pom.xml", read_manifest},
    {"build.gradle", "", read_manifest},
    {"", ".test.js", NULL},
    {"", ".spec.js", NULL},
    {"", ".test.ts", NULL},
    {"", ".spec.ts", NULL},
    {"", ".test.mjs", NULL},
    {"", "_test.go", NULL},
    {"", "_test.py", NULL},
    {"", "_spec.rb", NULL},
    {"test_", ".py", NULL},
    {"", "Test.java", NULL},
    {"", ".min.js", NULL},
    {"", ".d.ts", NULL},
    {"", ".sh", read_shell},
    {"", ".js", read_source},
    {"", ".mjs", read_source},
    {"", ".cjs", read_source},
    {"", ".ts", read_source},
    {"", ".py", read_source},
    {"", ".go", read_source},
    {"", ".rb", read_source},
    {"", ".php", read_source},
    {"", ".java", read_source},
    {"", ".kt", read_source},
};

struct text fact_base_name(struct text path)
{
    for (size_t i = path.len; i-- > 0;)
        if (path.at[i] == '/')
            return text_from(path, i + 1);
    return path;
}

struct text fact_folder_name(struct text path)
{
    size_t len = path.len - fact_base_name(path).len;
    return text_first(path, len > 0 ? len - 1 : 0);
}

bool fact_is_built(struct text command)
{
    static const char *const signs[] = {"dist", "build/", "out/", "lib/", ".output/", "next start"};
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (text_contains(command, text_of(signs[i])))
            return true;
    return false;
}

bool fact_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
}

static size_t kind_of(const char *name)
{
    struct text base = fact_base_name(text_of(name));
    size_t count = sizeof kinds / sizeof kinds[0];
    for (size_t i = 0; i < count; i++)
        if (text_starts(base, kinds[i].starts) && text_ends(base, kinds[i].ends))
            return i;
    return count;
}

bool project_facts_wants(const char *name)
{
    size_t kind = kind_of(name);
    return kind < sizeof kinds / sizeof kinds[0] && kinds[kind].read != NULL;
}

struct project_facts *project_facts_new(void)
{
    struct project_facts *facts = mem_new(sizeof *facts);
    facts->arena = arena_new(FACTS_ARENA_BYTES);
    return facts;
}

void project_facts_free(struct project_facts *facts)
{
    if (facts == NULL)
        return;
    for (size_t i = 0; i < facts->note_count; i++)
        mem_free(facts->notes[i]);
    arena_free(facts->arena);
    mem_free(facts);
}

void project_facts_add(struct project_facts *facts, const char *name, struct text bytes)
{
    if (!project_facts_wants(name))
        return;
    struct fact_file file = {.facts = facts, .name = fact_text(facts, text_of(name)), .bytes = bytes};
    if (file.name.at == NULL)
        facts->dropped++;
    else
        kinds[kind_of(name)].read(&file);
}

void project_facts_note(struct project_facts *facts, const char *format, ...)
{
    char note[NOTE_MAX_BYTES];
    va_list args;
    if (facts->note_count == FACTS_NOTES_MAX) {
        facts->dropped++;
        return;
    }
    va_start(args, format);
    vsnprintf(note, sizeof note, format, args);
    va_end(args);
    facts->notes[facts->note_count++] = mem_string(note);
}

struct text fact_text(struct project_facts *facts, struct text view)
{
    if (view.at == NULL)
        return TEXT_NONE;
    return arena_text(facts->arena, text_first(view, TEXT_MAX_BYTES));
}

struct fact_place fact_here(const struct fact_file *file, int line)
{
    return (struct fact_place){file->name, line};
}

/* Room for one more, or NULL. */
static void *room(struct project_facts *facts, void *items, size_t size_bytes, size_t *count, size_t max)
{
    if (*count == max) {
        facts->dropped++;
        return NULL;
    }
    return (char *)items + size_bytes * (*count)++;
}

#define ROOM(facts, list, count, max) room(facts, (facts)->list, sizeof *(facts)->list, &(facts)->count, max)

void fact_add_start(const struct fact_file *file, int line, int rank, const char *what, struct text command,
                    bool words)
{
    /* what lies deeper belongs to a part of the project, not to the whole */
    int deeper = fact_folder_name(file->name).len > 0 ? 100 : 0;
    struct fact_start *start = ROOM(file->facts, starts, start_count, FACTS_STARTS_MAX);
    if (start != NULL)
        *start = (struct fact_start){.rank = rank + deeper,
                                     .command = fact_text(file->facts, command),
                                     .words = words,
                                     .what = what,
                                     .at = fact_here(file, line)};
}

void fact_add_env(const struct fact_file *file, int line, struct text name, bool example)
{
    struct project_facts *facts = file->facts;
    for (size_t i = 0; i < facts->env_count; i++) {
        if (!text_equal(facts->envs[i].name, name))
            continue;
        if (example && !facts->envs[i].example) {
            facts->envs[i].example = true;
            facts->envs[i].at = fact_here(file, line);
        }
        return;
    }
    struct fact_env *env = ROOM(facts, envs, env_count, FACTS_ENVS_MAX);
    if (env != NULL)
        *env = (struct fact_env){.name = fact_text(facts, name),
                                 .role = twilio_role(name),
                                 .at = fact_here(file, line),
                                 .example = example};
}

void fact_add_evidence(const struct fact_file *file, int line, enum fact_evidence evidence)
{
    if (file->facts->evidence[evidence].file.at == NULL)
        file->facts->evidence[evidence] = fact_here(file, line);
}

void fact_add_port(const struct fact_file *file, int line, struct text digits)
{
    int64_t port;
    if (file->facts->port != 0 || !text_to_int(digits, 1, 65535, &port))
        return;
    file->facts->port = (int)port;
    file->facts->port_at = fact_here(file, line);
}

void fact_add_name(const struct fact_file *file, int line, struct text name)
{
    if (file->facts->name.at != NULL || name.len == 0)
        return;
    file->facts->name = fact_text(file->facts, name);
    file->facts->name_at = fact_here(file, line);
}

struct fact_route *fact_add_route(const struct fact_file *file, int line, const char *method,
                                  struct text path, struct text owner)
{
    struct fact_route *route = ROOM(file->facts, routes, route_count, FACTS_ROUTES_MAX);
    if (route != NULL)
        *route = (struct fact_route){.method = text_of(method),
                                     .path = fact_text(file->facts, path),
                                     .owner = fact_text(file->facts, owner),
                                     .at = fact_here(file, line)};
    return route;
}

void fact_add_mount(const struct fact_file *file, int line, struct text prefix, struct text what,
                    struct text owner)
{
    struct fact_mount *mount = ROOM(file->facts, mounts, mount_count, FACTS_MOUNTS_MAX);
    if (mount != NULL)
        *mount = (struct fact_mount){.prefix = fact_text(file->facts, prefix),
                                     .what = fact_text(file->facts, what),
                                     .owner = fact_text(file->facts, owner),
                                     .at = fact_here(file, line)};
}

void fact_add_import(const struct fact_file *file, int line, struct text name, struct text module)
{
    struct fact_import *import = ROOM(file->facts, imports, import_count, FACTS_MOUNTS_MAX);
    if (import != NULL)
        *import = (struct fact_import){.name = fact_text(file->facts, name),
                                       .module = fact_text(file->facts, module),
                                       .at = fact_here(file, line)};
}
