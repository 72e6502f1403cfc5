/* Which characters a file may hold: what YAML 1.1 calls printable, since libyaml would stop at others with
 * less to say. */
#include "source_text.h"

#include "utf8.h"

static bool allowed(uint32_t c)
{
    if (c < 0x20)
        return c == '\t' || c == '\n' || c == '\r';
    if (c >= 0x7F && c < 0xA0)
        return c == 0x85;
    return c != 0xFFFE && c != 0xFFFF && (c < 0xD800 || c > 0xDFFF);
}

static void refuse(struct document *document, struct place at, uint32_t character, bool broken)
{
    if (broken)
        document_error(document, at, "this byte is not UTF-8");
    else if (character == 0)
        document_error(document, at, "a NUL byte; is this a text file?");
    else
        document_error(document, at,
                       "the control character U+%04X cannot stand in a file; in double quotes write \\x%02X",
                       (unsigned)character, (unsigned)character & 0xFF);
}

bool source_text_check(struct document *document, struct text bytes)
{
    struct text rest = bytes;
    struct place at = {document->path, 1, 1};
    while (rest.len > 0) {
        struct text before = rest;
        uint32_t character = utf8_next(&rest);
        bool broken = character == UTF8_REPLACEMENT && before.len - rest.len == 1;
        if (broken || !allowed(character)) {
            refuse(document, at, character, broken);
            return false;
        }
        at.col = character == '\n' ? 1 : at.col + 1;
        at.line += character == '\n' ? 1 : 0;
    }
    return true;
}

struct text source_text_line(struct text bytes, int line)
{
    struct text rest = bytes, found = TEXT_NONE;
    for (int i = 0; i < line; i++) {
        if (!text_split(&rest, '\n', &found))
            return TEXT_NONE;
    }
    return text_ends(found, "\r") ? text_first(found, found.len - 1) : found;
}
