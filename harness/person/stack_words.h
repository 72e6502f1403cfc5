/* stack_words: a line for the terminal of each thing that a stack in a person's hands tells.
 *
 *     struct text_buf line;
 *     stack_words_put(&line, note, colour);        // "12:00:03  sms       +243810000001  482913  Your code
 * …\n"
 *
 * Notes are the JSON that the runner's hold writes: {"note": "log" | "ended" | "refused"},
 * or an event of the simulator, {"kind": "message" | "call" | "status"}. What a person need not see puts
 * nothing. Pure. Control characters are shown, never sent to the terminal. */
#ifndef STACK_WORDS_H
#define STACK_WORDS_H

#include <stdbool.h>

#include "json.h"

void stack_words_put(struct text_buf *out, const json_t *note, bool colour);

#endif
