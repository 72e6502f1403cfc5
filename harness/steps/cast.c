/* The people of a scenario. Their phones are the simulator's; here is only what they know and have taken. */
#include "cast.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "ids.h"
#include "mem.h"

enum { TAKEN_MAX = 10000, CODE_LENGTH_MAX = 12, ADDRESS_BYTES = 24, WRONG_CODE_TRIES = 1000 };

struct actor {
    struct cast *cast;
    char *name, *number, *national;
    char address[ADDRESS_BYTES];
    struct http_client *client;
    char **taken; /* sids */
    size_t taken_count;
    char *code; /* of the last message taken, or NULL */
};

struct cast {
    bool one_address;
    struct actor *actors[CAST_MAX];
    size_t count;
    struct actor *nobody;
    pthread_mutex_t mutex;
    const struct history *history;
    int code_length;
    struct ids ids;
    char **wrong; /* wrong codes that were handed out */
    size_t wrong_count;
};

static struct actor *actor_new(struct cast *cast, struct text name, struct text number, struct text national,
                               size_t place)
{
    struct actor *actor = mem_new(sizeof *actor);
    actor->cast = cast;
    actor->name = text_copy(name);
    actor->number = text_copy(number);
    actor->national = text_copy(national.len > 0 ? national : text_from(number, number.len > 0));
    if (cast->one_address)
        snprintf(actor->address, sizeof actor->address, "127.0.0.1");
    else
        snprintf(actor->address, sizeof actor->address, "127.3.0.%zu", place);
    actor->client = http_client_new(actor->address);
    return actor;
}

static void actor_free(struct actor *actor)
{
    http_client_free(actor->client);
    for (size_t i = 0; i < actor->taken_count; i++)
        mem_free(actor->taken[i]);
    mem_free(actor->taken);
    mem_free(actor->code);
    mem_free(actor->name);
    mem_free(actor->number);
    mem_free(actor->national);
    mem_free(actor);
}

struct cast *cast_new(bool one_address)
{
    struct cast *cast = mem_new(sizeof *cast);
    cast->one_address = one_address;
    cast->code_length = 6;
    pthread_mutex_init(&cast->mutex, NULL);
    cast->nobody = actor_new(cast, TEXT(""), TEXT(""), TEXT(""), CAST_MAX + 1);
    return cast;
}

void cast_free(struct cast *cast)
{
    if (cast == NULL)
        return;
    for (size_t i = 0; i < cast->count; i++)
        actor_free(cast->actors[i]);
    actor_free(cast->nobody);
    for (size_t i = 0; i < cast->wrong_count; i++)
        mem_free(cast->wrong[i]);
    mem_free(cast->wrong);
    pthread_mutex_destroy(&cast->mutex);
    mem_free(cast);
}

struct actor *cast_add(struct cast *cast, struct text name, struct text number, struct text national,
                       struct fail *why)
{
    if (cast->count == CAST_MAX) {
        fail_set(why, "more than %d people", CAST_MAX);
        return NULL;
    }
    struct actor *actor = actor_new(cast, name, number, national, cast->count + 1);
    cast->actors[cast->count++] = actor;
    return actor;
}

size_t cast_count(const struct cast *cast)
{
    return cast->count;
}

struct actor *cast_find(struct cast *cast, struct text name)
{
    for (size_t i = 0; i < cast->count; i++)
        if (text_is(name, cast->actors[i]->name))
            return cast->actors[i];
    return NULL;
}

static size_t digits_of(struct text written, char *out, size_t size_bytes)
{
    size_t count = 0;
    for (size_t i = 0; i < written.len && count + 1 < size_bytes; i++)
        if (written.at[i] >= '0' && written.at[i] <= '9')
            out[count++] = written.at[i];
    out[count] = '\0';
    return count;
}

struct actor *cast_find_number(struct cast *cast, struct text number)
{
    char digits[40], national[40];
    if (number.len > 40 || digits_of(number, digits, sizeof digits) == 0)
        return NULL;
    const char *without_zero = digits[0] == '0' ? digits + 1 : digits;
    for (size_t i = 0; i < cast->count; i++) {
        const struct actor *actor = cast->actors[i];
        digits_of(text_of(actor->national), national, sizeof national);
        if (strcmp(digits, actor->number + (actor->number[0] == '+')) == 0 || strcmp(digits, national) == 0 ||
            strcmp(without_zero, national) == 0)
            return cast->actors[i];
    }
    return NULL;
}

struct actor *cast_nobody(struct cast *cast)
{
    return cast->nobody;
}

const char *actor_name(const struct actor *actor)
{
    return actor->name;
}

const char *actor_number(const struct actor *actor)
{
    return actor->number;
}

const char *actor_address(const struct actor *actor)
{
    return actor->address;
}

struct http_client *actor_client(struct actor *actor)
{
    return actor->client;
}

static bool taken_before(const struct actor *actor, struct text sid)
{
    for (size_t i = 0; i < actor->taken_count; i++)
        if (text_is(sid, actor->taken[i]))
            return true;
    return false;
}

