/* The files that say what a project is made of and how it starts: package.json, Procfile, Dockerfile, compose
 * files, examples of .env, and the lists of dependencies of other languages. */
#include <stdio.h>

#include "dockerfile.h"
#include "env_file.h"
#include "fact_parts.h"
#include "json.h"
#include "mem.h"
#include "project_frameworks.h"

/* Ranks of ways to start; what the project itself says goes before what is guessed from a dependency. */
enum {
    COMMAND_BYTES = 1024,
    RANK_START = 10,
    RANK_PROCFILE = 20,
    RANK_MAIN = 30,
    RANK_DEV = 40,
    RANK_DOCKER = 50,
    RANK_SHELL = 60,
};

static void use_framework(const struct fact_file *file, int line, const struct framework *framework)
{
    if (framework == NULL || file->facts->framework != NULL)
        return;
    file->facts->framework = framework;
    file->facts->framework_at = fact_here(file, line);
}

static void read_dependencies(const struct fact_file *file, const char *manifest, const json_t *list)
{
    const char *name;
    json_t *ignored;
    json_object_foreach((json_t *)list, name, ignored)
    {
        framework_note_dependency(file, 0, text_of(name));
        use_framework(file, 0, framework_find(text_of(manifest), text_of(name)));
    }
}

/* "node server.js" needs no shell and no npm. */
static bool plain_node(struct text script)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./_- ";
    for (size_t i = 0; i < script.len; i++)
        if (strchr(allowed, script.at[i]) == NULL || script.at[i] == '\0')
            return false;
    return text_starts(script, "node ");
}

/* The command for the whole project's folder that does `command` in the folder of the file; NULL when that
 * folder's name is not for a shell. */
static const char *command_below(const struct fact_file *file, const char *command, char ret[COMMAND_BYTES])
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./_-@";
    struct text folder = fact_folder_name(file->name), list = file->facts->workspaces.file;
    for (size_t i = 0; i < folder.len; i++)
        if (folder.at[i] == '\0' || strchr(plain, folder.at[i]) == NULL)
            return NULL;
    if (folder.len == 0)
        snprintf(ret, COMMAND_BYTES, "%s", command);
    else if (text_is(list, "package.json") && text_starts(text_of(command), "npm run "))
        snprintf(ret, COMMAND_BYTES, "%s --workspace=%.*s", command, TEXT_ARGS(folder));
    else
        snprintf(ret, COMMAND_BYTES, "cd %.*s && %s", TEXT_ARGS(folder), command);
    return ret;
}

static void add_script(const struct fact_file *file, const json_t *scripts, const char *name, int rank,
                       const char *what)
{
    struct text script = json_text(scripts, name);
    char npm[64], command[COMMAND_BYTES];
    if (script.len == 0)
        return;
    snprintf(npm, sizeof npm, "npm run %s", name);
    bool plain = plain_node(script) && fact_folder_name(file->name).len == 0;
    if (plain)
        fact_add_start(file, 0, rank, what, script, true);
    else if (command_below(file, npm, command) != NULL)
        fact_add_start(file, 0, rank, what, text_of(command), false);
}

static void add_main(const struct fact_file *file, struct text name)
{
    char node[512], command[COMMAND_BYTES];
    bool below = fact_folder_name(file->name).len > 0;
    if (name.len == 0)
        return;
    snprintf(node, sizeof node, "node %.*s", TEXT_ARGS(text_first(name, 400)));
    if (plain_node(text_of(node)) && command_below(file, node, command) != NULL)
        fact_add_start(file, 0, RANK_MAIN, "main", text_of(command), !below);
}

/* Whether what is started lies where builds put things is asked where the start is chosen. */
static void add_build(const struct fact_file *file, const json_t *scripts, struct text main_file)
{
    struct fact_build *build = &file->facts->build;
    char command[COMMAND_BYTES];
    if (build->command.at != NULL || json_text(scripts, "build").len == 0 ||
        command_below(file, "npm run build", command) == NULL)
        return;
    build->command = fact_text(file->facts, text_of(command));
    build->needed = fact_is_built(json_text(scripts, "start")) || fact_is_built(main_file);
    build->at = fact_here(file, 0);
}

static bool is_backend(const json_t *document)
{
    const char *name;
    json_t *ignored;
    json_object_foreach(json_object_get(document, "dependencies"), name, ignored)
    {
        if (framework_find(TEXT("package.json"), text_of(name)) != NULL ||
            text_contains(text_of(name), TEXT("twilio")))
            return true;
    }
    return false;
}

