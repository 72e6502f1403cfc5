/* code_printer: prints a line for each message as it is sent, with its code, for a person at a terminal.
 *
 *     struct code_printer *code_printer = code_printer_new(sim, stderr);
 *     code_printer_look(code_printer);                    // something changed; from any thread, never blocks
 * for long code_printer_free(code_printer);                    // prints what is left
 *
 *     ->  sms       +243810000001  482913  Votre code est 482913.
 */
#ifndef CODE_PRINTER_H
#define CODE_PRINTER_H

#include <stdio.h>

#include "sim.h"

struct code_printer;

struct code_printer *code_printer_new(struct sim *sim, FILE *out);
void code_printer_look(void *code_printer);
void code_printer_free(struct code_printer *code_printer);

#endif
