/* exec_environment: the environment that makes unmodified programs talk to the simulator: CA variables of the
 * runtimes, Twilio's variables, and either proxy variables in every spelling (DESIGN, the proxy way) or the
 * preloaded library (the preload way), which needs no program to know of proxies.
 *
 * Facts: Node's SDK honours only upper-case HTTP_PROXY; Python, Go and Ruby take HTTPS_PROXY;
 * TWILIO_CA_BUNDLE is ignored behind a proxy, NODE_EXTRA_CA_CERTS works; Go and Ruby take SSL_CERT_FILE
 * (DESIGN, "Facts measured"). PHP gets an ini file beside the CA. Java takes its proxy and a trust store from
 * JAVA_TOOL_OPTIONS. With --virtual-time there are also the library and the clock page that it reads. */
#ifndef EXEC_ENVIRONMENT_H
#define EXEC_ENVIRONMENT_H

#include "server.h"

/* Sets them in this process' environment (call it before the fork: it allocates and locks). `refusals` is the
 * socket for what the library refuses (refusal_printer.h) and asks for the preload way; NULL for the proxy
 * way. False when a file cannot be written, or there is no library. */
bool exec_environment_set(const struct server *server, const char *refusals, struct fail *why);

/* Removes the files that were written beside the CA (call it where the server runs, when the command is
 * over); a folder of the server's own could not go with it otherwise. */
void exec_environment_clear(const struct server *server);

#endif
