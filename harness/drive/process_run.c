/* One command run to its end, and a port that is free for the next one. */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "process_parts.h"

bool process_run(const struct process_options *options, int64_t within_ms, struct drive_exit *ret_end,
                 struct text_buf *output, struct fail *why)
{
    struct process *process = process_start_into(options, output, why);
    if (process == NULL)
        return false;
    struct drive_exit end;
    bool ended = process_wait_exit(process, clock_mono_ms() + within_ms, &end);
    process_free(process);
    if (!ended)
        return fail_set(why, "%s did not end within %lld ms", options->name, (long long)within_ms);
    end.process = options->name;
    if (ret_end != NULL)
        *ret_end = end;
    return true;
}

/* Binds and lets go again; 0 takes any. */
static bool port_bind(int *port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)*port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t len = sizeof address;
    bool bound = fd >= 0 && bind(fd, (struct sockaddr *)&address, len) == 0 &&
                 getsockname(fd, (struct sockaddr *)&address, &len) == 0;
    int error = errno;
    if (fd >= 0)
        close(fd);
    errno = error;
    *port = ntohs(address.sin_port);
    return bound;
}

bool process_free_port(int *ret_port, struct fail *why)
{
    *ret_port = 0;
    return port_bind(ret_port) || fail_set(why, "no free port on loopback: %s", strerror(errno));
}

bool process_port_is_free(int port)
{
    return port_bind(&port);
}
