/* loopback_pairs: is anything under way between two TCP sockets of this network namespace?
 *
 *     struct loopback_pairs *pairs = loopback_pairs_new(&why);
 *     if (loopback_pairs_at_rest(pairs, clock_real_mono_us(), &what)) ...
 *     loopback_pairs_free(pairs);
 *
 * Threads tell nothing of bytes that the kernel holds: a small segment behind an unacknowledged one (Nagle)
 * and a delayed acknowledgement keep a request 40 ms from a reader that sleeps. Both ends of a connection on
 * this machine can be asked what they sent and received, and the two agree at once when nothing is left.
 * Under way is
 * - what one end sent and the other has not received;
 * - what an end has not sent yet although something of it is unacknowledged: the acknowledgement will send
 *   it. With nothing unacknowledged the receiver's window is full, and the receiver must read first;
 * - an opening or closing that the other end has not heard of, and anything that is sent again, for a second
 *   of real time: after that nobody may ever answer.
 * Not seen: corked data, UDP, other address families (those are delivered before the sender goes on, but for
 * a softirq that waits for its thread). One netlink dump: 0.25 ms for the walk through the kernel's hash
 * table of 262144 places, 4 us in a namespace made where net.ipv4.tcp_child_ehash_entries is 1024. One
 * thread. */
#ifndef LOOPBACK_PAIRS_H
#define LOOPBACK_PAIRS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fail.h"
#include "text.h"

enum { LOOPBACK_GIVE_UP_US = 1000000 };

struct loopback_pairs;

/* NULL with the reason where the kernel has no sock_diag. */
struct loopback_pairs *loopback_pairs_new(struct fail *why);
void loopback_pairs_free(struct loopback_pairs *pairs);

/* False: appends between whom. */
bool loopback_pairs_at_rest(struct loopback_pairs *pairs, int64_t real_us, struct text_buf *ret_what);

#endif
