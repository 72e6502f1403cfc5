/* A list of "NAME=value" strings in the order in which names first came. The only place of the harness that
 * reads its own environment, and only by name. */
#include "environment.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "mem.h"
#include "text.h"

enum { VALUE_MAX_BYTES = 128 * 1024 }; /* the kernel's own bound for one string (MAX_ARG_STRLEN) */

struct environment {
    const char **pairs; /* count of them, each new, and a NULL */
    size_t count;
};

struct environment *environment_new(void)
{
    struct environment *environment = mem_new(sizeof *environment);
    environment->pairs = mem_new_array(1, sizeof *environment->pairs);
    return environment;
}

struct environment *environment_copy(const struct environment *environment)
{
    struct environment *copy = environment_new();
    environment_add(copy, environment);
    return copy;
}

void environment_free(struct environment *environment)
{
    if (environment == NULL)
        return;
    for (size_t i = 0; i < environment->count; i++)
        mem_free((char *)environment->pairs[i]);
    mem_free(environment->pairs);
    mem_free(environment);
}

/* The index of the pair, or count. */
static size_t pair_find(const struct environment *environment, const char *name)
{
    size_t len = strlen(name);
    size_t i = 0;
    while (i < environment->count &&
           (strncmp(environment->pairs[i], name, len) != 0 || environment->pairs[i][len] != '='))
        i++;
    return i;
}

static void pair_remove(struct environment *environment, size_t index)
{
    mem_free((char *)environment->pairs[index]);
    memmove(&environment->pairs[index], &environment->pairs[index + 1],
            (environment->count - index) * sizeof *environment->pairs);
    environment->count--;
}

static void pair_put(struct environment *environment, size_t index, char *pair)
{
    if (index < environment->count) {
        mem_free((char *)environment->pairs[index]);
        environment->pairs[index] = pair;
        return;
    }
    environment->pairs =
        mem_resize(environment->pairs, (environment->count + 2) * sizeof *environment->pairs);
    environment->pairs[environment->count++] = pair;
    environment->pairs[environment->count] = NULL;
}

void environment_set(struct environment *environment, const char *name, const char *value)
{
    REQUIRE(name[0] != '\0' && strchr(name, '=') == NULL);
    size_t index = pair_find(environment, name);
    if (value == NULL) {
        if (index < environment->count)
            pair_remove(environment, index);
        return;
    }
    struct text_buf pair;
    text_buf_init(&pair, VALUE_MAX_BYTES);
    text_putf(&pair, "%s=", name);
    text_put_z(&pair, value);
    pair_put(environment, index, text_buf_take(&pair));
    text_buf_release(&pair);
}

void environment_setf(struct environment *environment, const char *name, const char *format, ...)
{
    struct text_buf value;
    text_buf_init(&value, VALUE_MAX_BYTES);
    va_list args;
    va_start(args, format);
    text_putv(&value, format, args);
    va_end(args);
    environment_set(environment, name, text_buf_z(&value));
    text_buf_release(&value);
}

static bool list_has(struct text list, char separator, const char *value)
{
    struct text part;
    while (text_split(&list, separator, &part))
        if (text_is(part, value))
            return true;
    return false;
}

void environment_append(struct environment *environment, const char *name, char separator, const char *value)
{
    const char *list = environment_get(environment, name);
    if (list == NULL || list[0] == '\0')
        environment_set(environment, name, value);
    else if (!list_has(text_of(list), separator, value))
        environment_setf(environment, name, "%s%c%s", list, separator, value);
}

void environment_inherit(struct environment *environment, const char *name)
{
    const char *value = getenv(name);
    if (value != NULL)
        environment_set(environment, name, value);
}

void environment_add(struct environment *environment, const struct environment *from)
{
    for (size_t i = 0; i < from->count; i++) {
        char *name = mem_string(from->pairs[i]);
        char *value = strchr(name, '=');
        *value = '\0';
        environment_set(environment, name, value + 1);
        mem_free(name);
    }
}

const char *environment_get(const struct environment *environment, const char *name)
{
    size_t index = pair_find(environment, name);
    return index < environment->count ? environment->pairs[index] + strlen(name) + 1 : NULL;
}

const char *const *environment_list(const struct environment *environment)
{
    return environment->pairs;
}

size_t environment_count(const struct environment *environment)
{
    return environment->count;
}
