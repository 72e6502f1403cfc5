/* source_text: the bytes of a file before they are YAML (inside this layer only). */
#ifndef SOURCE_TEXT_H
#define SOURCE_TEXT_H

#include "document.h"

/* Refuses broken UTF-8 and characters that YAML forbids, with the first one's place. */
bool source_text_check(struct document *document, struct text bytes);
/* A line from 1, without its end; TEXT_NONE behind the last. */
struct text source_text_line(struct text bytes, int line);

#endif
