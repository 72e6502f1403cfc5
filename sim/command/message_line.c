/* Lines for people: fixed columns, the code where the eye finds it. */
#include "message_line.h"

#include <stdlib.h>
#include <unistd.h>

#include "code_in_text.h"
#include "error_codes.h"

static const char bold[] = "\x1b[1m", red[] = "\x1b[31m", plain[] = "\x1b[0m";

static void put_clean(struct text_buf *out, struct text value)
{
    for (size_t i = 0; i < value.len; i++) {
        unsigned char byte = (unsigned char)value.at[i];
        text_put_char(out, byte < 0x20 || byte == 0x7F ? ' ' : (char)byte);
    }
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
    const struct error_words words = {.to = trouble->to, .from = trouble->from, .path = trouble->path};
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
        error_code_write(error, false, &words, out);
    }
    put_clean(out, trouble->detail);
}

bool message_line_color(FILE *out)
{
    const char *no_color = getenv("NO_COLOR");
    return isatty(fileno(out)) == 1 && (no_color == NULL || no_color[0] == '\0');
}
