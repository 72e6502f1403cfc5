/* environment: the exact environment of a process that we start. Nothing is inherited unless it is asked for
 * by name, so that no production address or key gets in.
 *
 *     struct environment *environment = environment_new();
 *     environment_inherit(environment, "PATH");
 *     environment_set(environment, "REDIS_URL", "redis://127.0.0.1:6379");
 *     options.environment = environment_list(environment);     // borrowed until the next change
 *     environment_free(environment);
 *
 * A later value of a name replaces the earlier one in its place. One thread at a time. */
#ifndef ENVIRONMENT_H
#define ENVIRONMENT_H

#include <stddef.h>

struct environment;

struct environment *environment_new(void);
/* A new copy. */
struct environment *environment_copy(const struct environment *environment);
void environment_free(struct environment *environment);

/* value NULL takes the name away. `name` must not be empty or hold '='. */
void environment_set(struct environment *environment, const char *name, const char *value);
void environment_setf(struct environment *environment, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Adds one more to a list such as LD_PRELOAD, unless it stands there already. */
void environment_append(struct environment *environment, const char *name, char separator, const char *value);
/* Takes the harness's own value, when it has one. */
void environment_inherit(struct environment *environment, const char *name);
/* Every pair of `from` is set here. */
void environment_add(struct environment *environment, const struct environment *from);
/* The value or NULL. Borrowed. */
const char *environment_get(const struct environment *environment, const char *name);
/* "NAME=value" strings and a NULL behind them. Borrowed until the next change. */
const char *const *environment_list(const struct environment *environment);
size_t environment_count(const struct environment *environment);

#endif
