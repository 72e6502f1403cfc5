/* Writes a history with chance taken out of it. It walks every value of every line; which words stand for
 * chance is decided by their shape (SIDs, UUIDs, dates) or by the key they stand at (ids, ports), and codes
 * by being somewhere named as codes. */
#include "normal_form.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"

enum {
    NAME_BYTES = 48,
    TEXT_MAX_BYTES = 16 * 1024 * 1024,
    FIRST_ROOM = 64,
    CODE_MIN_DIGITS = 4,
    TOKEN_MIN_BYTES = 40,
    KIND_BYTES = 8,
    KINDS_MAX = 26 * 26 + 8, /* every pair of capitals that a SID can begin with, and our own words */
};

/* What was seen, with its number among those of its kind. */
struct seen {
    char *value; /* NULL: a free place */
    char kind[KIND_BYTES];
    int number;
};

struct kind_count {
    char kind[KIND_BYTES];
    int count;
};

struct form {
    struct normal_form options;
    struct seen *seen; /* hashed by kind and value, at most half full; room is a power of two */
    size_t count, room;
    struct kind_count kinds[KINDS_MAX];
    char **codes; /* sorted */
    size_t code_count;
};

/* What a key's value is, when its shape does not say it. */
enum key_role { ROLE_PLAIN, ROLE_DROP, ROLE_TIME, ROLE_ID, ROLE_PORT, ROLE_PID };

static const struct {
    const char *key;
    enum key_role role;
} keys[] = {
    {"n", ROLE_DROP},        {"real_us", ROLE_DROP},
    {"sim_n", ROLE_DROP},    {"X-Twilio-Signature", ROLE_DROP},
    {"t_ms", ROLE_TIME},     {"wall", ROLE_TIME},
    {"start_ms", ROLE_TIME}, {"end_ms", ROLE_TIME},
    {"took_ms", ROLE_TIME},  {"ms", ROLE_TIME},
    {"from_ms", ROLE_TIME},  {"to_ms", ROLE_TIME},
    {"id", ROLE_ID},         {"request", ROLE_ID},
    {"call", ROLE_ID},       {"cause", ROLE_ID},
    {"port", ROLE_PORT},     {"pid", ROLE_PID},
    {"Date", ROLE_TIME},
};

static enum key_role role_of(const char *key)
{
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (text_is_nocase(text_of(key), keys[i].key))
            return keys[i].role;
    return ROLE_PLAIN;
}

static uint64_t hash_of(const char *kind, struct text value)
{
    uint64_t hash = 1469598103934665603u;
    for (; *kind != '\0'; kind++)
        hash = (hash ^ (unsigned char)*kind) * 1099511628211u;
    for (size_t i = 0; i < value.len; i++)
        hash = (hash ^ (unsigned char)value.at[i]) * 1099511628211u;
    return hash;
}

/* Its place, or the free one where it belongs. */
static struct seen *place_of(const struct form *form, const char *kind, struct text value)
{
    size_t at = hash_of(kind, value) & (form->room - 1);
    while (form->seen[at].value != NULL &&
           (strcmp(form->seen[at].kind, kind) != 0 || !text_is(value, form->seen[at].value)))
        at = (at + 1) & (form->room - 1);
    return &form->seen[at];
}

static void make_room(struct form *form)
{
    struct form larger = *form;
    larger.room = form->room == 0 ? FIRST_ROOM : form->room * 2;
    larger.seen = mem_new_array(larger.room, sizeof larger.seen[0]);
    for (size_t i = 0; i < form->room; i++)
        if (form->seen[i].value != NULL)
            *place_of(&larger, form->seen[i].kind, text_of(form->seen[i].value)) = form->seen[i];
    mem_free(form->seen);
    *form = larger;
}

static int next_number(struct form *form, const char *kind)
{
    size_t at = 0;
    while (at < KINDS_MAX - 1 && form->kinds[at].count > 0 && strcmp(form->kinds[at].kind, kind) != 0)
        at++;
    memcpy(form->kinds[at].kind, kind, strlen(kind) + 1);
    return ++form->kinds[at].count;
}

