/* Joining and parting a Dockerfile's lines. What an instruction means is its reader's business. */
#include "dockerfile.h"

#include "env_file.h"

static size_t join(char *joined, size_t len, struct text piece)
{
    size_t room = DOCKERFILE_LINE_BYTES - len;
    size_t more = piece.len < room ? piece.len : room;
    memcpy(joined + len, piece.at, more);
    return len + more;
}

bool dockerfile_next(struct dockerfile_reader *reader, struct dockerfile_line *ret)
{
    struct text line;
    size_t len = 0;
    bool open = false;
    while (env_line(&reader->rest, &line, NULL)) {
        reader->line++;
        line = text_trim(line);
        if (line.len == 0 || line.at[0] == '#')
            continue;
        if (!open)
            ret->line = reader->line;
        open = line.at[line.len - 1] == '\\';
        len = join(reader->joined, len, text_first(line, open ? line.len - 1 : line.len));
        if (!open)
            break;
    }
    if (len == 0)
        return false;
    struct text whole = text_span(reader->joined, len);
    ret->word = text_first(whole, text_find(whole, ' '));
    ret->rest = text_trim(text_from(whole, ret->word.len));
    return true;
}
