/* The table of errors, made from error_codes.def, and the filling of its placeholders. Which error a request
 * gets is decided in sim/rules; how an error body looks is the endpoints' affair. */
#include "error_codes.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "fail.h"

#define STATE_FAILED      MESSAGE_FAILED
#define STATE_UNDELIVERED MESSAGE_UNDELIVERED
#define WHERE(http, confirmed, at, state, either)                                                            \
    .http_status = (http), .http_confirmed = (confirmed), .when = (at), .final_state = (state),              \
    .either_final_state = (either)
#define SYNC(http)              WHERE(http, true, WHEN_SYNC, MESSAGE_NONE, false)
#define SYNC_GUESS(http)        WHERE(http, false, WHEN_SYNC, MESSAGE_NONE, false)
#define ASYNC(state)            WHERE(0, false, WHEN_ASYNC, STATE_##state, false)
#define ASYNC_EITHER(state)     WHERE(0, false, WHEN_ASYNC, STATE_##state, true)
#define BOTH(http, state)       WHERE(http, true, WHEN_BOTH, STATE_##state, false)
#define BOTH_GUESS(http, state) WHERE(http, false, WHEN_BOTH, STATE_##state, false)
#define DEBUGGER                WHERE(0, false, WHEN_DEBUGGER, MESSAGE_NONE, false)

static const struct error_code rows[] = {
#define ERROR_ROW(row_id, number, where, how_long, whom, sure, text_now, text_old, from)                     \
    {.id = ERROR_##row_id,                                                                                   \
     .name = "ERROR_" #row_id,                                                                               \
     .code = (number),                                                                                       \
     where,                                                                                                  \
     .nature = NATURE_##how_long,                                                                            \
     .scope = SCOPE_##whom,                                                                                  \
     .sureness = SURE_##sure,                                                                                \
     .message = (text_now),                                                                                  \
     .old_message = (text_old),                                                                              \
     .source = (from)},
#include "error_codes.def"
#undef ERROR_ROW
};

_Static_assert(sizeof rows / sizeof rows[0] == ERROR_ID_COUNT - 1, "one row an id");

const struct error_code *error_code(enum error_id id)
{
    REQUIRE(id > ERROR_NONE && id < ERROR_ID_COUNT);
    return &rows[id - 1];
}

size_t error_code_count(void)
{
    return sizeof rows / sizeof rows[0];
}

const struct error_code *error_code_at(size_t index)
{
    REQUIRE(index < error_code_count());
    return &rows[index];
}

const struct error_code *error_code_find(int code)
{
    for (size_t i = 0; i < error_code_count(); i++)
        if (rows[i].code == code)
            return &rows[i];
    return NULL;
}

const char *error_code_page(const struct error_code *error, char out[ERROR_PAGE_BYTES])
{
    snprintf(out, ERROR_PAGE_BYTES, "https://www.twilio.com/docs/errors/%d", error->code);
    return out;
}

void error_code_mask(struct text number, struct text_buf *out)
{
    size_t masked_from = number.len;
    for (int digits = 0; masked_from > 0 && digits < 4; masked_from--)
        digits += isdigit((unsigned char)number.at[masked_from - 1]) != 0;
    text_put(out, text_first(number, masked_from));
    for (size_t i = masked_from; i < number.len; i++)
        text_put_char(out, isdigit((unsigned char)number.at[i]) ? 'X' : number.at[i]);
}

/* Writes what stands for a placeholder; false when there is no such placeholder. */
static bool word_write(struct text name, const struct error_words *words, struct text_buf *out)
{
    const struct {
        const char *name;
        struct text value;
    } plain[] = {{"to", words->to},
                 {"from", words->from},
                 {"account", words->account},
                 {"url", words->url},
                 {"path", words->path}};
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        if (text_is(name, plain[i].name)) {
            text_put(out, plain[i].value);
            return true;
        }
    }
    if (text_is(name, "to-masked"))
        error_code_mask(words->to, out);
    else if (text_is(name, "limit"))
        text_put_int(out, words->limit);
    else
        return false;
    return true;
}

void error_code_write(const struct error_code *error, bool old_text, const struct error_words *words,
                      struct text_buf *out)
{
    struct text rest = text_of(old_text && error->old_message != NULL ? error->old_message : error->message);
    while (rest.len > 0) {
        size_t open = text_find(rest, '{');
        text_put(out, text_first(rest, open));
        rest = text_from(rest, open);
        if (rest.len == 0)
            break;
        size_t close = text_find(rest, '}');
        REQUIRE(close < rest.len);
        bool known = word_write(text_span(rest.at + 1, close - 1), words, out);
        REQUIRE(known);
        rest = text_from(rest, close + 1);
    }
}

const char *error_sureness_name(enum error_sureness sureness)
{
    static const char *const names[] = {"captured", "fixture", "title", "reported"};
    REQUIRE((size_t)sureness < sizeof names / sizeof names[0]);
    return names[sureness];
}

const char *error_nature_name(enum error_nature nature)
{
    return nature == NATURE_TEMPORARY ? "temporary" : "permanent";
}

const char *error_scope_name(enum error_scope scope)
{
    static const char *const names[] = {"any", "trial", "trial-units", "sandbox"};
    REQUIRE((size_t)scope < sizeof names / sizeof names[0]);
    return names[scope];
}

const char *error_when_name(enum error_when when)
{
    static const char *const names[] = {"sync", "async", "both", "debugger"};
    REQUIRE((size_t)when < sizeof names / sizeof names[0]);
    return names[when];
}
