/* line_reader: bytes as they come, cut into lines.
 *
 *     struct line_reader reader;
 *     line_reader_init(&reader, PROCESS_LINE_MAX_BYTES, take_line, context);
 *     line_reader_feed(&reader, bytes, len);
 *     line_reader_end(&reader);                  // hands on a last line without its end
 *     line_reader_release(&reader);
 *
 * Pure. A line ends with LF or CR LF, which are not handed on. A line longer than the maximum comes in pieces
 * of that length, all but the last `continued`. The text is borrowed for the call. */
#ifndef LINE_READER_H
#define LINE_READER_H

#include "text.h"

typedef void line_call(void *context, struct text line, bool continued);

struct line_reader {
    struct text_buf line;
    line_call *call;
    void *context;
};

void line_reader_init(struct line_reader *reader, size_t max_bytes, line_call *call, void *context);
void line_reader_release(struct line_reader *reader);
void line_reader_feed(struct line_reader *reader, struct text bytes);
void line_reader_end(struct line_reader *reader);

#endif
