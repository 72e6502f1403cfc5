/* broken_pipe: who reads what we print went away (`twilio-sim --print 2>&1 | head`). That ends the process as
 * SIGTERM does, with its clean-up, and not at once.
 *
 *     sigprocmask(SIG_BLOCK, &ends, NULL);     // with SIGTERM, in every thread
 *     broken_pipe_ends();
 *     sigwait(&ends, &number);                 // SIGTERM, also for a SIGPIPE in any thread
 *
 * For the whole process. A SIGPIPE that was ignored before stays so; a program that is executed gets it as it
 * was. */
#ifndef BROKEN_PIPE_H
#define BROKEN_PIPE_H

void broken_pipe_ends(void);

#endif