bool actor_has_taken(struct actor *actor, struct text sid)
{
    pthread_mutex_lock(&actor->cast->mutex);
    bool taken = taken_before(actor, sid);
    pthread_mutex_unlock(&actor->cast->mutex);
    return taken;
}

bool actor_take(struct actor *actor, struct text sid, struct text code)
{
    pthread_mutex_lock(&actor->cast->mutex);
    bool fine = !taken_before(actor, sid) && actor->taken_count < TAKEN_MAX;
    if (fine) {
        actor->taken = mem_resize(actor->taken, (actor->taken_count + 1) * sizeof *actor->taken);
        actor->taken[actor->taken_count++] = text_copy(sid);
        mem_free(actor->code);
        actor->code = code.at == NULL ? NULL : text_copy(code);
    }
    pthread_mutex_unlock(&actor->cast->mutex);
    return fine;
}

static bool code_was_used(const struct cast *cast, const char *code)
{
    for (size_t i = 0; i < cast->wrong_count; i++)
        if (strcmp(cast->wrong[i], code) == 0)
            return true;
    for (size_t i = 0; i < history_count(cast->history); i++) {
        const struct history_line *line = history_line(cast->history, i);
        if ((line->kind == HISTORY_MESSAGE || line->kind == HISTORY_CALL) &&
            text_is(history_text(line, "code_text"), code))
            return true;
    }
    return false;
}

/* New each time, never one that was sent. */
static json_t *wrong_code(struct cast *cast, struct fail *why)
{
    char code[CODE_LENGTH_MAX + 1] = "";
    bool fresh = false;
    pthread_mutex_lock(&cast->mutex);
    for (int tries = 0; tries < WRONG_CODE_TRIES && !fresh; tries++) {
        for (int i = 0; i < cast->code_length; i++)
            code[i] = (char)('0' + ids_below(&cast->ids, 10));
        fresh = !code_was_used(cast, code);
    }
    if (fresh) {
        cast->wrong = mem_resize(cast->wrong, (cast->wrong_count + 1) * sizeof *cast->wrong);
        cast->wrong[cast->wrong_count++] = mem_string(code);
    }
    pthread_mutex_unlock(&cast->mutex);
    if (fresh)
        return json_string(code);
    fail_set(why, "all wrong codes of %d digits are used up", cast->code_length);
    return NULL;
}

static json_t *last_code(struct actor *actor, struct fail *why)
{
    pthread_mutex_lock(&actor->cast->mutex);
    json_t *code = actor->code == NULL ? NULL : json_string(actor->code);
    bool has_message = actor->taken_count > 0;
    pthread_mutex_unlock(&actor->cast->mutex);
    if (code == NULL && has_message)
        fail_set(why, "there is no code in the message that %s received last", actor->name);
    else if (code == NULL)
        fail_set(why, "%s has not received a message: a `receive` step takes it", actor->name);
    return code;
}

/* +243 810 000 001: the calling code, then groups of three. */
static json_t *spaced(const struct actor *actor)
{
    struct text_buf out;
    text_buf_init(&out, 64);
    struct text number = text_of(actor->number);
    char national[40];
    size_t national_digits = digits_of(text_of(actor->national), national, sizeof national);
    size_t head = number.len > national_digits ? number.len - national_digits : 0;
    text_put(&out, text_first(number, head));
    for (size_t i = head; i < number.len; i++) {
        if ((i - head) % 3 == 0 && i > 0)
            text_put_char(&out, ' ');
        text_put_char(&out, number.at[i]);
    }
    json_t *value = json_string(text_buf_z(&out));
    text_buf_release(&out);
    return value;
}

static const char *const members[] = {"bare", "national", "spaced", "code", "wrong-code", NULL};

static enum variable_answer actor_read(void *context, struct text member, json_t **ret, struct fail *why)
{
    struct actor *actor = context;
    if (member.len == 0)
        *ret = json_string(actor->number);
    else if (text_is(member, "bare"))
        *ret = json_string(actor->number + (actor->number[0] == '+'));
    else if (text_is(member, "national"))
        *ret = json_string(actor->national);
    else if (text_is(member, "spaced"))
        *ret = spaced(actor);
    else if (text_is(member, "code"))
        *ret = last_code(actor, why);
    else if (text_is(member, "wrong-code"))
        *ret = wrong_code(actor->cast, why);
    else
        return VARIABLE_UNKNOWN;
    return *ret == NULL ? VARIABLE_FAILED : VARIABLE_FOUND;
}

void cast_provide(struct cast *cast, struct variables *variables, const struct history *history,
                  int code_length, uint64_t seed)
{
    cast->history = history;
    cast->code_length = code_length < 1 ? 1 : code_length > CODE_LENGTH_MAX ? CODE_LENGTH_MAX : code_length;
    ids_init(&cast->ids, seed);
    for (size_t i = 0; i < cast->count; i++)
        variables_provide(
            variables, cast->actors[i]->name,
            &(struct variable_source){.context = cast->actors[i], .read = actor_read, .members = members});
}
