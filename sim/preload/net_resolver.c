/* libc's resolver (res_query and its kin): there is no server to ask. A simulated name has no records that
 * could be wanted this way (addresses go by getaddrinfo); any other does not exist, and is named. Older
 * programs know the same functions with two underscores. */
#include <errno.h>
#include <netdb.h>
#include <resolv.h>
#include <string.h>

#include "net_real.h"
#include "net_report.h"
#include "net_rules.h"

enum { QUERY_HEAD_BYTES = 12, NAME_BYTES = 256 };

static int refuse_name(const struct net_settings *net, const char *name)
{
    bool other = net_name_judge(name, net->hosts, net->own_name) == NET_NAME_OTHER;
    if (other)
        net_report_name(net, name);
    h_errno = other ? HOST_NOT_FOUND : NO_DATA;
    return -1;
}

/* The name that a packet asks for; "?" when there is none to read. */
static void question_read(const unsigned char *packet, int len, char out[NAME_BYTES])
{
    size_t at = QUERY_HEAD_BYTES, put = 0;
    while (at < (size_t)len && packet[at] != 0 && packet[at] < 64 && at + packet[at] < (size_t)len &&
           put + packet[at] + 1 < NAME_BYTES) {
        memcpy(out + put, packet + at + 1, packet[at]);
        put += packet[at];
        out[put++] = '.';
        at += 1u + packet[at];
    }
    if (put == 0)
        out[put++] = '?';
    else
        put--;
    out[put] = '\0';
}

static int refuse_packet(const struct net_settings *net, const unsigned char *packet, int len)
{
    char name[NAME_BYTES];
    question_read(packet, len, name);
    refuse_name(net, name);
    errno = ECONNREFUSED;
    return -1;
}

/* Both names of a function, with the same parameters and the same first thing to do. */
#define RESOLVER(name, parameters, arguments, refusal)                                                       \
    int __##name parameters;                                                                                 \
    NET_WRAPS int name parameters                                                                            \
    {                                                                                                        \
        const struct net_settings *net = net_settings();                                                     \
        return net == NULL ? NET_REAL(name) arguments : refusal;                                             \
    }                                                                                                        \
    NET_WRAPS int __##name parameters                                                                        \
    {                                                                                                        \
        const struct net_settings *net = net_settings();                                                     \
        return net == NULL ? NET_REAL(__##name) arguments : refusal;                                         \
    }

RESOLVER(res_query, (const char *name, int class, int type, unsigned char *answer, int room),
         (name, class, type, answer, room), refuse_name(net, name))
RESOLVER(res_search, (const char *name, int class, int type, unsigned char *answer, int room),
         (name, class, type, answer, room), refuse_name(net, name))
RESOLVER(res_send, (const unsigned char *packet, int len, unsigned char *answer, int room),
         (packet, len, answer, room), refuse_packet(net, packet, len))
RESOLVER(res_nquery,
         (res_state state, const char *name, int class, int type, unsigned char *answer, int room),
         (state, name, class, type, answer, room), refuse_name(net, name))
RESOLVER(res_nsearch,
         (res_state state, const char *name, int class, int type, unsigned char *answer, int room),
         (state, name, class, type, answer, room), refuse_name(net, name))
RESOLVER(res_nsend, (res_state state, const unsigned char *packet, int len, unsigned char *answer, int room),
         (state, packet, len, answer, room), refuse_packet(net, packet, len))
