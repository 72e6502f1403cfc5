/* settings: what the command line says, as plain data.
 *
 *     struct settings settings;
 *     if (!settings_read(options, &settings, &why)) return EXIT_USAGE;
 *
 * Texts are borrowed from the options, which outlive the settings. */
#ifndef SETTINGS_H
#define SETTINGS_H

#include "fail.h"
#include "options.h"

enum { SETTINGS_LIST_MAX = 256, SETTINGS_WORKERS_MAX = 64, SETTINGS_TIME_LIMIT_MS = 60000 };

struct settings_list {
    const char *items[SETTINGS_LIST_MAX];
    size_t count;
};

/* What becomes of a scenario that needs time to pass where there is no virtual clock. */
enum settings_real_time { REAL_TIME_WAIT, REAL_TIME_SKIP, REAL_TIME_FAIL };

struct settings {
    struct settings_list paths, tags, reports, env;
    const char *backend; /* a profile, or NULL: the nearest backend.yaml */
    const char *output;  /* "otp-report" */
    const char *sandbox; /* auto, namespace, preload, proxy */
    const char *clock;   /* auto, virtual, real */
    enum settings_real_time real_time;
    const char *url, *sim; /* both or none */
    int workers;           /* 0 = as many as fit */
    int64_t time_limit_ms;
    bool require_sealed, keep_workspace, fail_fast, pause_on_failure;
    bool shuffle;
    bool times;           /* of `compare` */
    const char *name;     /* of `up`; NULL: the backend's folder */
    int port, inbox_port; /* of `up`; 0: any */
    uint64_t seed;        /* of the order and of made-up codes */
};

bool settings_read(const struct options *options, struct settings *ret, struct fail *why);
/* Of `up`, which has a table of its own: its one path, or none; then paths.items[0] is where a profile is
 * looked for first. */
bool settings_read_up(const struct options *options, struct settings *ret, struct fail *why);

#endif