/* "SM#2": the number of this value among those of its kind. */
static void put_numbered(struct form *form, const char *kind, struct text value, struct text_buf *out)
{
    if (2 * form->count >= form->room)
        make_room(form);
    struct seen *seen = place_of(form, kind, value);
    if (seen->value == NULL) {
        *seen = (struct seen){.value = text_copy(value), .number = next_number(form, kind)};
        memcpy(seen->kind, kind, strlen(kind) + 1);
        form->count++;
    }
    text_putf(out, "%s#%d", kind, seen->number);
}

/* ---- words inside texts ---- */

static bool is_hex(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f');
}

static size_t run_of_hex(struct text text)
{
    size_t len = 0;
    while (len < text.len && is_hex(text.at[len]))
        len++;
    return len;
}

static bool word_ends(struct text text, size_t at)
{
    return at >= text.len || !isalnum((unsigned char)text.at[at]);
}

/* Each shape: how many bytes at the start of `text` (the start of a word) it takes, 0 when it is not there.
 */
static size_t shape_sid(struct text text)
{
    bool letters = text.len >= 34 && isupper((unsigned char)text.at[0]) && isupper((unsigned char)text.at[1]);
    return letters && run_of_hex(text_from(text, 2)) == 32 && word_ends(text, 34) ? 34 : 0;
}

static size_t shape_uuid(struct text text)
{
    static const size_t parts[] = {8, 4, 4, 4, 12};
    size_t at = 0;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (i > 0 && (at >= text.len || text.at[at++] != '-'))
            return 0;
        if (run_of_hex(text_from(text, at)) != parts[i])
            return 0;
        at += parts[i];
    }
    return word_ends(text, at) ? at : 0;
}

static size_t shape_hex(struct text text)
{
    size_t len = run_of_hex(text);
    return len >= 32 && word_ends(text, len) ? len : 0;
}

static bool is_token_byte(char byte)
{
    return isalnum((unsigned char)byte) || byte == '-' || byte == '_';
}

/* A secret in base64url, as sessions have: small letters, capitals and digits. */
static size_t shape_token(struct text text)
{
    size_t len = 0;
    bool lower = false, upper = false, digit = false;
    for (; len < text.len && is_token_byte(text.at[len]); len++) {
        lower = lower || islower((unsigned char)text.at[len]);
        upper = upper || isupper((unsigned char)text.at[len]);
        digit = digit || isdigit((unsigned char)text.at[len]);
    }
    return len >= TOKEN_MIN_BYTES && lower && upper && digit ? len : 0;
}

/* `pattern` with 9 for a digit and a for a letter. */
static size_t shape_of(struct text text, const char *pattern)
{
    size_t len = strlen(pattern);
    for (size_t i = 0; i < len; i++) {
        if (i >= text.len)
            return 0;
        char byte = text.at[i];
        bool fits = pattern[i] == '9'   ? isdigit((unsigned char)byte) != 0
                    : pattern[i] == 'a' ? isalpha((unsigned char)byte) != 0
                                        : byte == pattern[i];
        if (!fits)
            return 0;
    }
    return len;
}

/* ISO 8601 with its fraction and zone, RFC 2822. */
static size_t shape_date(struct text text)
{
    size_t len = shape_of(text, "9999-99-99T99:99:99");
    if (len > 0) {
        while (len < text.len && (isdigit((unsigned char)text.at[len]) || text.at[len] == '.'))
            len++;
        return len < text.len && text.at[len] == 'Z' ? len + 1 : len;
    }
    len = shape_of(text, "aaa, 99 aaa 9999 99:99:99 +9999");
    return len > 0 ? len : shape_of(text, "aaa, 99 aaa 9999 99:99:99 aaa");
}

static int compare_code(const void *key, const void *entry)
{
    return text_compare(*(const struct text *)key, text_of(*(char *const *)entry));
}

