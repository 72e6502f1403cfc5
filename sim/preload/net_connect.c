/* connect() and the calls that send to an address without connecting: the ways off this machine. What sends
 * on a connected socket needs no look. A name can be replaced in one place only: what else the library wants
 * to know of these four calls is to be called from here. */
#include "net_guard.h"

#include "net_real.h"
#include "net_rules.h"

NET_WRAPS int connect(int fd, const struct sockaddr *to, socklen_t size)
{
    const struct net_settings *net = net_settings();
    struct net_goal goal = {.to = to, .size = size};
    if (net != NULL && !net_guard_pass(net, fd, &goal))
        return -1;
    return net_real_connect(fd, goal.to, goal.size);
}

NET_WRAPS ssize_t sendto(int fd, const void *bytes, size_t len, int flags, const struct sockaddr *to,
                         socklen_t size)
{
    const struct net_settings *net = to == NULL ? NULL : net_settings();
    struct net_goal goal = {.to = to, .size = size, .is_datagram = true};
    if (net != NULL && !net_guard_pass(net, fd, &goal))
        return -1;
    return net_real_sendto(fd, bytes, len, flags, goal.to, goal.size);
}

/* False: refused. Else *to_send is the message, or `copy` with another address, which `goal` holds. */
static bool message_pass(int fd, const struct msghdr **to_send, struct msghdr *copy, struct net_goal *goal)
{
    const struct msghdr *message = *to_send;
    const struct net_settings *net = message == NULL || message->msg_name == NULL ? NULL : net_settings();
    if (net == NULL)
        return true;
    goal->to = message->msg_name;
    goal->size = message->msg_namelen;
    goal->is_datagram = true;
    if (!net_guard_pass(net, fd, goal))
        return false;
    if (goal->to == message->msg_name)
        return true;
    *copy = *message;
    copy->msg_name = &goal->other;
    copy->msg_namelen = goal->size;
    *to_send = copy;
    return true;
}

NET_WRAPS ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    struct msghdr copy;
    struct net_goal goal = {0};
    return message_pass(fd, &message, &copy, &goal) ? net_real_sendmsg(fd, message, flags) : -1;
}

/* Nothing to look at. */
static bool message_is_free(const struct msghdr *message)
{
    const struct sockaddr *to = message->msg_name;
    if (to == NULL || message->msg_namelen < sizeof to->sa_family)
        return true;
    return to->sa_family != AF_UNSPEC && net_address_judge(to, message->msg_namelen) == NET_ADDRESS_PASSES;
}

/* As many as may go, up to the first that is to be looked at: that one comes first in the caller's next try.
 */
NET_WRAPS int sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags)
{
    unsigned fine = 0;
    if (messages == NULL || count == 0 || net_settings() == NULL)
        return net_real_sendmmsg(fd, messages, count, flags);
    while (fine < count && message_is_free(&messages[fine].msg_hdr))
        fine++;
    if (fine > 0)
        return net_real_sendmmsg(fd, messages, fine, flags);
    ssize_t sent = sendmsg(fd, &messages[0].msg_hdr, flags);
    if (sent < 0)
        return -1;
    messages[0].msg_len = (unsigned)sent;
    return 1;
}
