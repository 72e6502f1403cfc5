/* Reading settings out of env files, Cloud Run services, profiles and the process's own environment. */
#include "twilio_settings.h"

#include <stdio.h>

#include "document.h"
#include "mem.h"
#include "project_walk.h"

enum { DEPTH_MAX = 32 };

struct twilio_settings *twilio_settings_new(void)
{
    return mem_new(sizeof(struct twilio_settings));
}

void twilio_settings_free(struct twilio_settings *settings)
{
    if (settings == NULL)
        return;
    for (size_t i = 0; i < settings->count; i++) {
        mem_free(settings->items[i].name);
        mem_free(settings->items[i].value);
        mem_free(settings->items[i].secret);
    }
    mem_free(settings);
}

/* NULL when it is none of Twilio's or there is no room. */
static struct twilio_setting *add(struct twilio_settings *settings, struct text name, struct text value,
                                  const char *file, int line)
{
    enum twilio_role role = twilio_role(name);
    if (role == TWILIO_NO_ROLE)
        return NULL;
    if (settings->count == SETTINGS_MAX) {
        settings->dropped++;
        return NULL;
    }
    struct twilio_setting *setting = &settings->items[settings->count++];
    setting->name = text_copy(name);
    setting->value = text_copy(value);
    setting->value_len = value.len;
    setting->role = role;
    if (line > 0)
        snprintf(setting->where, sizeof setting->where, "%.140s:%d", file, line);
    else
        snprintf(setting->where, sizeof setting->where, "%.140s", file);
    return setting;
}

bool twilio_settings_read_env(struct twilio_settings *settings, const char *path, struct fail *why)
{
    struct text_buf content;
    struct env_pair pair;
    if (!plain_file_read(path, SETTINGS_FILE_BYTES, &content, why))
        return false;
    struct env_reader reader = {.rest = text_buf_view(&content)};
    if (text_find(reader.rest, '\0') < reader.rest.len) {
        text_buf_release(&content);
        return fail_set(why, "cannot read %s: it is no text", path);
    }
    snprintf(settings->source, sizeof settings->source, "%.140s", path);
    settings->deployment = true;
    while (env_next(&reader, &pair)) {
        if ((pair.faults & (ENV_NO_PAIR | ENV_BAD_NAME)) != 0) {
            if (settings->broken_lines++ == 0)
                snprintf(settings->first_broken, sizeof settings->first_broken, "%.140s:%d", path, pair.line);
            continue;
        }
        struct twilio_setting *setting = add(settings, pair.name, pair.value, path, pair.line);
        if (setting != NULL)
            setting->faults = pair.faults;
    }
    text_buf_release(&content);
    return true;
}

void twilio_settings_read_environment(struct twilio_settings *settings, const char *const *environment)
{
    snprintf(settings->source, sizeof settings->source, "the environment");
    settings->literal = settings->deployment = true;
    for (size_t i = 0; environment[i] != NULL; i++) {
        struct text pair = text_of(environment[i]);
        size_t equals = text_find(pair, '=');
        if (equals < pair.len)
            add(settings, text_first(pair, equals), text_from(pair, equals + 1), "environment", 0);
    }
}

struct yaml_file {
    struct problems *problems;
    struct document *document;
    const struct node *root;
};

static void yaml_close(struct yaml_file *file)
{
    document_free(file->document);
    problems_free(file->problems);
}

/* What is wrong is said as lint says it. */
static bool yaml_open(struct yaml_file *file, const char *path, struct fail *why)
{
    struct text_buf content, said;
    if (!plain_file_read(path, SETTINGS_FILE_BYTES, &content, why))
        return false;
    file->problems = problems_new();
    file->document = document_new(path, file->problems);
    file->root = document_parse(file->document, text_buf_view(&content));
    text_buf_release(&content);
    if (file->root != NULL)
        return true;
    text_buf_init(&said, sizeof why->text - 32);
    problems_write(file->problems, &said);
    fail_set(why, "cannot be understood:\n%s", text_buf_z(&said));
    text_buf_release(&said);
    yaml_close(file);
    return false;
}

static void cloud_run_variable(struct twilio_settings *settings, const struct node *entry)
{
    const struct node *name = node_get(entry, "name"), *value = node_get(entry, "value");
    const struct node *from = node_get(entry, "valueFrom");
    if (name == NULL || name->kind != NODE_SCALAR || (value != NULL && value->kind != NODE_SCALAR))
        return;
    struct twilio_setting *setting = add(settings, name->text, value == NULL ? TEXT("") : value->text,
                                         entry->at.file, value == NULL ? name->at.line : value->at.line);
    const struct node *ref = from == NULL || from->kind != NODE_MAP ? NULL : node_get(from, "secretKeyRef");
    const struct node *secret = ref == NULL || ref->kind != NODE_MAP ? NULL : node_get(ref, "name");
    if (setting == NULL)
        return;
    setting->hidden = from != NULL;
    if (secret != NULL && secret->kind == NODE_SCALAR)
        setting->secret = text_copy(secret->text);
}

/* Every list `env` of maps, wherever it stands: services, jobs and Knative's own nest it differently. */
static void cloud_run_walk(struct twilio_settings *settings, const struct node *node, int depth)
{
    for (size_t i = 0; node->kind == NODE_LIST && depth < DEPTH_MAX && i < node->count; i++)
        cloud_run_walk(settings, node->items[i], depth + 1);
    for (size_t i = 0; node->kind == NODE_MAP && depth < DEPTH_MAX && i < node->count; i++) {
        const struct node *value = node->pairs[i].value;
        bool env = text_is(node->pairs[i].key, "env") && value->kind == NODE_LIST;
        for (size_t n = 0; env && n < value->count; n++)
            if (value->items[n]->kind == NODE_MAP)
                cloud_run_variable(settings, value->items[n]);
        if (!env)
            cloud_run_walk(settings, value, depth + 1);
    }
}

bool twilio_settings_read_cloud_run(struct twilio_settings *settings, const char *path, struct fail *why)
{
    struct yaml_file file;
    if (!yaml_open(&file, path, why))
        return false;
    snprintf(settings->source, sizeof settings->source, "Cloud Run, %.120s", path);
    settings->literal = settings->deployment = true;
    cloud_run_walk(settings, file.root, 0);
    yaml_close(&file);
    return true;
}

bool twilio_settings_read_profile(struct twilio_settings *settings, const char *path, struct fail *why)
{
    struct yaml_file file;
    if (!yaml_open(&file, path, why))
        return false;
    const struct node *env = file.root->kind == NODE_MAP ? node_get(file.root, "env") : NULL;
    snprintf(settings->source, sizeof settings->source, "the profile %.120s", path);
    settings->literal = true;
    for (size_t i = 0; env != NULL && env->kind == NODE_MAP && i < env->count; i++) {
        const struct node *value = env->pairs[i].value;
        if (value->kind != NODE_SCALAR)
            continue;
        struct twilio_setting *setting = add(settings, env->pairs[i].key, value->text, path, value->at.line);
        if (setting != NULL)
            setting->simulated = text_contains(value->text, TEXT("$twilio.")) ||
                                 text_contains(value->text, TEXT("${twilio.")) ||
                                 text_contains(value->text, TEXT("port.backend"));
    }
    yaml_close(&file);
    return true;
}

const struct twilio_setting *twilio_settings_find(const struct twilio_settings *settings,
                                                  enum twilio_role role)
{
    for (size_t i = settings->count; i-- > 0;)
        if (settings->items[i].role == role)
            return &settings->items[i];
    return NULL;
}
