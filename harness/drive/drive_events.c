/* What drive's parts share to report what happens: the time of an event and the words for its kind. */
#include "drive_events.h"

#include "clock.h"

struct drive_time drive_time_now(void)
{
    return (struct drive_time){
        .wall_ms = clock_wall_ms(),
        .mono_ms = clock_mono_ms(),
        .real_us = clock_real_mono_us(),
    };
}

const char *drive_stream_name(enum drive_stream stream)
{
    static const char *const names[] = {"stdout", "stderr", "file"};
    return names[stream];
}

void drive_events_refused(const struct drive_events *events, enum drive_refusal_kind kind, const char *target,
                          int port, const char *protocol)
{
    if (events == NULL || events->refused == NULL)
        return;
    struct drive_refusal refusal = {
        .at = drive_time_now(),
        .kind = kind,
        .target = target,
        .port = port,
        .protocol = protocol,
    };
    events->refused(events->context, &refusal);
}
