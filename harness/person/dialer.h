/* dialer: gives connected sockets of its own network to somebody in another one, and nothing else crosses.
 *
 *     int ends[2];
 *     dialer_channel(ends, &why);                         // before the sandbox is entered: both sides have
 * it struct dialer *dialer = dialer_new(ends[1]);        // inside: a thread that waits for calls int fd =
 * dialer_call(ends[0], 3000, &error);        // outside: a socket of the inside, or -1 dialer_free(dialer);
 *
 * So a port of a sealed sandbox is reached from outside while nothing inside ever holds a socket of the
 * outside. Only loopback is dialled, 127.0.0.1 and then ::1. The sockets do not block; one that has not
 * connected within DIALER_WAIT_MS (a full backlog) is given all the same and connects when it can. Channels
 * are borrowed. A channel serves one caller at a time; what a caller that died left behind is taken away by
 * dialer_drain(). */
#ifndef DIALER_H
#define DIALER_H

#include <stdbool.h>

#include "fail.h"

enum { DIALER_WAIT_MS = 200 };

struct dialer;

/* [0] for who calls, [1] for who dials. Both close on exec. */
bool dialer_channel(int ret_ends[2], struct fail *why);

/* New. Its thread sleeps while nobody calls, in real time: it never keeps a virtual clock from its rest. */
struct dialer *dialer_new(int channel);
/* Calls are answered no more; the channel can serve another dialer. NULL is allowed. */
void dialer_free(struct dialer *dialer);

/* The caller's to close. -1 with *ret_error: an errno, or 0 when nobody dials any more. */
int dialer_call(int channel, int port, int *ret_error);
void dialer_drain(int channel);

#endif
