/* Building and sending rtnetlink messages; which ones is private_network's business. */
#include "netlink_request.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include "fail.h"

int netlink_open(void)
{
    return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
}

/* Room at the end, aligned. */
static char *request_grow(struct netlink_request *request, size_t len)
{
    size_t at = NLMSG_ALIGN(request->header.nlmsg_len);
    REQUIRE(at + len <= sizeof request->bytes);
    request->header.nlmsg_len = (uint32_t)(at + len);
    return request->bytes + at;
}

void *netlink_request_init(struct netlink_request *request, unsigned type, unsigned flags, size_t body_bytes)
{
    memset(request, 0, sizeof *request);
    request->header.nlmsg_len = NLMSG_HDRLEN;
    request->header.nlmsg_type = (uint16_t)type;
    request->header.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags);
    return request_grow(request, body_bytes);
}

size_t netlink_nest(struct netlink_request *request, unsigned type, const void *value, size_t len)
{
    char *at = request_grow(request, RTA_LENGTH(len));
    struct rtattr attribute = {.rta_len = (uint16_t)RTA_LENGTH(len), .rta_type = (uint16_t)type};
    memcpy(at, &attribute, sizeof attribute);
    if (len > 0)
        memcpy(at + RTA_LENGTH(0), value, len);
    return (size_t)(at - request->bytes);
}

void netlink_put(struct netlink_request *request, unsigned type, const void *value, size_t len)
{
    netlink_nest(request, type, value, len);
}

void netlink_nest_end(struct netlink_request *request, size_t mark)
{
    struct rtattr attribute;
    memcpy(&attribute, request->bytes + mark, sizeof attribute);
    attribute.rta_len = (uint16_t)(request->header.nlmsg_len - mark);
    memcpy(request->bytes + mark, &attribute, sizeof attribute);
}

int netlink_send(int fd, struct netlink_request *request)
{
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    if (sendto(fd, request, request->header.nlmsg_len, 0, (struct sockaddr *)&kernel, sizeof kernel) < 0)
        return errno;
    struct {
        struct nlmsghdr header;
        struct nlmsgerr verdict;
        char rest[1024];
    } answer;
    ssize_t got = recv(fd, &answer, sizeof answer, 0);
    if (got < 0)
        return errno;
    if ((size_t)got < NLMSG_LENGTH(sizeof answer.verdict) || answer.header.nlmsg_type != NLMSG_ERROR)
        return EPROTO;
    return -answer.verdict.error;
}
