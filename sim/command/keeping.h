/* keeping: a server with --store: what becomes of rows when it starts, of its options when the account is the
 * stored one, and of requests while the store cannot be written. */
#ifndef KEEPING_H
#define KEEPING_H

#include "archive.h"
#include "options.h"
#include "response.h"

/* One row of what was stored; `context` is a struct server. */
bool keeping_restore(void *context, const struct row *row, const struct journal_stamp *now, struct fail *why);

/* The stored account is the one that is served. --account-sid and --auth-token may repeat it; others are
 * refused. Options that would have made another account are named in the log, and not used. */
bool keeping_judge_identity(const struct options *options, const struct account *stored, const char *path,
                            struct fail *why);

/* Before a request is handled. False: it was refused in plain text with 500, as the store cannot be written:
 * no SDK takes that for Twilio's. */
bool keeping_enter(struct archive *archive, struct response *response);
/* Before its answer leaves, which becomes such a refusal when it cannot be kept. */
void keeping_leave(struct archive *archive, struct sim *sim, struct response *response);
/* Before a callback leaves: whoever gets it finds what it says after a kill, too. It leaves in any case. */
void keeping_before_callback(struct archive *archive, struct sim *sim);

#endif