/* A project below this one; the rest of its file is of no use when it is no backend. */
static bool add_part(const struct fact_file *file, const json_t *document)
{
    struct project_facts *facts = file->facts;
    struct text folder = fact_folder_name(file->name);
    if (folder.len == 0)
        return true;
    if (!is_backend(document))
        return false;
    if (facts->part_count == FACTS_PARTS_MAX)
        facts->dropped++;
    else
        facts->parts[facts->part_count++] = fact_text(facts, folder);
    if (facts->workspaces.file.at == NULL)
        facts->workspaces = fact_here(file, 0);
    return true;
}

void read_workspaces(const struct fact_file *file)
{
    if (file->facts->workspaces.file.at == NULL && fact_folder_name(file->name).len == 0)
        file->facts->workspaces = fact_here(file, 0);
}

/* New; NULL when it is no object, and then it is noted. */
static json_t *json_file(const struct fact_file *file)
{
    struct fail why = {0};
    json_t *document = NULL;
    char line[512], name[300];
    snprintf(name, sizeof name, "%.*s", TEXT_ARGS(text_first(file->name, 250)));
    struct text bytes = text_starts(file->bytes, "\xEF\xBB\xBF") ? text_from(file->bytes, 3) : file->bytes;
    if (!json_read(bytes, name, &document, &why) || !json_is_object(document)) {
        project_facts_note(file->facts, "%s",
                           why.set ? fail_line(&why, line, sizeof line) : "it holds no object");
        json_decref(document);
        return NULL;
    }
    return document;
}

void read_composer_json(const struct fact_file *file)
{
    json_t *document = json_file(file);
    if (document == NULL)
        return;
    struct text name = json_text(document, "name");
    fact_add_name(file, 0, name);
    read_dependencies(file, "composer.json", json_object_get(document, "require"));
    use_framework(file, 0, framework_named("PHP"));
    json_decref(document);
}

void read_package_json(const struct fact_file *file)
{
    json_t *document = json_file(file);
    if (document == NULL)
        return;
    const json_t *scripts = json_object_get(document, "scripts");
    struct text main_file = json_text(document, "main");
    if (json_object_get(document, "workspaces") != NULL)
        read_workspaces(file);
    fact_add_name(file, 0, json_text(document, "name"));
    read_dependencies(file, "package.json", json_object_get(document, "dependencies"));
    read_dependencies(file, "package.json", json_object_get(document, "devDependencies"));
    if (add_part(file, document)) {
        add_script(file, scripts, "start", RANK_START, "scripts.start");
        add_script(file, scripts, "dev", RANK_DEV, "scripts.dev");
        add_main(file, main_file);
        add_build(file, scripts, main_file);
    }
    json_decref(document);
}

void read_procfile(const struct fact_file *file)
{
    struct text rest = file->bytes, line;
    for (int number = 1; env_line(&rest, &line, NULL); number++)
        if (text_starts(text_trim(line), "web:"))
            fact_add_start(file, number, RANK_PROCFILE, "web", text_trim(text_from(text_trim(line), 4)),
                           false);
}

/* What a Dockerfile's last stage starts. */
struct docker {
    const struct fact_file *file;
    struct text entry, command; /* for a shell, or words; .at == NULL: none */
    bool words;
    int line;
};

/* One word for a shell. */
static void put_word(struct text_buf *out, struct text word, bool *words)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./_-:=,@+";
    bool quote = word.len == 0;
    for (size_t i = 0; i < word.len; i++)
        quote = quote || word.at[i] == '\0' || strchr(plain, word.at[i]) == NULL;
    if (!quote) {
        text_put(out, word);
        return;
    }
    *words = false;
    text_put_char(out, '\'');
    for (size_t i = 0; i < word.len; i++)
        text_put(out, word.at[i] == '\'' ? TEXT("'\\''") : text_span(word.at + i, 1));
    text_put_char(out, '\'');
}

