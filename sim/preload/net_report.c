/* A datagram put together without stdio and sent by bare system calls, so that connect() stays
 * async-signal-safe and no wrapper is entered again. */
#include "net_report.h"

#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>

#include "kernel_calls.h"

struct writer {
    char *out;
    size_t len;
};

static void put_number(struct writer *writer, int number)
{
    char digits[12];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    memcpy(writer->out + writer->len, digits + at, sizeof digits - at);
    writer->len += sizeof digits - at;
    writer->out[writer->len++] = ' ';
}

/* At most max_bytes of it; what is no printable ASCII, and a space unless it may stand, becomes '?'. */
static void put_word(struct writer *writer, const char *word, size_t max_bytes, bool spaces)
{
    if (*word == '\0')
        writer->out[writer->len++] = '?';
    for (size_t i = 0; word[i] != '\0' && i < max_bytes; i++) {
        bool fine = word[i] > ' ' && word[i] < 0x7F;
        writer->out[writer->len++] = fine || (spaces && word[i] == ' ') ? word[i] : '?';
    }
    writer->out[writer->len++] = ' ';
}

size_t net_report_write(const char *kind, const char *protocol, int port, int pid, const char *target,
                        const char *process, char out[REFUSAL_DATAGRAM_BYTES])
{
    struct writer writer = {.out = out};
    put_word(&writer, kind, 8, false);
    put_word(&writer, protocol, 7, false);
    put_number(&writer, port);
    put_number(&writer, pid);
    put_word(&writer, target, REFUSAL_TARGET_BYTES - 1, false);
    put_word(&writer, process, REFUSAL_PROCESS_BYTES - 1, true);
    return writer.len - 1;
}

static void report(const struct net_settings *net, const char *kind, const char *protocol, int port,
                   const char *target)
{
    char datagram[REFUSAL_DATAGRAM_BYTES];
    static const struct timeval guard = {.tv_sec = 1};
    static const sa_family_t any_address = AF_UNIX; /* the kernel chooses one, for the answer */
    if (net->report_size == 0)
        return;
    int pid = (int)kernel_call(SYS_getpid, 0, 0, 0, 0, 0, 0);
    size_t len = net_report_write(kind, protocol, port, pid, target, net->process, datagram);
    long fd = kernel_call(SYS_socket, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, 0, 0, 0);
    if (fd < 0)
        return;
    kernel_call(SYS_setsockopt, fd, SOL_SOCKET, SO_SNDTIMEO, (long)&guard, sizeof guard, 0);
    kernel_call(SYS_setsockopt, fd, SOL_SOCKET, SO_RCVTIMEO, (long)&guard, sizeof guard, 0);
    kernel_call(SYS_bind, fd, (long)&any_address, sizeof any_address, 0, 0, 0);
    long sent = kernel_call(SYS_sendto, fd, (long)datagram, (long)len, MSG_NOSIGNAL, (long)&net->report,
                            net->report_size);
    if (sent >= 0)
        kernel_call(SYS_recvfrom, fd, (long)datagram, sizeof datagram, 0, 0, 0);
    kernel_call(SYS_close, fd, 0, 0, 0, 0, 0);
}

void net_report_name(const struct net_settings *net, const char *name)
{
    report(net, "name", "dns", 0, name);
}

void net_report_address(const struct net_settings *net, const char *protocol, const char *address, int port)
{
    report(net, "address", protocol, port, address);
}
