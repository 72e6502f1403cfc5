/* store_debts: which requests a store has read and not answered: only while it owes an answer do its
 * deadlines bound the jumps of the clock.
 *
 * A process of a party with the role CLOCK_ROLE_STORE counts, in `owes` of its process slot, the accepted
 * connections whose last operation was a read of something. For all other processes the replaced calls
 * (accept, accept4, read, readv, recv, recvfrom, recvmsg, write, writev, send, sendto, sendmsg) cost one
 * branch. */
#ifndef STORE_DEBTS_H
#define STORE_DEBTS_H

void store_debts_closed(int fd);
/* In the child of a fork: what its parent has read, its parent answers. */
void store_debts_forked(void);

#endif
