/* netlink_request: one rtnetlink message, built and sent, its answer awaited.
 *
 *     struct netlink_request request;
 *     struct rtmsg *route = netlink_request_init(&request, RTM_NEWROUTE, NLM_F_CREATE, sizeof *route);
 *     netlink_put(&request, RTA_OIF, &index, sizeof index);
 *     int error = netlink_send(fd, &request);            // 0 or an errno
 *
 * Requests are small and ours: one that does not fit is our bug (REQUIRE). */
#ifndef NETLINK_REQUEST_H
#define NETLINK_REQUEST_H

#include <linux/netlink.h>
#include <stddef.h>

enum { NETLINK_REQUEST_MAX_BYTES = 512 };

struct netlink_request {
    union {
        struct nlmsghdr header;
        char bytes[NETLINK_REQUEST_MAX_BYTES];
    };
};

/* A socket, or -1 with errno. */
int netlink_open(void);
/* Returns the zeroed body (ifinfomsg, rtmsg, ifaddrmsg) of body_bytes. */
void *netlink_request_init(struct netlink_request *request, unsigned type, unsigned flags, size_t body_bytes);
void netlink_put(struct netlink_request *request, unsigned type, const void *value, size_t len);
/* An attribute that holds others: returns its mark for netlink_nest_end(). */
size_t netlink_nest(struct netlink_request *request, unsigned type, const void *value, size_t len);
void netlink_nest_end(struct netlink_request *request, size_t mark);
/* Sends it and waits for the kernel's verdict: 0 or an errno. */
int netlink_send(int fd, struct netlink_request *request);

#endif
