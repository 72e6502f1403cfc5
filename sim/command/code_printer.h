/* code_printer: prints a line for each message as it is sent, with its code, and for each that is refused,
 * lost or does not arrive, with the reason: for a person at a terminal (message_line.h). Colour as the
 * terminal allows.
 *
 *     struct code_printer *code_printer = code_printer_new(sim, 0, stderr);
 *     code_printer_look(code_printer);      // something changed; from any thread, never blocks for long
 *     code_printer_free(code_printer);      // prints what is left
 */
#ifndef CODE_PRINTER_H
#define CODE_PRINTER_H

#include <stdio.h>

#include "sim.h"

struct code_printer;

/* Events up to number `after` are no news: what a store brought back was printed when it happened. */
struct code_printer *code_printer_new(struct sim *sim, uint64_t after, FILE *out);
void code_printer_look(void *code_printer);
/* NULL is allowed. */
void code_printer_free(struct code_printer *code_printer);

#endif
