/* From facts on the machine to findings with the line that would make more possible. */
#include "machine_programs.h"

#define PG "$(command -v postgres || ls /usr/lib/postgresql/*/bin/postgres 2>/dev/null | tail -1)"

const struct machine_program_row machine_program_rows[] = {
    {"node", "node --version", "node -p 'Math.floor(Date.now()/1000)'", "nodejs", false, false},
    {"python3", "python3 --version", "python3 -c 'import time; print(int(time.time()))'", "python3", false,
     false},
    {"java", "java -version 2>&1", NULL, "default-jre-headless", false, false},
    {"go", "go version", NULL, "golang-go", false, true},
    {"ruby", "ruby --version", "ruby -e 'puts Time.now.to_i'", "ruby", false, false},
    {"php", "php --version", "php -r 'echo time();'", "php-cli", false, false},
    {"redis-server", "redis-server --version", NULL, "redis-server", true, false},
    {"postgres", PG " --version", NULL, "postgresql", true, false},
    {0},
};

static const struct {
    const char *name, *sense;
} ways[MACHINE_WAYS] = {
    [WAY_NAMESPACE] = {"namespace", "sealed: nothing can leave, every program is simulated for"},
    [WAY_PRELOAD] = {"preload", "sealed for dynamic programs; static ones and Go's go their own way"},
    [WAY_PROXY] = {"proxy", "not sealed: programs that honour a proxy reach the simulator"},
};

/* The first row that fits is the likely reason. */
static const struct {
    const char *text, *advice, *command;
} cures[] = {
    {"kernel.unprivileged_userns_clone is 0",
     "allow user namespaces (as root):", "sysctl -w kernel.unprivileged_userns_clone=1"},
    {"user.max_user_namespaces is 0",
     "allow user namespaces (as root):", "sysctl -w user.max_user_namespaces=15000"},
    {"AppArmor restricts user namespaces (Ubuntu 23.10 and later)",
     "lift that (as root):", "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"},
    {"a container's filter of system calls is on", "start the container with",
     "docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined --cap-add SYS_ADMIN "
     "..."},
    {"nothing that is known to forbid them was found",
     "ask whoever runs this machine; meanwhile preload serves dynamic programs", ""},
};

static size_t cure_of(const struct machine_facts *facts)
{
    const bool holds[] = {facts->userns_clone == 0 && !facts->root, facts->max_user_namespaces == 0,
                          facts->apparmor_restricts == 1 && !facts->root, facts->container || facts->seccomp,
                          true};
    size_t i = 0;
    while (!holds[i])
        i++;
    return i;
}

static void rule_ways(const struct machine_facts *facts, struct doctor_findings *findings)
{
    bool any = false;
    doctor_group(findings, "sandbox (each way tried)");
    for (size_t i = 0; i < MACHINE_WAYS; i++) {
        any = any || facts->ways[i].works;
        if (facts->ways[i].works) {
            doctor_add(findings, DOCTOR_OK, ways[i].name, "%s", ways[i].sense);
            continue;
        }
        struct doctor_finding *finding =
            doctor_add(findings, DOCTOR_WARNING, ways[i].name, "does not work: %s", facts->ways[i].why);
        if (i != WAY_NAMESPACE)
            continue;
        size_t cure = cure_of(facts);
        doctor_advise(finding, "%s: %s", cures[cure].text, cures[cure].advice);
        snprintf(finding->command, sizeof finding->command, "%s", cures[cure].command);
    }
    if (!any)
        doctor_add(findings, DOCTOR_PROBLEM, "no way",
                   "otp-harness cannot run a backend here; --url with --sim still works");
}

static void rule_clock(const struct machine_facts *facts, struct doctor_findings *findings)
{
    doctor_group(findings, "clock");
    if (facts->clock)
        doctor_add(findings, DOCTOR_OK, "virtual", "hours pass in milliseconds");
    else
        doctor_advise(
            doctor_add(findings, DOCTOR_WARNING, "virtual", "is not possible: %s", facts->clock_why),
            "runs take real time: see --clock and --real-time of otp-harness run");
    if (facts->library)
        doctor_add(findings, DOCTOR_OK, "library", "the preloaded library is there");
    else
        doctor_advise(doctor_add(findings, DOCTOR_WARNING, "library", "%s", facts->library_why),
                      "it belongs beside otp-harness or in ../lib: build or install again");
    if (!facts->sock_diag)
        doctor_advise(
            doctor_add(findings, DOCTOR_WARNING, "sock_diag", "the kernel tells nothing of connections"),
            "the virtual clock needs it: allow NETLINK_SOCK_DIAG (module inet_diag, or the container's "
            "filter)");
}

static void rule_program(const struct machine_program_row *row, const struct machine_program *program,
                         struct doctor_findings *findings)
{
    static const char *const clocks[] = {
        [CLOCK_NOT_TRIED] = "", [CLOCK_FOLLOWS] = ", follows the virtual clock", [CLOCK_REAL] = ""};
    if (!program->found) {
        struct doctor_finding *finding = doctor_add(findings, DOCTOR_NOTE, row->name, "is not there");
        snprintf(finding->command, sizeof finding->command, "apt-get install %s", row->package);
    } else if (row->go) {
        doctor_add(findings, DOCTOR_NOTE, row->name,
                   "%s; programs of Go read the real clock: the whole stack runs on it", program->version);
    } else if (program->clock == CLOCK_REAL) {
        doctor_advise(doctor_add(findings, DOCTOR_WARNING, row->name, "%s, does not follow the virtual clock",
                                 program->version),
                      "a static build, or a wrapper that drops LD_PRELOAD; use the distribution's");
    } else {
        doctor_add(findings, DOCTOR_OK, row->name, "%s%s", program->version, clocks[program->clock]);
    }
}

void machine_rules(const struct machine_facts *facts, struct doctor_findings *findings)
{
    rule_ways(facts, findings);
    rule_clock(facts, findings);
    for (int stores = 0; stores < 2; stores++) {
        doctor_group(findings, stores == 0 ? "runtimes" : "stores");
        for (size_t i = 0; machine_program_rows[i].name != NULL; i++)
            if (machine_program_rows[i].store == (stores == 1))
                rule_program(&machine_program_rows[i], &facts->programs[i], findings);
    }
}