/* A run of digits that is one of the codes. */
static size_t code_at(const struct form *form, struct text text)
{
    size_t len = 0;
    while (len < text.len && isdigit((unsigned char)text.at[len]))
        len++;
    struct text run = text_first(text, len);
    bool known = len >= CODE_MIN_DIGITS &&
                 bsearch(&run, form->codes, form->code_count, sizeof form->codes[0], compare_code) != NULL;
    return known ? len : 0;
}

/* The digits behind "127.0.0.1:" or "localhost:". */
static size_t port_at(struct text whole, size_t at)
{
    static const char *const hosts[] = {"127.0.0.1:", "localhost:", "[::1]:"};
    size_t len = 0;
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++)
        if (text_ends(text_first(whole, at), hosts[i]))
            while (at + len < whole.len && isdigit((unsigned char)whole.at[at + len]))
                len++;
    return len;
}

static const struct {
    const char *kind; /* NULL: the SID's own two letters */
    size_t (*shape)(struct text text);
} shapes[] = {{NULL, shape_sid}, {"uuid", shape_uuid}, {"hex", shape_hex}, {"token", shape_token}};

/* Takes a date, a SID, a UUID or hex digits at the start of a word; 0 when there is none. */
static size_t put_shape(struct form *form, struct text rest, struct text_buf *out)
{
    size_t len = form->options.times ? 0 : shape_date(rest);
    if (len > 0) {
        text_put_z(out, "date");
        return len;
    }
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        len = shapes[i].shape(rest);
        if (len == 0)
            continue;
        const char sid_kind[] = {rest.at[0], rest.at[1], '\0'};
        put_numbered(form, shapes[i].kind == NULL ? sid_kind : shapes[i].kind, text_first(rest, len), out);
        return len;
    }
    return 0;
}

/* Takes a port or a code where a run of digits begins; 0 when it is neither. */
static size_t put_digits(struct form *form, struct text whole, size_t at, struct text_buf *out)
{
    size_t port = port_at(whole, at);
    size_t len = port > 0 ? port : code_at(form, text_from(whole, at));
    if (len > 0)
        put_numbered(form, port > 0 ? "port" : "code", text_first(text_from(whole, at), len), out);
    return len;
}

/* Behind "%20" of a URL or a form. */
static bool after_escape(struct text whole, size_t at)
{
    return at >= 3 && whole.at[at - 3] == '%' && isxdigit((unsigned char)whole.at[at - 2]) &&
           isxdigit((unsigned char)whole.at[at - 1]);
}

/* A shape begins a word; a code may touch letters, as the judge of leaks sees it too. */
static size_t put_chance(struct form *form, struct text whole, size_t at, struct text_buf *out)
{
    bool begins = at == 0 || after_escape(whole, at);
    bool after_word = !begins && isalnum((unsigned char)whole.at[at - 1]);
    bool after_digit = !begins && isdigit((unsigned char)whole.at[at - 1]);
    size_t len = after_word ? 0 : put_shape(form, text_from(whole, at), out);
    if (len == 0 && !after_digit && isdigit((unsigned char)whole.at[at]))
        len = put_digits(form, whole, at, out);
    return len;
}

static json_t *normal_text(struct form *form, struct text text)
{
    struct text_buf out;
    text_buf_init(&out, TEXT_MAX_BYTES);
    for (size_t i = 0; i < text.len;) {
        size_t taken = put_chance(form, text, i, &out);
        if (taken == 0)
            text_put_char(&out, text.at[i]);
        i += taken == 0 ? 1 : taken;
    }
    json_t *value = json_of_text(text_span(text_buf_z(&out), out.len));
    text_buf_release(&out);
    return value;
}

/* ---- values ---- */

