/* libjq behind our own words. Compiling takes 20 ms, since libjq reads its own library anew for every
 * program: so filters that nobody uses any more are kept for the next one who asks (and for workers forked
 * from this process). What reaches out of the program (environment, further input, messages, exit) is
 * shadowed by the prelude, and `import` cannot stand behind it; each filter has an interpreter of its own. */
#include "jq_filter.h"

#include <jq.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

enum { IDLE_MAX = 48 };

struct jq_filter {
    jq_state *jq;
    char *program;
};

/* Filters that nobody uses, the oldest first. */
static struct {
    pthread_mutex_t lock;
    struct jq_filter *items[IDLE_MAX];
    size_t count;
} idle = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* Takes it out of the list; the lock is held. */
static struct jq_filter *idle_take_at(size_t index)
{
    struct jq_filter *taken = idle.items[index];
    idle.count--;
    for (size_t i = index; i < idle.count; i++)
        idle.items[i] = idle.items[i + 1];
    return taken;
}

static struct jq_filter *idle_take(struct text program)
{
    struct jq_filter *found = NULL;
    pthread_mutex_lock(&idle.lock);
    for (size_t i = 0; i < idle.count && found == NULL; i++) {
        if (text_is(program, idle.items[i]->program))
            found = idle_take_at(i);
    }
    pthread_mutex_unlock(&idle.lock);
    return found;
}

static void filter_end(struct jq_filter *filter)
{
    if (filter == NULL)
        return;
    jq_teardown(&filter->jq);
    mem_free(filter->program);
    mem_free(filter);
}

static void idle_end(void)
{
    while (idle.count > 0)
        filter_end(idle_take_at(idle.count - 1));
}

/* libjq keeps only the end of its stack: a leak check would take what is idle at exit for lost. */
static void idle_ends_at_exit(void)
{
    REQUIRE(atexit(idle_end) == 0);
}

static void idle_put(struct jq_filter *filter)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct jq_filter *oldest = NULL;
    pthread_once(&once, idle_ends_at_exit);
    pthread_mutex_lock(&idle.lock);
    if (idle.count == IDLE_MAX)
        oldest = idle_take_at(0);
    idle.items[idle.count++] = filter;
    pthread_mutex_unlock(&idle.lock);
    filter_end(oldest);
}

/* jq lets a definition hide a builtin. One line, so that the program stands on line 2. */
static const char prelude[] =
    "def no_reach: error(\"env, input, halt and the like are not part of the language\");"
    "def env: no_reach; def input: no_reach; def inputs: no_reach; def halt: no_reach; def halt_error: "
    "no_reach;"
    "def halt_error(code): no_reach; def debug: .; def stderr: .; def input_filename: no_reach;"
    "def now: no_reach; def localtime: no_reach; def get_search_list: no_reach; def modulemeta: no_reach; "
    "null as $ENV |\n";

/* Keeps the first message; jq ends a failed compilation with one that only counts. */
static void keep_message(void *context, jv message)
{
    struct fail *why = context;
    if (jv_get_kind(message) != JV_KIND_STRING) {
        jv_free(message);
        return;
    }
    struct text words = text_of(jv_string_value(message));
    if (text_starts(words, "jq: error: "))
        words = text_from(words, sizeof "jq: error: " - 1);
    const char *end = words.len == 0 ? NULL : memmem(words.at, words.len, " at <top-level>", 15);
    if (end != NULL)
        words = text_first(words, (size_t)(end - words.at));
    const char *advice = words.len == 0 ? NULL : memmem(words.at, words.len, " (Unix shell", 12);
    if (advice != NULL)
        words = text_first(words, (size_t)(advice - words.at));
    words = text_first(words, text_find(words, '\n'));
    fail_set(why, "the filter is broken: %.*s", TEXT_ARGS(words));
    jv_free(message);
}

static void no_message(void *context, jv message)
{
    (void)context;
    jv_free(message);
}

/* A new interpreter with the program in it, or NULL. */
static jq_state *compile(struct text program, struct fail *why)
{
    struct text_buf source;
    text_buf_init(&source, sizeof prelude + program.len);
    text_put_z(&source, prelude);
    text_put(&source, program);
    jq_state *jq = jq_init();
    REQUIRE(jq != NULL);
    struct fail message = {0};
    jq_set_error_cb(jq, keep_message, &message);
    bool fine = jq_compile(jq, text_buf_z(&source)) != 0;
    jq_set_error_cb(jq, no_message, NULL);
    jq_set_debug_cb(jq, no_message, NULL);
    text_buf_release(&source);
    if (fine)
        return jq;
    fail_set(why, "%s", message.set ? message.text : "the filter is broken");
    jq_teardown(&jq);
    return NULL;
}

