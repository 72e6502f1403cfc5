/* sandbox: a world of its own for one worker of the harness.
 *
 *     struct sandbox_choice choice;
 *     if (!sandbox_choose("auto", false, &choice, &why))
 *         return 4;
 *     struct sandbox_options options = {.way = choice.way, .hosts = hosts, .keep = keep, .events = &events};
 *     pid_t worker = sandbox_start(&options, run_scenarios, plan, &why);     // forks; that runs inside
 *     waitpid(worker, &status, 0);                                // what it returned is the exit status
 *
 * Way SANDBOX_NAMESPACE: new user, network, mount, pid, ipc and uts namespaces. Inside: an ordinary user
 * (uid 1000), only loopback, all ports free to bind (80 and 443 too), a private /tmp, /run and /dev/shm, a
 * /proc of its own. A DNS answerer on 127.0.0.1:53 gives 127.0.0.1 for `hosts` and everything below them,
 * and "no such name" for every other name. Every connection to an address that is not loopback is refused
 * at once: its packets are dropped by routing, whoever listens, and a watcher answers them with a reset
 * (TCP) or "port unreachable" (UDP). Names and addresses refused are reported as events. Folders in `keep`
 * stay visible under /tmp and /run. The machine's certificate bundles are replaced by private copies that
 * sandbox_trust() extends.
 * Way SANDBOX_PRELOAD: no namespace; a library of ours in every program (preload_way.h, sim/preload) gives
 * 127.0.0.1 for `hosts` and everything below them, sends connections to ports 80 and 443 on loopback to the
 * simulator, and refuses every other name and address at once; refusals are reported as events. Programs
 * that no library can be preloaded into are not held: static ones, Go's, those that gain rights (sudo), and
 * whatever is started without the variables. So it is sealed for the others only.
 * Way SANDBOX_PROXY: no namespace; the environment sends programs that honour a proxy to the simulator.
 * Not sealed.
 *
 * In every way a guardian process stands above the worker: when the worker ends, or the harness is killed,
 * every descendant is ended with it, daemons included (guardian.h).
 * sandbox_start() must be called while the caller has one thread only, from the thread that lives as long
 * as the caller. Files that the caller holds open (history, report) stay open in the worker, at their old
 * places. */
#ifndef SANDBOX_H
#define SANDBOX_H

#include <stdbool.h>
#include <sys/types.h>

#include "drive_events.h"
#include "environment.h"
#include "fail.h"

enum sandbox_way { SANDBOX_NAMESPACE = 1, SANDBOX_PRELOAD, SANDBOX_PROXY };

/* "namespace", "preload", "proxy" */
const char *sandbox_way_name(enum sandbox_way way);

/* Tries a way for real, in a child process: the namespaces, the mounts, the network; the library in a small
 * program that looks up names and connects. */
bool sandbox_probe(enum sandbox_way way, struct fail *why);

struct sandbox_choice {
    enum sandbox_way way;
    bool sealed;      /* nothing whatever can leave */
    const char *seal; /* "sealed", "sealed for dynamic programs", "not sealed" */
    char note[512];   /* why a better way was not taken; "" when the best was */
};

/* wanted: "auto" (the first of the others that works), "namespace", "preload", "proxy". Only the first is
 * sealed as require_sealed wants it: what a backend starts is not known beforehand. */
bool sandbox_choose(const char *wanted, bool require_sealed, struct sandbox_choice *ret_choice,
                    struct fail *why);

struct sandbox;

struct sandbox_options {
    enum sandbox_way way;
    const char *const
        *hosts; /* "twilio.com", …: domain names answered with 127.0.0.1; ends with NULL; NULL = none */
    const char *const *keep;           /* folders to keep visible, absolute; ends with NULL; NULL = none */
    const struct drive_events *events; /* used inside the worker only */
    const char *scratch; /* outside of namespaces: a folder that the caller made and removes; when the caller
                            is killed it is removed all the same. NULL = none */
};

/* The worker's work, inside; what it returns (0..255) becomes the exit status. */
typedef int sandbox_body(struct sandbox *sandbox, void *context);

/* Forks and enters. Returns the pid to wait for (never reaped here), or -1 with *why when the sandbox cannot
 * be set up: then the body did not run. A body ended by signal N gives exit status 128 + N. */
pid_t sandbox_start(const struct sandbox_options *options, sandbox_body *body, void *context,
                    struct fail *why);

/* ---- inside the body */

enum sandbox_way sandbox_way_of(const struct sandbox *sandbox);

/* Makes programs trust this CA (a PEM file) from now on: appended to the private copies of the machine's
 * bundle, and the variables of sandbox_put_environment() name it. Into `folder` go a bundle, a trust store
 * for Java and an ini file for PHP, in every way. */
bool sandbox_trust(struct sandbox *sandbox, const char *ca_file, const char *folder, struct fail *why);

/* The simulator is up on 127.0.0.1:port: from now on the name server of the namespace way asks it what
 * planned faults make of a look-up. (The library of the preload way asks by itself.) */
void sandbox_meet_simulator(struct sandbox *sandbox, int port);

/* Sets the variables that the way needs: CA files for Node, OpenSSL (Python, Ruby, Go), Python requests,
 * curl, git and AWS, a trust store for Java and an ini file for PHP; in the proxy way also every spelling of
 * the proxy variables with http://127.0.0.1:port, and Java's own words for it; in the preload way the
 * library, and `port` as the simulator's. Call after sandbox_trust(). */
void sandbox_put_environment(const struct sandbox *sandbox, int port, struct environment *environment);

/* Puts back what the way cannot do without, after a profile's own variables: the library in LD_PRELOAD. */
void sandbox_keep_environment(const struct sandbox *sandbox, struct environment *environment);

/* True when every sandbox has all ports to itself (the namespace way): the simulator then listens on 80 and
 * 443. */
bool sandbox_fixed_ports(const struct sandbox *sandbox);

#endif
