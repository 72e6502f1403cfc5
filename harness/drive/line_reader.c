/* Cuts a stream into lines of bounded length. */
#include "line_reader.h"

void line_reader_init(struct line_reader *reader, size_t max_bytes, line_call *call, void *context)
{
    text_buf_init(&reader->line, max_bytes);
    reader->call = call;
    reader->context = context;
}

void line_reader_release(struct line_reader *reader)
{
    text_buf_release(&reader->line);
}

static void line_hand_on(struct line_reader *reader, bool continued)
{
    struct text line = text_buf_view(&reader->line);
    if (!continued && line.len > 0 && line.at[line.len - 1] == '\r')
        line.len--;
    reader->call(reader->context, line, continued);
    text_buf_clear(&reader->line);
}

void line_reader_feed(struct line_reader *reader, struct text bytes)
{
    while (bytes.len > 0) {
        size_t room = reader->line.max_bytes - reader->line.len;
        struct text part = text_first(bytes, room);
        size_t end = text_find(part, '\n');
        if (end == 0 && room == 0 && bytes.at[0] != '\n') {
            line_hand_on(reader, true);
            continue;
        }
        bool ended = end < part.len || (room == 0 && bytes.at[0] == '\n');
        text_put(&reader->line, text_first(part, end));
        bytes = text_from(bytes, ended ? end + 1 : end);
        if (ended)
            line_hand_on(reader, false);
    }
}

void line_reader_end(struct line_reader *reader)
{
    if (reader->line.len > 0)
        line_hand_on(reader, false);
}
