/* Which way of a sandbox this machine allows, found out by doing it. */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "preload_way.h"
#include "process.h"
#include "sandbox.h"
#include "text.h"

#define PROBE        "twilio-sim-preload-probe"
#define PROBE_DOMAIN "simulated.invalid"

enum {
    PROBE_WITHIN_MS = 20000,
    PROBE_PORT = 9,       /* where the simulator would be: the probe does not ask it anything */
    PROBE_REFUSALS = 2,   /* a name and an address */
    PROBE_NOT_NAMED = 10, /* these follow the probe's own statuses */
    PROBE_NOT_STARTED = 11,
};

static const char *const seals[] = {[SANDBOX_NAMESPACE] = "sealed",
                                    [SANDBOX_PRELOAD] = "sealed for dynamic programs",
                                    [SANDBOX_PROXY] = "not sealed"};

const char *sandbox_way_name(enum sandbox_way way)
{
    static const char *const names[] = {
        [SANDBOX_NAMESPACE] = "namespace", [SANDBOX_PRELOAD] = "preload", [SANDBOX_PROXY] = "proxy"};
    return names[way];
}

static const char *const preload_faults[] = {
    [2] = "the library is not loaded into programs",
    [3] = "a simulated name does not lead to the simulator",
    [4] = "other names are not refused",
    [5] = "other addresses are not refused",
    [PROBE_NOT_NAMED] = "what is refused is not reported",
    [PROBE_NOT_STARTED] = PROBE " cannot be started",
};

static void refusal_count(void *context, const struct drive_refusal *refusal)
{
    (void)refusal;
    ++*(atomic_int *)context;
}

/* A small program that knows nothing looks up names and connects. */
static int preload_try(const struct sandbox *sandbox, const atomic_int *refusals)
{
    char path[PATH_MAX];
    struct drive_exit end = {0};
    if (!preload_file_find(PROBE, path, NULL))
        return PROBE_NOT_STARTED;
    struct environment *environment = environment_new();
    sandbox_put_environment(sandbox, PROBE_PORT, environment);
    const char *argv[] = {path, NULL};
    struct process_options options = {
        .name = "probe", .argv = argv, .environment = environment_list(environment)};
    bool ran = process_run(&options, PROBE_WITHIN_MS, &end, NULL, NULL);
    environment_free(environment);
    if (!ran || end.status < 0)
        return PROBE_NOT_STARTED;
    return end.status == 0 && *refusals != PROBE_REFUSALS ? PROBE_NOT_NAMED : end.status;
}

static int probe_body(struct sandbox *sandbox, void *context)
{
    return sandbox_way_of(sandbox) == SANDBOX_PRELOAD ? preload_try(sandbox, context) : 0;
}

static bool probe_judge(enum sandbox_way way, int status, struct fail *why)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    size_t number = WIFEXITED(status) ? (size_t)WEXITSTATUS(status) : 0;
    if (number < sizeof preload_faults / sizeof preload_faults[0] && preload_faults[number] != NULL)
        return fail_set(why, "%s", preload_faults[number]);
    return fail_set(why, "the probe of way %s ended with status %d", sandbox_way_name(way), status);
}

bool sandbox_probe(enum sandbox_way way, struct fail *why)
{
    static const char *const hosts[] = {PROBE_DOMAIN, NULL};
    atomic_int refusals = 0; /* counted in the child's copy */
    struct drive_events events = {.context = &refusals, .refused = refusal_count};
    struct sandbox_options options = {.way = way, .hosts = hosts, .events = &events};
    pid_t pid = sandbox_start(&options, probe_body, &refusals, why);
    if (pid < 0)
        return false;
    int status = 0;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return fail_set(why, "cannot wait for the probe: %s", strerror(errno));
    return probe_judge(way, status, why);
}

static struct sandbox_choice choice_of(enum sandbox_way way)
{
    return (struct sandbox_choice){.way = way, .sealed = way == SANDBOX_NAMESPACE, .seal = seals[way]};
}

static bool choose_auto(bool require_sealed, struct sandbox_choice *choice, struct fail *why)
{
    struct fail refused = {0}, unfit = {0};
    *choice = choice_of(SANDBOX_NAMESPACE);
    if (sandbox_probe(SANDBOX_NAMESPACE, &refused))
        return true;
    if (require_sealed)
        return fail_set(why, "no sealed sandbox on this machine: %s", refused.text);
    *choice = choice_of(SANDBOX_PRELOAD);
    snprintf(choice->note, sizeof choice->note, "sealed for dynamic programs only, by preload: %.400s",
             refused.text);
    if (sandbox_probe(SANDBOX_PRELOAD, &unfit))
        return true;
    *choice = choice_of(SANDBOX_PROXY);
    snprintf(choice->note, sizeof choice->note, "not sealed, by proxy: %.200s; and preload: %.200s",
             refused.text, unfit.text);
    return sandbox_probe(SANDBOX_PROXY, why);
}

static bool choose_namespace(bool require_sealed, struct sandbox_choice *choice, struct fail *why)
{
    (void)require_sealed;
    *choice = choice_of(SANDBOX_NAMESPACE);
    return sandbox_probe(SANDBOX_NAMESPACE, why);
}

/* What a backend starts is not known beforehand, so the seal cannot be promised. */
static bool choose_preload(bool require_sealed, struct sandbox_choice *choice, struct fail *why)
{
    if (require_sealed)
        return fail_set(why, "way preload holds no static programs: use namespace, or do not require a seal");
    *choice = choice_of(SANDBOX_PRELOAD);
    snprintf(choice->note, sizeof choice->note,
             "sealed for dynamic programs only: way preload was asked for");
    return sandbox_probe(SANDBOX_PRELOAD, why);
}

static bool choose_proxy(bool require_sealed, struct sandbox_choice *choice, struct fail *why)
{
    if (require_sealed)
        return fail_set(why, "way proxy is not sealed: use namespace, or do not require it");
    *choice = choice_of(SANDBOX_PROXY);
    snprintf(choice->note, sizeof choice->note, "not sealed: way proxy was asked for");
    return sandbox_probe(SANDBOX_PROXY, why);
}

bool sandbox_choose(const char *wanted, bool require_sealed, struct sandbox_choice *ret_choice,
                    struct fail *why)
{
    static const struct {
        const char *name;
        bool (*choose)(bool, struct sandbox_choice *, struct fail *);
    } ways[] = {{"auto", choose_auto},
                {"namespace", choose_namespace},
                {"proxy", choose_proxy},
                {"preload", choose_preload}};
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
        if (strcmp(wanted, ways[i].name) == 0)
            return ways[i].choose(require_sealed, ret_choice, why);
    return fail_set(why, "unknown sandbox way \"%s\": use auto, namespace, preload or proxy", wanted);
}
