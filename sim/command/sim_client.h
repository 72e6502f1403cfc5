/* sim_client: what a command asks a simulator that runs already, over plain HTTP.
 *
 *     struct sim_client client;
 *     struct sim_answer answer;
 *     if (!sim_client_read(options, &client, &why) || !sim_client_get(&client, "/sim/v1/health", 0, &answer,
 * &why))
 *         ... why.text says what to do; EXIT_UNREACHABLE
 *     sim_answer_release(&answer);
 *
 * Which one: --sim, else TWILIO_SIM_URL, else http://127.0.0.1:4010; the token by --control-token or
 * TWILIO_SIM_CONTROL_TOKEN. One connection a request, HTTP/1.0, so that what comes ends with the connection.
 * Bounds: a body of SIM_ANSWER_MAX_BYTES, a line of a stream of as many. Real time, whatever the simulator's
 * clock says. */
#ifndef SIM_CLIENT_H
#define SIM_CLIENT_H

#include "options.h"

enum { SIM_ANSWER_MAX_BYTES = 64 * 1024 * 1024, SIM_CLIENT_PATIENCE_MS = 10000 };

struct sim_client {
    char url[300]; /* without a slash at its end: for words */
    char host[256], port[8];
    const char *token;   /* NULL = none. Borrowed from the options */
    const char *account; /* likewise: whose messages; NULL = the first account's */
};

struct sim_answer {
    int status;
    struct text_buf body;
    bool late; /* a simulator was there, and did not answer in time */
};

/* The rows --sim, --control-token, --account for a command's table. */
extern const struct option_row sim_client_rows[];

/* Which simulator the options name. False for what is no http URL. */
bool sim_client_read(const struct options *options, struct sim_client *ret, struct fail *why);

/* GET, `path` with its query, within so much real time (0: SIM_CLIENT_PATIENCE_MS). False when there is no
 * answer, or one that says that we may not ask (401, 403). Release *ret. */
bool sim_client_get(const struct sim_client *client, const char *path, int64_t within_ms,
                    struct sim_answer *ret, struct fail *why);
void sim_answer_release(struct sim_answer *answer);

/* GET of a stream that stays open: each line, without its end, until the simulator ends it or `line` returns
 * false (then true comes back). */
bool sim_client_stream(const struct sim_client *client, const char *path,
                       bool (*line)(void *context, struct text line), void *context, struct fail *why);

/* Appends what a value of a query must be written as. */
void sim_client_put_escaped(struct text_buf *out, const char *value);

#endif
