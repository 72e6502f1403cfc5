/* packet_backlog: do packets wait for the kernel to hand them on?
 *
 *     struct packet_backlog *backlog = packet_backlog_new();
 *     if (!packet_backlog_is_empty(backlog)) ... something is under way that no thread and no socket shows
 * ... packet_backlog_free(backlog);
 *
 * What is sent over loopback lies in a queue of the CPU until its softirq has time; on a busy machine
 * ksoftirqd waits for a CPU like anybody. Of TCP the two ends tell (loopback_pairs.h); a datagram, the
 * question for a name, is nowhere else. /proc/net/softnet_stat counts these queues, those of the whole
 * machine; where it does not (kernels before 5.10) they are taken to be empty. One thread. */
#ifndef PACKET_BACKLOG_H
#define PACKET_BACKLOG_H

#include <stdbool.h>

struct packet_backlog;

struct packet_backlog *packet_backlog_new(void);
/* NULL is allowed. */
void packet_backlog_free(struct packet_backlog *backlog);
bool packet_backlog_is_empty(struct packet_backlog *backlog);

/* Of the file's text: how many packets wait. Pure. */
unsigned long packet_backlog_count(const char *text);

#endif
