/* JSON and XML from one description. */
#include "render.h"

#include <ctype.h>
#include <string.h>

#include "clock.h"
#include "fail.h"
#include "json.h"
#include "utf8.h"

/* date_created -> DateCreated */
static void put_xml_name(struct text_buf *out, const char *name)
{
    bool capital = true;
    for (; *name != '\0'; name++) {
        if (*name == '_') {
            capital = true;
            continue;
        }
        text_put_char(out, capital ? (char)toupper((unsigned char)*name) : *name);
        capital = false;
    }
}

static void put_tag(struct text_buf *out, const char *open, const char *name, const char *close)
{
    text_put_z(out, open);
    put_xml_name(out, name);
    text_put_z(out, close);
}

void render_put_xml(struct text_buf *out, struct text value)
{
    static const struct {
        uint32_t character;
        const char *entity;
    } entities[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}};
    while (value.len > 0) {
        uint32_t c = utf8_next(&value);
        size_t i = 0;
        while (i < sizeof entities / sizeof entities[0] && entities[i].character != c)
            i++;
        if (i < sizeof entities / sizeof entities[0])
            text_put_z(out, entities[i].entity);
        else if ((c < 0x20 && c != '\n' && c != '\t' && c != '\r') || c == 0xFFFE || c == 0xFFFF)
            utf8_put(out, UTF8_REPLACEMENT);
        else
            utf8_put(out, c);
    }
}

static void push(struct render *render, const char *name)
{
    REQUIRE(render->depth < sizeof render->names / sizeof render->names[0]);
    render->names[render->depth++] = name;
    render->first = true;
}

static const char *pop(struct render *render)
{
    REQUIRE(render->depth > 0);
    render->first = false;
    return render->names[--render->depth];
}

void render_begin(struct render *render, enum format format, struct text_buf *out, const char *name)
{
    *render = (struct render){.format = format, .out = out};
    push(render, name);
    if (format == FORMAT_JSON) {
        text_put_char(out, '{');
        return;
    }
    text_put(out, TEXT("<?xml version='1.0' encoding='UTF-8'?>\n<TwilioResponse>"));
    if (name[0] != '\0')
        put_tag(out, "<", name, ">");
}

void render_end(struct render *render)
{
    const char *name = pop(render);
    REQUIRE(render->depth == 0);
    if (render->format == FORMAT_JSON) {
        text_put_char(render->out, '}');
        return;
    }
    if (name[0] != '\0')
        put_tag(render->out, "</", name, ">");
    text_put(render->out, TEXT("</TwilioResponse>"));
}

static void separate(struct render *render)
{
    if (!render->first)
        text_put(render->out, TEXT(", "));
    render->first = false;
}

/* `"name": ` */
static void put_key(struct render *render, const char *name)
{
    size_t len = strlen(name), before = render->first ? 1 : 3;
    char *at = text_buf_extend(render->out, before + len + 3);
    if (at != NULL) {
        memcpy(at, render->first ? "\"" : ", \"", before);
        memcpy(at + before, name, len);
        memcpy(at + before + len, "\": ", 3);
    }
    render->first = false;
}

static void put_plain(struct render *render, const char *name, struct text json, struct text xml)
{
    if (render->format == FORMAT_JSON) {
        put_key(render, name);
        text_put(render->out, json);
    } else if (xml.len == 0) {
        put_tag(render->out, "<", name, "/>");
    } else {
        put_tag(render->out, "<", name, ">");
        text_put(render->out, xml);
        put_tag(render->out, "</", name, ">");
    }
}

void render_text(struct render *render, const char *name, struct text value)
{
    if (render->format == FORMAT_JSON) {
        put_key(render, name);
        json_put_text(render->out, value);
    } else if (value.len == 0) {
        put_tag(render->out, "<", name, "/>");
    } else {
        put_tag(render->out, "<", name, ">");
        render_put_xml(render->out, value);
        put_tag(render->out, "</", name, ">");
    }
}

void render_plain(struct render *render, const char *name, struct text value)
{
    if (render->format != FORMAT_JSON) {
        put_plain(render, name, TEXT_NONE, value);
        return;
    }
    put_key(render, name);
    char *at = text_buf_extend(render->out, value.len + 2);
    if (at != NULL) {
        at[0] = '"';
        memcpy(at + 1, value.at, value.len);
        at[value.len + 1] = '"';
    }
}

void render_z(struct render *render, const char *name, const char *value)
{
    render_text(render, name, text_of(value));
}

void render_int(struct render *render, const char *name, int64_t value)
{
    struct text_buf digits;
    text_buf_init(&digits, 32);
    text_put_int(&digits, value);
    put_plain(render, name, text_buf_view(&digits), text_buf_view(&digits));
    text_buf_release(&digits);
}

void render_null(struct render *render, const char *name)
{
    put_plain(render, name, TEXT("null"), TEXT_NONE);
}

void render_bool(struct render *render, const char *name, bool value)
{
    struct text word = value ? TEXT("true") : TEXT("false");
    put_plain(render, name, word, word);
}

void render_date(struct render *render, const char *name, int64_t wall_ms)
{
    char date[CLOCK_TEXT_BYTES];
    if (wall_ms == 0)
        render_null(render, name);
    else
        render_plain(render, name, text_of(clock_rfc2822(wall_ms, date)));
}

void render_open(struct render *render, const char *name)
{
    if (render->format == FORMAT_JSON) {
        put_key(render, name);
        text_put_char(render->out, '{');
    } else {
        put_tag(render->out, "<", name, ">");
    }
    push(render, name);
}

void render_close(struct render *render)
{
    const char *name = pop(render);
    if (render->format == FORMAT_JSON)
        text_put_char(render->out, '}');
    else
        put_tag(render->out, "</", name, ">");
}

void render_list_begin(struct render *render, const char *name, const char *element, const char *attributes)
{
    if (render->format == FORMAT_JSON) {
        put_key(render, name);
        text_put_char(render->out, '[');
    } else {
        put_tag(render->out, "<", element, "");
        text_put_z(render->out, attributes == NULL ? "" : attributes);
        text_put_char(render->out, '>');
    }
    push(render, element);
}

void render_item_begin(struct render *render, const char *element)
{
    if (render->format == FORMAT_JSON) {
        separate(render);
        text_put_char(render->out, '{');
    } else {
        put_tag(render->out, "<", element, ">");
    }
    push(render, element);
}

void render_list_end(struct render *render)
{
    const char *element = pop(render);
    if (render->format == FORMAT_JSON)
        text_put_char(render->out, ']');
    else
        put_tag(render->out, "</", element, ">");
}
