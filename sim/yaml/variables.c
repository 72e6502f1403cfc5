/* Scopes and look-ups. How a text uses them ($x, ${x}, $$) stands in variable_text.c. */
#include "variables.h"

#include <pthread.h>
#include <string.h>

#include "mem.h"
#include "nearest.h"

enum { KNOWN_WORDS_MAX = 256 };

struct entry {
    char *name;
    json_t *value; /* NULL: `source` answers */
    struct variable_source source;
};

struct variables {
    struct variables *outer;
    struct entry *entries;
    size_t count;
    struct arena *arena;
    pthread_mutex_t *lock; /* of the whole chain */
};

struct variables *variables_new(struct variables *outer)
{
    struct variables *variables = mem_new(sizeof *variables);
    variables->outer = outer;
    variables->arena = arena_new(VARIABLES_TEXT_MAX_BYTES);
    if (outer == NULL) {
        variables->lock = mem_new(sizeof *variables->lock);
        pthread_mutex_init(variables->lock, NULL);
    } else {
        variables->lock = outer->lock;
    }
    return variables;
}

void variables_free(struct variables *variables)
{
    if (variables == NULL)
        return;
    for (size_t i = 0; i < variables->count; i++) {
        mem_free(variables->entries[i].name);
        json_decref(variables->entries[i].value);
    }
    mem_free(variables->entries);
    arena_free(variables->arena);
    if (variables->outer == NULL) {
        pthread_mutex_destroy(variables->lock);
        mem_free(variables->lock);
    }
    mem_free(variables);
}

struct arena *variables_arena(struct variables *variables)
{
    return variables->arena;
}

static struct entry *entry_find(const struct variables *variables, struct text name)
{
    for (size_t i = 0; i < variables->count; i++) {
        if (text_is(name, variables->entries[i].name))
            return &variables->entries[i];
    }
    return NULL;
}

/* Stolen: the value. */
static void entry_put(struct variables *variables, struct text name, json_t *value,
                      struct variable_source source)
{
    pthread_mutex_lock(variables->lock);
    struct entry *entry = entry_find(variables, name);
    if (entry == NULL) {
        variables->entries =
            mem_resize(variables->entries, (variables->count + 1) * sizeof *variables->entries);
        entry = &variables->entries[variables->count++];
        *entry = (struct entry){.name = text_copy(name)};
    }
    json_decref(entry->value);
    entry->value = value;
    entry->source = source;
    pthread_mutex_unlock(variables->lock);
}

void variables_set(struct variables *variables, struct text name, json_t *value)
{
    REQUIRE(value != NULL);
    entry_put(variables, name, value, (struct variable_source){0});
}

void variables_provide(struct variables *variables, const char *name, const struct variable_source *source)
{
    entry_put(variables, text_of(name), NULL, *source);
}

/* "unknown name '$aw.code'; did you mean '$awa'?" */
static bool unknown(struct fail *why, struct text path, size_t known_len, const char *const *words,
                    size_t count)
{
    struct text written = text_from(path, known_len);
    const char *near = nearest_word(text_first(written, text_find(written, '.')), words, count);
    if (near == NULL)
        return fail_set(why, "unknown name '$%.*s'", TEXT_ARGS(text_first(path, 200)));
    return fail_set(why, "unknown name '$%.*s'; did you mean '$%.*s%s'?", TEXT_ARGS(text_first(path, 200)),
                    TEXT_ARGS(text_first(path, known_len > 200 ? 200 : known_len)), near);
}

static bool unknown_name(struct variables *variables, struct text path, struct fail *why)
{
    const char *words[KNOWN_WORDS_MAX];
    size_t count = 0;
    pthread_mutex_lock(variables->lock);
    for (const struct variables *scope = variables; scope != NULL; scope = scope->outer) {
        for (size_t i = 0; i < scope->count && count < KNOWN_WORDS_MAX; i++)
            words[count++] = scope->entries[i].name;
    }
    unknown(why, path, 0, words, count);
    pthread_mutex_unlock(variables->lock);
    return false;
}

static bool unknown_key(const json_t *object, struct text path, size_t known_len, struct fail *why)
{
    const char *words[KNOWN_WORDS_MAX];
    size_t count = 0;
    const char *key;
    json_t *item;
    json_object_foreach((json_t *)object, key, item)
    {
        if (count < KNOWN_WORDS_MAX)
            words[count++] = key;
    }
    return unknown(why, path, known_len, words, count);
}

/* One member of a value, borrowed; NULL when it has none of that name. */
static const json_t *member_of(const json_t *value, struct text member)
{
    int64_t index = 0;
    if (json_is_array(value) && text_to_int(member, 0, INT32_MAX, &index))
        return json_array_get(value, (size_t)index);
    if (!json_is_object(value))
        return NULL;
    char *key = text_copy(member);
    const json_t *found = json_object_get(value, key);
    mem_free(key);
    return found;
}

/* Follows the members behind the first `done` bytes of the path. *ret is new. */
static bool descend(const json_t *value, struct text path, size_t done, json_t **ret, struct fail *why)
{
    for (int depth = 0; done < path.len; depth++) {
        struct text rest = text_from(path, done + 1); /* behind the dot */
        struct text member = text_first(rest, text_find(rest, '.'));
        const json_t *found = depth < VARIABLES_DEPTH_MAX ? member_of(value, member) : NULL;
        if (found == NULL)
            return unknown_key(value, path, done + 1, why);
        value = found;
        done += 1 + member.len;
    }
    *ret = json_deep_copy(value);
    return true;
}

static bool ask(const struct variable_source *source, struct text path, size_t name_len, json_t **ret,
                struct fail *why)
{
    struct text rest = text_from(path, name_len + 1);
    struct text member = text_first(rest, text_find(rest, '.'));
    size_t done = member.len == 0 ? name_len : name_len + 1 + member.len;
    size_t count = 0;
    while (source->members != NULL && source->members[count] != NULL)
        count++;
    json_t *value = NULL;
    enum variable_answer answer = source->read(source->context, member, &value, why);
    if (answer == VARIABLE_UNKNOWN)
        return unknown(why, path, done == name_len ? name_len : name_len + 1, source->members, count);
    if (answer == VARIABLE_FAILED)
        return fail_set(why, "'$%.*s' has no value", TEXT_ARGS(text_first(path, 200)));
    bool fine = descend(value, path, done, ret, why);
    json_decref(value);
    return fine;
}

bool variables_get(struct variables *variables, struct text path, json_t **ret, struct fail *why)
{
    struct text name = text_first(path, text_find(path, '.'));
    pthread_mutex_lock(variables->lock);
    struct entry *entry = NULL;
    for (const struct variables *scope = variables; scope != NULL && entry == NULL; scope = scope->outer)
        entry = entry_find(scope, name);
    if (entry == NULL) {
        pthread_mutex_unlock(variables->lock);
        return unknown_name(variables, path, why);
    }
    if (entry->value == NULL) {
        struct variable_source source = entry->source;
        pthread_mutex_unlock(variables->lock);
        return ask(&source, path, name.len, ret, why);
    }
    bool fine = descend(entry->value, path, name.len, ret, why);
    pthread_mutex_unlock(variables->lock);
    return fine;
}
