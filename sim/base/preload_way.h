/* preload_way: what our programs and the library that they preload into foreign processes (sim/preload) agree
 * on: where it lies, and the variables that send names and connections to the simulator.
 *
 *     char library[PATH_MAX];
 *     if (!preload_library_find(library, &why)) ...
 *     char *list = preload_list(getenv("LD_PRELOAD"), library);          // new; for LD_PRELOAD
 *     char *net = preload_net_value(4010, refusal_inbox_name(inbox));    // new; for TWILIO_SIM_NET
 *     char *hosts = preload_hosts_value(domains);                        // new; for TWILIO_SIM_HOSTS
 *
 * The half of the library that minds the clock has a variable of its own (clock_page.h); each half stays out
 * of the way when its variable is not set. Nothing here locks. */
#ifndef PRELOAD_WAY_H
#define PRELOAD_WAY_H

#include <limits.h>
#include <stdbool.h>

#include "fail.h"

#define PRELOAD_LIBRARY "twilio-sim-preload.so"

/* "PORT" or "PORT:REPORT": the simulator's port on 127.0.0.1, which speaks HTTP and TLS, and where to say
 * what was refused: "@NAME", an abstract Unix socket (refusal_inbox.h). */
#define PRELOAD_NET_VARIABLE "TWILIO_SIM_NET"
/* "twilio.com,maps.example.com": domains that, with all below them, are the simulator. */
#define PRELOAD_HOSTS_VARIABLE "TWILIO_SIM_HOSTS"

/* The library beside the running program, in ../lib/twilio-sim/preload (installed; the build says where), or
 * in
 * ../bin (the tests), each from where the program lies now: a prefix can be moved. False when it is nowhere,
 * or at a path that LD_PRELOAD cannot hold (spaces and colons part its items). */
bool preload_library_find(char ret_path[PATH_MAX], struct fail *why);

/* The same for another of our files that lies beside the library. */
bool preload_file_find(const char *name, char ret_path[PATH_MAX], struct fail *why);

/* True when LD_PRELOAD can hold this path. */
bool preload_path_fits(const char *path);

/* `list` (NULL or "" allowed) with `library` before everything else, once. New. */
char *preload_list(const char *list, const char *library);

/* report may be NULL. New. */
char *preload_net_value(int port, const char *report);
/* `hosts` ends with NULL; NULL = none. New. */
char *preload_hosts_value(const char *const *hosts);

#endif
