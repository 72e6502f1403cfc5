/* An inbox, a thread, and the lines that were printed already. */
#include "refusal_printer.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "mem.h"
#include "refusal_inbox.h"

enum { SEEN_MAX = 256 }; /* a backend tries few places, over and over */

struct refusal_printer {
    FILE *out;
    struct refusal_inbox inbox;
    int stop;
    pthread_t thread;
    size_t seen_count;
    char *seen[SEEN_MAX];
};

static bool is_seen(struct refusal_printer *printer, const char *line)
{
    for (size_t i = 0; i < printer->seen_count; i++)
        if (strcmp(printer->seen[i], line) == 0)
            return true;
    if (printer->seen_count < SEEN_MAX)
        printer->seen[printer->seen_count++] = mem_string(line);
    return false;
}

static void print(void *context, const struct refusal *refusal)
{
    struct refusal_printer *printer = context;
    char what[REFUSAL_TARGET_BYTES + 64];
    if (refusal->is_name)
        snprintf(what, sizeof what, "looked up %s", refusal->target);
    else
        snprintf(what, sizeof what, "to %s port %d (%s)", refusal->target, refusal->port, refusal->protocol);
    if (!is_seen(printer, what))
        fprintf(printer->out, "twilio-sim: refused   %s (%d) %s\n", refusal->process, refusal->pid, what);
}

static void *run(void *context)
{
    struct refusal_printer *printer = context;
    struct pollfd waits[] = {{.fd = printer->stop, .events = POLLIN},
                             {.fd = printer->inbox.fd, .events = POLLIN}};
    while (poll(waits, 2, -1) >= 0 || errno == EINTR) {
        if ((waits[1].revents & POLLIN) != 0)
            refusal_inbox_take(&printer->inbox, print, printer);
        else if ((waits[0].revents & POLLIN) != 0) /* after the last line */
            return NULL;
    }
    return NULL;
}

struct refusal_printer *refusal_printer_new(FILE *out, struct fail *why)
{
    struct refusal_printer *printer = mem_new(sizeof *printer);
    printer->out = out;
    if (!refusal_inbox_open(&printer->inbox, why)) {
        mem_free(printer);
        return NULL;
    }
    printer->stop = eventfd(0, EFD_CLOEXEC);
    REQUIRE(printer->stop >= 0);
    REQUIRE(pthread_create(&printer->thread, NULL, run, printer) == 0);
    return printer;
}

void refusal_printer_free(struct refusal_printer *printer)
{
    if (printer == NULL)
        return;
    eventfd_write(printer->stop, 1);
    pthread_join(printer->thread, NULL);
    close(printer->stop);
    refusal_inbox_close(&printer->inbox);
    for (size_t i = 0; i < printer->seen_count; i++)
        mem_free(printer->seen[i]);
    mem_free(printer);
}

const char *refusal_printer_name(const struct refusal_printer *printer)
{
    return printer->inbox.name;
}
