/* server: the simulator as a whole, wired up and listening.
 *
 *     struct server server;
 *     if (!server_start(options, &server, &why)) ...
 *     server_print_ready(&server, stdout);
 *     ...
 *     server_stop(&server);                       // also after a start that failed
 *
 * With `--clock` or `--virtual-time` the whole process is on that clock page from server_start() to
 * server_stop(). */
#ifndef SERVER_H
#define SERVER_H

#include <stdio.h>

#include "archive.h"
#include "authority.h"
#include "control.h"
#include "http_server.h"
#include "identity.h"
#include "sim_options.h"
#include "sim.h"
#include "virtual_time.h"

struct server {
    struct settings settings;
    struct sim *sim;
    struct timers *timers;
    struct callback_sender *callbacks;
    struct schedule *schedule;
    struct authority *authority;
    struct http_server *_Atomic http; /* timers of what was stored run before it is there */
    struct control control;
    struct archive *archive;           /* NULL without --store */
    _Atomic bool keeping;              /* it is started */
    uint64_t restored_n;               /* the newest event that was in the store at the start; 0 = none */
    struct virtual_time *virtual_time; /* NULL without --virtual-time */
    struct clock_mover *clock_mover;   /* likewise */
    const char *listen;                /* the first address; borrowed from the options */
    int port;                          /* the first one */
    bool misused;                      /* the start failed because of what the options say */
    bool forgot;                       /* it failed because of what was remembered */
    struct identity_watch identity;
    FILE *people;          /* who is told of what concerns people, set before the start; NULL: the log */
    char *setup_errors;    /* it failed because of the setup file: what is wrong there, as lines */
    _Atomic int poking;    /* threads inside http_server_poke() */
    _Atomic bool stopping; /* no further poke */
    /* Called after changes, beside waking who waits; may be NULL. */
    void (*_Atomic changed)(void *context);
    void *changed_context;
};

/* When it comes back nobody is in changed() any longer, and nobody will be. */
void server_tell_nobody(struct server *server);
bool server_start(const struct options *options, struct server *server, struct fail *why);
void server_stop(struct server *server);
/* Says why a start failed (call it before server_stop), and returns the exit status for it. */
int server_explain(const struct server *server, const struct fail *why, FILE *out);

/* "127.0.0.1": where this machine reaches it, without brackets. */
const char *server_host(const struct server *server);
/* "http://127.0.0.1:4010" */
void server_address(const struct server *server, char out[64]);
/* One line of JSON: address, ca, account_sid, auth_token (null when a request brought it), number, whatsapp,
 * control_token where one is wanted, and with virtual time `clock`, the TWILIO_SIM_CLOCK of who is to be on
 * it. */
void server_print_ready(const struct server *server, FILE *out);

#endif
