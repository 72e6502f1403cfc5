/* Lines for people: fixed columns, the code where the eye finds it. */
#include "message_line.h"

#include <stdlib.h>
#include <unistd.h>

#include "account_plans.h"
#include "code_in_text.h"
#include "error_codes.h"

enum { ERROR_MAX_BYTES = 4096 };

static const char bold[] = "\x1b[1m", red[] = "\x1b[31m", plain[] = "\x1b[0m";

/* U+0080 to U+009F: to some terminals U+009B is what ESC [ is. */
static bool is_c1(const unsigned char *at, size_t left)
{
    return left >= 2 && at[0] == 0xC2 && at[1] >= 0x80 && at[1] < 0xA0;
}

static void put_clean(struct text_buf *out, struct text value)
{
    const unsigned char *bytes = (const unsigned char *)value.at;
    for (size_t i = 0; i < value.len; i++) {
        bool c1 = is_c1(bytes + i, value.len - i);
        text_put_char(out, c1 || bytes[i] < 0x20 || bytes[i] == 0x7F ? ' ' : value.at[i]);
        i += c1 ? 1 : 0;
    }
}

/* The text of an error quotes what the request said. */
static void put_error(struct text_buf *out, const struct error_code *error, const struct error_words *words)
{
    struct text_buf text;
    text_buf_init(&text, ERROR_MAX_BYTES);
    error_code_write(error, false, words, &text);
    put_clean(out, text_buf_view(&text));
    text_buf_release(&text);
}

/* One column, wide enough for a code of eight digits. */
static void put_marked(struct text_buf *out, struct text word, const char *color)
{
    text_put_z(out, color);
    text_put(out, word);
    text_put_z(out, color[0] != '\0' ? plain : "");
    for (size_t i = word.len; i < 10 || i < word.len + 2; i++)
        text_put_char(out, ' ');
}

static void put_whom(struct text_buf *out, struct text channel, struct text to)
{
    text_putf(out, "%-9.*s ", TEXT_ARGS(channel));
    put_clean(out, to);
    text_put_z(out, "  ");
}

void message_line_put(struct text_buf *out, struct text channel, struct text to, struct text body, bool color)
{
    struct text code = code_in_text(body);
    put_whom(out, channel, to);
    put_marked(out, code.at == NULL ? TEXT("-") : code, color && code.at != NULL ? bold : "");
    put_clean(out, body);
}

void message_line_put_reply(struct text_buf *out, struct text channel, struct text from, struct text body)
{
    put_whom(out, channel, from);
    put_marked(out, TEXT("wrote"), "");
    put_clean(out, body);
}

void message_line_put_trouble(struct text_buf *out, const struct message_trouble *trouble, bool color)
{
    const struct error_code *error = trouble->code == 0 ? NULL : error_code_find((int)trouble->code);
    /* What the line's reader is not given is said so, or is what the only plan with a limit has. */
    const struct error_words words = {.to = trouble->to,
                                      .from = trouble->from,
                                      .account = trouble->account,
                                      .path = trouble->path,
                                      .url = TEXT("of the request"),
                                      .limit = account_plan(PLAN_TRIAL_LEGACY)->daily_cap};
    if (trouble->to.len > 0) {
        put_whom(out, trouble->channel, trouble->to);
    } else {
        put_clean(out, trouble->method);
        text_put_char(out, ' ');
        put_clean(out, trouble->path);
        text_put_z(out, "  ");
    }
    put_marked(out, trouble->what, color ? red : "");
    if (trouble->code != 0)
        text_putf(out, "%d", (int)trouble->code);
    if (error != NULL) {
        text_put_z(out, "  ");
        put_error(out, error, &words);
    }
    put_clean(out, trouble->detail);
}

bool message_line_color(FILE *out)
{
    const char *no_color = getenv("NO_COLOR");
    return isatty(fileno(out)) == 1 && (no_color == NULL || no_color[0] == '\0');
}
