/* Which way of a sandbox this machine allows, found out by doing it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "sandbox.h"
#include "text.h"

const char *sandbox_way_name(enum sandbox_way way)
{
    return way == SANDBOX_NAMESPACE ? "namespace" : "proxy";
}

static int probe_body(struct sandbox *sandbox, void *context)
{
    (void)sandbox;
    (void)context;
    return 0;
}

bool sandbox_probe(enum sandbox_way way, struct fail *why)
{
    struct sandbox_options options = {.way = way};
    pid_t pid = sandbox_start(&options, probe_body, NULL, why);
    if (pid < 0)
        return false;
    int status = 0;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return fail_set(why, "cannot wait for the probe: %s", strerror(errno));
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return fail_set(why, "the probe of way %s ended with status %d", sandbox_way_name(way), status);
    return true;
}

static bool choose_auto(bool require_sealed, struct sandbox_choice *choice, struct fail *why)
{
    struct fail refused = {0};
    if (sandbox_probe(SANDBOX_NAMESPACE, &refused)) {
        *choice = (struct sandbox_choice){.way = SANDBOX_NAMESPACE, .sealed = true};
        return true;
    }
    if (require_sealed)
        return fail_set(why, "no sealed sandbox on this machine: %s", refused.text);
    *choice = (struct sandbox_choice){.way = SANDBOX_PROXY};
    snprintf(choice->note, sizeof choice->note, "not sealed, by proxy: %.400s", refused.text);
    return sandbox_probe(SANDBOX_PROXY, why);
}

static bool choose_namespace(bool require_sealed, struct sandbox_choice *choice, struct fail *why)
{
    (void)require_sealed;
    *choice = (struct sandbox_choice){.way = SANDBOX_NAMESPACE, .sealed = true};
    return sandbox_probe(SANDBOX_NAMESPACE, why);
}

static bool choose_proxy(bool require_sealed, struct sandbox_choice *choice, struct fail *why)
{
    if (require_sealed)
        return fail_set(why, "way proxy is not sealed: use namespace, or do not require it");
    *choice = (struct sandbox_choice){.way = SANDBOX_PROXY, .note = "not sealed: way proxy was asked for"};
    return sandbox_probe(SANDBOX_PROXY, why);
}

static bool choose_preload(bool require_sealed, struct sandbox_choice *choice, struct fail *why)
{
    (void)require_sealed;
    (void)choice;
    return fail_set(why, "sandbox way \"preload\" is not in this version: use auto, namespace or proxy");
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
    return fail_set(why, "unknown sandbox way \"%s\": use auto, namespace or proxy", wanted);
}
