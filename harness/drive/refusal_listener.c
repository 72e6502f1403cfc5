/* The inbox and its thread. */
#include "refusal_listener.h"

#include <stdatomic.h>

#include "mem.h"
#include "refusal_inbox.h"
#include "watcher.h"

struct refusal_listener {
    const struct drive_events *events;
    struct refusal_inbox inbox;
    atomic_int count;
    struct watcher *watcher;
};

static void refusal_pass_on(void *context, const struct refusal *refusal)
{
    struct refusal_listener *listener = context;
    drive_events_refused(listener->events, refusal->is_name ? DRIVE_REFUSED_NAME : DRIVE_REFUSED_ADDRESS,
                         refusal->target, refusal->port, refusal->protocol);
    listener->count++;
}

static void inbox_ready(void *context)
{
    struct refusal_listener *listener = context;
    refusal_inbox_take(&listener->inbox, refusal_pass_on, listener);
}

struct refusal_listener *refusal_listener_new(const struct drive_events *events, struct fail *why)
{
    struct refusal_listener *listener = mem_new(sizeof *listener);
    listener->events = events;
    if (!refusal_inbox_open(&listener->inbox, why)) {
        mem_free(listener);
        return NULL;
    }
    listener->watcher = watcher_new(listener->inbox.fd, inbox_ready, listener);
    return listener;
}

void refusal_listener_free(struct refusal_listener *listener)
{
    if (listener == NULL)
        return;
    watcher_free(listener->watcher);
    refusal_inbox_close(&listener->inbox);
    mem_free(listener);
}

const char *refusal_listener_name(const struct refusal_listener *listener)
{
    return listener->inbox.name;
}

int refusal_listener_count(const struct refusal_listener *listener)
{
    return listener->count;
}
