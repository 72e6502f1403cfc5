/* refusal_printer: prints what the preloaded library refused, for a person at a terminal.
 *
 *     struct refusal_printer *printer = refusal_printer_new(stderr, &why);
 *     setenv(..., preload_net_value(port, refusal_printer_name(printer)));    // preload_way.h
 *     refusal_printer_free(printer);
 *
 *     twilio-sim: refused   node (4711) to 203.0.113.7 port 443 (tcp)
 *     twilio-sim: refused   node (4711) looked up db.example.com
 *
 * A thread of its own; who is refused waits until it is printed, the same thing is printed once only. */
#ifndef REFUSAL_PRINTER_H
#define REFUSAL_PRINTER_H

#include <stdio.h>

#include "fail.h"

struct refusal_printer;

/* New; NULL with *why. */
struct refusal_printer *refusal_printer_new(FILE *out, struct fail *why);
void refusal_printer_free(struct refusal_printer *printer);
/* Of its socket; borrowed. */
const char *refusal_printer_name(const struct refusal_printer *printer);

#endif