static json_t *numbered_value(struct form *form, const char *kind, const json_t *value)
{
    struct text_buf name, out;
    text_buf_init(&name, NAME_BYTES);
    text_buf_init(&out, NAME_BYTES);
    if (json_is_integer(value))
        text_put_int(&name, json_integer_value(value));
    struct text word = json_is_string(value) ? text_of(json_string_value(value)) : text_buf_view(&name);
    put_numbered(form, kind, word, &out);
    json_t *result = json_string(text_buf_z(&out));
    text_buf_release(&name);
    text_buf_release(&out);
    return result;
}

static json_t *normal_value(struct form *form, const json_t *value);

/* NULL: left out. */
static json_t *normal_field(struct form *form, const char *key, const json_t *value)
{
    bool number_or_text = json_is_integer(value) || json_is_string(value);
    switch (role_of(key)) {
    case ROLE_DROP:
        return NULL;
    case ROLE_TIME:
        return form->options.times ? normal_value(form, value) : NULL;
    case ROLE_ID:
        return json_is_string(value) ? numbered_value(form, "id", value) : normal_value(form, value);
    case ROLE_PORT:
        return number_or_text ? numbered_value(form, "port", value) : normal_value(form, value);
    case ROLE_PID:
        return number_or_text ? numbered_value(form, "pid", value) : normal_value(form, value);
    case ROLE_PLAIN:
        break;
    }
    return normal_value(form, value);
}

static json_t *normal_object(struct form *form, const json_t *object)
{
    json_t *result = json_object();
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value)
    {
        json_t *normal = normal_field(form, key, value);
        if (normal != NULL)
            json_set(result, key, normal);
    }
    return result;
}

static json_t *normal_value(struct form *form, const json_t *value)
{
    if (json_is_object(value))
        return normal_object(form, value);
    if (json_is_string(value))
        return normal_text(form, text_span(json_string_value(value), json_string_length(value)));
    if (!json_is_array(value))
        return json_incref((json_t *)value);
    json_t *list = json_array();
    for (size_t i = 0; i < json_array_size(value); i++)
        json_array_append_new(list, normal_value(form, json_array_get(value, i)));
    return list;
}

/* ---- the whole ---- */

static int compare_strings(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void find_codes(struct form *form, const struct history *history)
{
    static const char *const code_keys[HISTORY_KINDS] = {[HISTORY_MESSAGE] = "code_text",
                                                         [HISTORY_CALL] = "code_text",
                                                         [HISTORY_REQUEST] = "code",
                                                         [HISTORY_RECEIVED] = "code"};
    size_t count = history_count(history);
    form->codes = mem_new_array(count + 1, sizeof form->codes[0]);
    for (size_t i = 0; i < count; i++) {
        const struct history_line *line = history_line(history, i);
        struct text code =
            code_keys[line->kind] == NULL ? TEXT_NONE : history_text(line, code_keys[line->kind]);
        if (code.len >= CODE_MIN_DIGITS && text_all_digits(code))
            form->codes[form->code_count++] = text_copy(code);
    }
    qsort(form->codes, form->code_count, sizeof form->codes[0], compare_strings);
}

static void form_release(struct form *form)
{
    for (size_t i = 0; i < form->room; i++)
        mem_free(form->seen[i].value);
    for (size_t i = 0; i < form->code_count; i++)
        mem_free(form->codes[i]);
    mem_free(form->seen);
    mem_free(form->codes);
}

char *history_normal_form(const struct history *history, struct normal_form options)
{
    struct form form = {.options = options};
    struct text_buf out;
    size_t count;
    const struct history_line **lines = options.in_order ? history_in_order(history, &count) : NULL;
    text_buf_init(&out, 2 * (size_t)HISTORY_MAX_BYTES);
    find_codes(&form, history);
    count = lines == NULL ? history_count(history) : count;
    for (size_t i = 0; i < count; i++) {
        const struct history_line *line = lines == NULL ? history_line(history, i) : lines[i];
        json_t *normal = normal_object(&form, line->fields);
        char *text = json_write(normal);
        text_put_z(&out, text);
        text_put_char(&out, '\n');
        mem_free(text);
        json_decref(normal);
    }
    mem_free(lines);
    form_release(&form);
    return text_buf_take(&out);
}
