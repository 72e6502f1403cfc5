/* lobby: where suspended connections wait, for a poke, for a time, or for nothing but their client's leaving.
 *
 *     lobby_enter(lobby, guest, connection, fd);           // once a request
 *     lobby_look(lobby, guest);                            // before the state is read that decides about
 * waiting
 *     ... nothing to say yet:
 *     switch (lobby_wait(lobby, guest, until_mono_ms, true)) {
 *     case LOBBY_WAITING: return MHD_YES;                  // libmicrohttpd calls again when it is over
 *     case LOBBY_AGAIN: ...look again at once              // there was a poke since lobby_look()
 *     case LOBBY_CLOSED: return MHD_NO;                    // the server stops
 *     }
 *     ... called again:
 *     if (!lobby_back(lobby, guest)) return MHD_NO;        // the client left while it waited
 *
 * Why it exists: libmicrohttpd never notices that the client of a suspended connection left, and it aborts
 * when it is stopped with one. So every waiting descriptor stands in an epoll set here with EPOLLRDHUP, and
 * lobby_close() resumes all.
 *
 * A guest belongs to its transaction (borrowed while it waits). wait, look and back are called on the
 * connection's own worker thread; poke, notice and close on any. Lock order: this lock, then libmicrohttpd's;
 * timers are never called with it held. */
#ifndef LOBBY_H
#define LOBBY_H

#include <stdbool.h>
#include <stdint.h>

#include "timers.h"

struct lobby;
struct MHD_Connection;

struct guest {
    struct lobby *lobby;
    struct MHD_Connection *connection;
    struct guest *next, *prev;
    uint64_t pokes_seen;
    timer_id timer;
    int fd;
    bool waiting;
    bool on_poke;
    bool left;
};

enum lobby_result { LOBBY_WAITING, LOBBY_AGAIN, LOBBY_CLOSED };

struct lobby *lobby_new(struct timers *timers);
void lobby_free(struct lobby *lobby);

void lobby_enter(struct lobby *lobby, struct guest *guest, struct MHD_Connection *connection, int fd);
void lobby_look(struct lobby *lobby, struct guest *guest);
/* Suspends the connection until until_mono_ms (CLOCK_NEVER: no time), a poke when `on_poke`, or its client's
 * leaving. */
enum lobby_result lobby_wait(struct lobby *lobby, struct guest *guest, int64_t until_mono_ms, bool on_poke);
/* Ends the wait's timer; false when the client has left. Also right when nothing was waited for. */
bool lobby_back(struct lobby *lobby, struct guest *guest);
/* At the request's end, when it does not wait. */
void lobby_leave(struct lobby *lobby, struct guest *guest);

/* Resumes those who wait for a poke. */
void lobby_poke(struct lobby *lobby);
/* A descriptor that is readable when a client may have left: then call lobby_notice(). */
int lobby_descriptor(const struct lobby *lobby);
void lobby_notice(struct lobby *lobby);
/* Resumes everyone; nobody can wait any more. */
void lobby_close(struct lobby *lobby);

#endif
