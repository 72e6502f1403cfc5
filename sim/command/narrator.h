/* narrator: prints a line for each message as it is sent, with its code, for a person at a terminal.
 *
 *     struct narrator *narrator = narrator_new(sim, stderr);
 *     narrator_look(narrator);                    // something changed; from any thread, never blocks for long
 *     narrator_free(narrator);                    // prints what is left
 *
 *     ->  sms       +243810000001  482913  Votre code est 482913.
 */
#ifndef NARRATOR_H
#define NARRATOR_H

#include <stdio.h>

#include "sim.h"

struct narrator;

struct narrator *narrator_new(struct sim *sim, FILE *out);
void narrator_look(void *narrator);
void narrator_free(struct narrator *narrator);

#endif