struct jq_filter *jq_filter_new(struct text program, struct fail *why)
{
    if (program.len == 0 || program.len > JQ_FILTER_MAX_BYTES ||
        memchr(program.at, '\0', program.len) != NULL) {
        fail_set(why, "a filter has 1 to %d bytes and no NUL", JQ_FILTER_MAX_BYTES);
        return NULL;
    }
    struct jq_filter *filter = idle_take(program);
    if (filter != NULL)
        return filter;
    jq_state *jq = compile(program, why);
    if (jq == NULL)
        return NULL;
    filter = mem_new(sizeof *filter);
    filter->jq = jq;
    filter->program = text_copy(program);
    return filter;
}

void jq_filter_free(struct jq_filter *filter)
{
    if (filter != NULL)
        idle_put(filter);
}

static bool too_deep(const json_t *value, int depth)
{
    const char *key;
    size_t i;
    json_t *item;
    bool found = depth > JQ_RESULT_DEPTH_MAX;
    if (found)
        return true;
    json_object_foreach((json_t *)value, key, item)
    {
        found = found || too_deep(item, depth + 1);
    }
    json_array_foreach(value, i, item)
    {
        found = found || too_deep(item, depth + 1);
    }
    return found;
}

static jv to_jv(const json_t *value)
{
    jv made = jv_null();
    const char *key;
    size_t i;
    json_t *item;
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        made = jv_object();
        json_object_foreach((json_t *)value, key, item)
        {
            made = jv_object_set(made, jv_string(key), to_jv(item));
        }
        return made;
    case JSON_ARRAY:
        made = jv_array();
        json_array_foreach(value, i, item)
        {
            made = jv_array_append(made, to_jv(item));
        }
        return made;
    case JSON_STRING:
        return jv_string_sized(json_string_value(value), (int)json_string_length(value));
    case JSON_INTEGER:
    case JSON_REAL:
        return jv_number(json_number_value(value));
    case JSON_TRUE:
        return jv_true();
    case JSON_FALSE:
        return jv_false();
    case JSON_NULL:
        break;
    }
    return made;
}

static json_t *from_number(double number)
{
    if (isfinite(number) && number == floor(number) && fabs(number) < 9007199254740992.0)
        return json_integer((json_int_t)number);
    json_t *real = json_real(number);
    return real == NULL ? json_null() : real; /* NaN and infinity, as jq shows them */
}

static json_t *from_jv(jv value, int depth);

static json_t *from_object(jv value, int depth)
{
    json_t *made = json_object();
    jv_object_foreach(value, key, item)
    {
        json_object_set_new(made, jv_string_value(key), from_jv(item, depth + 1));
        jv_free(key);
    }
    return made;
}

static json_t *from_array(jv value, int depth)
{
    json_t *made = json_array();
    jv_array_foreach(value, i, item)
    {
        json_array_append_new(made, from_jv(item, depth + 1));
    }
    return made;
}

/* `value` is freed. Deeper than the maximum is cut to null. */
static json_t *from_jv(jv value, int depth)
{
    json_t *made = NULL;
    jv_kind kind = depth > JQ_RESULT_DEPTH_MAX ? JV_KIND_NULL : jv_get_kind(value);
    if (kind == JV_KIND_OBJECT)
        made = from_object(value, depth);
    else if (kind == JV_KIND_ARRAY)
        made = from_array(value, depth);
    else if (kind == JV_KIND_STRING)
        made =
            json_of_text(text_span(jv_string_value(value), (size_t)jv_string_length_bytes(jv_copy(value))));
    else if (kind == JV_KIND_NUMBER)
        made = from_number(jv_number_value(value));
    else if (kind == JV_KIND_TRUE || kind == JV_KIND_FALSE)
        made = json_boolean(kind == JV_KIND_TRUE);
    else
        made = json_null();
    jv_free(value);
    return made;
}

static bool run_failed(jv message, struct fail *why)
{
    jv words = jv_get_kind(message) == JV_KIND_STRING ? message : jv_dump_string(message, 0);
    fail_set(why, "the filter failed: %.300s", jv_string_value(words));
    jv_free(words);
    return false;
}

bool jq_filter_run(struct jq_filter *filter, const json_t *input, json_t **ret, struct fail *why)
{
    if (too_deep(input, 0))
        return fail_set(why, "the JSON is nested deeper than %d", JQ_RESULT_DEPTH_MAX);
    jq_start(filter->jq, to_jv(input), 0);
    jv result = jq_next(filter->jq);
    jq_start(filter->jq, jv_null(), 0); /* lets go of what the run holds */
    if (jv_is_valid(result)) {
        *ret = from_jv(result, 0);
        return true;
    }
    if (jv_invalid_has_msg(jv_copy(result)))
        return run_failed(jv_invalid_get_msg(result), why);
    jv_free(result);
    *ret = json_null();
    return true;
}