/* ["node", "x.js"] to "node x.js"; anything else is for a shell as it stands. */
static struct text exec_form(struct docker *docker, struct text written)
{
    struct fail ignored = {0};
    json_t *list = NULL;
    struct text_buf out;
    if (!text_starts(written, "[") || !json_read(written, "", &list, &ignored)) {
        docker->words = false;
        return fact_text(docker->file->facts, written);
    }
    text_buf_init(&out, DOCKERFILE_LINE_BYTES);
    size_t index;
    json_t *item;
    json_array_foreach(list, index, item)
    {
        text_put_z(&out, index == 0 ? "" : " ");
        put_word(&out, text_of(json_is_string(item) ? json_string_value(item) : ""), &docker->words);
    }
    struct text words = fact_text(docker->file->facts, text_buf_view(&out));
    text_buf_release(&out);
    json_decref(list);
    return words;
}

static void docker_from(struct docker *docker, int line, struct text rest)
{
    (void)rest;
    (void)line;
    *docker = (struct docker){.file = docker->file, .words = true};
}

static void docker_entry(struct docker *docker, int line, struct text rest)
{
    docker->entry = exec_form(docker, rest);
    docker->line = line;
}

static void docker_command(struct docker *docker, int line, struct text rest)
{
    docker->command = exec_form(docker, rest);
    docker->line = line;
}

static void docker_start(const struct docker *docker)
{
    struct text_buf out;
    text_buf_init(&out, DOCKERFILE_LINE_BYTES);
    text_put(&out, docker->entry);
    text_put_z(&out, docker->entry.len > 0 && docker->command.len > 0 ? " " : "");
    text_put(&out, docker->command);
    if (out.len > 0)
        fact_add_start(docker->file, docker->line, RANK_DOCKER, docker->entry.len > 0 ? "ENTRYPOINT" : "CMD",
                       text_buf_view(&out), docker->words);
    text_buf_release(&out);
}

static void docker_env(struct docker *docker, int line, struct text rest)
{
    size_t end = text_find(rest, '=');
    size_t space = text_find(rest, ' ');
    struct text name = text_first(rest, end < space ? end : space);
    if (env_name_valid(name))
        fact_add_env(docker->file, line, name, false);
}

static void docker_expose(struct docker *docker, int line, struct text rest)
{
    fact_add_port(docker->file, line, text_first(rest, text_find(rest, '/')));
}

void read_dockerfile(const struct fact_file *file)
{
    static const struct {
        const char *word;
        void (*read)(struct docker *docker, int line, struct text rest);
    } words[] = {{"FROM", docker_from},
                 {"ENTRYPOINT", docker_entry},
                 {"CMD", docker_command},
                 {"ENV", docker_env},
                 {"EXPOSE", docker_expose}};
    struct docker docker = {.file = file, .words = true};
    struct dockerfile_reader *reader = mem_new(sizeof *reader);
    struct dockerfile_line line;
    reader->rest = file->bytes;
    while (dockerfile_next(reader, &line))
        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
            if (text_is_nocase(line.word, words[i].word))
                words[i].read(&docker, line.line, line.rest);
    docker_start(&docker);
    mem_free(reader);
}

/* Anchors, merges and templates make compose files more than our YAML; the images are all that is asked. */
void read_compose(const struct fact_file *file)
{
    static const struct {
        const char *image;
        enum fact_evidence evidence;
    } images[] = {{"redis", EVIDENCE_REDIS},
                  {"valkey", EVIDENCE_REDIS},
                  {"postgres", EVIDENCE_POSTGRES},
                  {"postgis", EVIDENCE_POSTGRES}};
    struct text rest = file->bytes, line;
    for (int number = 1; env_line(&rest, &line, NULL); number++) {
        line = text_trim(line);
        if (!text_starts(line, "image:"))
            continue;
        struct text image = fact_base_name(text_trim(text_from(line, 6)));
        while (image.len > 0 && (image.at[0] == '"' || image.at[0] == '\''))
            image = text_from(image, 1);
        for (size_t i = 0; i < sizeof images / sizeof images[0]; i++)
            if (text_starts(image, images[i].image))
                fact_add_evidence(file, number, images[i].evidence);
    }
}

/* A store by the name of its variable, or by the scheme of its address, which is all that is looked at of a
 * value: it may be somebody's real one. */
static void note_store(const struct fact_file *file, const struct env_pair *pair)
{
    static const struct {
        const char *ends, *scheme;
        enum fact_evidence evidence;
    } stores[] = {{"REDIS_URL", "", EVIDENCE_REDIS},       {"REDIS_HOST", "", EVIDENCE_REDIS},
                  {"PGHOST", "", EVIDENCE_POSTGRES},       {"POSTGRES_HOST", "", EVIDENCE_POSTGRES},
                  {"POSTGRES_URL", "", EVIDENCE_POSTGRES}, {"_URL", "postgres", EVIDENCE_POSTGRES},
                  {"_URL", "redis://", EVIDENCE_REDIS}};
    for (size_t i = 0; i < sizeof stores / sizeof stores[0]; i++)
        if (text_ends(pair->name, stores[i].ends) && text_starts(pair->value, stores[i].scheme))
            fact_add_evidence(file, pair->line, stores[i].evidence);
}

