/* One copy of the settings, in memory of its own, published at one stroke. */
#include "net_settings.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "kernel_calls.h"
#include "preload_way.h"

static const struct net_settings not_set;
static _Atomic(const struct net_settings *) known;

bool net_settings_read(const char *value, struct net_settings *ret)
{
    int port = 0;
    const char *at = value;
    for (; *at >= '0' && *at <= '9' && port <= 65535; at++)
        port = 10 * port + (*at - '0');
    if (at == value || port == 0 || port > 65535 || (*at != '\0' && *at != ':'))
        return false;
    ret->port = port;
    ret->report_size = 0;
    if (*at == '\0')
        return true;
    size_t len = strlen(++at), room = sizeof ret->report.sun_path;
    if (len < 2 || len >= room || (at[0] != '@' && at[0] != '/'))
        return false;
    ret->report = (struct sockaddr_un){.sun_family = AF_UNIX};
    memcpy(ret->report.sun_path, at, len);
    bool abstract = at[0] == '@';
    if (abstract)
        ret->report.sun_path[0] = '\0';
    ret->report_size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + !abstract);
    return true;
}

static void complain(const char *value)
{
    static const char before[] = "twilio-sim-preload: " PRELOAD_NET_VARIABLE "=",
                      after[] = " is no \"PORT\" or \"PORT:@NAME\": every connection is refused\n";
    kernel_call(SYS_write, STDERR_FILENO, (long)before, sizeof before - 1, 0, 0, 0);
    kernel_call(SYS_write, STDERR_FILENO, (long)value, (long)strlen(value), 0, 0, 0);
    kernel_call(SYS_write, STDERR_FILENO, (long)after, sizeof after - 1, 0, 0, 0);
}

static void copy_bounded(char *out, size_t size_bytes, const char *from)
{
    size_t len = strlen(from);
    len = len < size_bytes ? len : size_bytes - 1;
    memcpy(out, from, len);
    out[len] = '\0';
}

static const struct net_settings *read_environment(void)
{
    const char *value = getenv(PRELOAD_NET_VARIABLE), *hosts = getenv(PRELOAD_HOSTS_VARIABLE);
    struct utsname machine;
    if (value == NULL || value[0] == '\0')
        return &not_set;
    hosts = hosts == NULL ? "" : hosts;
    size_t size = sizeof(struct net_settings) + strlen(hosts) + 1;
    long at =
        kernel_call(SYS_mmap, 0, (long)size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at < 0 && at > -4096)
        return &not_set; /* a process without a page of memory left goes nowhere either */
    struct net_settings *settings = (struct net_settings *)at;
    if (!net_settings_read(value, settings))
        complain(value);
    if (kernel_call(SYS_uname, (long)&machine, 0, 0, 0, 0, 0) == 0)
        copy_bounded(settings->own_name, sizeof settings->own_name, machine.nodename);
    const char *name = program_invocation_short_name;
    copy_bounded(settings->process, sizeof settings->process, name == NULL || *name == '\0' ? "?" : name);
    memcpy(settings->hosts, hosts, strlen(hosts) + 1);
    return settings;
}

const struct net_settings *net_settings(void)
{
    const struct net_settings *now = atomic_load_explicit(&known, memory_order_acquire);
    if (now == NULL) {
        const struct net_settings *read = read_environment(), *before = NULL;
        /* who comes second at the very start leaves its copy lying */
        bool first = atomic_compare_exchange_strong(&known, &before, read);
        now = first ? read : before;
    }
    return now == &not_set ? NULL : now;
}

__attribute__((constructor)) static void read_at_load(void)
{
    net_settings();
}