/* Names alone. */
void read_env_example(const struct fact_file *file)
{
    struct env_reader reader = {.rest = file->bytes};
    struct env_pair pair;
    while (env_next(&reader, &pair))
        if ((pair.faults & (ENV_NO_PAIR | ENV_BAD_NAME)) == 0) {
            fact_add_env(file, pair.line, pair.name, true);
            note_store(file, &pair);
        }
}

/* Prisma's own language; the database is all that is asked. */
void read_prisma(const struct fact_file *file)
{
    struct text rest = file->bytes, line;
    for (int number = 1; env_line(&rest, &line, NULL); number++)
        if (text_starts(text_trim(line), "provider") && text_contains(line, TEXT("\"postgresql\"")))
            fact_add_evidence(file, number, EVIDENCE_POSTGRES);
}

/* The dependency that a line of a list names: its first word without quotes, version and brackets. */
static struct text dependency_of(struct text line)
{
    static const char ends[] = " =<>~![;,\"'({@:\t";
    static const char *const before[] = {"gem ", "require ", "<artifactId>", "implementation ",
                                         "implementation("};
    line = text_trim(line);
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++)
        if (text_starts(line, before[i]))
            line = text_trim(text_from(line, strlen(before[i])));
    while (line.len > 0 && (line.at[0] == '"' || line.at[0] == '\''))
        line = text_from(line, 1);
    size_t len = 0;
    while (len < line.len && line.at[len] != '<' &&
           (line.at[len] == '\0' || strchr(ends, line.at[len]) == NULL))
        len++;
    return text_first(line, len);
}

static const struct {
    const char *file, *manifest;
} manifests[] = {{"requirements", "python"},      {"pyproject", "python"},
                 {"Pipfile", "python"},           {"go.mod", "go.mod"},
                 {"Gemfile", "Gemfile"},          {"pom.xml", "pom.xml"},
                 {"build.gradle", "build.gradle"}};

/* Where the language itself tells how to start, whatever the dependencies are. */
static void use_language(const struct fact_file *file, struct text manifest)
{
    if (text_is(manifest, "go.mod"))
        use_framework(file, 0, framework_named("Go"));
}

void read_manifest(const struct fact_file *file)
{
    struct text base = fact_base_name(file->name), rest = file->bytes, line, manifest = TEXT_NONE;
    for (size_t i = 0; i < sizeof manifests / sizeof manifests[0]; i++)
        if (text_starts(base, manifests[i].file))
            manifest = text_of(manifests[i].manifest);
    for (int number = 1; env_line(&rest, &line, NULL); number++) {
        char lower[128];
        struct text name = dependency_of(text_first(line, sizeof lower));
        for (size_t i = 0; i < name.len; i++)
            lower[i] = (char)(name.at[i] >= 'A' && name.at[i] <= 'Z' ? name.at[i] + 32 : name.at[i]);
        name = text_span(lower, name.len);
        if (name.len == 0 || name.at[0] == '#')
            continue;
        if (text_is(manifest, "go.mod") && text_is(name, "module"))
            fact_add_name(file, number, fact_base_name(text_trim(text_from(text_trim(line), 6))));
        framework_note_dependency(file, number, name);
        use_framework(file, number, framework_find(manifest, name));
    }
    use_language(file, manifest);
}

void read_shell(const struct fact_file *file)
{
    static const char *const names[] = {"server.sh", "start.sh", "run.sh", "backend.sh", "app.sh", "main.sh"};
    struct text base = fact_base_name(file->name);
    char command[512];
    bool bash = text_starts(file->bytes, "#!") &&
                text_contains(text_first(file->bytes, text_find(file->bytes, '\n')), TEXT("bash"));
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (!text_is(base, names[i]))
            continue;
        snprintf(command, sizeof command, "%s %.*s", bash ? "bash" : "sh",
                 TEXT_ARGS(text_first(file->name, 400)));
        fact_add_start(file, 0, RANK_SHELL + (int)i, "a shell script", text_of(command), false);
    }
    read_source(file);
}
